package oauth2

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"portico/federation"
	"portico/federation/practice"
	"portico/userpool"
)

// twin is a practice provider and our details for it.
type twin struct {
	provider *userpool.IdentityProvider
	social   *practice.Social
	server   *httptest.Server
}

func newTwin(t *testing.T, kind userpool.ProviderKind, faults practice.Faults) twin {
	t.Helper()
	options := practice.Options{ClientID: testClient, ClientSecret: testSecret, RedirectURIs: []string{testRedirect}, Faults: faults}
	p := &userpool.IdentityProvider{
		Details: userpool.ProviderDetails{"client_id": testClient, "client_secret": testSecret},
		Mapping: map[string]string{"email": "email", "name": "name", "picture": "picture"},
	}
	var social *practice.Social
	var err error
	switch kind {
	case userpool.KindFacebook:
		p.Name, p.Type, p.Details["authorize_scopes"] = "Facebook", userpool.TypeFacebook, "public_profile,email"
		social, err = practice.NewFacebook(practice.FacebookOptions{Options: options})
	case userpool.KindAmazon:
		p.Name, p.Type, p.Details["authorize_scopes"] = "LoginWithAmazon", userpool.TypeAmazon, "profile postal_code"
		social, err = practice.NewAmazon(practice.AmazonOptions{Options: options})
	default:
		p.Name, p.Type, p.Details["portico_kind"] = "GitHub", userpool.TypeOIDC, "github"
		social, err = practice.NewGitHub(practice.GitHubOptions{Options: options})
	}
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(social)
	t.Cleanup(server.Close)
	t.Cleanup(social.Close)
	if err := social.SetBaseURL(server.URL); err != nil {
		t.Fatal(err)
	}
	for key, address := range social.Addresses() {
		p.Details[key] = address
	}
	return twin{p, social, server}
}

// visit goes to the twin and comes back, as a person with a browser would.
func (w twin) visit(t *testing.T, person string, outcome practice.Outcome) (federation.Assertion, error) {
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
	_ = back.Body.Close()
	at, err := back.Location()
	if err != nil || !strings.HasPrefix(at.String(), testRedirect) {
		t.Fatal(at, err)
	}
	return p.Finish(t.Context(), federation.Answer{Memory: memory, Form: at.Query()})
}

func TestTwins(t *testing.T) {
	for kind, people := range map[userpool.ProviderKind][]practice.Person{
		userpool.KindFacebook: practice.FacebookPeople(), userpool.KindAmazon: practice.AmazonPeople(), userpool.KindGitHub: practice.GitHubPeople(),
	} {
		w := newTwin(t, kind, practice.Faults{})
		for _, person := range people {
			got, err := w.visit(t, person.ID, practice.SignsIn)
			if err != nil {
				t.Errorf("%s, %s: %v (%v)", kind, person.Name, err, cause(err))
				continue
			}
			if got.Subject != person.ID {
				t.Errorf("%s: %q, want %q", kind, got.Subject, person.ID)
			}
			want := person.Email
			if kind == userpool.KindGitHub && !person.EmailVerified {
				want = ""
			}
			if address := strings.Join(got.Claims["email"], ";"); address != want {
				t.Errorf("%s, %s: address %q, want %q", kind, person.Name, address, want)
			}
			if picture := got.Claims["picture"]; kind == userpool.KindFacebook && (len(picture) != 1 || !strings.HasPrefix(picture[0], "https://")) {
				t.Errorf("picture %v", picture)
			}
		}
		if _, err := w.visit(t, people[0].ID, practice.Cancels); err == nil {
			t.Error("a canceled sign-in went through")
		} else if e, ok := federation.AsError(err); !ok || !e.Denied || e.Code != "access_denied" {
			t.Errorf("%s, canceled: %v", kind, err)
		}
	}
}

func TestFaultsOfTheTwinsAreRefused(t *testing.T) {
	for _, kind := range []userpool.ProviderKind{userpool.KindFacebook, userpool.KindAmazon, userpool.KindGitHub} {
		person := map[userpool.ProviderKind]string{
			userpool.KindFacebook: practice.FacebookPeople()[0].ID, userpool.KindAmazon: practice.AmazonPeople()[0].ID, userpool.KindGitHub: practice.GitHubPeople()[0].ID,
		}[kind]
		for check, faults := range map[string]practice.Faults{"subject": {NoSubject: true}, "token-endpoint": {TokenError: true}} {
			_, err := newTwin(t, kind, faults).visit(t, person, practice.SignsIn)
			if e, ok := federation.AsError(err); !ok || e.Check != check {
				t.Errorf("%s, %s: %v (%v)", kind, check, err, cause(err))
			}
		}
	}
	_, err := newTwin(t, userpool.KindAmazon, practice.Faults{OtherAudience: true}).visit(t, practice.AmazonPeople()[0].ID, practice.SignsIn)
	if e, ok := federation.AsError(err); !ok || e.Check != "audience" {
		t.Error(err)
	}
}

// A wrong secret is told in the provider's own way: Facebook's errors are objects, GitHub's come with status 200.
func TestWrongSecretAtTheTwins(t *testing.T) {
	for kind, person := range map[userpool.ProviderKind]string{
		userpool.KindFacebook: practice.FacebookPeople()[0].ID, userpool.KindAmazon: practice.AmazonPeople()[0].ID, userpool.KindGitHub: practice.GitHubPeople()[0].ID,
	} {
		w := newTwin(t, kind, practice.Faults{})
		w.provider.Details["client_secret"] = "another"
		_, err := w.visit(t, person, practice.SignsIn)
		if e, ok := federation.AsError(err); !ok || e.Check != "token-endpoint" || !strings.Contains(e.Description, "error getting token") {
			t.Errorf("%s: %v (%v)", kind, err, cause(err))
		}
	}
}

// A code works once and with its own verifier only: one that was injected from another attempt does not.
func TestInjectedCodeIsRefusedByTheTwin(t *testing.T) {
	w := newTwin(t, userpool.KindGitHub, practice.Faults{})
	p, err := New(Config{Provider: w.provider, RedirectURL: testRedirect, Client: federation.NewClient(federation.OutboundOptions{AllowPrivate: true})})
	if err != nil {
		t.Fatal(err)
	}
	theirs, _, err := p.Begin(t.Context(), federation.Start{Handle: "theirs"})
	if err != nil {
		t.Fatal(err)
	}
	_, mine, err := p.Begin(t.Context(), federation.Start{Handle: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	back, err := practice.Choose(t.Context(), browser, theirs.URL, practice.GitHubPeople()[0].ID, practice.SignsIn)
	if err != nil {
		t.Fatal(err)
	}
	_ = back.Body.Close()
	at, err := url.Parse(back.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Finish(t.Context(), federation.Answer{Memory: mine, Form: at.Query()})
	if e, ok := federation.AsError(err); !ok || e.Check != "token-endpoint" {
		t.Error(err)
	}
}

func cause(err error) error {
	if e, ok := federation.AsError(err); ok {
		return e.Cause
	}
	return nil
}
