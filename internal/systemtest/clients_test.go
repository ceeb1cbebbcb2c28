//go:build system

package systemtest

import (
	"strings"
	"testing"
)

// somebodysCallback is an address nobody listens at: people stop before it.
const somebodysCallback = "http://127.0.0.1:1/callback"

// relyingPartyResult is what relying-party.mjs has to say at the end.
type relyingPartyResult struct {
	Claims                 map[string]any `json:"claims"`
	UserInfo               map[string]any `json:"userinfo"`
	TokenType              string         `json:"token_type"`
	ExpiresIn              int            `json:"expires_in"`
	RefreshedSubs          []string       `json:"refreshed_subs"` // of two refreshes
	AccessTokens           int            `json:"access_tokens"`  // how many different ones
	Rotated                bool           `json:"rotated"`        // every refresh brought another refresh token
	RefusedAfterRevocation string         `json:"refused_after_revocation"`
	RefusedReplay          string         `json:"refused_replay"`
}

// upstreamPeople are the people oidc-provider knows, by their subject there.
func upstreamPeople() map[string]map[string]any {
	return map[string]map[string]any{
		"upstream-ada": {
			"email": "ada@upstream.example", "email_verified": true,
			"name": "Ada Upstream", "given_name": "Ada", "family_name": "Upstream",
		},
	}
}

// provider is oidc-provider, running.
type provider struct {
	*nodeClient
	issuer string
}

// startProvider starts oidc-provider with one client.
func startProvider(t *testing.T, clientID, clientSecret, redirectURI string) *provider {
	t.Helper()
	p := &provider{nodeClient: startNode(t, "provider", map[string]any{
		"client_id": clientID, "client_secret": clientSecret, "redirect_uri": redirectURI, "people": upstreamPeople(),
	})}
	var ready struct{ Issuer string }
	p.hear(&ready)
	p.issuer = ready.Issuer
	return p
}

// change gives the provider other people.
func (p *provider) change(people map[string]map[string]any) {
	p.t.Helper()
	p.say(map[string]any{"people": people})
	var answer struct{ Changed bool }
	p.hear(&answer)
}

// TestThirdPartiesAmongThemselves has openid-client sign in at oidc-provider,
// without Portico: when this fails, it is not Portico that is broken.
func TestThirdPartiesAmongThemselves(t *testing.T) {
	issuer := startProvider(t, "app", "app-secret", somebodysCallback).issuer
	app := startNode(t, "relying-party", map[string]any{
		"issuer": issuer, "client_id": "app", "client_secret": "app-secret",
		"redirect_uri": somebodysCallback, "scope": "openid email profile",
	})
	var question struct{ Authorize string }
	app.hear(&question)
	callback := newPerson(t, nil).visit(question.Authorize, somebodysCallback, map[string]string{"subject": "upstream-ada"})
	app.say(map[string]string{"callback": callback.String()})
	var answer struct{ Result relyingPartyResult }
	app.hear(&answer)

	if got := answer.Result.UserInfo["email"]; got != "ada@upstream.example" {
		t.Errorf("userinfo has the email %v", got)
	}
	if got := answer.Result.RefusedReplay; !strings.Contains(got, "invalid_grant") {
		t.Errorf("a code used twice: %q", got)
	}
}
