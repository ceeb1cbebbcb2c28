package main

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"portico/federation/practice"
	"portico/userpool"
)

// Whoever reads the log must not be able to act for anybody, or to learn whom the server knows: no password, code, token,
// cookie, assertion, secret, state or address stands in it, on the most talkative level, whatever went well or wrong.
func TestSecretsInTheLog(t *testing.T) {
	r := newRig(t)
	r.serve(newRequest(t, http.MethodGet, acme+"/healthz", nil))
	var secrets []string
	keep := func(more ...string) {
		for _, s := range more {
			if len(s) > 3 {
				secrets = append(secrets, s)
			}
		}
	}
	keep(adaName, adaPassword, benName, benPassword, appSecret, drawingsSecret, reportsSecret, "harbor-secret", "quay-secret")
	keep("st/ate=1&x", "st%2Fate%3D1%26x", "nonce-of-the-app")
	for _, b := range r.tryEverything(t, keep) {
		for _, at := range []string{acme, bravo} {
			for _, c := range b.cookies(at) {
				keep(c.Value)
			}
		}
	}
	for _, person := range practice.People() {
		keep(person.ID, person.Email, person.Name)
	}
	for _, m := range r.inbox.Messages() {
		keep(m.To, codePattern.FindString(m.Text))
	}
	log := r.log.String()
	for _, secret := range secrets {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, lineWith(log, secret))
		}
	}
	if len(secrets) < 60 || strings.Count(log, "\n") < 40 {
		t.Errorf("%d secrets and %d lines are too few to say anything", len(secrets), strings.Count(log, "\n"))
	}
	if strings.Contains(log, "level=ERROR") {
		t.Errorf("the log tells of a fault of ours:\n%s", lineWith(log, "level=ERROR"))
	}
}

var codePattern = regexp.MustCompile(`\b\d{6}\b`)

func lineWith(log, text string) string {
	for line := range strings.Lines(log) {
		if strings.Contains(line, text) {
			return line
		}
	}
	return ""
}

// tryEverything goes every way through the server, right and wrong, and hands every secret on the way to keep.
func (r *rig) tryEverything(t *testing.T, keep func(...string)) []*tab {
	native, mistaken, federated, fresh := r.tab(t), r.tab(t), r.tab(t), r.tab(t)
	signIn := func(b *tab) answer {
		code := b.signIn(acme, adaName, adaPassword).Get("code")
		a := r.redeem(t, acme, code)
		keep(code, a.AccessToken, a.IDToken, a.RefreshToken, strings.Split(a.AccessToken, ".")[2])
		r.userInfo(t, acme, a.AccessToken)
		r.userInfo(t, acme, a.AccessToken+"x")
		r.userInfo(t, acme, a.IDToken)
		r.redeem(t, acme, code)
		r.redeem(t, acme, "made-up-code", "code_verifier", strings.Repeat("v", 43))
		return a
	}
	a := signIn(native)
	for _, form := range []url.Values{
		{"grant_type": {"refresh_token"}, "refresh_token": {a.RefreshToken}},
		{"grant_type": {"refresh_token"}, "refresh_token": {a.AccessToken}},
		{"grant_type": {a.RefreshToken}},
		{"grant_type": {"client_credentials"}, "client_secret": {appSecret}},
		{"grant_type": {"authorization_code"}, "code": {a.AccessToken}, "redirect_uri": {"https://evil.example/" + adaName}},
	} {
		r.token(t, acme, appID, appSecret, form)
	}
	r.token(t, acme, appID, "wrong-secret-that-was-typed", url.Values{"grant_type": {"client_credentials"}})
	r.token(t, acme, adaName, adaPassword, url.Values{"grant_type": {"client_credentials"}}) // a person's password in the wrong place
	keep("wrong-secret-that-was-typed")
	for _, token := range []string{a.RefreshToken, a.AccessToken, "nonsense-token"} {
		request := newRequest(t, http.MethodPost, acme+userpool.PathRevoke, url.Values{"token": {token}})
		request.SetBasicAuth(appID, appSecret)
		read(t, r.serve(request))
	}
	r.typeWrongThings(mistaken, keep)
	r.goThroughProviders(t, federated, keep)
	r.signUpAndRecover(t, fresh, keep)
	native.get(acme + userpool.PathLogout + "?client_id=" + appID + "&logout_uri=" + url.QueryEscape("https://evil.example/"+adaName))
	return []*tab{native, mistaken, federated, fresh}
}

func (r *rig) typeWrongThings(b *tab, keep func(...string)) {
	b.get(loginAt(acme, "login_hint", adaName))
	for _, typed := range [][2]string{
		{adaName, "Wrong-Password-1"}, {"nobody@acme.example", "Wrong-Password-2"}, {adaPassword, adaName}, {strings.Repeat("long@name.example", 600), "x"},
	} {
		b.post(loginAt(acme, "login_hint", adaName), url.Values{"username": {typed[0]}, "password": {typed[1]}, "_csrf": {b.csrf(acme)}})
		keep(typed[0], typed[1])
	}
	b.post(loginAt(acme), url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {"forged-form-token"}})
	b.get(acme + userpool.PathLogin + "?client_id=" + url.QueryEscape(adaName))
	b.get(acme + userpool.PathAuthorize + "?client_id=" + url.QueryEscape(adaName) + "&redirect_uri=https://secret.example/" + adaPassword)
	b.get(authorizeAt(acme, "redirect_uri", "https://evil.example/"+adaName))
	b.get(authorizeAt(acme, "scope", adaName))
	b.get(authorizeAt(acme, "prompt", adaPassword))
	b.get(authorizeAt(acme, "identity_provider", "Nobody-"+adaName))
	b.get(acme + userpool.PathError + "?error=" + adaPassword + "&reference=" + adaPassword + "&client_id=" + adaName)
	keep("forged-form-token")
}

