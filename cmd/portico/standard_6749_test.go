package main

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"portico/userpool"
)

// RFC 6749, The OAuth 2.0 Authorization Framework: the authorization endpoint. standard_6749_token_test.go has the other.

// §3.1.2.2, §3.1.2.3: a request names an address that was registered, compared as a whole. §3.1.2.4: where it did not, the
// person is told and the browser is sent nowhere.
func TestRFC6749RedirectIsRegistered(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		for _, changes := range [][]string{
			{"redirect_uri", "https://app.example/callback/"}, {"redirect_uri", "https://app.example/"}, {"redirect_uri", ""}, {"client_id", "nobody"}, {"client_id", ""},
		} {
			answer := read(t, r.serve(newRequest(t, http.MethodGet, p.request(changes...), nil)))
			stays(t, answer)
			if to := answer.Header.Get("Location"); !strings.HasPrefix(to, userpool.PathError+"?") {
				t.Errorf("%s: %v: status %d, sent to %q, want the error page", dialect, changes, answer.StatusCode, to)
			}
		}
	}
}

// §3.1.2: the registered address keeps its own query, and parameters are added to it.
func TestRFC6749RedirectKeepsItsQuery(t *testing.T) {
	r := newRig(t)
	const registered = appCallback + "?from=acme"
	to := r.tab(t).get(acmeNotes().request("redirect_uri", registered, "prompt", "none")).Header.Get("Location")
	if !strings.HasPrefix(to, registered+"&") {
		t.Errorf("sent to %q", to)
	}
}

// §4.1.2: code, and the state exactly as it came; §4.1.2.1: in errors too, and none where none came.
func TestRFC6749StateComesBackAsItCame(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		b := r.tab(t)
		p.signIn(b)
		for _, state := range []string{"simple", "a b+c", "%41", "{\"k\":[1,2]}", "ü€𝄞", "a&code=x", "'\"<>", strings.Repeat("x", 4096)} {
			for _, prompt := range []string{"", "none login"} { // well, and in an error
				back := response(t, b.get(p.request("state", state, "prompt", prompt)))
				if got := back["state"]; len(got) != 1 || got[0] != state {
					t.Errorf("%s: state %.40q came back as %.40q", dialect, state, got)
				}
				if back.Has("code") == back.Has("error") {
					t.Errorf("%s: neither code nor error alone in %v", dialect, back)
				}
			}
		}
		if back := response(t, b.get(p.request("state", ""))); back.Has("state") {
			t.Errorf("%s: no state came, and %q went", dialect, back.Get("state"))
		}
	}
}

// §4.1.2.1: each thing that is wrong has its code. Cognito names some otherwise.
func TestRFC6749AuthorizationErrors(t *testing.T) {
	r := newRig(t)
	for name, c := range map[string]struct {
		changes           []string
		cognito, standard string
	}{
		"response_type is missing":             {[]string{"response_type", ""}, "invalid_request", "invalid_request"},
		"response_type is unknown":             {[]string{"response_type", "device"}, "unauthorized_client", "unsupported_response_type"},
		"response_type in capitals":            {[]string{"response_type", "CODE"}, "unauthorized_client", "unsupported_response_type"},
		"response_type not for this client":    {[]string{"response_type", "token"}, "unauthorized_client", "unauthorized_client"},
		"scope is malformed":                   {[]string{"scope", "open\"id"}, "invalid_scope", "invalid_scope"},
		"no scope that the client may ask for": {[]string{"scope", "nothing/here"}, "invalid_scope", "invalid_scope"},
	} {
		t.Run(name, func(t *testing.T) {
			for dialect, p := range dialects() {
				want := map[string]string{"Cognito": c.cognito, "standard": c.standard}[dialect]
				back := response(t, r.tab(t).get(p.request(c.changes...)))
				if back.Get("error") != want || back.Has("code") {
					t.Errorf("%s: the app is told %v, want %s", dialect, back, want)
				}
				wellFormedError(t, back)
			}
		})
	}
}

