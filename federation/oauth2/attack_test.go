package oauth2

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"portico/federation"
	"portico/userpool"
)

// The attacker lets the person begin at provider A, and sends the answer of provider B (RFC 9207 §1).
func TestMixUpIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		issuer string
		extra  []string
	}{
		"another host":                {"", []string{"iss", "https://other.example.com"}},
		"another host, with an error": {"", []string{"iss", "https://other.example.com", "error", "access_denied"}},
		"no address":                  {"", []string{"iss", ""}},
		"another issuer":              {"https://as.example.com", []string{"iss", "https://as.example.com/"}},
		"two":                         {"https://as.example.com", []string{"iss", "https://as.example.com", "iss", "https://other.example.com"}},
	} {
		for kind, with := range profiles() {
			s := newServer(t, with.answers)
			provider := s.provider(kind, map[string]string{"oidc_issuer": c.issuer})
			_, err := signIn(t, party(t, provider), c.extra...)
			e, ok := federation.AsError(err)
			if !ok || e.Check != "iss-parameter" && !(name == "two" && e.Check == "callback") {
				t.Errorf("%s, %s: %v", kind, name, err)
			}
			if s.asked("/token") != nil {
				t.Errorf("%s, %s: the code went to the wrong provider", kind, name)
			}
		}
	}
	s := newServer(t, profiles()[userpool.KindOAuth2].answers)
	if _, err := signIn(t, party(t, s.provider(userpool.KindOAuth2, nil)), "iss", s.URL); err != nil {
		t.Error("its own issuer:", err)
	}
}

// A token that another app got must not sign its owner in here.
func TestTokenForAnotherClientIsRefused(t *testing.T) {
	for name, info := range map[string]any{
		"another app": map[string]any{"aud": "their-client", "user_id": "amzn1.account.A"},
		"no app":      map[string]any{"user_id": "amzn1.account.A"},
		"a list":      map[string]any{"aud": []string{testClient}, "user_id": "amzn1.account.A"},
	} {
		answers := profiles()[userpool.KindAmazon].answers
		answers["/tokeninfo"] = info
		s := newServer(t, answers)
		_, err := signIn(t, party(t, s.provider(userpool.KindAmazon, nil)))
		if e := refusedFor(t, err, "audience"); e.Description != "Bad token audience" {
			t.Errorf("%s: %s", name, e.Description)
		}
	}
	answers := profiles()[userpool.KindAmazon].answers
	answers["/tokeninfo"] = map[string]any{"aud": testClient, "user_id": "amzn1.account.B"}
	s := newServer(t, answers)
	_, err := signIn(t, party(t, s.provider(userpool.KindAmazon, nil)))
	refusedFor(t, err, "userinfo-subject")
}

func TestAppSecretProofIsAlwaysSent(t *testing.T) {
	s := newServer(t, profiles()[userpool.KindFacebook].answers)
	if _, err := signIn(t, party(t, s.provider(userpool.KindFacebook, nil))); err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte(testSecret))
	mac.Write([]byte(testAccess))
	if got := s.asked("/me").URL.Query().Get("appsecret_proof"); got != hex.EncodeToString(mac.Sum(nil)) {
		t.Error(got)
	}
}

// Secrets, codes and tokens travel in bodies and headers. The one exception is Amazon's: it takes the token in a query.
func TestSecretsStayOutOfURLs(t *testing.T) {
	for kind, with := range profiles() {
		s := newServer(t, with.answers)
		p := party(t, s.provider(kind, nil))
		departure, _, err := p.Begin(t.Context(), federation.Start{Handle: "h"})
		if err != nil || strings.Contains(departure.URL, url.QueryEscape(testSecret)) {
			t.Errorf("%s: %v", kind, err)
		}
		if _, err := signIn(t, p); err != nil {
			t.Fatal(kind, err)
		}
		for _, r := range s.seen {
			for _, secret := range []string{testSecret, url.QueryEscape(testSecret), testCode, testAccess} {
				if strings.Contains(r.URL.String(), secret) && (r.URL.Path != "/tokeninfo" || secret != testAccess) {
					t.Errorf("%s: %s shows %q", kind, r.URL.Path, secret)
				}
			}
		}
		if shown := fmt.Sprintf("%v %+v", p.registration.Key, p.registration.Key); strings.Contains(shown, "PRIVATE") {
			t.Error(shown)
		}
	}
}

