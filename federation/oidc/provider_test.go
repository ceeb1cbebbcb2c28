package oidc

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"portico/federation"
	"portico/userpool"
)

func containsText(text, part string) bool { return strings.Contains(text, part) }

func TestSignIn(t *testing.T) {
	o := newOP(t)
	o.claims["groups"] = []any{"a", "b b", 3, nil, map[string]any{"x": []int{1}}}
	o.claims["big"] = 12345678901234567
	o.claims["address"] = map[string]any{"country": "NL"}
	o.claims["nothing"] = nil
	o.claims["none"] = []any{}
	p := o.party(t, nil)
	got, err := o.signIn(t, p)
	if err != nil {
		t.Fatal(err, err.(*federation.Error).Cause)
	}
	if got.Subject != "person-1" || got.Issuer != "" || got.Spend != nil || got.Session != nil {
		t.Errorf("%+v", got)
	}
	if id := got.Claims["id_token"]; len(id) != 1 || !strings.HasPrefix(id[0], "eyJ") {
		t.Errorf("id_token %v", id)
	}
	for _, name := range []string{"id_token", "iss", "aud", "iat", "exp", "at_hash", "nonce"} {
		if _, ok := got.Claims[name]; !ok {
			t.Errorf("no claim %s", name)
		}
		delete(got.Claims, name)
	}
	want := map[string][]string{
		"sub": {"person-1"}, "name": {"Ann"}, "access_token": {testAccess},
		"email":          {"ann@example.com"}, // of the ID token, not of userinfo
		"email_verified": {"true"},
		"groups":         {"a", "b b", "3", `{"x":[1]}`},
		"big":            {"12345678901234567"},
		"address":        {`{"country":"NL"}`},
		"none":           {},
	}
	if diff := cmp.Diff(want, got.Claims); diff != "" {
		t.Error(diff)
	}
	form := o.lastToken.PostForm
	if form.Get("grant_type") != "authorization_code" || form.Get("code") != testCode || form.Get("redirect_uri") != testRedirect ||
		form.Get("client_id") != testClient || form.Get("client_secret") != testSecret || o.lastToken.Header.Get("Authorization") != "" {
		t.Errorf("token request %v", form)
	}
	if o.lastInfo.Method != http.MethodGet {
		t.Errorf("userinfo by %s", o.lastInfo.Method)
	}
}

func TestAuthenticationRequest(t *testing.T) {
	o := newOP(t)
	p := o.party(t, nil)
	query := o.begin(t, p, federation.Start{Handle: "h1", LoginHint: "ann@example.com", Prompt: "login"})
	nonce, challenge := query.Get("nonce"), query.Get("code_challenge")
	want := url.Values{
		"response_type": {"code"}, "client_id": {testClient}, "redirect_uri": {testRedirect}, "scope": {"openid email"}, "state": {"h1"},
		"nonce": {nonce}, "code_challenge": {challenge}, "code_challenge_method": {"S256"},
		"login_hint": {"ann@example.com"}, "prompt": {"login"},
	}
	if diff := cmp.Diff(want, query); diff != "" {
		t.Error(diff)
	}
	if len(nonce) != 43 || len(o.memory.Verifier) != 43 || nonce == o.memory.Verifier || o.memory.Nonce != nonce {
		t.Errorf("nonce %q, memory %+v", nonce, o.memory)
	}
	if !o.memory.Issued.Equal(o.clock.Now()) {
		t.Errorf("issued %v", o.memory.Issued)
	}
	again := o.begin(t, p, federation.Start{Handle: "h2", Prompt: "none"})
	if again.Get("nonce") == nonce || again.Get("code_challenge") == challenge {
		t.Error("nonce or challenge came twice")
	}
	if again.Has("prompt") || again.Has("login_hint") {
		t.Errorf("prompt=none was passed on: %v", again)
	}
}

func TestNoPKCEWhereNotOffered(t *testing.T) {
	o := newOP(t)
	o.doc["code_challenge_methods_supported"] = []string{"plain"}
	p := o.party(t, nil)
	if query := o.begin(t, p, federation.Start{Handle: "h"}); query.Has("code_challenge") || o.memory.Verifier != "" {
		t.Errorf("%v", query)
	}
	if _, err := o.signIn(t, p); err != nil || o.lastToken.PostForm.Has("code_verifier") {
		t.Error(err, o.lastToken.PostForm)
	}
}

