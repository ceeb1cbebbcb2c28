package oauth2

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"portico/federation"
	"portico/userpool"
)

const (
	testClient   = "our-client"
	testSecret   = "our+secret/&="
	testRedirect = "https://auth.example.com/oauth2/idpresponse"
	testAccess   = "the-access-token"
	testCode     = "the-code"
)

// server is a tiny OAuth 2.0 provider. It answers with what is put into answers, by path, and remembers what it was asked.
type server struct {
	*httptest.Server
	answers map[string]any // a value is JSON; a func(http.ResponseWriter, *http.Request) does what it likes

	mu   sync.Mutex
	seen []*http.Request
}

func newServer(t testing.TB, answers map[string]any) *server {
	t.Helper()
	s := &server{answers: map[string]any{
		"/token": map[string]any{"access_token": testAccess, "token_type": "bearer"},
	}}
	for path, answer := range answers {
		s.answers[path] = answer
	}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	s.mu.Lock()
	s.seen = append(s.seen, r)
	s.mu.Unlock()
	switch answer := s.answers[r.URL.Path].(type) {
	case nil:
		http.NotFound(w, r)
	case func(http.ResponseWriter, *http.Request):
		answer(w, r)
	default:
		if r.URL.Path != "/token" && r.Header.Get("Authorization") != "Bearer "+testAccess && r.URL.Query().Get("access_token") != testAccess {
			http.Error(w, "who?", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	}
}

// asked is the last request for a path; nil if there was none.
func (s *server) asked(path string) *http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range slices.Backward(s.seen) {
		if r.URL.Path == path {
			return r
		}
	}
	return nil
}

// provider is a provider of a kind whose addresses are the server's. An empty value in change takes a detail away.
func (s *server) provider(kind userpool.ProviderKind, change map[string]string) *userpool.IdentityProvider {
	p := &userpool.IdentityProvider{
		Pool: "us-east-1_Test", Name: "MyAS", Type: userpool.TypeOIDC,
		Mapping: map[string]string{"email": "email", "name": "name", "picture": "picture"},
		Details: userpool.ProviderDetails{
			"client_id": testClient, "client_secret": testSecret,
			"authorize_url": s.URL + "/authorize", "token_url": s.URL + "/token", "attributes_url": s.URL + "/me",
		},
	}
	switch kind {
	case userpool.KindFacebook:
		p.Type, p.Details["authorize_scopes"] = userpool.TypeFacebook, "public_profile, email"
	case userpool.KindAmazon:
		p.Type, p.Details["authorize_scopes"] = userpool.TypeAmazon, "profile postal_code"
	case userpool.KindOAuth2:
		p.Details["portico_kind"], p.Details["portico_subject"] = string(kind), "id"
	default:
		p.Details["portico_kind"] = string(kind)
	}
	for name, value := range change {
		if value == "" {
			delete(p.Details, name)
		} else {
			p.Details[name] = value
		}
	}
	return p
}

func testClock() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func party(t testing.TB, provider *userpool.IdentityProvider) *Provider {
	t.Helper()
	p, err := New(Config{
		Provider: provider, RedirectURL: testRedirect, Now: testClock,
		Client: federation.NewClient(federation.OutboundOptions{AllowPrivate: true, Timeout: 5 * time.Second}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// signIn goes through a whole sign-in. Extra is added to the callback.
func signIn(t testing.TB, p *Provider, extra ...string) (federation.Assertion, error) {
	t.Helper()
	_, memory := begin(t, p, federation.Start{Handle: "handle"})
	form := url.Values{"code": {testCode}, "state": {"handle"}}
	for pair := range slices.Chunk(extra, 2) {
		form.Add(pair[0], pair[1])
	}
	return p.Finish(t.Context(), federation.Answer{Memory: memory, Form: form})
}

func begin(t testing.TB, p *Provider, start federation.Start) (url.Values, federation.Memory) {
	t.Helper()
	departure, memory, err := p.Begin(context.Background(), start)
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(departure.URL)
	if err != nil || len(departure.Form) != 0 || !memory.Issued.Equal(testClock()) {
		t.Fatal(departure, memory, err)
	}
	return at.Query(), memory
}

// refusedFor fails the test unless the error is a federation.Error of the given check that shows nothing secret.
func refusedFor(t testing.TB, err error, check string) *federation.Error {
	t.Helper()
	e, ok := federation.AsError(err)
	if !ok {
		t.Fatalf("want a refusal (%s), got %v", check, err)
	}
	if e.Check != check {
		t.Fatalf("refused by check %q, want %q (%v)", e.Check, check, e.Cause)
	}
	if e.Code == "" || e.Description == "" || e.Cause == nil {
		t.Fatalf("incomplete error %+v", e)
	}
	for _, text := range []string{e.Error(), e.Description, e.Cause.Error(), fmt.Sprintf("%+v", e)} {
		for _, secret := range []string{testAccess, testSecret, url.QueryEscape(testSecret), testCode, "ann@example.com", "internal detail"} {
			if strings.Contains(text, secret) {
				t.Fatalf("%q shows %q", text, secret)
			}
		}
	}
	return e
}

// profiles are what a good provider of each kind answers, and the subject that comes of it.
func profiles() map[userpool.ProviderKind]struct {
	answers map[string]any
	subject string
} {
	type one = struct {
		answers map[string]any
		subject string
	}
	return map[userpool.ProviderKind]one{
		userpool.KindFacebook: {map[string]any{"/me": map[string]any{"id": "1022", "name": "Ann"}}, "1022"},
		userpool.KindAmazon: {map[string]any{
			"/me":        map[string]any{"user_id": "amzn1.account.A", "name": "Ann"},
			"/tokeninfo": map[string]any{"aud": testClient, "user_id": "amzn1.account.A"},
		}, "amzn1.account.A"},
		userpool.KindGitHub: {map[string]any{
			"/me": map[string]any{"id": 5823301, "login": "ann"}, "/me/emails": []any{},
		}, "5823301"},
		userpool.KindX:      {map[string]any{"/me": map[string]any{"data": map[string]any{"id": "2244994945", "username": "ann"}}}, "2244994945"},
		userpool.KindOAuth2: {map[string]any{"/me": map[string]any{"id": 7, "name": "Ann"}}, "7"},
	}
}
