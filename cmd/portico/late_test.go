package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"portico/userpool"
)

// pageAt is a page of Acme with the app's request in its address.
func pageAt(path string) string { return acme + path + "?" + ask().Encode() }

var startAgain = regexp.MustCompile(`class="btn primary submitButton-customizable" href="([^"]*)"`)

// startsAgain expects a page's one button to begin the app's request again, with every parameter as the app made it.
func (p page) startsAgain(t *testing.T) {
	t.Helper()
	buttons := startAgain.FindAllStringSubmatch(p.body, -1)
	if len(buttons) != 1 {
		t.Fatalf("%d buttons:\n%s", len(buttons), p.body)
	}
	to, err := url.Parse(html.UnescapeString(buttons[0][1]))
	if err != nil || to.Path != userpool.PathAuthorize || to.Query().Encode() != ask().Encode() {
		t.Errorf("the button leads to %s", buttons[0][1])
	}
}

// Every way in which a page can be too late, or be sent twice: it says what happened and that nothing was changed by it, and
// the app's request can be started again.
func TestPagesThatComeTooLate(t *testing.T) {
	r := newRig(t)
	form := func(b *tab, more ...string) url.Values {
		values := url.Values{"_csrf": {b.csrf(acme)}}
		for i := 0; i+1 < len(more); i += 2 {
			values.Set(more[i], more[i+1])
		}
		return values
	}
	const expired, over = "This page has expired", "This sign-in has expired"
	for _, c := range []struct {
		name   string
		come   func(b *tab) page
		status int
		says   []string
	}{
		{"sign-in form of another browser session", func(b *tab) page {
			return b.post(pageAt(userpool.PathLogin), url.Values{"_csrf": {"the one before"}, "username": {adaName}, "password": {adaPassword}})
		}, http.StatusForbidden, []string{"This page was open for too long", "Nothing was changed."}},
		{"confirm page", func(b *tab) page { return b.get(pageAt(userpool.PathConfirm)) }, http.StatusBadRequest, []string{expired, "Nothing was changed now."}},
		{"confirm form", func(b *tab) page { return b.post(pageAt(userpool.PathConfirm), form(b, "code", "123456")) }, http.StatusBadRequest, []string{expired, "Nothing was changed now."}},
		{"form for a new code", func(b *tab) page { return b.post(pageAt(userpool.PathResend), form(b)) }, http.StatusBadRequest, []string{expired, "Nothing was changed now."}},
		{"reset page", func(b *tab) page { return b.get(pageAt(userpool.PathConfirmForgot)) }, http.StatusBadRequest, []string{expired, "open for more than eight minutes. Nothing was changed now."}},
		{"reset form", func(b *tab) page {
			return b.post(pageAt(userpool.PathConfirmForgot), form(b, "code", "123456", "password", "Another-Lantern-9"))
		}, http.StatusBadRequest, []string{expired, "Nothing was changed now."}},
		{"new password page", func(b *tab) page { return b.get(pageAt(userpool.PathNewPassword)) }, http.StatusBadRequest, []string{over, "nobody was signed in"}},
		{"new password form", func(b *tab) page {
			return b.post(pageAt(userpool.PathNewPassword), form(b, "password", "Another-Lantern-9"))
		}, http.StatusBadRequest, []string{over, "Nothing was changed now, and nobody was signed in."}},
		{"proof page", func(b *tab) page { return b.get(pageAt(userpool.PathLink)) }, http.StatusBadRequest, []string{over, "nobody was signed in"}},
		{"proof form", func(b *tab) page { return b.post(pageAt(userpool.PathLink), form(b, "password", adaPassword)) }, http.StatusBadRequest, []string{over, "Nothing was changed now, and nobody was signed in."}},
		{"cookie of a page that is sealed otherwise", func(b *tab) page {
			b.plant(acme, "__Host-page-data", "sealed elsewhere")
			return b.get(pageAt(userpool.PathConfirm))
		}, http.StatusBadRequest, []string{expired}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := r.tab(t)
			b.get(loginAt(acme))
			p := c.come(b)
			p.shows(t, c.status, c.says...)
			p.startsAgain(t)
			if b.cookie(acme, sessionCookie) != "" {
				t.Error("somebody is signed in")
			}
		})
	}
	if n := r.inbox.Count(); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}