func TestClientAuthentication(t *testing.T) {
	for _, c := range []struct {
		name    string
		methods any
		secret  string
		basic   bool
	}{
		{"unsaid", nil, testSecret, false},
		{"both", []string{"client_secret_basic", "client_secret_post"}, testSecret, false},
		{"only basic", []string{"client_secret_basic", "private_key_jwt"}, testSecret, true},
		{"public client", []string{"client_secret_basic", "none"}, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOP(t)
			o.doc["token_endpoint_auth_methods_supported"] = c.methods
			if _, err := o.signIn(t, o.party(t, map[string]string{"client_secret": c.secret})); err != nil {
				t.Fatal(err)
			}
			id, secret, basic := o.lastToken.BasicAuth()
			if basic != c.basic || basic && (id != testClient || secret != url.QueryEscape(testSecret)) {
				t.Errorf("basic %v %s", basic, id)
			}
			form := o.lastToken.PostForm
			if !basic && (form.Get("client_id") != testClient || form.Get("client_secret") != c.secret || form.Has("client_secret") != (c.secret != "")) {
				t.Errorf("form %v", form)
			}
			if o.tokenCalls.Load() != 1 {
				t.Errorf("%d calls would have burnt the code", o.tokenCalls.Load())
			}
		})
	}
}

func TestManualEndpoints(t *testing.T) {
	o := newOP(t)
	o.handle["/.well-known/openid-configuration"] = http.NotFound
	got, err := o.signIn(t, o.party(t, map[string]string{
		"authorize_url": o.URL + "/authorize?tenant=1", "token_url": o.URL + "/token", "attributes_url": o.URL + "/userinfo",
		"jwks_uri": o.URL + "/keys", "attributes_request_method": "POST",
	}))
	if err != nil || got.Claims["name"][0] != "Ann" {
		t.Fatal(got, err)
	}
	if o.discoveries.Load() != 0 || o.lastInfo.Method != http.MethodPost {
		t.Errorf("%d discoveries, userinfo by %s", o.discoveries.Load(), o.lastInfo.Method)
	}
	if o.memory.Verifier != "" {
		t.Error("PKCE without anybody offering it")
	}
}

func TestSingleEndpointOverridesDiscovery(t *testing.T) {
	o := newOP(t)
	o.doc["userinfo_endpoint"] = o.URL + "/elsewhere"
	if _, err := o.signIn(t, o.party(t, map[string]string{"attributes_url": o.URL + "/userinfo"})); err != nil {
		t.Fatal(err)
	}
}

func TestNoUserInfoEndpoint(t *testing.T) {
	o := newOP(t)
	delete(o.doc, "userinfo_endpoint")
	got, err := o.signIn(t, o.party(t, nil))
	if err != nil || got.Claims["email"][0] != "ann@example.com" || o.infoCalls.Load() != 0 {
		t.Fatal(got, err)
	}
}