// An address that nobody vouches for must not look verified, whatever the answer holds.
func TestVerifiedFlagIsNotTakenFromProvidersWithoutOne(t *testing.T) {
	for kind, with := range profiles() {
		if kind == userpool.KindOAuth2 {
			continue // what its claims mean, its operator knows
		}
		me := with.answers["/me"].(map[string]any)
		if inner, ok := me["data"].(map[string]any); ok {
			me = inner
		}
		me["email"], me["email_verified"] = "victim@example.com", true
		s := newServer(t, with.answers)
		provider := s.provider(kind, nil)
		provider.Mapping = map[string]string{"email": "email", "email_verified": "email_verified"}
		got, err := signIn(t, party(t, provider))
		if err != nil {
			t.Fatal(kind, err)
		}
		if got.Claims["email_verified"] != nil || federation.EmailVerified(provider, got) {
			t.Errorf("%s: %v", kind, got.Claims["email_verified"])
		}
	}
}

func TestAnswerWithoutSubjectIsRefused(t *testing.T) {
	for name, id := range map[string]any{
		"none": nil, "empty": "", "object": map[string]any{}, "list": []string{"7"}, "true": true, "fraction": 1.5, "negative": -7, "long": strings.Repeat("x", 256),
	} {
		s := newServer(t, map[string]any{"/me": map[string]any{"id": id, "ID": "victim"}})
		_, err := signIn(t, party(t, s.provider(userpool.KindOAuth2, nil)))
		if e := refusedFor(t, err, "subject"); e.Description != "Bad user info subject" {
			t.Errorf("%s: %s", name, e.Description)
		}
	}
}

