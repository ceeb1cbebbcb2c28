package main

import (
	"net/http"
	"strings"
	"testing"

	"portico/userpool"
)

// RFC 8252, OAuth 2.0 for Native Apps.

func TestRFC8252NativeRedirects(t *testing.T) {
	r := newRig(t)
	verifier := strings.Repeat("v", 43)
	for name, callback := range map[string]string{
		"§7.1 private-use scheme": "com.example.cedar:/callback",
		"§7.3 IPv4 loopback":      "http://127.0.0.1:51004/callback",
		"§7.3 IPv6 loopback":      "http://[::1]:51004/callback",
		"§8.3 localhost":          "http://localhost:51004/callback",
	} {
		t.Run(name, func(t *testing.T) {
			p := cedarPhone()
			p.callback = callback
			b := r.tab(t)
			b.get(p.request("code_challenge", challenge(verifier), "code_challenge_method", "S256"))
			login := strings.Replace(p.request("code_challenge", challenge(verifier), "code_challenge_method", "S256"), userpool.PathAuthorize, userpool.PathLogin, 1)
			request := newRequest(t, http.MethodPost, login, map[string][]string{"username": {adaName}, "password": {adaPassword}, "_csrf": {b.csrf(cedar)}})
			request.Header.Set("Cookie", csrfCookie+"="+b.csrf(cedar))
			answer := read(t, r.serve(request))
			if to := answer.Header.Get("Location"); !strings.HasPrefix(to, callback+"?code=") {
				t.Fatalf("status %d, sent to %q", answer.StatusCode, to)
			}
			// §6, §8.5: with PKCE, and without a secret, which an app that people download cannot keep.
			a := p.redeem(t, r, response(t, answer).Get("code"), "code_verifier", verifier)
			a.grants(t, http.StatusOK, "", "")
		})
	}
}

// §7.3: any port of the loopback address, in the standard dialect; Cognito compares the whole address. localhost has the port
// that is registered (§8.3: it may resolve to somewhere else).
func TestRFC8252LoopbackPorts(t *testing.T) {
	r := newRig(t)
	for _, callback := range []string{"http://127.0.0.1:51005/callback", "http://127.0.0.1/callback", "http://[::1]:1/callback"} {
		answer := read(t, r.serve(newRequest(t, http.MethodGet, cedarPhone().request("redirect_uri", callback), nil)))
		if to := answer.Header.Get("Location"); !strings.HasPrefix(to, userpool.PathLogin+"?") {
			t.Errorf("%s: status %d, sent to %q", callback, answer.StatusCode, to)
		}
	}
	for _, callback := range []string{"http://localhost:51005/callback", "http://127.0.0.2:51004/callback", "http://127.0.0.1:51005/other"} {
		answer := read(t, r.serve(newRequest(t, http.MethodGet, cedarPhone().request("redirect_uri", callback), nil)))
		stays(t, answer)
		if to := answer.Header.Get("Location"); !strings.HasPrefix(to, userpool.PathError+"?") {
			t.Errorf("%s: sent to %q", callback, to)
		}
	}
}

// §8.5: a secret that is shipped with an app proves nothing, so a public client that sends one is refused.
func TestRFC8252PublicClientsHaveNoSecret(t *testing.T) {
	r := newRig(t)
	p := cedarPhone()
	code := p.code(r.tab(t))
	p.redeem(t, r, code, "client_secret", "embedded").grants(t, http.StatusUnauthorized, "invalid_client", "")
	p.secret = "embedded"
	p.redeem(t, r, code).grants(t, http.StatusUnauthorized, "invalid_client", "")
	p.secret = ""
	p.redeem(t, r, code).grants(t, http.StatusOK, "", "")
}

// A private-use scheme cannot be posted to, so form_post is refused for it; §8.2: the implicit flow is not for native apps, and
// a client gets it only where it is allowed.
func TestRFC8252ResponsesSuitTheScheme(t *testing.T) {
	r := newRig(t)
	p, b := cedarPhone(), r.tab(t)
	p.signIn(b)
	back := response(t, b.get(p.request("response_mode", "form_post")))
	if back.Get("error") != "invalid_request" || back.Has("code") {
		t.Errorf("the app is told %v", back)
	}
	if back := response(t, b.get(p.request("response_type", "token"))); back.Get("error") != "unauthorized_client" {
		t.Errorf("§8.2, implicit flow: the app is told %v", back)
	}
}
