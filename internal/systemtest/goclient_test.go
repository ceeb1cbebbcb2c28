//go:build system

package systemtest

import (
	"context"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// signInWithGo does the code flow with PKCE by go-oidc and x/oauth2 and gives
// the tokens and the verified ID token.
func signInWithGo(t *testing.T, p *portico, scopes ...string) (*oauth2.Token, *oidc.IDToken) {
	t.Helper()
	ctx := oidc.ClientContext(within(t), p.client())
	provider, app := goClient(t, ctx, p, scopes)

	verifier, state, nonce := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	code, returned := p.signIn(t, app.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)))
	if returned != state {
		t.Fatalf("state came back as %q", returned)
	}
	tokens, err := app.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	idToken, err := provider.Verifier(&oidc.Config{ClientID: p.ClientID}).Verify(ctx, raw)
	if err != nil {
		t.Fatal(err)
	}
	if idToken.Nonce != nonce {
		t.Errorf("nonce came back as %q", idToken.Nonce)
	}
	return tokens, idToken
}

func goClient(t *testing.T, ctx context.Context, p *portico, scopes []string) (*oidc.Provider, *oauth2.Config) {
	t.Helper()
	provider, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	return provider, &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, RedirectURL: p.CallbackURL,
		Endpoint: provider.Endpoint(), Scopes: append([]string{oidc.ScopeOpenID}, scopes...),
	}
}

func TestGoOIDCRelyingParty(t *testing.T) {
	p := startDev(t)
	tokens, idToken := signInWithGo(t, p, "email", "profile")
	ctx := oidc.ClientContext(within(t), p.client())
	provider, app := goClient(t, ctx, p, nil)

	if err := idToken.VerifyAccessToken(tokens.AccessToken); err != nil {
		t.Errorf("at_hash: %v", err)
	}
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		t.Fatal(err)
	}
	// Cognito's userInfo has email_verified as a string; go-oidc takes both.
	if info.Subject != idToken.Subject || info.Email == "" || !info.EmailVerified {
		t.Errorf("userInfo is about %s, e-mail given: %v, verified: %v", info.Subject, info.Email != "", info.EmailVerified)
	}
	refreshed, err := app.TokenSource(ctx, &oauth2.Token{RefreshToken: tokens.RefreshToken}).Token()
	if err != nil {
		t.Fatal(err)
	}
	if refreshed.AccessToken == "" || refreshed.AccessToken == tokens.AccessToken {
		t.Error("the refresh gave no new access token")
	}
}

// TestAWSJWTVerify shows our tokens to aws-jwt-verify's generic verifier, which
// insists on https.
func TestAWSJWTVerify(t *testing.T) {
	p := startDev(t, "--tls")
	tokens, idToken := signInWithGo(t, p, "email")
	verifier := startNode(t, "token-verifier", map[string]any{
		"issuer": p.Issuer, "client_id": p.ClientID,
		"id_token": tokens.Extra("id_token"), "access_token": tokens.AccessToken,
	}, "NODE_EXTRA_CA_CERTS="+p.CAFile)
	var answer struct {
		Result struct {
			ID, Access map[string]any
			Refused    map[string]string
		}
	}
	verifier.hear(&answer)
	if answer.Result.ID["sub"] != idToken.Subject || answer.Result.Access["sub"] != idToken.Subject {
		t.Errorf("sub is %v in the ID token, %v in the access token, not %s", answer.Result.ID["sub"], answer.Result.Access["sub"], idToken.Subject)
	}
	wanted := map[string]string{
		"another audience":            "JwtInvalidAudienceError",
		"another issuer":              "JwtInvalidIssuerError",
		"an access token as ID token": "JwtInvalidAudienceError", // it has client_id and no aud
		"an ID token as access token": "Error",                   // by the check of token_use
		"a changed claim":             "JwtInvalidSignatureError",
	}
	for what, by := range wanted {
		if got := answer.Result.Refused[what]; got != by {
			t.Errorf("%s: refused by %q, want %q", what, got, by)
		}
	}
}