func TestSignatureAlgorithms(t *testing.T) {
	edPublic, edPrivate := ed25519Key()
	for _, c := range []struct {
		alg             jose.SignatureAlgorithm
		public, private any
	}{
		{jose.RS256, testKeys.rsa().Public(), testKeys.rsa()},
		{jose.RS512, testKeys.rsa().Public(), testKeys.rsa()},
		{jose.PS384, testKeys.rsa().Public(), testKeys.rsa()},
		{jose.ES256, testKeys.ec().Public(), testKeys.ec()},
		{jose.EdDSA, edPublic, edPrivate},
	} {
		t.Run(string(c.alg), func(t *testing.T) {
			o := newOP(t)
			delete(o.claims, "at_hash")
			o.keys = []jose.JSONWebKey{{Key: c.public, KeyID: "k"}}
			o.sign = func(claims map[string]any) string { return signed(c.alg, c.private, "k", nil, claims) }
			if _, err := o.signIn(t, o.party(t, nil)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestTokenWithoutKeyID(t *testing.T) {
	o := newOP(t)
	o.sign = func(c map[string]any) string { return signed(jose.RS256, testKeys.rsa(), "", nil, c) }
	if _, err := o.signIn(t, o.party(t, nil)); err != nil {
		t.Fatal(err)
	}
}

func TestClocksMayDifferALittle(t *testing.T) {
	for _, off := range []time.Duration{-time.Minute + time.Second, time.Minute - time.Second} {
		o := newOP(t)
		at := o.clock.Now().Add(off).Unix()
		o.claims["iat"], o.claims["nbf"] = at, at
		o.claims["exp"] = o.clock.Now().Unix() - 59
		if off > 0 {
			o.claims["exp"] = at + 1
		}
		if _, err := o.signIn(t, o.party(t, nil)); err != nil {
			t.Errorf("%v: %v", off, err.(*federation.Error).Cause)
		}
	}
}

func TestSeveralAudiencesWithOurAZP(t *testing.T) {
	o := newOP(t)
	o.claims["aud"], o.claims["azp"] = []string{"api", testClient}, testClient
	if _, err := o.signIn(t, o.party(t, nil)); err != nil {
		t.Fatal(err)
	}
}

func TestIssuerWithTrailingSlashAsConfigured(t *testing.T) {
	o := newOP(t)
	o.doc["issuer"], o.claims["iss"] = o.URL+"/", o.URL+"/"
	if _, err := o.signIn(t, o.party(t, map[string]string{"oidc_issuer": o.URL + "/"})); err != nil {
		t.Fatal(err)
	}
}

func TestMatchingIssuerParameter(t *testing.T) {
	o := newOP(t)
	o.doc["authorization_response_iss_parameter_supported"] = true
	if _, err := o.signIn(t, o.party(t, nil), "iss", o.URL); err != nil {
		t.Fatal(err)
	}
}

func TestDocumentsAreCached(t *testing.T) {
	o := newOP(t)
	p := o.party(t, nil)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, _, err := p.Begin(t.Context(), federation.Start{Handle: "h"}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for range 3 {
		if _, err := o.signIn(t, p); err != nil {
			t.Fatal(err)
		}
	}
	if d, k := o.discoveries.Load(), o.keyFetches.Load(); d != 1 || k != 1 {
		t.Errorf("%d discoveries, %d key fetches", d, k)
	}
	o.clock.Advance(61 * time.Minute)
	o.claims["iat"], o.claims["exp"] = o.clock.Now().Unix(), o.clock.Now().Unix()+60
	if _, err := o.signIn(t, p); err != nil {
		t.Fatal(err)
	}
	if d, k := o.discoveries.Load(), o.keyFetches.Load(); d != 2 || k != 2 {
		t.Errorf("an hour later: %d discoveries, %d key fetches", d, k)
	}
}

func TestProviderDownAndBack(t *testing.T) {
	o := newOP(t)
	p := o.party(t, nil)
	down := func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "internal detail", http.StatusServiceUnavailable)
	}
	o.handle["/.well-known/openid-configuration"] = down
	for range 3 {
		_, _, err := p.Begin(t.Context(), federation.Start{Handle: "h"})
		if e := refusedFor(t, err, "discovery"); e.Description != "MyOP Error - 503 error getting configuration" {
			t.Error(e.Description)
		}
	}
	if n := o.discoveries.Load(); n != 1 {
		t.Errorf("asked %d times within the pause", n)
	}
	delete(o.handle, "/.well-known/openid-configuration")
	o.clock.Advance(failurePause)
	if _, err := o.signIn(t, p); err != nil {
		t.Fatal(err)
	}
	// Down again when the documents are due: what is known goes on serving, for a while.
	o.handle["/.well-known/openid-configuration"], o.handle["/keys"] = down, down
	o.clock.Advance(2 * time.Hour)
	o.claims["iat"], o.claims["exp"] = o.clock.Now().Unix(), o.clock.Now().Add(20*time.Hour).Unix()
	if _, err := o.signIn(t, p); err != nil {
		t.Fatal(err)
	}
	o.clock.Advance(keysStale)
	_, err := o.signIn(t, p)
	refusedFor(t, err, "keys")
}

func TestKeyRollover(t *testing.T) {
	o := newOP(t)
	p := o.party(t, nil)
	if _, err := o.signIn(t, p); err != nil {
		t.Fatal(err)
	}
	o.keys = []jose.JSONWebKey{{Key: testKeys.other().Public(), KeyID: "two"}}
	o.sign = func(c map[string]any) string { return signed(jose.RS256, testKeys.other(), "two", nil, c) }
	if _, err := o.signIn(t, p); err != nil || o.keyFetches.Load() != 2 {
		t.Fatal(err, o.keyFetches.Load())
	}
}

func TestFaultyDetails(t *testing.T) {
	o := newOP(t)
	for name, change := range map[string]map[string]string{
		"client_id":                 {"client_id": ""},
		"authorize_scopes":          {"authorize_scopes": "email openidx"},
		"attributes_request_method": {"attributes_request_method": "PUT"},
		"oidc_issuer":               {"oidc_issuer": ""},
		"oidc_issuer ":              {"oidc_issuer": "http://op.example.com"},
		"oidc_issuer  ":             {"oidc_issuer": "https://op.example.com/?a=b"},
		"authorize_url":             {"authorize_url": "javascript:alert(1)"},
		"token_url":                 {"token_url": "https://user:secret@op.example.com/"},
		"jwks_uri":                  {"jwks_uri": "file:///etc/passwd"},
		"attributes_url":            {"oidc_issuer": "https://op.example.com", "attributes_url": "http://op.example.com/"},
	} {
		provider := &userpool.IdentityProvider{Name: "MyOP", Type: userpool.TypeOIDC, Details: o.details(change)}
		_, err := New(Config{Provider: provider, RedirectURL: testRedirect})
		if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(name)) || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Config{Provider: &userpool.IdentityProvider{Type: userpool.TypeSAML, Details: o.details(nil)}, RedirectURL: testRedirect}); err == nil {
		t.Error("a SAML provider was accepted")
	}
	plain := &userpool.IdentityProvider{Name: "MyOP", Type: userpool.TypeOIDC, Details: o.details(map[string]string{"oidc_issuer": "http://op.internal"})}
	if _, err := New(Config{Provider: plain, RedirectURL: testRedirect, AllowHTTP: true}); err != nil {
		t.Errorf("plain http in development: %v", err)
	}
}