// wellFormedError: error and error_description stay within the characters of §4.1.2.1 (Appendix A.7, A.8).
func wellFormedError(t *testing.T, back url.Values) {
	t.Helper()
	allowed := regexp.MustCompile(`^[\x20-\x21\x23-\x5B\x5D-\x7E]*$`)
	for _, name := range []string{"error", "error_description"} {
		if !allowed.MatchString(back.Get(name)) {
			t.Errorf("%s is %q", name, back.Get(name))
		}
	}
}

// §3.1, §3.2: a parameter without a value counts as left out, one we do not know is ignored, and none is given twice.
func TestRFC6749ParameterRules(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		b := r.tab(t)
		p.signIn(b)
		empty := p.request() + "&code_challenge=&code_challenge_method=&response_mode=&resource=&prompt=&max_age=&lang="
		if back := response(t, b.get(empty)); back.Get("code") == "" {
			t.Errorf("%s: empty parameters count: %v", dialect, back)
		}
		if back := response(t, b.get(p.request("colour", "blue"))); back.Get("code") == "" {
			t.Errorf("%s: an unknown parameter counts: %v", dialect, back)
		}
		for _, name := range []string{"response_type", "scope", "state", "nonce", "prompt", "response_mode", "code_challenge", "resource", "max_age"} {
			back := response(t, b.get(p.request(name, "x")+"&"+name+"=y"))
			if back.Get("error") != "invalid_request" || back.Has("code") {
				t.Errorf("%s: %s twice gives %v", dialect, name, back)
			}
		}
		code := p.code(b)
		form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.callback}, "scope": {""}, "code_verifier": {""}, "colour": {"blue"}}
		for _, name := range []string{"grant_type", "code", "redirect_uri", "code_verifier", "scope"} {
			twice := url.Values{}
			for k, v := range form {
				twice[k] = v
			}
			twice[name] = append([]string{"x"}, form[name]...)
			answerOf(t, p.call(t, r, userpool.PathToken, twice)).grants(t, http.StatusBadRequest, "invalid_request", "")
		}
		answerOf(t, p.call(t, r, userpool.PathToken, form)).grants(t, http.StatusOK, "", "")
	}
}

// §4.2.2: tokens in the fragment, with token_type, expires_in and the state, and never a refresh token.
func TestRFC6749ImplicitGrant(t *testing.T) {
	r := newRig(t)
	board := acmeNotes()
	board.id, board.secret, board.callback = boardID, "", boardCallback
	for dialect, c := range map[string]struct {
		party
		kind string
	}{"Cognito": {board, "bearer"}, "standard": {cedarBoard(), "Bearer"}} {
		b := r.tab(t)
		p := c.party
		b.get(p.request())
		login := strings.Replace(p.request("response_type", "token"), userpool.PathAuthorize, userpool.PathLogin, 1)
		answer := b.post(login, url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {b.csrf(p.pool)}})
		to := answer.Header.Get("Location")
		if !strings.HasPrefix(to, p.callback+"#") || strings.Contains(to, "?") {
			t.Fatalf("%s: sent to %.80q, want the fragment alone", dialect, to)
		}
		back := response(t, answer)
		if back.Get("access_token") == "" || back.Get("token_type") != c.kind || back.Get("expires_in") != "3600" || back.Get("state") != ask().Get("state") {
			t.Errorf("%s: the app is told %v", dialect, back)
		}
		if back.Has("refresh_token") || back.Has("code") {
			t.Errorf("%s: more than §4.2.2 allows in %v", dialect, back)
		}
		if status := p.info(t, r, back.Get("access_token")).StatusCode; status != http.StatusOK {
			t.Errorf("%s: userInfo answers the token with %d", dialect, status)
		}
	}
}

// §10.3, §10.5: codes and tokens hold at least 128 bits that nobody can guess, so no two are alike.
func TestRFC6749CodesCannotBeGuessed(t *testing.T) {
	r := newRig(t)
	p, b := cedarNotes(), r.tab(t)
	first := p.code(b)
	second := response(t, b.get(p.request())).Get("code")
	for i := 0; i+16 <= len(first) && i+16 <= len(second); i++ {
		if first[i:i+16] == second[i:i+16] {
			t.Errorf("two codes share %q", first[i:i+16])
		}
	}
	if raw, err := base64.RawURLEncoding.DecodeString(first); err != nil || len(raw) < 32 {
		t.Errorf("a code of %d bytes (%v)", len(raw), err)
	}
}
