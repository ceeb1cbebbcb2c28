package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"portico/userpool"
)

// OpenID Connect Core 1.0: the code flow and its ID token. standard_oidc_request_test.go has the authorization request.

// §3.1, §3.1.3.7, §5.3: the whole code flow by an OpenID client that is not ours, with its own verification of the ID token.
func TestOIDCCodeFlowByAnIndependentClient(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		t.Run(dialect, func(t *testing.T) {
			ctx := oidc.ClientContext(t.Context(), &http.Client{Transport: transport{r}})
			provider := p.provider(t, r)
			app := oauth2.Config{ClientID: p.id, ClientSecret: p.secret, RedirectURL: p.callback, Endpoint: provider.Endpoint(), Scopes: []string{"openid", "email", "profile"}}
			verifier := oauth2.GenerateVerifier()
			at, err := url.Parse(app.AuthCodeURL("st ate", oidc.Nonce("n-0S6"), oauth2.S256ChallengeOption(verifier)))
			if err != nil {
				t.Fatal(err)
			}
			b := r.tab(t)
			b.get(at.String())
			at.Path = userpool.PathLogin
			back := response(t, b.post(at.String(), url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {b.csrf(p.pool)}}))
			tokens, err := app.Exchange(ctx, back.Get("code"), oauth2.VerifierOption(verifier))
			if err != nil {
				t.Fatal(err)
			}
			raw, _ := tokens.Extra("id_token").(string)
			id := p.verify(t, r, raw)
			if id.Nonce != "n-0S6" || id.VerifyAccessToken(tokens.AccessToken) != nil || id.AccessTokenHash == "" {
				t.Errorf("nonce %q, at_hash %q", id.Nonce, id.AccessTokenHash)
			}
			info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
			if err != nil {
				t.Fatal(err)
			}
			if info.Subject != id.Subject || info.Email != adaName || !info.EmailVerified {
				t.Errorf("userInfo tells of %q, %q, verified %v", info.Subject, info.Email, info.EmailVerified)
			}
		})
	}
}

// §2: what an ID token holds: issuer, subject, one audience, times as whole seconds, and no more of the rest than was asked for.
func TestOIDCIDTokenClaims(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		before := time.Now().Truncate(time.Second)
		c := claims(t, p.redeem(t, r, p.code(r.tab(t), "nonce", "")).IDToken)
		if c["iss"] != p.issuer || c["aud"] != p.id {
			t.Errorf("%s: iss %v, aud %v", dialect, c["iss"], c["aud"])
		}
		if sub, _ := c["sub"].(string); sub == "" || len(sub) > 255 || strings.ContainsFunc(sub, func(r rune) bool { return r > 0x7e || r < 0x20 }) {
			t.Errorf("%s: sub %q", dialect, sub)
		}
		issued, expires, signedIn := c["iat"].(float64), c["exp"].(float64), c["auth_time"].(float64)
		if issued < float64(before.Unix()) || expires != issued+3600 || signedIn > issued || signedIn < float64(before.Unix()) {
			t.Errorf("%s: iat %v, exp %v, auth_time %v", dialect, issued, expires, signedIn)
		}
		for _, name := range []string{"nonce", "acr", "amr", "azp", "c_hash"} {
			if value, there := c[name]; there {
				t.Errorf("%s: %s is %v, and nobody asked", dialect, name, value)
			}
		}
	}
}

// §3.1.2.1, §2: the nonce comes back as it was sent, whatever it holds.
func TestOIDCNonce(t *testing.T) {
	r := newRig(t)
	for _, p := range dialects() {
		b := r.tab(t)
		p.signIn(b)
		for _, nonce := range []string{"n", "a b&c=%41+\"<>", "ü€𝄞", strings.Repeat("n", 512)} {
			a := p.redeem(t, r, response(t, b.get(p.request("nonce", nonce))).Get("code"))
			if got := claims(t, a.IDToken)["nonce"]; got != nonce {
				t.Errorf("nonce %.20q came back as %.20q", nonce, got)
			}
		}
	}
}

// §3.1.2.1: openid makes an OpenID request of it. Without openid there is no ID token, and userInfo says nothing.
func TestOIDCOpenIDScope(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		a := p.redeem(t, r, p.code(r.tab(t), "scope", "email"))
		if a.IDToken != "" || a.AccessToken == "" {
			t.Errorf("%s: %+v", dialect, a)
		}
		if got := p.info(t, r, a.AccessToken); got.StatusCode == http.StatusOK || strings.Contains(got.body, adaName) {
			t.Errorf("%s: userInfo answers %d", dialect, got.StatusCode)
		}
	}
}

