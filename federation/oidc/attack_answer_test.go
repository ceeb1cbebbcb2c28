package oidc

import (
	"context"
	"crypto/rsa"
	"errors"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"portico/federation"
	"portico/userpool"
)

func shortRSA(t *testing.T) *rsa.PublicKey {
	t.Helper()
	n := new(big.Int).Lsh(big.NewInt(1), 1023)
	return &rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 65537}
}

// The attacker lets the person begin at provider A, and sends the answer of provider B (RFC 9207 §1).
func TestMixUpIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		promised bool
		extra    []string
	}{
		"answer of another provider":           {false, []string{"iss", "https://other.example.com"}},
		"error of another provider":            {false, []string{"iss", "https://other.example.com", "error", "access_denied"}},
		"empty issuer":                         {false, []string{"iss", ""}},
		"no issuer though the provider has it": {true, nil},
		"two issuers":                          {true, []string{"iss", "https://other.example.com", "iss", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOP(t)
			o.doc["authorization_response_iss_parameter_supported"] = c.promised
			_, err := o.signIn(t, o.party(t, nil), c.extra...)
			e, ok := federation.AsError(err)
			if !ok || e.Check != "iss-parameter" && e.Check != "callback" || e.Denied {
				t.Fatal(err)
			}
			if o.tokenCalls.Load() != 0 {
				t.Error("the code was sent to the wrong provider")
			}
		})
	}
}

func TestOddCallbacksAreRefused(t *testing.T) {
	o := newOP(t)
	p := o.party(t, nil)
	o.begin(t, p, federation.Start{Handle: "h"})
	for name, form := range map[string]url.Values{
		"nothing":        {},
		"empty code":     {"code": {""}},
		"two codes":      {"code": {"a", "b"}},
		"oversized code": {"code": {strings.Repeat("x", 8<<10+1)}},
	} {
		_, err := p.Finish(t.Context(), federation.Answer{Memory: o.memory, Form: form})
		if e, ok := federation.AsError(err); !ok || e.Check != "callback" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if o.tokenCalls.Load() != 0 {
		t.Error("the token endpoint was asked")
	}
}

// A memory without a nonce, as of an attempt at another provider, must not match a token without one.
func TestAttemptWithoutNonceIsRefused(t *testing.T) {
	o := newOP(t)
	p := o.party(t, nil)
	o.begin(t, p, federation.Start{Handle: "h"})
	o.memory.Nonce, o.nonce = "", ""
	_, err := p.Finish(t.Context(), federation.Answer{Memory: o.memory, Form: url.Values{"code": {testCode}}})
	refusedFor(t, err, "nonce")
}

// A code injected into the attempt of somebody else (RFC 9700 §4.5) fails at the provider, for our verifier is another.
func TestInjectedCodeIsRefused(t *testing.T) {
	o := newOP(t)
	p := o.party(t, nil)
	o.begin(t, p, federation.Start{Handle: "h"})
	o.memory.Verifier = "of-another-attempt-of-another-attempt-of-another"
	_, err := p.Finish(t.Context(), federation.Answer{Memory: o.memory, Form: url.Values{"code": {testCode}}})
	if e := refusedFor(t, err, "token-endpoint"); e.Description != "MyOP Error - 400 error getting token" {
		t.Error(e.Description)
	}
}

func TestErrorCallbacks(t *testing.T) {
	for _, c := range []struct {
		code, description     string
		wantCode, wantMessage string
		denied                bool
	}{
		{"access_denied", "The person said no", "access_denied", "The person said no", true},
		{"access_denied", "", "access_denied", "access_denied", true},
		{"user_cancelled_authorize", "", "access_denied", "user_cancelled_authorize", true},
		{"login_required", "", "login_required", "login_required", false},
		{"temporarily_unavailable", "later", "temporarily_unavailable", "later", false},
		{"unauthorized_client", "", "invalid_request", "unauthorized_client", false},
		{"invalid_scope", "no such scope", "invalid_request", "no such scope", false},
		{"<script>alert(1)</script>", "", "invalid_request", "unreadable", false},
		{"", "", "invalid_request", "", false},
		{"access_denied", "a\"b\\c\r\nSet-Cookie: x\x00é ann@example.com is not assigned", "access_denied",
			"abc Set-Cookie: x ... is not assigned", true},
		{"access_denied", strings.Repeat("long ", 1000), "access_denied", strings.Repeat("long ", 40), true},
	} {
		o := newOP(t)
		p := o.party(t, nil)
		o.begin(t, p, federation.Start{Handle: "h"})
		_, err := p.Finish(t.Context(), federation.Answer{Memory: o.memory, Form: url.Values{
			"error": {c.code}, "error_description": {c.description}, "code": {testCode},
		}})
		e, ok := federation.AsError(err)
		if !ok || e.Check != "provider-error" || e.Code != c.wantCode || e.Denied != c.denied {
			t.Errorf("%q: %+v", c.code, e)
			continue
		}
		if c.code != "" && e.Description != c.wantMessage {
			t.Errorf("%q: described as %q", c.code, e.Description)
		}
		if o.tokenCalls.Load() != 0 {
			t.Error("a code beside an error was redeemed")
		}
	}
}

func TestMissingIDTokenIsRefused(t *testing.T) {
	for name, id := range map[string]any{"absent": nil, "empty": "", "no text": 7} {
		o := newOP(t)
		o.handle["/token"] = func(w http.ResponseWriter, _ *http.Request) {
			answer(w, map[string]any{"access_token": testAccess, "token_type": "Bearer", "id_token": id})
		}
		_, err := o.signIn(t, o.party(t, nil))
		if e := refusedFor(t, err, "id-token"); e.Description != "Missing id_token" {
			t.Errorf("%s: %s", name, e.Description)
		}
	}
}

func TestUserInfoOfSomebodyElseIsRefused(t *testing.T) {
	for name, sub := range map[string]any{"another": "victim", "other case": "PERSON-1", "none": nil, "number": 1} {
		o := newOP(t)
		o.userinfo["sub"] = sub
		_, err := o.signIn(t, o.party(t, nil))
		if e := refusedFor(t, err, "userinfo-subject"); e.Description != "Bad user info subject" {
			t.Errorf("%s: %s", name, e.Description)
		}
	}
}

func TestSignedUserInfo(t *testing.T) {
	for name, c := range map[string]struct {
		claims map[string]any
		key    any
		check  string
	}{
		"good":              {map[string]any{"name": "Signed"}, testKeys.rsa(), ""},
		"good with aud":     {map[string]any{"name": "Signed", "aud": testClient}, testKeys.rsa(), ""},
		"forged":            {map[string]any{"name": "Signed"}, testKeys.other(), "userinfo-signature"},
		"for another":       {map[string]any{"name": "Signed", "aud": "other"}, testKeys.rsa(), "userinfo-parties"},
		"of another":        {map[string]any{"name": "Signed", "iss": "https://other.example.com"}, testKeys.rsa(), "userinfo-parties"},
		"somebody else's":   {map[string]any{"sub": "victim"}, testKeys.rsa(), "userinfo-subject"},
		"issuer of no text": {map[string]any{"iss": 1}, testKeys.rsa(), "userinfo-parties"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOP(t)
			if c.claims["sub"] == nil {
				c.claims["sub"] = "person-1"
			}
			o.handle["/userinfo"] = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/jwt; charset=utf-8")
				_, _ = w.Write([]byte(signed(jose.RS256, c.key, "one", nil, c.claims)))
			}
			got, err := o.signIn(t, o.party(t, nil))
			if c.check != "" {
				refusedFor(t, err, c.check)
			} else if err != nil || got.Claims["name"][0] != "Signed" {
				t.Fatal(got, err)
			}
		})
	}
}

