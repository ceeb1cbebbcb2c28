//go:build system

package systemtest

import (
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/oauth2/clientcredentials"
)

// TestSilentSignIn goes on with the session of a browser: for another app of the
// pool too, but not where the app asks for another way in, or for a fresh one.
func TestSilentSignIn(t *testing.T) {
	p := startDev(t)
	other := *p
	other.ClientID, other.ClientSecret = p.PublicClientID, ""
	them := newPerson(t, p.transport)
	answered := func(app *portico, more ...string) string {
		t.Helper()
		got := them.try(them.get(app.authorize(append([]string{"prompt", "none"}, more...)...)))
		if query := location(t, got).Query(); query.Get("error") != "" {
			return query.Get("error")
		} else if query.Has("code") {
			return "code"
		}
		return got.header.Get("Location")
	}
	want := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	want("nobody signed in", answered(p), "login_required")
	codeOf(t, them.visit(p.authorize("identity_provider", practiceOIDC), p.CallbackURL, map[string]string{"person": inesAtHarbor}))
	want("signed in through "+practiceOIDC, answered(p), "code")
	want("the same, another app", answered(&other), "code")
	want("the same, named", answered(p, "identity_provider", practiceOIDC), "code")
	want("another provider", answered(p, "identity_provider", practiceSAML), "login_required")
	want("the pool itself", answered(p, "identity_provider", "COGNITO"), "login_required")
	fresh := them.try(them.get(p.authorize("prompt", "login")))
	want("a fresh sign-in", strings.SplitN(fresh.header.Get("Location"), "?", 2)[0], "/login")

	// The redirect_uri form of signing out leads to the sign-in page, with every
	// scope the client may have, by way of the provider's own sign-out if it has one.
	to := them.visit(p.Domain+"/logout?"+url.Values{"client_id": {p.ClientID}, "redirect_uri": {p.CallbackURL}, "response_type": {"code"}, "state": {"st-7"}}.Encode(),
		p.Domain+"/login", nil)
	if to.Query().Get("state") != "st-7" || !strings.Contains(to.Query().Get("scope"), "openid") {
		t.Errorf("signing out leads to %s", to)
	}
	want("signed out", answered(p), "login_required")
}

// TestClientCredentials has x/oauth2 get a token for a machine.
func TestClientCredentials(t *testing.T) {
	p := startDev(t)
	machine := &clientcredentials.Config{
		ClientID: p.MachineClientID, ClientSecret: p.MachineSecret, TokenURL: p.Domain + "/oauth2/token", Scopes: []string{"notes/read"},
	}
	got, err := machine.Token(within(t))
	if err != nil {
		t.Fatal(err)
	}
	wantClaims(t, claimsOf(t, got.AccessToken), map[string]any{
		"client_id": p.MachineClientID, "sub": p.MachineClientID, "scope": "notes/read", "token_use": "access", "iss": p.Issuer,
	})
	if got.RefreshToken != "" || got.Extra("id_token") != nil {
		t.Error("a machine got a refresh token or an ID token")
	}
	if info := p.userInfo(t, got.AccessToken); info.status != http.StatusUnauthorized {
		t.Errorf("userInfo tells a machine %d %s", info.status, info.body)
	}
	machine.Scopes = []string{"notes/shred"}
	if _, err := machine.Token(within(t)); err == nil || !strings.Contains(err.Error(), "invalid_scope") {
		t.Errorf("a scope that does not exist: %v", err)
	}
}

// TestExampleStarts serves portico.example.yaml as it stands, at another port,
// and signs its person in.
func TestExampleStarts(t *testing.T) {
	text, err := os.ReadFile("../../portico.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t, "pools.yaml")
	changed := strings.ReplaceAll(strings.ReplaceAll(string(text), "localhost:8080", s.origin[len("http://"):]), "127.0.0.1:8080", s.environment["LISTEN"])
	if err := os.WriteFile(s.file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	p := s.app(s.start(), "us-east-1_Example01", "examplewebclient", "")
	p.CallbackURL = "http://localhost:3000/callback"
	back := newPerson(t, p.transport).visit(p.authorize("code_challenge", challenge, "code_challenge_method", "S256"), p.CallbackURL,
		map[string]string{"username": "ada@example.com", "password": "Example-Passw0rd"})
	reply := p.postToken(t, "", "", url.Values{
		"grant_type": {"authorization_code"}, "code": {codeOf(t, back)}, "redirect_uri": {p.CallbackURL}, "client_id": {p.ClientID}, "code_verifier": {verifier},
	})
	tokens := tokensOf(t, reply)
	claims := claimsOf(t, tokens.IDToken)
	wantClaims(t, claims, map[string]any{"email": "ada@example.com", "email_verified": true, "name": "Ada Example"})
	if groups, _ := claims["cognito:groups"].([]any); !slices.Contains(groups, any("staff")) {
		t.Errorf("groups: %v", groups)
	}
}
