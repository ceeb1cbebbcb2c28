package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// OpenID Connect RP-Initiated Logout 1.0.

func (p party) endSession(parameters ...string) string {
	return p.pool + userpool.PathEndSession + "?" + with(url.Values{}, parameters...).Encode()
}

// signedOut reports whether the browser's session is over.
func (p party) signedOut(b *tab) bool {
	b.t.Helper()
	return response(b.t, b.get(p.request("prompt", "none"))).Get("error") == "login_required"
}

// §2, §3: with the ID token as hint the person is signed out and sent to the registered address, with the app's state and
// nothing else. §2.1: the endpoint is published.
func TestRPInitiatedLogout(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		if got := r.document(t, p.issuer+userpool.PathDiscovery)["end_session_endpoint"]; got != p.pool+userpool.PathEndSession {
			t.Errorf("%s: %v is published", dialect, got)
		}
		for _, state := range []string{"", "a b&c=d#e", strings.Repeat("s", 128)} {
			b := r.tab(t)
			a := p.redeem(t, r, p.code(b))
			answer := b.get(p.endSession("id_token_hint", a.IDToken, "post_logout_redirect_uri", appLogout, "state", state))
			want := appLogout
			if state != "" {
				want += "?state=" + url.QueryEscape(state)
			}
			if to := answer.Header.Get("Location"); to != want {
				t.Errorf("%s: sent to %q, want %q", dialect, to, want)
			}
			if !p.signedOut(b) {
				t.Errorf("%s: still signed in", dialect)
			}
		}
	}
}

// §2: GET and POST are served alike.
func TestRPInitiatedLogoutByPost(t *testing.T) {
	r := newRig(t)
	p, b := cedarNotes(), r.tab(t)
	a := p.redeem(t, r, p.code(b))
	b.at = "https://app.example"
	answer := b.post(p.pool+userpool.PathEndSession, url.Values{"id_token_hint": {a.IDToken}, "post_logout_redirect_uri": {appLogout}, "state": {"s"}})
	if to := answer.Header.Get("Location"); to != appLogout+"?state=s" || !p.signedOut(b) {
		t.Errorf("sent to %q", to)
	}
}

// §2, §6: without a hint, or with that of another person, the person is asked, and signed out only by an answer of theirs.
func TestRPInitiatedLogoutAsks(t *testing.T) {
	r := newRig(t)
	p := cedarNotes()
	ben := r.tab(t)
	ben.get(p.request())
	login := strings.Replace(p.request(), userpool.PathAuthorize, userpool.PathLogin, 1)
	code := response(t, ben.post(login, url.Values{"username": {benName}, "password": {benPassword}, "_csrf": {ben.csrf(cedar)}})).Get("code")
	benHint := p.redeem(t, r, code).IDToken
	for name, parameters := range map[string][]string{
		"nothing":        {},
		"state alone":    {"state", "s"},
		"the client":     {"client_id", p.id, "post_logout_redirect_uri", appLogout},
		"another person": {"id_token_hint", benHint, "post_logout_redirect_uri", appLogout},
	} {
		t.Run(name, func(t *testing.T) {
			b := r.tab(t)
			p.signIn(b)
			asked := b.get(p.endSession(parameters...))
			if asked.StatusCode != http.StatusOK || !strings.Contains(asked.body, "Sign out?") || asked.Header.Get("Location") != "" {
				t.Fatalf("status %d, sent to %q", asked.StatusCode, asked.Header.Get("Location"))
			}
			if p.signedOut(b) {
				t.Fatal("signed out without an answer")
			}
			done := b.post(asked.Request.URL.String(), url.Values{"_csrf": {b.csrf(cedar)}})
			if !p.signedOut(b) {
				t.Error("still signed in after the answer")
			}
			if to := done.Header.Get("Location"); strings.Contains(strings.Join(parameters, " "), appLogout) != (to == appLogout) {
				t.Errorf("sent to %q", to)
			}
		})
	}
}

// §2, §3, §4: a hint that is not ours or not of the client, and an address that is not registered with it, letter for letter,
// sign nobody out and send nobody anywhere. An expired hint is good (userpool/token tests it with a clock).
func TestRPInitiatedLogoutRefuses(t *testing.T) {
	r := newRig(t)
	p, b := cedarNotes(), r.tab(t)
	hint := p.redeem(t, r, p.code(b)).IDToken
	parts := strings.Split(hint, ".")
	unsigned := "eyJhbGciOiJub25lIn0." + parts[1] + "."
	for name, parameters := range map[string][]string{
		"a hint of alg none":          {"id_token_hint", unsigned, "post_logout_redirect_uri", appLogout},
		"a hint that was changed":     {"id_token_hint", hint[:len(hint)-3] + "AAA", "post_logout_redirect_uri", appLogout},
		"nonsense as hint":            {"id_token_hint", "x", "post_logout_redirect_uri", appLogout},
		"another client's hint":       {"id_token_hint", hint, "client_id", "cedardrawings", "post_logout_redirect_uri", "https://drawings.example/bye"},
		"a hint and another client":   {"id_token_hint", hint, "client_id", "cedardrawings", "post_logout_redirect_uri", appLogout},
		"the same, to nowhere":        {"id_token_hint", hint, "client_id", "cedardrawings"},
		"another client's address":    {"id_token_hint", hint, "post_logout_redirect_uri", "https://drawings.example/bye"},
		"an address of nobody":        {"id_token_hint", hint, "post_logout_redirect_uri", "https://evil.example/"},
		"a query added":               {"id_token_hint", hint, "post_logout_redirect_uri", appLogout + "?foo=bar"},
		"a slash added":               {"id_token_hint", hint, "post_logout_redirect_uri", appLogout + "/"},
		"a callback address":          {"id_token_hint", hint, "post_logout_redirect_uri", appCallback},
		"an address without a client": {"post_logout_redirect_uri", appLogout},
		"a client of nobody":          {"client_id", "nobody", "post_logout_redirect_uri", appLogout},
		"a state too long":            {"id_token_hint", hint, "post_logout_redirect_uri", appLogout, "state", strings.Repeat("s", 4097)},
	} {
		answer := b.get(p.endSession(parameters...))
		stays(t, answer)
		if answer.StatusCode != http.StatusBadRequest || answer.Header.Get("Location") != "" {
			t.Errorf("%s: status %d, sent to %q", name, answer.StatusCode, answer.Header.Get("Location"))
		}
		if p.signedOut(b) {
			t.Fatalf("%s signs out", name)
		}
	}
}
