package saml_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"portico/federation"
	"portico/federation/practice"
	"portico/federation/saml"
	"portico/userpool"
)

// These tests go the whole way through the practice provider's pages, from outside the package: what Portico's own two
// sides of SAML must do with each other.

const (
	pool   = userpool.ID("us-east-1_Ab1Cd2Ef3")
	origin = "https://auth.example"
)

func startPractice(t *testing.T) (*practice.SAML, *saml.Provider) {
	t.Helper()
	p, err := practice.NewSAML(practice.SAMLOptions{Name: "Northwind", Pages: practice.Pages{App: "Acme Notes"}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	t.Cleanup(p.Close)
	if err := p.SetBaseURL(server.URL); err != nil {
		t.Fatal(err)
	}
	at := userpool.Addresses{Origin: origin}
	if err := p.RegisterMetadata(saml.SPMetadata(saml.Description{Pool: pool, At: at})); err != nil {
		t.Fatal(err)
	}
	sp, err := saml.New(saml.Config{
		Provider: &userpool.IdentityProvider{
			Pool: pool, Name: "Northwind", Type: userpool.TypeSAML, Created: time.Now(),
			Details: userpool.ProviderDetails{"MetadataURL": p.EntityID()},
		},
		Pool: pool, At: at, Client: server.Client(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, sp
}

// signIn takes a browser there and back.
func signIn(t *testing.T, sp *saml.Provider, outcome practice.Outcome) (federation.Assertion, error) {
	t.Helper()
	departure, memory, err := sp.Begin(t.Context(), federation.Start{Handle: "handle"})
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	page, err := practice.Choose(t.Context(), browser, departure.URL, "ines-4c1d", outcome)
	if err != nil {
		t.Fatal(err)
	}
	to, fields, err := practice.Fields(page)
	if err != nil {
		t.Fatal(err)
	}
	if to != origin+userpool.PathSAMLResponse {
		t.Fatalf("posts to %s", to)
	}
	return sp.Finish(t.Context(), federation.Answer{Memory: memory, Form: fields, Post: true})
}

func TestPracticeSignIn(t *testing.T) {
	p, sp := startPractice(t)
	for _, faults := range []practice.Faults{{}, {UnsignedAssertion: true}, {UnsignedResponse: true}} {
		p.SetFaults(faults)
		got, err := signIn(t, sp, practice.SignsIn)
		if err != nil {
			t.Fatal(err)
		}
		if got.Subject != "ines-4c1d" || got.Issuer != p.EntityID() || len(got.Claims["groups"]) != 2 {
			t.Errorf("asserts %+v", got)
		}
	}
}

// TestPracticeFaults: every fault the practice provider can have is refused at its own check, those included that
// crewjam/saml looks away from.
func TestPracticeFaults(t *testing.T) {
	p, sp := startPractice(t)
	for name, c := range map[string]struct {
		faults practice.Faults
		check  string
	}{
		"cancelled":         {practice.Faults{Outcome: practice.Cancels}, "status"},
		"expired":           {practice.Faults{Outcome: practice.Expired}, "issue-instant"},
		"bad signature":     {practice.Faults{Outcome: practice.BadSignature}, "signature"},
		"other issuer":      {practice.Faults{OtherIssuer: true}, "issuer"},
		"other audience":    {practice.Faults{OtherAudience: true}, "audience"},
		"other key":         {practice.Faults{OtherKey: true}, "signature"},
		"unsigned":          {practice.Faults{Unsigned: true}, "unsigned"},
		"no subject":        {practice.Faults{NoSubject: true}, "name-id"},
		"other request":     {practice.Faults{OtherRequest: true}, "in-response-to"},
		"no request":        {practice.Faults{NoRequest: true}, "in-response-to"},
		"other recipient":   {practice.Faults{OtherRecipient: true}, "recipient"},
		"other destination": {practice.Faults{OtherDestination: true}, "destination"},
		"no audience":       {practice.Faults{NoAudience: true}, "audience"},
		"no confirmation":   {practice.Faults{NoConfirmation: true}, "subject-confirmation"},
		"not yet valid":     {practice.Faults{NotYetValid: true}, "not-yet-valid"},
		"SHA-1":             {practice.Faults{SHA1: true}, "signature"},
		"two assertions":    {practice.Faults{TwoAssertions: true}, "shape"},
	} {
		t.Run(name, func(t *testing.T) {
			p.SetFaults(c.faults)
			got, err := signIn(t, sp, "")
			refusal, ok := federation.AsError(err)
			if !ok {
				t.Fatalf("asserts %+v, error %v", got, err)
			}
			if refusal.Check != c.check {
				t.Errorf("refused by %q (%v), want %q", refusal.Check, refusal.Cause, c.check)
			}
			if refusal.Denied != (c.faults.Outcome == practice.Cancels) {
				t.Errorf("denied: %v", refusal.Denied)
			}
		})
	}
}
