package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// TestTokensOfOneSignIn holds the tokens of a sign-in against each other and against those of a refresh: which claims stay and
// which are new (tokens 2, 3, 4, 9.1, 12).
func TestTokensOfOneSignIn(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	first := r.redeem(t, acme, b.signIn(acme, adaName, adaPassword, "resource", "https://api.example/").Get("code"))
	second := r.refresh(t, appID, appSecret, first.RefreshToken)
	other := r.redeem(t, acme, b.toApp(b.get(authorizeAt(acme))).Get("code"))
	id, access := claims(t, first.IDToken), claims(t, first.AccessToken)
	id2, access2 := claims(t, second.IDToken), claims(t, second.AccessToken)

	same := func(name string, values ...any) {
		t.Helper()
		for _, v := range values {
			if v == nil || v != values[0] {
				t.Errorf("%s: %v, want it once", name, values)
			}
		}
	}
	for _, name := range []string{"sub", "origin_jti", "auth_time", "iss"} {
		same(name, id[name], access[name], id2[name], access2[name])
	}
	same("username", id["cognito:username"], access["username"], id2["cognito:username"], access2["username"])
	same("client", id["aud"], access["client_id"], id2["aud"], access2["client_id"], appID)
	same("scope", access["scope"], access2["scope"])
	same("aud of the access token", access["aud"], access2["aud"], "https://api.example/")
	same("version", access["version"], access2["version"], float64(2))
	same("sub at userInfo", r.claimsAt(t, acme, first.AccessToken)["sub"], id["sub"])

	seen := map[any]string{}
	for name, token := range map[string]map[string]any{"ID": id, "access": access, "refreshed ID": id2, "refreshed access": access2} {
		if before, twice := seen[token["jti"]]; twice || token["jti"] == nil {
			t.Errorf("jti %v of the %s token is that of the %s token", token["jti"], name, before)
		}
		seen[token["jti"]] = name
	}
	if id2["nonce"] != nil || id["nonce"] != "nonce-of-the-app" {
		t.Errorf("nonce %v, after the refresh %v", id["nonce"], id2["nonce"])
	}
	if origin := claims(t, other.IDToken)["origin_jti"]; origin == id["origin_jti"] {
		t.Error("another authorization of the same session is of the same family")
	}
	for name, pair := range map[string]answer{"first": first, "refreshed": second} {
		sum := sha256.Sum256([]byte(pair.AccessToken))
		same("at_hash, "+name, claims(t, pair.IDToken)["at_hash"], base64.RawURLEncoding.EncodeToString(sum[:16]))
		ofID, ofAccess := header(t, pair.IDToken), header(t, pair.AccessToken)
		if ofID["kid"] == ofAccess["kid"] {
			t.Errorf("%s: both tokens are signed by %v", name, ofID["kid"])
		}
	}
}

// header is a token's header, which holds kid and alg and nothing else (tokens 2).
func header(t *testing.T, raw string) map[string]any {
	t.Helper()
	encoded, _, _ := strings.Cut(raw, ".")
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	var h map[string]any
	if err := json.Unmarshal(text, &h); err != nil {
		t.Fatal(err)
	}
	if kid, _ := h["kid"].(string); len(h) != 2 || h["alg"] != "RS256" || !strings.HasSuffix(kid, "=") {
		t.Errorf("header %s", text)
	}
	return h
}

// claimsAt is what userInfo says to the bearer of an access token.
func (r *rig) claimsAt(t *testing.T, pool, access string) (c map[string]any) {
	t.Helper()
	request := newRequest(t, http.MethodGet, pool+userpool.PathUserInfo, nil)
	request.Header.Set("Authorization", "Bearer "+access)
	p := read(t, r.serve(request))
	if err := json.Unmarshal([]byte(p.body), &c); err != nil {
		t.Fatalf("%v in %q", err, p.body)
	}
	return c
}

// Session and tokens end apart: a revoked token leaves the browser signed in, and a sign-out leaves apps their tokens
// (oauth-endpoints 9, 11, 14).
func TestSessionAndTokensEndApart(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	revoked := r.redeem(t, acme, b.signIn(acme, adaName, adaPassword).Get("code"))
	kept := r.redeem(t, acme, b.toApp(b.get(authorizeAt(acme))).Get("code"))

	request := newRequest(t, http.MethodPost, acme+userpool.PathRevoke, url.Values{"token": {revoked.RefreshToken}})
	request.SetBasicAuth(appID, appSecret)
	if p := read(t, r.serve(request)); p.StatusCode != http.StatusOK {
		t.Fatalf("revocation: %d", p.StatusCode)
	}
	if back := b.toApp(b.get(authorizeAt(acme, "prompt", "none"))); back.Get("code") == "" {
		t.Errorf("after the revocation the browser is signed out: %v", back)
	}
	if a := r.refresh(t, appID, appSecret, kept.RefreshToken); a.Error != "" {
		t.Errorf("the other refresh token of the person: %s", a.Error)
	}

	b.signOut(acme)
	if back := b.toApp(b.get(authorizeAt(acme, "prompt", "none"))); back.Get("error") != "login_required" {
		t.Errorf("after the sign-out: %v", back)
	}
	if a := r.refresh(t, appID, appSecret, kept.RefreshToken); a.Error != "" || r.userInfo(t, acme, a.AccessToken) != http.StatusOK {
		t.Errorf("after the sign-out the app's tokens: %s", a.Error)
	}
}
