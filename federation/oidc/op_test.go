package oidc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

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

// clock is stepped by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }
func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// op is a tiny OpenID provider. Everything it says can be replaced.
type op struct {
	*httptest.Server
	clock *clock

	doc      map[string]any                     // the discovery document
	keys     []jose.JSONWebKey                  // the key set
	rawKeys  string                             // replaces keys
	claims   map[string]any                     // of the ID token; the nonce is added unless set
	userinfo map[string]any                     // nil: no endpoint
	sign     func(claims map[string]any) string // makes the ID token
	handle   map[string]http.HandlerFunc        // replaces an endpoint, by path

	discoveries, keyFetches, tokenCalls, infoCalls atomic.Int32
	lastToken, lastInfo                            *http.Request // with the form parsed
	nonce, challenge                               string        // of the last Begin
	memory                                         federation.Memory
}

// testKeys are made once, for making them is slow.
var testKeys = struct {
	rsa, other func() *rsa.PrivateKey
	ec         func() *ecdsa.PrivateKey
}{
	rsa:   sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) }),
	other: sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) }),
	ec:    sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }),
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newOP(t testing.TB) *op {
	o := &op{clock: &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}, handle: map[string]http.HandlerFunc{}}
	o.Server = httptest.NewServer(o)
	t.Cleanup(o.Close)
	o.doc = map[string]any{
		"issuer": o.URL, "authorization_endpoint": o.URL + "/authorize", "token_endpoint": o.URL + "/token",
		"jwks_uri": o.URL + "/keys", "userinfo_endpoint": o.URL + "/userinfo",
		"code_challenge_methods_supported":      []string{"plain", "S256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
	}
	o.keys = []jose.JSONWebKey{{Key: testKeys.rsa().Public(), KeyID: "one", Algorithm: "RS256", Use: "sig"}}
	now := o.clock.Now().Unix()
	o.claims = map[string]any{
		"iss": o.URL, "sub": "person-1", "aud": testClient, "iat": now, "exp": now + 300,
		"at_hash": halfHash(testAccess), "email": "ann@example.com", "email_verified": true,
	}
	o.userinfo = map[string]any{"sub": "person-1", "name": "Ann", "email": "other@example.com"}
	o.sign = func(c map[string]any) string { return signed(jose.RS256, testKeys.rsa(), "one", nil, c) }
	return o
}

func halfHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// signed makes a compact JWS.
func signed(alg jose.SignatureAlgorithm, key any, kid string, header map[jose.HeaderKey]any, c map[string]any) string {
	options := &jose.SignerOptions{ExtraHeaders: header}
	if kid != "" {
		options = options.WithHeader("kid", kid)
	}
	signer := must(jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options))
	return must(must(signer.Sign(must(json.Marshal(c)))).CompactSerialize())
}

func (o *op) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	counter := map[string]*atomic.Int32{
		"/.well-known/openid-configuration": &o.discoveries, "/keys": &o.keyFetches, "/token": &o.tokenCalls, "/userinfo": &o.infoCalls,
	}[r.URL.Path]
	if counter != nil {
		counter.Add(1)
	}
	if replaced, ok := o.handle[r.URL.Path]; ok {
		replaced(w, r)
		return
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		answer(w, o.doc)
	case "/keys":
		if o.rawKeys != "" {
			_, _ = w.Write([]byte(o.rawKeys))
			return
		}
		answer(w, jose.JSONWebKeySet{Keys: o.keys})
	case "/token":
		o.lastToken = r
		o.token(w, r)
	case "/userinfo":
		o.lastInfo = r
		if r.Header.Get("Authorization") != "Bearer "+testAccess {
			http.Error(w, "who?", http.StatusUnauthorized)
			return
		}
		answer(w, o.userinfo)
	default:
		http.NotFound(w, r)
	}
}

func (o *op) token(w http.ResponseWriter, r *http.Request) {
	if o.challenge != "" {
		sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
		if base64.RawURLEncoding.EncodeToString(sum[:]) != o.challenge {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
	}
	c := maps.Clone(o.claims)
	if _, set := c["nonce"]; !set {
		c["nonce"] = o.nonce
	}
	answer(w, map[string]any{"access_token": testAccess, "token_type": "Bearer", "expires_in": 300, "id_token": o.sign(c)})
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// details are a provider's details for this OP.
func (o *op) details(change map[string]string) userpool.ProviderDetails {
	d := userpool.ProviderDetails{
		"client_id": testClient, "client_secret": testSecret, "oidc_issuer": o.URL,
		"authorize_scopes": "openid email", "attributes_request_method": "GET",
	}
	for name, value := range change {
		if value == "" {
			delete(d, name)
		} else {
			d[name] = value
		}
	}
	return d
}

// party is a relying party for this OP.
func (o *op) party(t testing.TB, change map[string]string) *Provider {
	t.Helper()
	p, err := New(Config{
		Provider:    &userpool.IdentityProvider{Pool: "us-east-1_Test", Name: "MyOP", Type: userpool.TypeOIDC, Details: o.details(change)},
		RedirectURL: testRedirect, Now: o.clock.Now,
		Client: federation.NewClient(federation.OutboundOptions{AllowPrivate: true, Timeout: 5 * time.Second}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// begin starts a sign-in and shows the OP the request.
func (o *op) begin(t testing.TB, p *Provider, start federation.Start) url.Values {
	t.Helper()
	departure, memory, err := p.Begin(t.Context(), start)
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(departure.URL)
	if err != nil || len(departure.Form) != 0 {
		t.Fatal(departure, err)
	}
	query := at.Query()
	o.memory, o.nonce, o.challenge = memory, query.Get("nonce"), query.Get("code_challenge")
	return query
}

// signIn goes through a whole sign-in and returns what it led to. Extra is added to the callback.
func (o *op) signIn(t testing.TB, p *Provider, extra ...string) (federation.Assertion, error) {
	t.Helper()
	o.begin(t, p, federation.Start{Handle: "handle"})
	form := url.Values{"code": {testCode}, "state": {"handle"}}
	for pair := range slices.Chunk(extra, 2) {
		form.Add(pair[0], pair[1])
	}
	return p.Finish(t.Context(), federation.Answer{Memory: o.memory, Form: form})
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
	for _, text := range []string{e.Error(), e.Description, e.Cause.Error()} {
		for _, secret := range []string{testAccess, testSecret, testCode, "ann@example.com", "eyJ", "internal detail"} {
			if containsText(text, secret) {
				t.Fatalf("%q shows %q", text, secret)
			}
		}
	}
	return e
}

func ed25519Key() (crypto.PublicKey, ed25519.PrivateKey) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return public, private
}
