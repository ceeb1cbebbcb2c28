//go:build system

package systemtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"portico/federation/practice"
)

// startPractice serves a practice provider.
func startPractice(t *testing.T, provider http.Handler, settle func(address string) error) string {
	t.Helper()
	web := httptest.NewServer(provider)
	t.Cleanup(web.Close)
	if err := settle(web.URL); err != nil {
		t.Fatal(err)
	}
	return web.URL
}

// startWithPracticeOIDC runs testdata/oidc.yaml with a practice provider in this
// process, whose faults the test can set.
func startWithPracticeOIDC(t *testing.T) (*server, *portico, *practice.OIDC) {
	t.Helper()
	s := newServer(t, "oidc.yaml")
	provider, err := practice.NewOIDC(practice.OIDCOptions{
		Name: "Upstream", ClientID: "portico", ClientSecret: upstreamSecret, RedirectURIs: []string{s.origin + "/oauth2/idpresponse"}, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(provider.Close)
	s.set("OIDC_ISSUER", startPractice(t, provider, provider.SetIssuer))
	s.set("OIDC_SECRET", upstreamSecret)
	return s, s.app(s.start(), upstreamPool, "notes", appSecret), provider
}

// atProvider has somebody with a browser of their own choose Ines at the
// provider, and gives the address they are sent back to.
func atProvider(t *testing.T, p *portico, provider string, outcome practice.Outcome) *url.URL {
	t.Helper()
	answers := map[string]string{"person": inesAtHarbor}
	if outcome != "" {
		answers["outcome"] = string(outcome)
	}
	return newPerson(t, p.transport).visit(p.authorize("identity_provider", provider), p.CallbackURL, answers)
}

// wantRefusedThere holds that a sign-in at a provider came back refused, that
// the log says why, and that it left nobody behind.
func wantRefusedThere(t *testing.T, p *portico, inside *insider, before string, back *url.URL, code, description, check string) {
	t.Helper()
	query := back.Query()
	if query.Get("error") != code || query.Get("error_description") != description || query.Get("state") != "st-7" || query.Has("code") {
		t.Errorf("came back with %q, want error %s, description %q", query, code, description)
	}
	p.waitLog(t, "provider=", "outcome="+code, "("+check+")")
	if after := inside.people(t); after != before {
		t.Errorf("there were %s; now there are %s", before, after)
	}
}

// TestFaultsOfOIDCProvider: whatever an OpenID provider does wrong ends at the
// app's callback, and makes no user and no session.
func TestFaultsOfOIDCProvider(t *testing.T) {
	s, p, provider := startWithPracticeOIDC(t)
	inside := s.inside(t)
	before := inside.people(t)
	const bad = "invalid_request"
	for name, c := range map[string]struct {
		faults                   practice.Faults
		outcome                  practice.Outcome
		code, description, check string
	}{
		"the person cancels":       {outcome: practice.Cancels, code: "access_denied", description: "The person cancelled.", check: "provider-error"},
		"expired ID token":         {outcome: practice.Expired, code: bad, description: "Bad id_token expiry", check: "expiry"},
		"bad signature":            {outcome: practice.BadSignature, code: bad, description: "Bad id_token signature", check: "signature"},
		"unsigned ID token":        {faults: practice.Faults{Unsigned: true}, code: bad, description: "Bad id_token signature", check: "signature"},
		"HMAC by the public key":   {faults: practice.Faults{KeyConfusion: true}, code: bad, description: "Bad id_token signature", check: "signature"},
		"key never published":      {faults: practice.Faults{OtherKey: true}, code: bad, description: "Bad id_token signature", check: "signature"},
		"other issuer":             {faults: practice.Faults{OtherIssuer: true}, code: bad, description: "Bad id_token issuer https://stranger.example", check: "issuer"},
		"other audience":           {faults: practice.Faults{OtherAudience: true}, code: bad, description: "Bad id_token audience", check: "audience"},
		"other nonce":              {faults: practice.Faults{OtherNonce: true}, code: bad, description: "Bad id_token nonce", check: "nonce"},
		"no nonce":                 {faults: practice.Faults{NoNonce: true}, code: bad, description: "Bad id_token nonce", check: "nonce"},
		"no subject":               {faults: practice.Faults{NoSubject: true}, code: bad, description: "Bad id_token subject", check: "subject"},
		"other access token":       {faults: practice.Faults{OtherAccessHash: true}, code: bad, description: "Bad id_token at hash", check: "at-hash"},
		"userinfo of another":      {faults: practice.Faults{OtherUserInfo: true}, code: bad, description: "Bad user info subject", check: "userinfo-subject"},
		"no ID token":              {faults: practice.Faults{NoIDToken: true}, code: bad, description: "Missing id_token", check: "id-token"},
		"answer of another (9207)": {faults: practice.Faults{OtherResponder: true}, code: bad, description: "Invalid response from identity provider", check: "iss-parameter"},
		"code refused":             {faults: practice.Faults{TokenError: true}, code: bad, description: "Upstream Error - 400 error getting token", check: "token-endpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			provider.SetFaults(c.faults)
			back := atProvider(t, p, "Upstream", c.outcome)
			wantRefusedThere(t, p, inside, before, back, c.code, c.description, c.check)
		})
	}
	provider.SetFaults(practice.Faults{})
	codeOf(t, atProvider(t, p, "Upstream", practice.SignsIn)) // without a fault all is well
	if after := inside.people(t); after == before {
		t.Errorf("after a sign-in there are still %s", after)
	}
}