// Claims kept elsewhere (OpenID Connect Core §5.6.2) name an address of the attacker's choice.
func TestClaimSourcesAreNotFetched(t *testing.T) {
	o := newOP(t)
	fetched := false
	o.handle["/elsewhere"] = func(http.ResponseWriter, *http.Request) { fetched = true }
	o.claims["_claim_names"] = map[string]string{"groups": "src1"}
	o.claims["_claim_sources"] = map[string]any{"src1": map[string]string{"endpoint": o.URL + "/elsewhere"}}
	o.userinfo["_claim_names"], o.userinfo["_claim_sources"] = o.claims["_claim_names"], o.claims["_claim_sources"]
	got, err := o.signIn(t, o.party(t, nil))
	if err != nil || fetched || got.Claims["groups"] != nil {
		t.Fatal(fetched, err)
	}
}

// Every endpoint in turn misbehaves in every way; the app is told in Cognito's words, and the log learns no body.
func TestMisbehavingProvider(t *testing.T) {
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	drip := func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"a":`))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	reset := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	status := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte(`{"error":"server_error","error_description":"internal detail ` + testSecret + `"}`))
	}
	garbage := func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>internal detail")) }
	oversized := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"issuer":"` + strings.Repeat("x", 2<<20) + `"}`))
	}
	loop := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
	}
	inside := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/internal detail", http.StatusFound)
	}
	endpoints := map[string]struct{ check, noun, timeout string }{
		"/.well-known/openid-configuration": {"discovery", "configuration", "Read timed out"},
		"/token":                            {"token-endpoint", "token", "Timeout occurred in calling IdP token endpoint"},
		"/keys":                             {"keys", "keys", "Timeout in calling jwks uri"},
		"/userinfo":                         {"userinfo", "user info", "Read timed out"},
	}
	for path, at := range endpoints {
		for _, way := range []struct {
			name    string
			handler http.HandlerFunc
			want    string
		}{
			{"slow", hang, at.timeout},
			{"slow in the body", drip, at.timeout},
			{"reset", reset, "Connection reset"},
			{"status", status, "MyOP Error - 500 error getting " + at.noun},
			{"garbage", garbage, "MyOP Error - 200 error getting " + at.noun},
			{"oversized", oversized, "MyOP Error - 200 error getting " + at.noun},
			{"redirect loop", loop, "MyOP Error - 307 error getting " + at.noun},
			{"redirect inside", inside, ""},
		} {
			t.Run(path[1:]+" "+way.name, func(t *testing.T) {
				o := newOP(t)
				o.handle[path] = way.handler
				p := o.party(t, nil)
				if strings.HasPrefix(way.name, "slow") {
					p.client.Transport = &hurried{t: t, next: p.client.Transport, path: path}
				}
				departure, memory, err := p.Begin(t.Context(), federation.Start{Handle: "h"})
				if err == nil {
					query := must(url.Parse(departure.URL)).Query()
					o.nonce, o.challenge = query.Get("nonce"), query.Get("code_challenge")
					_, err = p.Finish(t.Context(), federation.Answer{Memory: memory, Form: url.Values{"code": {testCode}}})
				}
				e := refusedFor(t, err, at.check)
				if way.want != "" && e.Description != way.want {
					t.Errorf("described as %q, want %q (%v)", e.Description, way.want, e.Cause)
				}
				if way.name == "redirect inside" && !errors.Is(err, federation.ErrAddressRefused) && !errors.Is(err, federation.ErrRedirectRefused) {
					t.Error(e.Cause)
				}
			})
		}
	}
}

