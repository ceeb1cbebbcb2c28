package oidc

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"portico/federation"
	"portico/federation/practice"
	"portico/userpool"
)

// p8 is a private key as Apple hands it out.
func p8(key any) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(key))}))
}

// twin is a practice provider and our details for it.
type twin struct {
	provider *userpool.IdentityProvider
	social   *practice.Social
}

func (w twin) serve(t *testing.T) twin {
	t.Helper()
	server := httptest.NewServer(w.social)
	t.Cleanup(server.Close)
	t.Cleanup(w.social.Close)
	if err := w.social.SetBaseURL(server.URL); err != nil {
		t.Fatal(err)
	}
	w.provider.Details["oidc_issuer"] = w.social.BaseURL()
	return w
}

func twinOptions(faults practice.Faults) practice.Options {
	return practice.Options{ClientID: testClient, RedirectURIs: []string{testRedirect}, Faults: faults, Key: testKeys.rsa()}
}

func googleTwin(t *testing.T, options practice.GoogleOptions) twin {
	t.Helper()
	options.ClientSecret = testSecret
	return twin{&userpool.IdentityProvider{
		Name: "Google", Type: userpool.TypeGoogle, Mapping: map[string]string{"email": "email", "email_verified": "email_verified"},
		Details: userpool.ProviderDetails{"client_id": testClient, "client_secret": testSecret, "authorize_scopes": "profile email openid"},
	}, must(practice.NewGoogle(options))}.serve(t)
}

func appleTwin(t *testing.T, faults practice.Faults, booleans bool) twin {
	t.Helper()
	return twin{&userpool.IdentityProvider{
		Name: "SignInWithApple", Type: userpool.TypeApple, Mapping: map[string]string{"email": "email", "email_verified": "email_verified"},
		Details: userpool.ProviderDetails{
			"client_id": testClient, "team_id": "TEAM123456", "key_id": "KEY1234567", "private_key": p8(testKeys.ec()), "authorize_scopes": "email name",
		},
	}, must(practice.NewApple(practice.AppleOptions{
		Options: twinOptions(faults), TeamID: "TEAM123456", KeyID: "KEY1234567", PublicKey: testKeys.ec().Public().(*ecdsa.PublicKey), Booleans: booleans,
	}))}.serve(t)
}

// visit goes to the twin and comes back, as a person with a browser would.
func (w twin) visit(t *testing.T, person string, outcome practice.Outcome, change ...func(url.Values)) (federation.Assertion, error) {
	t.Helper()
	p, err := New(Config{Provider: w.provider, RedirectURL: testRedirect, Client: federation.NewClient(federation.OutboundOptions{AllowPrivate: true})})
	if err != nil {
		t.Fatal(err)
	}
	departure, memory, err := p.Begin(t.Context(), federation.Start{Handle: "handle"})
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	back, err := practice.Choose(t.Context(), browser, departure.URL, person, outcome)
	if err != nil {
		t.Fatal(err)
	}
	answer := federation.Answer{Memory: memory}
	if w.provider.Type == userpool.TypeApple {
		at, form, err := practice.Fields(back)
		if err != nil || at != testRedirect {
			t.Fatal(at, err)
		}
		answer.Form, answer.Post = form, true
	} else {
		_ = back.Body.Close()
		at, err := back.Location()
		if err != nil {
			t.Fatal(err)
		}
		answer.Form = at.Query()
	}
	for _, f := range change {
		f(answer.Form)
	}
	return p.Finish(t.Context(), answer)
}

func TestGoogleTwin(t *testing.T) {
	for _, bare := range []bool{false, true} {
		w := googleTwin(t, practice.GoogleOptions{Options: twinOptions(practice.Faults{}), BareIssuer: bare})
		for _, person := range practice.GooglePeople() {
			got, err := w.visit(t, person.ID, practice.SignsIn)
			if err != nil || got.Subject != person.ID || strings.Join(got.Claims["email"], ";") != person.Email || got.Claims["name"] == nil {
				t.Errorf("bare issuer %v, %s: %v %v", bare, person.Name, got.Subject, err)
			}
			_, hosted := got.Claims["hd"]
			if federation.EmailVerified(w.provider, got) != hosted {
				t.Errorf("%s: address taken for verified: %v", person.Name, !hosted)
			}
		}
	}
}

