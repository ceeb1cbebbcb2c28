package main

import (
	"net/http"
	"strings"
	"testing"
)

// RFC 7636, Proof Key for Code Exchange.

// Appendix B: the RFC's own verifier and challenge.
func TestRFC7636AppendixB(t *testing.T) {
	r := newRig(t)
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	for dialect, p := range dialects() {
		code := p.code(r.tab(t), "code_challenge", challenge, "code_challenge_method", "S256")
		if a := p.redeem(t, r, code, "code_verifier", verifier); a.Error != "" {
			t.Errorf("%s: %+v", dialect, a)
		}
	}
}

// §4.1: a verifier is 43 to 128 unreserved characters; §4.6: one that does not answer the challenge is invalid_grant.
func TestRFC7636Verifiers(t *testing.T) {
	r := newRig(t)
	p, b := cedarPhone(), r.tab(t)
	p.signIn(b)
	for name, c := range map[string]struct {
		verifier string
		good     bool
	}{
		"43 characters": {strings.Repeat("a", 43), true}, "128 characters": {strings.Repeat("Z", 128), true},
		"all kinds": {strings.Repeat("aZ09-._~", 8), true}, "42 characters": {strings.Repeat("a", 42), false},
		"129 characters": {strings.Repeat("a", 129), false}, "a reserved one": {strings.Repeat("a", 43) + "+", false},
		"beyond ASCII": {strings.Repeat("ü", 50), false},
	} {
		code := response(t, b.get(p.request("code_challenge", challenge(c.verifier), "code_challenge_method", "S256"))).Get("code")
		a := p.redeem(t, r, code, "code_verifier", c.verifier)
		if (a.Error == "") != c.good || !c.good && a.Error != "invalid_grant" {
			t.Errorf("%s: %q", name, a.Error)
		}
	}
}

// §4.4.1: a method that is not offered, plain among them (and so a challenge without a method, §4.3), is invalid_request at
// the authorization endpoint already; §4.2: what cannot be a SHA-256 neither.
func TestRFC7636OnlyS256(t *testing.T) {
	r := newRig(t)
	good := challenge(strings.Repeat("a", 43))
	for dialect, p := range dialects() {
		for _, changes := range [][]string{
			{"code_challenge", good, "code_challenge_method", "plain"}, {"code_challenge", good}, {"code_challenge_method", "S256"},
			{"code_challenge", good, "code_challenge_method", "S512"}, {"code_challenge", good + "=", "code_challenge_method", "S256"},
			{"code_challenge", good[1:], "code_challenge_method", "S256"}, {"code_challenge", "+" + good[1:], "code_challenge_method", "S256"},
		} {
			if back := response(t, r.tab(t).get(p.request(changes...))); back.Get("error") != "invalid_request" {
				t.Errorf("%s: %v gives %v", dialect, changes, back)
			}
		}
		// RFC 8414 §2: the methods are published.
		methods, _ := r.document(t, p.issuer+"/.well-known/openid-configuration")["code_challenge_methods_supported"].([]any)
		if len(methods) != 1 || methods[0] != "S256" {
			t.Errorf("%s: %v are published", dialect, methods)
		}
	}
}

// §4.5, §4.6: with a challenge nothing is given without its verifier, and confidential clients are held to it too.
func TestRFC7636VerifierIsRequired(t *testing.T) {
	r := newRig(t)
	for _, p := range []party{cedarNotes(), cedarPhone(), acmeNotes()} {
		code := p.code(r.tab(t), "code_challenge", challenge(strings.Repeat("a", 43)), "code_challenge_method", "S256")
		p.redeem(t, r, code).grants(t, http.StatusBadRequest, "invalid_grant", "")
	}
}
