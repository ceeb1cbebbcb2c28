//go:build system

package systemtest

import (
	"slices"
	"strings"
	"testing"
)

// TestOpenIDClientCodeFlow has openid-client, a certified relying party, do the
// whole code flow with PKCE: as a confidential and as a public client, and as
// one whose refresh tokens rotate.
func TestOpenIDClientCodeFlow(t *testing.T) {
	dev := startDev(t)
	public := *dev
	public.ClientID, public.ClientSecret = dev.PublicClientID, ""
	for name, c := range map[string]struct {
		p       *portico
		rotates bool
	}{
		"confidential": {dev, false},
		"public":       {&public, false},
		"rotating":     {startRotating(t), true},
	} {
		t.Run(name, func(t *testing.T) {
			settings := map[string]string{
				"issuer": c.p.Issuer, "client_id": c.p.ClientID, "redirect_uri": c.p.CallbackURL, "scope": "openid email profile",
			}
			if c.p.ClientSecret != "" {
				settings["client_secret"] = c.p.ClientSecret
			}
			app := startNode(t, "relying-party", settings)
			var question struct{ Authorize string }
			app.hear(&question)
			answers := map[string]string{"username": c.p.Username, "password": c.p.Password}
			callback := newPerson(t, c.p.transport).visit(question.Authorize, c.p.CallbackURL, answers)
			app.say(map[string]string{"callback": callback.String()})
			var answer struct{ Result relyingPartyResult }
			app.hear(&answer)
			checkRelyingParty(t, answer.Result, c.p.ClientID, c.rotates)
		})
	}
}

// startRotating serves a pool with one public client, whose refresh tokens
// rotate without a grace period.
func startRotating(t *testing.T) *portico {
	t.Helper()
	s := newServer(t, "page.yaml")
	s.set("PAGE", strings.TrimSuffix(somebodysCallback, "/callback"))
	p := s.app(s.start(), pagesPool, "reader", "")
	p.CallbackURL = strings.TrimSuffix(somebodysCallback, "callback")
	p.Username, p.Password = ada["username"], ada["password"]
	return p
}

func checkRelyingParty(t *testing.T, got relyingPartyResult, clientID string, rotates bool) {
	t.Helper()
	sub, _ := got.Claims["sub"].(string)
	if sub == "" || sub != got.UserInfo["sub"] || !slices.Equal(got.RefreshedSubs, []string{sub, sub}) {
		t.Errorf("sub is %q in the ID token, %v in userInfo, %q after refreshes", sub, got.UserInfo["sub"], got.RefreshedSubs)
	}
	if got.Claims["token_use"] != "id" || got.Claims["aud"] != clientID {
		t.Errorf("ID token for %v, use %v", got.Claims["aud"], got.Claims["token_use"])
	}
	if got.Claims["email"] == nil || got.Claims["email"] != got.UserInfo["email"] {
		t.Errorf("email is %v in the ID token, %v in userInfo", got.Claims["email"], got.UserInfo["email"])
	}
	if got.ExpiresIn <= 0 || got.AccessTokens != 3 {
		t.Errorf("expires in %d s; %d access tokens by a sign-in and two refreshes", got.ExpiresIn, got.AccessTokens)
	}
	if got.Rotated != rotates {
		t.Errorf("refresh tokens rotate: %v, want %v", got.Rotated, rotates)
	}
	if got.RefusedAfterRevocation != "invalid_grant" {
		t.Errorf("a refresh after revocation: %q", got.RefusedAfterRevocation)
	}
	if got.RefusedReplay != "invalid_grant" {
		t.Errorf("a code used twice: %q", got.RefusedReplay)
	}
}

// TestOpenIDClientMachine has openid-client get tokens for a machine (RFC 6749
// §4.4), by both ways of showing its secret (§2.3.1).
func TestOpenIDClientMachine(t *testing.T) {
	p := startDev(t)
	for _, method := range []string{"client_secret_basic", "client_secret_post"} {
		t.Run(method, func(t *testing.T) {
			machine := startNode(t, "machine", map[string]string{
				"issuer": p.Issuer, "client_id": p.MachineClientID, "client_secret": p.MachineSecret, "method": method,
				"scope": "notes/read", "unknown_scope": "notes/shred",
			})
			var answer struct {
				Result struct {
					AccessToken   string `json:"access_token"`
					Others        []string
					RefusedScope  string `json:"refused_scope"`
					RefusedSecret string `json:"refused_secret"`
				}
			}
			machine.hear(&answer)
			got := answer.Result
			wantClaims(t, claimsOf(t, got.AccessToken), map[string]any{"client_id": p.MachineClientID, "sub": p.MachineClientID, "scope": "notes/read"})
			if len(got.Others) > 0 {
				t.Errorf("a machine got %v besides", got.Others)
			}
			if got.RefusedScope != "invalid_scope" || got.RefusedSecret != "invalid_client" {
				t.Errorf("a scope that does not exist: %q; a wrong secret: %q", got.RefusedScope, got.RefusedSecret)
			}
		})
	}
}