// The parameter hd only preselects an account; who takes it out of the address must be stopped by the claim.
func TestOnlyHostedAccountsOfTheDomain(t *testing.T) {
	people := practice.GooglePeople()
	for domain, ok := range map[string]bool{"northwind.example": true, "*": true, "Other.example, NORTHWIND.example": true, "other.example": false} {
		w := googleTwin(t, practice.GoogleOptions{Options: twinOptions(practice.Faults{})})
		w.provider.Details["portico_hosted_domain"] = domain
		p, err := New(Config{Provider: w.provider, RedirectURL: testRedirect, Client: federation.NewClient(federation.OutboundOptions{AllowPrivate: true})})
		if err != nil {
			t.Fatal(err)
		}
		for person, allowed := range map[string]bool{people[4].ID: ok, people[0].ID: false} {
			departure, memory, err := p.Begin(t.Context(), federation.Start{Handle: "handle"})
			if err != nil {
				t.Fatal(err)
			}
			at := must(url.Parse(departure.URL))
			query := at.Query()
			if !query.Has("hd") {
				t.Error("hd is not sent")
			}
			query.Del("hd") // as the attacker would
			at.RawQuery = query.Encode()
			browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			back, err := practice.Choose(t.Context(), browser, at.String(), person, practice.SignsIn)
			if err != nil {
				t.Fatal(err)
			}
			_ = back.Body.Close()
			_, err = p.Finish(t.Context(), federation.Answer{Memory: memory, Form: must(back.Location()).Query()})
			if allowed {
				if err != nil {
					t.Errorf("%s: %v", domain, err)
				}
				continue
			}
			if e := refusedFor(t, err, "hosted-domain"); e.Description != "Bad id_token hosted domain" {
				t.Error(e.Description)
			}
		}
	}
}

func TestAppleTwin(t *testing.T) {
	for _, booleans := range []bool{false, true} {
		w := appleTwin(t, practice.Faults{}, booleans)
		for _, person := range practice.ApplePeople() {
			got, err := w.visit(t, person.ID, practice.SignsIn)
			if err != nil {
				t.Fatal(person.Name, err, err.(*federation.Error).Cause)
			}
			if got.Subject != person.ID || strings.Join(got.Claims["email"], ";") != person.Email ||
				strings.Join(got.Claims["firstName"], ";") != person.GivenName || strings.Join(got.Claims["lastName"], ";") != person.FamilyName ||
				strings.Join(got.Claims["name"], ";") != strings.TrimSpace(person.GivenName+" "+person.FamilyName) {
				t.Errorf("%s: %v", person.Name, got.Claims)
			}
			if person.Email != "" && federation.EmailVerified(w.provider, got) != person.EmailVerified {
				t.Errorf("%s: verified %v", person.Name, got.Claims["email_verified"])
			}
			again, err := w.visit(t, person.ID, practice.SignsIn)
			if err != nil || again.Claims["name"] != nil || again.Claims["firstName"] != nil {
				t.Errorf("the second time: %v %v", again.Claims["name"], err)
			}
		}
		_, err := w.visit(t, practice.ApplePeople()[0].ID, practice.Cancels)
		if e, ok := federation.AsError(err); !ok || !e.Denied {
			t.Error(err)
		}
	}
}

func TestFaultsOfTheSocialTwinsAreRefused(t *testing.T) {
	for check, faults := range map[string]practice.Faults{
		"issuer": {OtherIssuer: true}, "audience": {OtherAudience: true}, "nonce": {OtherNonce: true}, "nonce ": {NoNonce: true},
		"signature": {Unsigned: true}, "signature ": {OtherKey: true}, "signature  ": {KeyConfusion: true}, "subject": {NoSubject: true},
		"id-token": {NoIDToken: true}, "at-hash": {OtherAccessHash: true}, "token-endpoint": {TokenError: true},
	} {
		_, err := googleTwin(t, practice.GoogleOptions{Options: twinOptions(faults)}).visit(t, practice.GooglePeople()[0].ID, practice.SignsIn)
		refusedFor(t, err, strings.TrimSpace(check))
		_, err = appleTwin(t, faults, false).visit(t, practice.ApplePeople()[0].ID, practice.SignsIn)
		refusedFor(t, err, strings.TrimSpace(check))
	}
}
