package oidc

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"portico/federation"
	"portico/federation/practice"
	"portico/userpool"
)

// atPractice goes to the practice provider and comes back, as a person with a browser would.
func atPractice(t *testing.T, outcome practice.Outcome, faults practice.Faults) (federation.Assertion, error) {
	t.Helper()
	op, err := practice.NewOIDC(practice.OIDCOptions{
		Name: "Northwind", ClientID: testClient, ClientSecret: testSecret, RedirectURIs: []string{testRedirect}, Faults: faults, Key: testKeys.rsa(),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(op)
	t.Cleanup(server.Close)
	t.Cleanup(op.Close)
	if err := op.SetIssuer(server.URL); err != nil {
		t.Fatal(err)
	}
	p, err := New(Config{
		Provider: &userpool.IdentityProvider{Name: "Northwind", Type: userpool.TypeOIDC, Details: userpool.ProviderDetails{
			"client_id": testClient, "client_secret": op.Secret().Reveal(), "oidc_issuer": op.Issuer(), "authorize_scopes": "openid profile email",
		}},
		RedirectURL: testRedirect, Client: federation.NewClient(federation.OutboundOptions{AllowPrivate: true}),
	})
	if err != nil {
		t.Fatal(err)
	}
	departure, memory, err := p.Begin(t.Context(), federation.Start{Handle: "handle"})
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	back, err := practice.Choose(t.Context(), browser, departure.URL, practice.People()[0].ID, outcome)
	if err != nil {
		t.Fatal(err)
	}
	_ = back.Body.Close()
	at, err := back.Location()
	if err != nil {
		t.Fatal(err)
	}
	if outcome == practice.NeverAnswers {
		p.client.Timeout = 50 * time.Millisecond // the token endpoint comes next
	}
	return p.Finish(t.Context(), federation.Answer{Memory: memory, Form: at.Query()})
}

func TestPracticeProvider(t *testing.T) {
	got, err := atPractice(t, practice.SignsIn, practice.Faults{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Subject == "" || len(got.Claims["email"]) != 1 || len(got.Claims["email_verified"]) != 1 {
		t.Error(got.Subject, got.Claims["email"])
	}
}

// Every fault that the practice provider knows of OpenID Connect is refused, each by the check made for it.
func TestFaultsOfThePracticeProviderAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		outcome practice.Outcome
		faults  practice.Faults
		check   string
	}{
		"cancelled":           {outcome: practice.Cancels, check: "provider-error"},
		"expired":             {outcome: practice.Expired, check: "expiry"},
		"bad signature":       {outcome: practice.BadSignature, check: "signature"},
		"never answers":       {outcome: practice.NeverAnswers, check: "token-endpoint"},
		"other issuer":        {faults: practice.Faults{OtherIssuer: true}, check: "issuer"},
		"other audience":      {faults: practice.Faults{OtherAudience: true}, check: "audience"},
		"other key":           {faults: practice.Faults{OtherKey: true}, check: "signature"},
		"unsigned":            {faults: practice.Faults{Unsigned: true}, check: "signature"},
		"key confusion":       {faults: practice.Faults{KeyConfusion: true}, check: "signature"},
		"no subject":          {faults: practice.Faults{NoSubject: true}, check: "subject"},
		"other nonce":         {faults: practice.Faults{OtherNonce: true}, check: "nonce"},
		"no nonce":            {faults: practice.Faults{NoNonce: true}, check: "nonce"},
		"no ID token":         {faults: practice.Faults{NoIDToken: true}, check: "id-token"},
		"other access hash":   {faults: practice.Faults{OtherAccessHash: true}, check: "at-hash"},
		"other userinfo":      {faults: practice.Faults{OtherUserInfo: true}, check: "userinfo-subject"},
		"other responder":     {faults: practice.Faults{OtherResponder: true}, check: "iss-parameter"},
		"token endpoint says": {faults: practice.Faults{TokenError: true}, check: "token-endpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := atPractice(t, c.outcome, c.faults)
			e := refusedFor(t, err, c.check)
			if e.Denied != (c.outcome == practice.Cancels) {
				t.Errorf("denied: %v", e.Denied)
			}
		})
	}
}