// Two readers of one answer must not see two people.
func TestClaimGivenTwiceIsRefused(t *testing.T) {
	s := newServer(t, map[string]any{"/me": func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"id":"1","id":"victim"}`))
	}})
	_, err := signIn(t, party(t, s.provider(userpool.KindOAuth2, nil)))
	refusedFor(t, err, "userinfo")
}

// A code of another attempt is of no use with this attempt's verifier, and an attempt that lost its own is over.
func TestAttemptWithoutVerifierIsRefused(t *testing.T) {
	s := newServer(t, profiles()[userpool.KindGitHub].answers)
	_, err := party(t, s.provider(userpool.KindGitHub, nil)).Finish(t.Context(), federation.Answer{Form: url.Values{"code": {testCode}}})
	refusedFor(t, err, "pkce")
	if s.asked("/token") != nil {
		t.Error("the code was redeemed without a verifier")
	}
}

func TestOddCallbacksAreRefused(t *testing.T) {
	s := newServer(t, profiles()[userpool.KindOAuth2].answers)
	p := party(t, s.provider(userpool.KindOAuth2, nil))
	for name, form := range map[string]url.Values{
		"nothing": {}, "empty code": {"code": {""}}, "two codes": {"code": {"a", "b"}}, "oversized": {"code": {strings.Repeat("x", 8<<10+1)}},
		"two errors": {"error": {"a", "b"}},
	} {
		_, err := p.Finish(t.Context(), federation.Answer{Form: form})
		if e, ok := federation.AsError(err); !ok || e.Check != "callback" {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := p.Finish(t.Context(), federation.Answer{Form: url.Values{"error": {"access_denied"}, "error_reason": {"user_denied"}}})
	if e, ok := federation.AsError(err); !ok || !e.Denied || e.Code != "access_denied" {
		t.Error(err)
	}
	if s.asked("/token") != nil {
		t.Error("something was redeemed")
	}
}

// Every endpoint of every kind in turn misbehaves; the app is told in Cognito's words, and nobody learns the body.
func TestMisbehavingProvider(t *testing.T) {
	write := func(text string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
	}
	ways := map[string]struct {
		handler func(http.ResponseWriter, *http.Request)
		want    string // after the provider's name
	}{
		"slow":        {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, ""},
		"reset":       {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, ""},
		"status":      {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "internal detail", http.StatusBadGateway) }, "502"},
		"garbage":     {write("<html>internal detail"), "200"},
		"a list":      {write(`["internal detail"]`), "200"},
		"oversized":   {write(`{"id":"` + strings.Repeat("x", 2<<20) + `"}`), "200"},
		"nested deep": {write(strings.Repeat(`{"a":`, 100_000)), "200"},
		"redirect loop": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
		}, "307"},
		"redirect inside": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/internal detail", http.StatusFound)
		}, ""},
	}
	for kind, with := range profiles() {
		for path := range newServer(t, with.answers).answers {
			for name, way := range ways {
				t.Run(string(kind)+path+" "+name, func(t *testing.T) {
					s := newServer(t, with.answers)
					s.answers[path] = way.handler
					p := party(t, s.provider(kind, nil))
					if name == "slow" {
						p.client.Timeout = 30 * time.Millisecond
					}
					_, err := signIn(t, p)
					e, ok := federation.AsError(err)
					if !ok {
						t.Fatal(err)
					}
					checks := map[string]string{"/token": "token-endpoint", "/tokeninfo": "token-info", "/me": "userinfo", "/me/emails": "userinfo"}
					refusedFor(t, err, checks[path])
					if way.want != "" && !strings.HasPrefix(e.Description, "MyAS Error - "+way.want+" error getting ") {
						t.Errorf("described as %q (%v)", e.Description, e.Cause)
					}
				})
			}
		}
	}
}

// Addresses inside our network are refused unless development says so, wherever the configuration names them.
func TestStrictClientReachesNoLoopback(t *testing.T) {
	for kind, with := range profiles() {
		s := newServer(t, with.answers)
		p, err := New(Config{Provider: s.provider(kind, nil), RedirectURL: testRedirect})
		if err != nil {
			t.Fatal(err)
		}
		_, err = signInNow(t, p)
		if e := refusedFor(t, err, "token-endpoint"); !strings.Contains(e.Cause.Error(), federation.ErrAddressRefused.Error()) {
			t.Errorf("%s: %v", kind, e.Cause)
		}
		if len(s.seen) != 0 {
			t.Errorf("%s: reached %s", kind, s.seen[0].URL)
		}
	}
}

// signInNow is signIn by the system's clock.
func signInNow(t *testing.T, p *Provider) (federation.Assertion, error) {
	t.Helper()
	_, memory, err := p.Begin(t.Context(), federation.Start{Handle: "h"})
	if err != nil {
		t.Fatal(err)
	}
	return p.Finish(t.Context(), federation.Answer{Memory: memory, Form: url.Values{"code": {testCode}}})
}

// inMemory is a provider without a network: bodies by path.
type inMemory map[string][]byte

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(bytes.NewReader(m[r.URL.Path])),
	}, nil
}

// Whatever the provider answers, nobody but the person it names is signed in, and nothing panics.
func FuzzFinish(f *testing.F) {
	f.Add([]byte(`{"access_token":"a"}`), []byte(`{"id":"1","picture":{"data":{"url":"x"}}}`), "github")
	f.Add([]byte(`access_token=a`), []byte(`{"data":{"id":2}}`), "x")
	f.Add([]byte(`{"error":"x"}`), []byte(`[{"email":"a","primary":true,"verified":true}]`), "oauth2")
	f.Fuzz(func(t *testing.T, token, me []byte, kind string) {
		provider := &userpool.IdentityProvider{Name: "MyAS", Type: userpool.TypeOIDC, Mapping: map[string]string{"name": "a.b.0.c"}, Details: userpool.ProviderDetails{
			"client_id": "a", "client_secret": "b", "portico_kind": kind, "portico_subject": "id", "authorize_url": "https://as.example.com/a",
			"token_url": "https://as.example.com/token", "attributes_url": "https://as.example.com/me",
		}}
		p, err := New(Config{Provider: provider, RedirectURL: testRedirect, Client: &http.Client{Transport: inMemory{"/token": token, "/me": me, "/me/emails": me}}})
		if err != nil {
			return
		}
		got, err := p.Finish(t.Context(), federation.Answer{Memory: federation.Memory{Verifier: "v"}, Form: url.Values{"code": {"c"}}})
		if err != nil {
			if _, ok := federation.AsError(err); !ok || got.Subject != "" {
				t.Fatal(err, got.Subject)
			}
			return
		}
		if got.Subject == "" || len(got.Subject) > maxSubject || !strings.Contains(string(me), strings.Trim(got.Subject, "\"")) && !strings.Contains(string(me), `\`) {
			t.Fatalf("%q from %q", got.Subject, me)
		}
	})
}
