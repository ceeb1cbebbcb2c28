//go:build system

package systemtest

import "testing"

// TestOpenIDClientCodeFlow has openid-client, a certified relying party, do the
// whole code flow with PKCE, as a confidential and as a public client.
func TestOpenIDClientCodeFlow(t *testing.T) {
	p := startDev(t)
	for name, client := range map[string]struct{ id, secret string }{
		"confidential": {p.ClientID, p.ClientSecret},
		"public":       {p.PublicClientID, ""},
	} {
		t.Run(name, func(t *testing.T) {
			settings := map[string]string{
				"issuer": p.Issuer, "client_id": client.id, "redirect_uri": p.CallbackURL, "scope": "openid email profile",
			}
			if client.secret != "" {
				settings["client_secret"] = client.secret
			}
			app := startNode(t, "relying-party", settings)
			var question struct{ Authorize string }
			app.hear(&question)
			answers := map[string]string{"username": p.Username, "password": p.Password}
			callback := newPerson(t, p.transport).visit(question.Authorize, p.CallbackURL, answers)
			app.say(map[string]string{"callback": callback.String()})
			var answer struct{ Result relyingPartyResult }
			app.hear(&answer)
			checkRelyingParty(t, answer.Result, client.id)
		})
	}
}

func checkRelyingParty(t *testing.T, got relyingPartyResult, clientID string) {
	t.Helper()
	sub := got.Claims["sub"]
	if sub == nil || sub != got.UserInfo["sub"] || sub != got.RefreshedSub {
		t.Errorf("sub is %v in the ID token, %v in userInfo, %q after a refresh", sub, got.UserInfo["sub"], got.RefreshedSub)
	}
	if got.Claims["token_use"] != "id" || got.Claims["aud"] != clientID {
		t.Errorf("ID token for %v, use %v", got.Claims["aud"], got.Claims["token_use"])
	}
	if got.Claims["email"] == nil || got.Claims["email"] != got.UserInfo["email"] {
		t.Errorf("email is %v in the ID token, %v in userInfo", got.Claims["email"], got.UserInfo["email"])
	}
	if got.ExpiresIn <= 0 || !got.RefreshedAccessToken {
		t.Errorf("expires in %d s; refreshed: %v", got.ExpiresIn, got.RefreshedAccessToken)
	}
	if !got.Revoked || got.RefusedAfterRevocation != "invalid_grant" {
		t.Errorf("revoked: %v, a refresh after it: %q", got.Revoked, got.RefusedAfterRevocation)
	}
	if got.RefusedReplay != "invalid_grant" {
		t.Errorf("a code used twice: %q", got.RefusedReplay)
	}
}
