package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// A page of another site signs the victim out (logout CSRF): it sends the browser to the end session endpoint, with an ID
// token of the attacker's own, or posts the form of our page. The person is asked, and nothing happens without an answer.
// Cognito's /logout signs out whoever opens it, and so does ours: docs/conformance.md says so.
func TestLogoutCSRF(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		attacker := r.tab(t)
		attacker.get(p.request())
		login := strings.Replace(p.request(), userpool.PathAuthorize, userpool.PathLogin, 1)
		code := response(t, attacker.post(login, url.Values{"username": {benName}, "password": {benPassword}, "_csrf": {attacker.csrf(p.pool)}})).Get("code")
		own := p.redeem(t, r, code).IDToken

		victim := r.tab(t)
		p.signIn(victim)
		for _, parameters := range [][]string{
			{}, {"client_id", p.id}, {"state", "x"}, {"id_token_hint", own}, {"id_token_hint", "x"}, {"logout_hint", adaName},
			{"client_id", p.id, "post_logout_redirect_uri", appLogout}, {"id_token_hint", own, "post_logout_redirect_uri", appLogout},
		} {
			victim.at = "https://evil.example"
			victim.get(p.endSession(parameters...))
			victim.at = "https://evil.example"
			victim.post(p.pool+userpool.PathEndSession, with(url.Values{}, parameters...))
			if p.signedOut(victim) {
				t.Fatalf("%s: %v signs out", dialect, parameters)
			}
		}
		for name, form := range map[string]url.Values{
			"no token": {}, "a token of the attacker's": {"_csrf": {attacker.csrf(p.pool)}}, "the victim's, from elsewhere": {"_csrf": {victim.csrf(p.pool)}},
		} {
			victim.at = "https://evil.example"
			if answer := victim.post(p.pool+userpool.PathSignOut, form); answer.StatusCode != http.StatusForbidden {
				t.Errorf("%s, %s: status %d", dialect, name, answer.StatusCode)
			}
			if p.signedOut(victim) {
				t.Fatalf("%s: %s signs out", dialect, name)
			}
		}
	}
}

// Sign-out leads to an address of the attacker's (open redirect at the end session endpoint and on its page): nothing but
// what is registered for signing out, letter for letter, is an address to go to, in every way there is to ask.
func TestOpenRedirectAfterSignOut(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	p := acmeNotes()
	hint := p.redeem(t, r, p.code(b)).IDToken
	out := r.tab(t)
	out.get(loginAt(acme))
	for _, evil := range append(hostileAddresses(), appCallback, appCallback+"?from=acme", appLogout+"?", appLogout+"#", appLogout+"/..") {
		if evil == appLogout {
			continue // for this purpose it is registered
		}
		t.Run(evil, func(t *testing.T) {
			for _, q := range []url.Values{
				{"client_id": {appID}, "post_logout_redirect_uri": {evil}}, {"post_logout_redirect_uri": {evil}},
				{"id_token_hint": {hint}, "post_logout_redirect_uri": {evil}}, {"id_token_hint": {evil}}, {"client_id": {evil}},
				{"client_id": {appID}, "state": {evil}}, {"client_id": {appID}, "redirect_uri": {evil}, "logout_uri": {evil}},
				{"client_id": {appID}, "post_logout_redirect_uri": {appLogout, evil}},
			} {
				for _, path := range []string{userpool.PathEndSession, userpool.PathSignOut} {
					for _, browser := range []*tab{b, out} {
						stays(t, browser.get(acme+path+"?"+q.Encode()))
					}
				}
				form := url.Values{"_csrf": {out.csrf(acme)}, "post_logout_redirect_uri": {evil}, "client_id": {appID}}
				stays(t, out.post(acme+userpool.PathSignOut+"?"+q.Encode(), form))
				for _, path := range []string{userpool.PathIDPLogout, userpool.PathSAMLLogout} {
					q.Set("RelayState", evil)
					stays(t, out.get(acme+path+"?"+q.Encode()))
				}
			}
		})
	}
	if p.signedOut(b) {
		t.Error("a mistaken request signed out")
	}
}

// The state of a sign-out is text, whatever stands in it: it cannot end the address it is appended to.
func TestSignOutStateIsData(t *testing.T) {
	r := newRig(t)
	for _, state := range append(hostileTexts(), "#@evil.example", "&x=1", "%0d%0a", "?") {
		to := r.tab(t).get(acmeNotes().endSession("client_id", appID, "post_logout_redirect_uri", appLogout, "state", state)).Header.Get("Location")
		rest, ok := strings.CutPrefix(to, appLogout+"?state=")
		if got, err := url.QueryUnescape(rest); !ok || err != nil || got != state || strings.ContainsAny(rest, "&#?\r\n ") {
			t.Errorf("state %q: sent to %q", state, to)
		}
	}
}