func (r *rig) goThroughProviders(t *testing.T, b *tab, keep func(...string)) {
	for _, provider := range []string{"Harbor", "Quay"} {
		callback, _ := url.Parse(b.atOpenID(authorizeAt(acme, "identity_provider", provider, "login_hint", benName), "kofi-90ab"))
		keep(callback.Query().Get("code"), callback.Query().Get("state"))
		b.get(callback.String())
		b.get(callback.String())
	}
	for _, faults := range []practice.Faults{
		{Outcome: practice.Cancels}, {Outcome: practice.Expired}, {Outcome: practice.BadSignature}, {OtherNonce: true}, {OtherAudience: true},
		{OtherIssuer: true}, {Unsigned: true}, {NoSubject: true}, {OtherUserInfo: true}, {NoIDToken: true}, {TokenError: true}, {KeyConfusion: true},
	} {
		r.harbor.SetFaults(faults)
		b.get(b.atOpenID(authorizeAt(acme, "identity_provider", "Harbor", "prompt", "login"), "mei-72f0"))
	}
	r.harbor.SetFaults(practice.Faults{})
	// Providers name people in their errors.
	callback, _ := url.Parse(b.atOpenID(authorizeAt(acme, "identity_provider", "Harbor", "prompt", "login"), "mei-72f0"))
	for _, code := range []string{"access_denied", "server_error", "made_up", benName} {
		refusal := url.Values{
			"state": {callback.Query().Get("state")}, "iss": {r.harbor.Issuer()},
			"error": {code}, "error_description": {"Mei Lin (" + benName + ") is not assigned to this application"},
		}
		b.toApp(b.get(acme + userpool.PathIDPResponse + "?" + refusal.Encode()))
		callback, _ = url.Parse(b.atOpenID(authorizeAt(acme, "identity_provider", "Harbor", "prompt", "login"), "mei-72f0"))
	}
	deliver := func(person string) {
		action, form := b.atNorthwind(authorizeAt(acme, "identity_provider", "Northwind", "prompt", "login"), person)
		document, _ := base64.StdEncoding.DecodeString(form.Get("SAMLResponse"))
		keep(form.Get("SAMLResponse")[:200], form.Get("RelayState"), signaturePattern.FindString(string(document)), assertionID.FindString(string(document)))
		b.post(action, form)
		b.post(action, form)
	}
	for _, person := range practice.People() {
		deliver(person.ID)
	}
	for _, faults := range []practice.Faults{
		{Outcome: practice.Cancels}, {Outcome: practice.Expired}, {Outcome: practice.BadSignature}, {OtherAudience: true}, {Unsigned: true},
		{NoSubject: true}, {OtherRequest: true}, {OtherRecipient: true}, {TwoAssertions: true}, {SHA1: true}, {OtherKey: true},
	} {
		r.northwind.SetFaults(faults)
		deliver("mei-72f0")
	}
	b.get(acme + userpool.PathIDPResponse + "?error=access_denied&error_description=" + benPassword + "&state=" + adaPassword)
}

var (
	signaturePattern = regexp.MustCompile(`SignatureValue>[A-Za-z0-9+/=\s]{40}`)
	assertionID      = regexp.MustCompile(`Assertion [^>]*ID="[^"]+"`)
)

func (r *rig) signUpAndRecover(t *testing.T, b *tab, keep func(...string)) {
	const name, password, next = "eve.new@acme.example", "Doorway-Lantern-9", "Doorway-Lantern-10"
	keep(name, password, next)
	post := func(path string, form url.Values) page {
		form.Set("_csrf", b.csrf(acme))
		return b.post(acme+path+"?"+ask().Encode(), form)
	}
	newest := func() string {
		if r.inbox.Count() == 0 {
			t.Fatal("no message came")
		}
		return codePattern.FindString(r.inbox.Messages()[0].Text)
	}
	b.get(acme + userpool.PathSignUp + "?" + ask().Encode())
	post(userpool.PathSignUp, url.Values{"username": {name}, "password": {"weak-pass"}})
	post(userpool.PathSignUp, url.Values{"username": {adaName}, "password": {password}})
	post(userpool.PathSignUp, url.Values{"username": {name}, "password": {password}})
	post(userpool.PathConfirm, url.Values{"code": {"000001"}})
	post(userpool.PathResend, url.Values{})
	if got := b.toApp(post(userpool.PathConfirm, url.Values{"code": {newest()}})); got.Get("code") == "" {
		t.Fatalf("sign-up ends with %v", got)
	}
	post(userpool.PathForgot, url.Values{"username": {"nobody.there@acme.example"}})
	keep("nobody.there@acme.example", "weak-pass")
	before := r.inbox.Count()
	post(userpool.PathForgot, url.Values{"username": {name}})
	r.waitForMail(t, before)
	post(userpool.PathConfirmForgot, url.Values{"code": {"000002"}, "password": {next}, "confirmPassword": {next}})
	p := post(userpool.PathConfirmForgot, url.Values{"code": {newest()}, "password": {next}, "confirmPassword": {next}})
	if p.Request.URL.Path != userpool.PathLogin { // which finds the session of the sign-up and goes on
		t.Fatalf("recovery ends with %d at %s", p.StatusCode, p.Request.URL)
	}
	keep(b.signIn(acme, name, next, "prompt", "login").Get("code"))
}