// §5.4: profile, email and phone open their claims. Alone, openid opens sub and nothing of the person; at Cognito it opens all
// that the client may read. §5.1: email_verified is a boolean, at Cognito's userInfo the text "true"; §5.3.2: the sub is that
// of the ID token.
func TestOIDCScopesAndClaims(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		b := r.tab(t)
		p.signIn(b)
		for scope, want := range map[string][2][]string{ // what the standard opens, what Cognito opens
			"openid":               {{}, {"email", "name"}},
			"openid email":         {{"email"}, {"email"}},
			"openid profile":       {{"name"}, {"name"}},
			"openid profile email": {{"email", "name"}, {"email", "name"}},
		} {
			opens := want[map[string]int{"standard": 0, "Cognito": 1}[dialect]]
			a := p.redeem(t, r, response(t, b.get(p.request("scope", scope))).Get("code"))
			id := claims(t, a.IDToken)
			var info map[string]any
			if err := json.Unmarshal([]byte(p.info(t, r, a.AccessToken).body), &info); err != nil {
				t.Fatal(err)
			}
			if info["sub"] != id["sub"] {
				t.Errorf("%s, %s: sub %v and %v", dialect, scope, info["sub"], id["sub"])
			}
			for _, name := range []string{"email", "name"} {
				_, inID := id[name]
				_, inInfo := info[name]
				opened := strings.Contains(strings.Join(opens, " "), name)
				if inID != opened || inInfo != opened {
					t.Errorf("%s, %s: %s in ID token %v, at userInfo %v, want %v", dialect, scope, name, inID, inInfo, opened)
				}
			}
			if !strings.Contains(scope, "email") {
				continue
			}
			verified := map[string]any{"standard": true, "Cognito": "true"}[dialect]
			if id["email_verified"] != true || info["email_verified"] != verified {
				t.Errorf("%s: email_verified %v and %v", dialect, id["email_verified"], info["email_verified"])
			}
		}
	}
}

// §5.3.2: userInfo is JSON in UTF-8.
func TestOIDCUserInfoMediaType(t *testing.T) {
	r := newRig(t)
	p := cedarNotes()
	a := p.redeem(t, r, p.code(r.tab(t)))
	if got := p.info(t, r, a.AccessToken).Header.Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
		t.Errorf("Content-Type %q", got)
	}
}

// §12.2: the ID token of a refresh is of the same issuer, person, audience and time of sign-in, issued anew, and has no nonce.
func TestOIDCRefreshedIDToken(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		a := p.redeem(t, r, p.code(r.tab(t)))
		again := p.refresh(t, r, a.RefreshToken)
		p.verify(t, r, again.IDToken)
		first, second := claims(t, a.IDToken), claims(t, again.IDToken)
		for _, name := range []string{"iss", "sub", "aud", "auth_time", "azp"} {
			if first[name] != second[name] {
				t.Errorf("%s: %s was %v and is %v", dialect, name, first[name], second[name])
			}
		}
		if second["iat"].(float64) < first["iat"].(float64) || second["nonce"] != nil || second["jti"] == first["jti"] {
			t.Errorf("%s: claims %v", dialect, second)
		}
	}
}

// §10.1: a signature names its key, which is in the key set; the algorithm is the one published.
func TestOIDCSignaturesNameTheirKeys(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		a := p.redeem(t, r, p.code(r.tab(t)))
		document := r.document(t, p.issuer+userpool.PathDiscovery)
		keys := r.document(t, document["jwks_uri"].(string))["keys"].([]any)
		for _, raw := range []string{a.IDToken, a.AccessToken} {
			header := joseHeader(t, raw)
			if header["alg"] != "RS256" {
				t.Errorf("%s: alg %v", dialect, header["alg"])
			}
			found := 0
			for _, key := range keys {
				if key.(map[string]any)["kid"] == header["kid"] {
					found++
				}
			}
			if found != 1 {
				t.Errorf("%s: kid %v is in the key set %d times", dialect, header["kid"], found)
			}
		}
	}
}

// joseHeader reads a token's header.
func joseHeader(t *testing.T, raw string) map[string]any {
	t.Helper()
	head, _, _ := strings.Cut(raw, ".")
	return claims(t, "."+head+".")
}