// A browser that keeps no cookies is told so, where it would else begin again and again.
func TestCookiesThatAreOff(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{userpool.PathLogin, userpool.PathSignUp, userpool.PathForgot, userpool.PathConfirm, userpool.PathNewPassword, userpool.PathLink} {
		b := r.tab(t)
		b.get(loginAt(acme))
		token := b.csrf(acme)
		clear(b.jar["login.acme.example"])
		p := b.post(pageAt(path), url.Values{"_csrf": {token}, "username": {adaName}, "password": {adaPassword}})
		p.shows(t, http.StatusForbidden, "This page needs cookies", "Nothing was changed, and nobody was signed in.", "Allow cookies for login.acme.example, then start again.")
		p.startsAgain(t)
	}
	// Back from a provider, the app's request is in the cookie that did not come.
	r.tab(t).get(acme+userpool.PathIDPResponse+"?state=x&code=y").shows(t, http.StatusBadRequest,
		"This sign-in cannot be finished here", "Nothing was changed, and nobody was signed in.", "Allow cookies for login.acme.example, then start again.")
	b := r.tab(t)
	b.get(loginAt(acme))
	if p := b.get(acme + userpool.PathIDPResponse + "?state=x&code=y"); strings.Contains(p.body, "Allow cookies") {
		t.Error("a browser that keeps cookies is told to allow them")
	}
}

// A person who comes back from a provider after the cookie of the attempt is gone is told that it took too long.
func TestCallbackThatComesTooLate(t *testing.T) {
	r := newRig(t)
	r.tab(t).get(acme+userpool.PathIDPResponse+"?state=abc.x&code=y").shows(t, http.StatusBadRequest,
		"This sign-in has expired", "Nothing has changed, and nobody was signed in.", "Go back to the app and sign in again.")
}

// signUpAt makes an account and returns the page that follows.
func (b *tab) signUpAt(name string) page {
	b.t.Helper()
	b.get(pageAt(userpool.PathSignUp))
	return b.post(pageAt(userpool.PathSignUp), url.Values{"username": {name}, "password": {"Another-Lantern-9"}, "_csrf": {b.csrf(acme)}})
}

// The back button after the end, and a form that another tab was faster with.
func TestStepsThatAreDoneTwice(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signUpAt("twice@acme.example").shows(t, http.StatusOK, "Check your email")
	code, data := r.inbox.Messages()[0].Code.Reveal(), b.cookie(acme, "__Host-page-data")
	b.toApp(b.post(pageAt(userpool.PathConfirm), url.Values{"code": {code}, "_csrf": {b.csrf(acme)}}))
	p := b.get(pageAt(userpool.PathConfirm))
	p.shows(t, http.StatusBadRequest, "This page has expired", "The account was confirmed already")
	p.startsAgain(t)

	for _, path := range []string{userpool.PathConfirm, userpool.PathResend} {
		b.plant(acme, "__Host-page-data", data) // the form was on its way already
		p = b.post(pageAt(path), url.Values{"code": {code}, "_csrf": {b.csrf(acme)}})
		p.shows(t, http.StatusBadRequest, "Your account is confirmed already", "Sign in to go on.", ">Sign in</a>")
		p.startsAgain(t)
	}
}

// A question about signing out that is too old signs nobody out, and says whether anybody is signed in.
func TestSignOutThatComesTooLate(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword)
	old := url.Values{"_csrf": {"the one before"}}
	b.post(acme+userpool.PathSignOut+"?client_id="+appID, old).shows(t, http.StatusForbidden,
		"This page has expired", "You are still signed in.", `href="/signout?client_id=acmenotes"`)
	if b.cookie(acme, sessionCookie) == "" {
		t.Error("the session is gone")
	}
	b.get(acme + userpool.PathLogout + "?client_id=" + appID)
	b.post(acme+userpool.PathSignOut, old).shows(t, http.StatusForbidden, "You are not signed in", "Nothing was changed.")
}