// hurried gives requests for one path very little time, and those before it as much as they need.
type hurried struct {
	t    *testing.T
	next http.RoundTripper
	path string
}

func (h *hurried) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == h.path {
		ctx, cancel := context.WithTimeout(r.Context(), 20*time.Millisecond)
		h.t.Cleanup(cancel)
		r = r.WithContext(ctx)
	}
	return h.next.RoundTrip(r)
}

func TestClientsTimeBoundsACall(t *testing.T) {
	o := newOP(t)
	o.handle["/.well-known/openid-configuration"] = func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"a":`))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	p := o.party(t, nil)
	p.client.Timeout = 20 * time.Millisecond
	_, _, err := p.Begin(t.Context(), federation.Start{Handle: "h"})
	if e := refusedFor(t, err, "discovery"); e.Description != "Read timed out" {
		t.Error(e.Description, e.Cause)
	}
}

func TestProviderUnreachable(t *testing.T) {
	o := newOP(t)
	p := o.party(t, nil)
	o.Close()
	_, _, err := p.Begin(t.Context(), federation.Start{Handle: "h"})
	if e := refusedFor(t, err, "discovery"); e.Description != "Connection reset" {
		t.Error(e.Description)
	}
}

// The person's browser gives up: the fetch that others wait for goes on.
func TestAbandonedSignInDoesNotSpoilTheFetch(t *testing.T) {
	o := newOP(t)
	began, goOn := make(chan struct{}), make(chan struct{})
	o.handle["/.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) {
		close(began)
		<-goOn
		answer(w, o.doc)
	}
	p := o.party(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-began; cancel() }()
	_, _, err := p.Begin(ctx, federation.Start{Handle: "h"})
	refusedFor(t, err, "discovery")
	close(goOn)
	if _, _, err := p.Begin(t.Context(), federation.Start{Handle: "h"}); err != nil || o.discoveries.Load() != 1 {
		t.Fatal(err, o.discoveries.Load())
	}
}

// The discovery document decides where secrets and browsers go.
func TestHostileDiscoveryIsRefused(t *testing.T) {
	for name, change := range map[string]map[string]any{
		"of another issuer":      {"issuer": "https://other.example.com"},
		"issuer with slash":      {"issuer": "SLASH"},
		"no token endpoint":      {"token_endpoint": ""},
		"script in the browser":  {"authorization_endpoint": "javascript:alert(1)//"},
		"file for keys":          {"jwks_uri": "file:///etc/passwd"},
		"relative":               {"token_endpoint": "/token"},
		"password in an address": {"userinfo_endpoint": "https://a:b@op.example.com/"},
		"wrong types":            {"code_challenge_methods_supported": "S256"},
	} {
		o := newOP(t)
		for k, v := range change {
			if v == "SLASH" {
				v = o.URL + "/"
			}
			o.doc[k] = v
		}
		_, _, err := o.party(t, nil).Begin(t.Context(), federation.Start{Handle: "h"})
		if e := refusedFor(t, err, "discovery"); e.Description != "MyOP Error - 200 error getting configuration" {
			t.Errorf("%s: %s", name, e.Description)
		}
	}
}

func TestStrictClientByDefault(t *testing.T) {
	o := newOP(t)
	p, err := New(Config{
		Provider:    &userpool.IdentityProvider{Name: "MyOP", Type: userpool.TypeOIDC, Details: o.details(nil)},
		RedirectURL: testRedirect,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = p.Begin(t.Context(), federation.Start{Handle: "h"})
	if !errors.Is(err, federation.ErrAddressRefused) || o.discoveries.Load() != 0 {
		t.Fatal(err)
	}
}
