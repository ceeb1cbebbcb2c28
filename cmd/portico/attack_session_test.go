package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"portico/userpool"
)

// signedInAs is the user name that the session of a browser gives the app, or nothing.
func (b *tab) signedInAs(pool string) any {
	b.t.Helper()
	code := b.toApp(b.get(authorizeAt(pool, "prompt", "none"))).Get("code")
	if code == "" {
		return nil
	}
	return claims(b.t.(*testing.T), b.r.redeem(b.t, pool, code).IDToken)["email"]
}

// An attacker plants a session cookie before the victim signs in, to share the victim's session (session fixation).
func TestSessionFixation(t *testing.T) {
	r := newRig(t)
	attacker, victim := r.tab(t), r.tab(t)
	attacker.signIn(acme, benName, benPassword)
	planted := attacker.cookie(acme, sessionCookie)
	victim.plant(acme, sessionCookie, planted)
	victim.signIn(acme, adaName, adaPassword, "prompt", "login")
	if victim.cookie(acme, sessionCookie) == planted {
		t.Error("the planted cookie is the one that is signed in")
	}
	if got := victim.signedInAs(acme); got != adaName {
		t.Errorf("the victim is %v", got)
	}
	// The planted session was this browser's, so the sign-in took its place: the attacker has nothing left, least of all Ada's.
	if got := attacker.signedInAs(acme); got != nil {
		t.Errorf("the attacker is %v", got)
	}

	// Before anybody has signed in there is nothing worth planting: no answer but a sign-in's sets the cookie.
	fresh := r.tab(t)
	fresh.get(authorizeAt(acme))
	fresh.get(loginAt(acme))
	if got := fresh.cookie(acme, sessionCookie); got != "" {
		t.Errorf("the sign-in page sets a session cookie %q", got)
	}
	for _, made := range []string{"x", "MTIzNDU2fGFiY3xkZWY=", planted + "x", planted[:len(planted)-4]} {
		fresh.plant(acme, sessionCookie, made)
		if fresh.signedInAs(acme) != nil {
			t.Errorf("the cookie %q is a session", made)
		}
	}
}

// A session of one pool is none at another, though both are one server with one key.
func TestSessionOfAnotherPool(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword)
	b.plant(bravo, sessionCookie, b.cookie(acme, sessionCookie))
	if back := b.toApp(b.get(authorizeAt(bravo, "client_id", bravoAppID, "prompt", "none"))); back.Get("error") != "login_required" {
		t.Errorf("the other pool says %v", back)
	}
}

// A cookie that was copied before sign-out is worth nothing after it.
func TestSessionCookieAfterSignOut(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	code := b.signIn(acme, adaName, adaPassword).Get("code")
	copied := b.cookie(acme, sessionCookie)
	b.get(acme + userpool.PathLogout + "?client_id=" + appID + "&logout_uri=" + url.QueryEscape(appLogout))
	if b.cookie(acme, sessionCookie) != "" {
		t.Error("the cookie is still there")
	}
	b.plant(acme, sessionCookie, copied)
	if got := b.signedInAs(acme); got != nil {
		t.Errorf("the copy is still %v", got)
	}
	if a := r.redeem(t, acme, code); a.Error != "invalid_grant" {
		t.Errorf("a code of the ended session gives %+v", a)
	}
}

// pagePosts are the forms of people, each with what would make it succeed.
func pagePosts() map[string]url.Values {
	return map[string]url.Values{
		userpool.PathLogin:         {"username": {adaName}, "password": {adaPassword}},
		userpool.PathSignUp:        {"username": {"eve@acme.example"}, "password": {"Doorway-Lantern-9"}, "requiredAttributes[name]": {"Eve"}},
		userpool.PathConfirm:       {"code": {"123456"}},
		userpool.PathResend:        {},
		userpool.PathForgot:        {"username": {adaName}},
		userpool.PathConfirmForgot: {"code": {"123456"}, "password": {"Doorway-Lantern-9"}, "confirmPassword": {"Doorway-Lantern-9"}},
		userpool.PathLink:          {"password": {adaPassword}},
		userpool.PathSignOut:       {},
		userpool.PathConfirmUser:   {},
		userpool.PathNewPassword:   {"password": {"Doorway-Lantern-9"}, "confirmPassword": {"Doorway-Lantern-9"}},
		userpool.PathChoose:        {"way": {"EMAIL_OTP"}},
		userpool.PathOneTimeCode:   {"code": {"12345678"}},
		userpool.PathMFA:           {"code": {"123456"}},
		userpool.PathMFAOption:     {"mfaOption": {"SOFTWARE_TOKEN_MFA"}},
		userpool.PathMFASetUp:      {"code": {"123456"}},
		userpool.PathAddPasskey:    {"credential": {"{}"}},
		userpool.PathOfferPasskey:  {"credential": {"{}"}},
	}
}

