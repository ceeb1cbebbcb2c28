//go:build system

package systemtest

import (
	"net/url"
	"slices"
	"testing"
)

const (
	upstreamPool   = "us-east-1_Upstream1" // of testdata/oidc.yaml
	upstreamSecret = "a-secret-both-sides-know"
	appSecret      = "notesnotesnotesnotesnotes" // of the files' app client "notes"
)

// TestOIDCProviderUpstream signs in through oidc-provider, a certified OpenID
// provider: the first time the user is made, later ones bring what has changed.
func TestOIDCProviderUpstream(t *testing.T) {
	s := newServer(t, "oidc.yaml")
	upstream := startProvider(t, "portico", upstreamSecret, s.origin+"/oauth2/idpresponse")
	s.set("OIDC_ISSUER", upstream.issuer)
	s.set("OIDC_SECRET", upstreamSecret)
	p := s.app(s.start(), upstreamPool, "notes", appSecret)

	first := signInThrough(t, p, "Upstream", map[string]string{"subject": "upstream-ada"})
	claims := claimsOf(t, first.IDToken)
	wantClaims(t, claims, map[string]any{
		"cognito:username": "Upstream_upstream-ada", "email": "ada@upstream.example", "email_verified": true,
		"name": "Ada Upstream", "given_name": "Ada", "family_name": "Upstream",
	})
	wantIdentity(t, claims, map[string]any{
		"providerName": "Upstream", "providerType": "OIDC", "userId": "upstream-ada", "issuer": nil, "primary": "true",
	})
	wantGroup(t, first, upstreamPool+"_Upstream")

	// Ada marries, and her address is no longer proven.
	changed := upstreamPeople()
	changed["upstream-ada"]["family_name"], changed["upstream-ada"]["name"] = "Married", "Ada Married"
	changed["upstream-ada"]["email"], changed["upstream-ada"]["email_verified"] = "ada.married@upstream.example", false
	upstream.change(changed)

	second := signInThrough(t, p, "Upstream", map[string]string{"subject": "upstream-ada"})
	again := claimsOf(t, second.IDToken)
	wantClaims(t, again, map[string]any{
		"sub": claims["sub"], "cognito:username": "Upstream_upstream-ada", "email": "ada.married@upstream.example", "email_verified": false,
		"name": "Ada Married", "given_name": "Ada", "family_name": "Married",
	})
	wantGroup(t, second, upstreamPool+"_Upstream")

	// The tokens of the first sign-in go on working, and userInfo is live.
	if got := p.refresh(t, first.RefreshToken); claimsOf(t, got.IDToken)["family_name"] != "Married" {
		t.Errorf("a refresh says %v", claimsOf(t, got.IDToken)["family_name"])
	}
}

// signInThrough has a new person, with a browser of their own, sign in at a
// provider, and exchanges the code they bring back.
func signInThrough(t *testing.T, p *portico, provider string, answers map[string]string) tokenAnswer {
	t.Helper()
	back := newPerson(t, p.transport).visit(p.authorize("identity_provider", provider), p.CallbackURL, answers)
	tokens := p.redeem(t, codeOf(t, back))
	if tokens.Error != "" {
		t.Fatalf("the code is refused: %s", tokens.Error)
	}
	return tokens
}

// codeOf is the code a person came back with.
func codeOf(t *testing.T, back *url.URL) string {
	t.Helper()
	query := back.Query()
	if query.Get("code") == "" || query.Get("state") != "st-7" {
		t.Fatalf("came back with %q", query)
	}
	return query.Get("code")
}

func wantClaims(t *testing.T, got, want map[string]any) {
	t.Helper()
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %v (%T), want %v", name, got[name], got[name], value)
		}
	}
}

// wantIdentity compares the one entry of the identities claim; dateCreated is
// milliseconds in a string.
func wantIdentity(t *testing.T, claims, want map[string]any) {
	t.Helper()
	list, _ := claims["identities"].([]any)
	if len(list) != 1 {
		t.Fatalf("identities: %v", claims["identities"])
	}
	identity, _ := list[0].(map[string]any)
	wantClaims(t, identity, want)
	if created, _ := identity["dateCreated"].(string); len(created) != len("1700000000000") {
		t.Errorf("dateCreated is %v", identity["dateCreated"])
	}
}

// wantGroup looks for the provider's own group in both tokens.
func wantGroup(t *testing.T, tokens tokenAnswer, group string) {
	t.Helper()
	for use, token := range map[string]string{"ID": tokens.IDToken, "access": tokens.AccessToken} {
		if groups, _ := claimsOf(t, token)["cognito:groups"].([]any); !slices.Contains(groups, any(group)) {
			t.Errorf("the %s token's groups are %v", use, groups)
		}
	}
}
