//go:build system

package systemtest

import (
	"context"
	"errors"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
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
	refreshed, again := refreshWithGo(t, ctx, provider, app, tokens.RefreshToken)
	if refreshed.AccessToken == "" || refreshed.AccessToken == tokens.AccessToken {
		t.Error("the refresh gave no new access token")
	}
	// OpenID Connect Core 1.0 §12.2: the person stays the same, and the time they
	// signed in; a nonce is not made up.
	if again.Subject != idToken.Subject || again.Nonce != "" && again.Nonce != idToken.Nonce {
		t.Errorf("the refreshed ID token is about %s with the nonce %q, the first about %s", again.Subject, again.Nonce, idToken.Subject)
	}
	if signedIn := authTime(t, idToken); signedIn == 0 || authTime(t, again) != signedIn {
		t.Errorf("auth_time is %d after a refresh, was %d", authTime(t, again), signedIn)
	}
}

// refreshWithGo refreshes, and verifies the ID token that comes.
func refreshWithGo(t *testing.T, ctx context.Context, provider *oidc.Provider, app *oauth2.Config, token string) (*oauth2.Token, *oidc.IDToken) {
	t.Helper()
	refreshed, err := app.TokenSource(ctx, &oauth2.Token{RefreshToken: token}).Token()
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := refreshed.Extra("id_token").(string)
	idToken, err := provider.Verifier(&oidc.Config{ClientID: app.ClientID}).Verify(ctx, raw)
	if err != nil {
		t.Fatalf("the refreshed ID token: %v", err)
	}
	if err := idToken.VerifyAccessToken(refreshed.AccessToken); err != nil {
		t.Errorf("at_hash after a refresh: %v", err)
	}
	return refreshed, idToken
}

func authTime(t *testing.T, idToken *oidc.IDToken) int64 {
	t.Helper()
	var claims struct {
		AuthTime int64 `json:"auth_time"`
	}
	if err := idToken.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	return claims.AuthTime
}

// TestGoOIDCReusedRefreshToken uses a rotated refresh token again, as a thief
// would or the app that was robbed: then nobody's works any more (RFC 9700
// §4.14.2).
func TestGoOIDCReusedRefreshToken(t *testing.T) {
	p := startRotating(t)
	tokens, _ := signInWithGo(t, p, "email")
	ctx := oidc.ClientContext(within(t), p.client())
	provider, app := goClient(t, ctx, p, nil)
	second, _ := refreshWithGo(t, ctx, provider, app, tokens.RefreshToken)
	third, _ := refreshWithGo(t, ctx, provider, app, second.RefreshToken)

	for _, token := range []string{tokens.RefreshToken, third.RefreshToken} {
		_, err := app.TokenSource(ctx, &oauth2.Token{RefreshToken: token}).Token()
		var refused *oauth2.RetrieveError
		if !errors.As(err, &refused) || refused.ErrorCode != "invalid_grant" {
			t.Errorf("a refresh token of a family that was robbed: %v", err)
		}
	}
	if _, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(third)); err == nil {
		t.Error("userInfo still takes the access token of the family")
	}
}

// TestGoOIDCMachine has x/oauth2 get a machine's access token and go-oidc verify
// it by the key set that discovery names.
func TestGoOIDCMachine(t *testing.T) {
	p := startDev(t)
	ctx := oidc.ClientContext(within(t), p.client())
	provider, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	machine := clientcredentials.Config{
		ClientID: p.MachineClientID, ClientSecret: p.MachineSecret, TokenURL: provider.Endpoint().TokenURL, Scopes: []string{"notes/write"},
	}
	got, err := machine.Token(ctx)
	if err != nil {
		t.Fatal(err)
	}
	// A Cognito access token has client_id where others have aud.
	token, err := provider.Verifier(&oidc.Config{SkipClientIDCheck: true}).Verify(ctx, got.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	if token.Subject != p.MachineClientID {
		t.Errorf("the token is about %s", token.Subject)
	}
	if _, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(got)); err == nil {
		t.Error("userInfo speaks to a machine")
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