// TestEveryFormIsForged keeps pagePosts whole: a page that takes a form is in it, or is one of the account's, which are forged by
// somebody who is signed in (TestAttackAccountForgedForms).
func TestEveryFormIsForged(t *testing.T) {
	r := newRig(t)
	outside := []string{ // other sites post there, or programs do
		userpool.PathAuthorize, userpool.PathEndSession, userpool.PathIDPResponse, userpool.PathSAMLResponse, userpool.PathSAMLLogout,
		userpool.PathToken, userpool.PathRevoke, userpool.PathUserInfo, "/",
	}
	for path, methods := range r.endpoints() {
		_, forged := pagePosts()[path]
		if slices.Contains(methods, http.MethodPost) && !forged && !slices.Contains(outside, path) && !strings.HasPrefix(path, userpool.PathAccount+"/") {
			t.Errorf("no test forges the form of %s", path)
		}
	}
}

// A page of another site posts our forms in the victim's browser, to sign it in as the attacker or to act in its name
// (cross-site request forgery). Each defence is tried alone: the browser here sends every cookie, and knows the token.
func TestCrossSitePost(t *testing.T) {
	r := newRig(t)
	for path, form := range pagePosts() {
		for name, header := range map[string]http.Header{
			"another origin":   {"Origin": {"https://evil.example"}},
			"no origin at all": {"Origin": {"null"}},
			"another pool":     {"Origin": {bravo}, "Sec-Fetch-Site": {"cross-site"}},
			"a sister host":    {"Origin": {"https://www.acme.example"}, "Sec-Fetch-Site": {"same-site"}},
			"plain http":       {"Origin": {"http://login.acme.example"}, "Sec-Fetch-Site": {"same-site"}},
			"another port":     {"Origin": {"https://login.acme.example:8443"}, "Sec-Fetch-Site": {"same-site"}},
			"only the site":    {"Sec-Fetch-Site": {"cross-site"}},
		} {
			t.Run(path+" from "+name, func(t *testing.T) {
				b := r.tab(t)
				b.get(loginAt(acme))
				form.Set("_csrf", b.csrf(acme))
				request := newRequest(t, http.MethodPost, acme+path+"?"+ask().Encode(), form)
				request.Header.Set("Cookie", csrfCookie+"="+b.csrf(acme))
				for k, v := range header {
					request.Header[k] = v
				}
				b.forged(read(t, r.serve(request)))
			})
		}
	}
}

// The token of the form must be the one of the cookie (Cognito's pair), whoever posts.
func TestForgedFormToken(t *testing.T) {
	r := newRig(t)
	other := r.tab(t)
	other.get(loginAt(acme))
	for path := range pagePosts() {
		for name, change := range map[string]func(b *tab, form url.Values){
			"missing":               func(_ *tab, form url.Values) { form.Del("_csrf") },
			"empty":                 func(_ *tab, form url.Values) { form.Set("_csrf", "") },
			"of another browser":    func(_ *tab, form url.Values) { form.Set("_csrf", other.csrf(acme)) },
			"in the query":          func(_ *tab, form url.Values) { form.Del("_csrf") },
			"without its cookie":    func(b *tab, _ url.Values) { delete(b.jar["login.acme.example"], csrfCookie) },
			"empty on both sides":   func(b *tab, form url.Values) { form.Set("_csrf", ""); b.plant(acme, csrfCookie, "") },
			"shortened":             func(b *tab, form url.Values) { form.Set("_csrf", b.csrf(acme)[:35]) },
			"first of two is wrong": func(b *tab, form url.Values) { form["_csrf"] = []string{"x", b.csrf(acme)} },
		} {
			t.Run(path+" "+name, func(t *testing.T) {
				b := r.tab(t)
				b.get(loginAt(acme))
				form := url.Values{"_csrf": {b.csrf(acme)}}
				for k, v := range pagePosts()[path] {
					form[k] = v
				}
				address := acme + path + "?" + ask().Encode()
				if name == "in the query" {
					address += "&_csrf=" + b.csrf(acme)
				}
				change(b, form)
				b.forged(b.post(address, form))
			})
		}
	}
}

// forged expects the answer to a forged form, and that nothing came of it.
func (b *tab) forged(p page) {
	b.t.Helper()
	if p.StatusCode != http.StatusForbidden || p.Header.Get("Location") != "" {
		b.t.Errorf("status %d, location %q, want 403", p.StatusCode, p.Header.Get("Location"))
	}
	for _, c := range p.Cookies() {
		if c.Name == sessionCookie {
			b.t.Error("a session cookie is set")
		}
	}
	if n := b.r.inbox.Count(); n != 0 {
		b.t.Errorf("%d messages were sent", n)
	}
}

// Even where no defence of ours stood, a browser would send neither session nor form token with a post of another site.
func TestCookiesStayBehindOnCrossSitePosts(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword)
	for name, c := range b.cookies(acme) {
		if c.SameSite != http.SameSiteLaxMode || !c.HttpOnly || !c.Secure || c.Domain != "" || c.Path != "/" {
			t.Errorf("cookie %s: %q", name, c.Raw)
		}
	}
}
