package main

import (
	"net/http"
	"net/url"
	"testing"

	"portico/userpool"
)

// RFC 7009, Token Revocation.

// §2.1: the client proves itself as at the token endpoint, and may name the kind of token, which need not be right. After it
// the refresh token and, as far as our own endpoints go, the access tokens of the same grant are worth nothing.
func TestRFC7009RevokesTheGrant(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		for _, hint := range []string{"", "refresh_token", "access_token", "colour"} {
			a := p.redeem(t, r, p.code(r.tab(t)))
			form := url.Values{"token": {a.RefreshToken}, "token_type_hint": {hint}}
			if got := p.call(t, r, userpool.PathRevoke, form); got.StatusCode != http.StatusOK || got.body != "" {
				t.Errorf("%s, hint %q: status %d, %q", dialect, hint, got.StatusCode, got.body)
			}
			p.refresh(t, r, a.RefreshToken).grants(t, http.StatusBadRequest, "invalid_grant", "")
			if status := p.info(t, r, a.AccessToken).StatusCode; status != http.StatusUnauthorized {
				t.Errorf("%s: userInfo answers a revoked grant with %d", dialect, status)
			}
		}
	}
}

// §2.2: a token that is no good any more is answered like one that was, and so is a second time; §2.1: what belongs to another
// client is left alone.
func TestRFC7009SaysNothingOfTokens(t *testing.T) {
	r := newRig(t)
	p, other := cedarNotes(), cedarDrawings()
	a := p.redeem(t, r, p.code(r.tab(t)))
	for _, c := range []struct {
		party
		token string
	}{{other, a.RefreshToken}, {p, "nonsense"}, {p, a.RefreshToken + "x"}, {other, "nonsense"}} {
		if got := c.call(t, r, userpool.PathRevoke, url.Values{"token": {c.token}}); got.StatusCode != http.StatusOK || got.body != "" {
			t.Errorf("%s: status %d, %q", c.id, got.StatusCode, got.body)
		}
	}
	p.refresh(t, r, a.RefreshToken).grants(t, http.StatusOK, "", "")
	for range 2 {
		if got := p.call(t, r, userpool.PathRevoke, url.Values{"token": {a.RefreshToken}}); got.StatusCode != http.StatusOK {
			t.Errorf("status %d", got.StatusCode)
		}
	}
}

// §2.1: access tokens too, in the standard dialect, by the client they were issued to. What is no good is no error (§2.2).
func TestRFC7009RevokesByAccessToken(t *testing.T) {
	r := newRig(t)
	p := cedarNotes()
	a := p.redeem(t, r, p.code(r.tab(t)))
	revoke := func(as party, token string) {
		t.Helper()
		if got := as.call(t, r, userpool.PathRevoke, url.Values{"token": {token}}); got.StatusCode != http.StatusOK || got.body != "" {
			t.Errorf("%s: status %d, %q", as.id, got.StatusCode, got.body)
		}
	}
	revoke(cedarDrawings(), a.AccessToken)
	revoke(p, a.AccessToken+"x")
	if status := p.info(t, r, a.AccessToken).StatusCode; status != http.StatusOK {
		t.Fatalf("somebody else revoked the token: userInfo answers %d", status)
	}
	revoke(p, a.AccessToken)
	if status := p.info(t, r, a.AccessToken).StatusCode; status != http.StatusUnauthorized {
		t.Errorf("userInfo answers a revoked token with %d", status)
	}
	p.refresh(t, r, a.RefreshToken).grants(t, http.StatusBadRequest, "invalid_grant", "")

	machine := cedarReports()
	alone := answerOf(t, machine.call(t, r, userpool.PathToken, url.Values{"grant_type": {"client_credentials"}}))
	answerOf(t, machine.call(t, r, userpool.PathRevoke, url.Values{"token": {alone.AccessToken}})).
		grants(t, http.StatusBadRequest, "unsupported_token_type", "")
}

// §2.2.1: errors are those of RFC 6749 §5.2, and unsupported_token_type where such a token cannot be revoked: at Cognito all
// but refresh tokens. §2.1: a refused client is 401 in both dialects.
func TestRFC7009Errors(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		a := p.redeem(t, r, p.code(r.tab(t)))
		stranger := party{pool: p.pool, id: p.id, secret: "wrong"}
		for name, c := range map[string]struct {
			as     party
			form   url.Values
			status int
			code   string
		}{
			"no token":       {p, url.Values{}, http.StatusBadRequest, "invalid_request"},
			"token twice":    {p, url.Values{"token": {"x", "y"}}, http.StatusBadRequest, "invalid_request"},
			"ID token":       {p, url.Values{"token": {a.IDToken}}, http.StatusBadRequest, "unsupported_token_type"},
			"wrong secret":   {stranger, url.Values{"token": {a.RefreshToken}}, http.StatusUnauthorized, "invalid_client"},
			"unknown client": {party{pool: p.pool, id: "nobody"}, url.Values{"token": {a.RefreshToken}}, http.StatusUnauthorized, "invalid_client"},
		} {
			got := answerOf(t, c.as.call(t, r, userpool.PathRevoke, c.form))
			if got.status != c.status || got.Error != c.code {
				t.Errorf("%s, %s: %d %q, want %d %q", dialect, name, got.status, got.Error, c.status, c.code)
			}
		}
		if dialect == "Cognito" {
			answerOf(t, p.call(t, r, userpool.PathRevoke, url.Values{"token": {a.AccessToken}})).
				grants(t, http.StatusBadRequest, "unsupported_token_type", "")
		}
		p.refresh(t, r, a.RefreshToken).grants(t, http.StatusOK, "", "")
	}
	// §2: by POST; §2.3: scripts of other origins may ask.
	if got := read(t, r.serve(newRequest(t, http.MethodGet, cedar+userpool.PathRevoke+"?token=x", nil))); got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: status %d", got.StatusCode)
	}
	if got := read(t, r.serve(newRequest(t, http.MethodOptions, cedar+userpool.PathRevoke, nil))); got.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("preflight: %v", got.Header)
	}
}
