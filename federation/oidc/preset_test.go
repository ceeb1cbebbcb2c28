package oidc

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"

	"portico/federation"
	"portico/userpool"
)

// preset is a relying party of another type than OIDC, or of one of its kinds, whose provider is this OP.
func (o *op) preset(t testing.TB, kind userpool.ProviderType, change map[string]string) *Provider {
	t.Helper()
	p, err := New(Config{
		Provider:    &userpool.IdentityProvider{Pool: "us-east-1_Test", Name: string(kind), Type: kind, Details: o.details(change)},
		RedirectURL: testRedirect, Now: o.clock.Now,
		Client: federation.NewClient(federation.OutboundOptions{AllowPrivate: true, Timeout: 5 * time.Second}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func appleDetails() map[string]string {
	return map[string]string{
		"client_secret": "", "attributes_request_method": "", "team_id": "TEAM123456", "key_id": "KEY1234567",
		"private_key": p8(testKeys.ec()), "authorize_scopes": "email name",
	}
}

func TestGoogleRequest(t *testing.T) {
	o := newOP(t)
	p := o.preset(t, userpool.TypeGoogle, map[string]string{
		"authorize_scopes": "profile email", "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=", "portico_hosted_domain": "Acme.example",
	})
	query := o.begin(t, p, federation.Start{Handle: "h", LoginHint: "ann@acme.example", Prompt: "login consent"})
	if query.Get("scope") != "openid profile email" || query.Get("hd") != "acme.example" || query.Get("prompt") != "select_account consent" ||
		query.Get("login_hint") != "ann@acme.example" || query.Get("code_challenge") == "" {
		t.Errorf("%v", query)
	}
	o.claims["hd"] = "acme.example"
	if _, err := o.signIn(t, p); err != nil || o.infoCalls.Load() != 1 {
		t.Error("the address that Cognito shows for the People API was asked:", err)
	}
}

// The app is told Google's own error code, and of others that getting a token failed (oauth-endpoints 3.9).
func TestErrorsOfGoogleCarryItsCode(t *testing.T) {
	for _, c := range []struct {
		kind       userpool.ProviderType
		body, want string
	}{
		{userpool.TypeGoogle, `{"error":"redirect_uri_mismatch","error_description":"of ann@example.com"}`, "Google Error - 400 redirect_uri_mismatch"},
		{userpool.TypeGoogle, `{"error":"<script>"}`, "Google Error - 400 unreadable"},
		{userpool.TypeGoogle, `{}`, "Google Error - 400 error getting token"},
		{userpool.TypeOIDC, `{"error":"redirect_uri_mismatch"}`, "OIDC Error - 400 error getting token"},
	} {
		o := newOP(t)
		o.handle["/token"] = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(c.body))
		}
		_, err := o.signIn(t, o.preset(t, c.kind, nil))
		if e := refusedFor(t, err, "token-endpoint"); e.Description != c.want || e.Code != "invalid_request" {
			t.Errorf("%s, %s: %s (%s)", c.kind, c.body, e.Description, e.Code)
		}
	}
}

// Only Google's own tokens may leave out the scheme, and only that of their issuer.
func TestIssuerWithoutSchemeIsGooglesAlone(t *testing.T) {
	o := newOP(t)
	_, bare, _ := strings.Cut(o.URL, "://")
	o.claims["iss"] = bare
	if _, err := o.signIn(t, o.preset(t, userpool.TypeGoogle, nil)); err != nil {
		t.Error(err)
	}
	_, err := o.signIn(t, o.party(t, nil))
	refusedFor(t, err, "issuer")
	for _, iss := range []any{"accounts.google.com", "https://accounts.google.com", "", "//" + bare, bare + "/", "ftp://" + bare, nil} {
		o.claims["iss"] = iss
		_, err := o.signIn(t, o.preset(t, userpool.TypeGoogle, nil))
		refusedFor(t, err, "issuer")
	}
}

func TestDefaultIssuers(t *testing.T) {
	for kind, want := range map[userpool.ProviderType]string{userpool.TypeGoogle: "https://accounts.google.com", userpool.TypeApple: "https://appleid.apple.com"} {
		details := userpool.ProviderDetails{
			"client_id": "a", "client_secret": "b", "authorize_scopes": "openid email", "team_id": "t", "key_id": "k", "private_key": p8(testKeys.ec()),
		}
		p, err := New(Config{Provider: &userpool.IdentityProvider{Name: string(kind), Type: kind, Details: details}, RedirectURL: testRedirect})
		if err != nil || p.issuer != want {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestAppleRequest(t *testing.T) {
	o := newOP(t)
	query := o.begin(t, o.preset(t, userpool.TypeApple, appleDetails()), federation.Start{Handle: "h", LoginHint: "ann@example.com", Prompt: "login"})
	if query.Get("response_mode") != "form_post" || query.Get("scope") != "email name" || query.Get("response_type") != "code" || query.Get("nonce") == "" ||
		query.Has("login_hint") || query.Has("prompt") {
		t.Errorf("%v", query)
	}
}

// The client secret is made for each request, lives five minutes and is signed with ES256 under the key's name.
func TestAppleClientSecret(t *testing.T) {
	o := newOP(t)
	p := o.preset(t, userpool.TypeApple, appleDetails())
	secrets := map[string]bool{}
	for range 2 {
		if _, err := o.signIn(t, p); err != nil {
			t.Fatal(err, err.(*federation.Error).Cause)
		}
		form := o.lastToken.PostForm
		secret := form.Get("client_secret")
		secrets[secret] = true
		token := must(jose.ParseSignedCompact(secret, []jose.SignatureAlgorithm{jose.ES256}))
		claims := string(must(token.Verify(testKeys.ec().Public())))
		want := `{"aud":"https://appleid.apple.com","exp":` + itoa(o.clock.Now().Add(5*time.Minute)) + `,"iat":` + itoa(o.clock.Now()) + `,"iss":"TEAM123456","sub":"` + testClient + `"}`
		if claims != want || token.Signatures[0].Protected.KeyID != "KEY1234567" {
			t.Errorf("%s\n%s", claims, want)
		}
		if form.Get("client_id") != testClient || o.lastToken.Header.Get("Authorization") != "" || o.infoCalls.Load() != 0 {
			t.Errorf("%v", form)
		}
		o.clock.Advance(time.Second)
	}
	if len(secrets) != 2 {
		t.Error("the secret was used twice")
	}
}

// The field user is not signed: the browser can write into it what it likes.
func TestUnsignedUserFieldIsUsedForNamesOnly(t *testing.T) {
	for name, c := range map[string]struct {
		user  string
		post  bool
		first string
	}{
		"names":             {`{"name":{"firstName":"Ann","lastName":"Other"},"email":"victim@example.com"}`, true, "Ann"},
		"an identity":       {`{"sub":"victim","email":"victim@example.com","email_verified":true,"name":{"firstName":"Ann","sub":"victim"}}`, true, "Ann"},
		"by GET":            {`{"name":{"firstName":"Ann"}}`, false, ""},
		"not JSON":          {`{"name":`, true, ""},
		"a list":            {`[{"name":{"firstName":"Ann"}}]`, true, ""},
		"names of no shape": {`{"name":"Ann"}`, true, ""},
		"name of no text":   {`{"name":{"firstName":["Ann"]}}`, true, ""},
		"oversized":         {`{"name":{"firstName":"` + strings.Repeat("x", 5000) + `"}}`, true, ""},
		"twice":             {`{"name":{"firstName":"Ann","firstName":"Bob"}}`, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOP(t)
			p := o.preset(t, userpool.TypeApple, appleDetails())
			o.begin(t, p, federation.Start{Handle: "h"})
			got, err := p.Finish(t.Context(), federation.Answer{Memory: o.memory, Post: c.post, Form: url.Values{"code": {testCode}, "user": {c.user}}})
			if err != nil {
				t.Fatal(err)
			}
			if got.Subject != "person-1" || got.Claims["sub"][0] != "person-1" || got.Claims["email"][0] != "ann@example.com" || strings.Join(got.Claims["firstName"], "") != c.first {
				t.Errorf("%+v", got)
			}
			if user := got.Claims["user"]; user != nil {
				t.Error("the field itself became a claim")
			}
		})
	}
	o := newOP(t)
	o.claims["name"] = "Signed Name"
	p := o.preset(t, userpool.TypeApple, appleDetails())
	o.begin(t, p, federation.Start{Handle: "h"})
	got, err := p.Finish(t.Context(), federation.Answer{Memory: o.memory, Post: true, Form: url.Values{"code": {testCode}, "user": {`{"name":{"firstName":"Ann"}}`}}})
	if err != nil || got.Claims["name"][0] != "Signed Name" {
		t.Error(got.Claims["name"], err)
	}
}

// An ID token that comes with the form is not what we asked for, and is not looked at.
func TestIDTokenInTheFormIsIgnored(t *testing.T) {
	o := newOP(t)
	p := o.preset(t, userpool.TypeApple, appleDetails())
	o.begin(t, p, federation.Start{Handle: "h"})
	forged := signed(jose.RS256, testKeys.rsa(), "one", nil, map[string]any{"iss": o.URL, "sub": "victim", "aud": testClient, "nonce": o.nonce, "exp": 1 << 40, "iat": 1})
	_, err := p.Finish(t.Context(), federation.Answer{Memory: o.memory, Post: true, Form: url.Values{"id_token": {forged}}})
	refusedFor(t, err, "callback")
	got, err := p.Finish(t.Context(), federation.Answer{Memory: o.memory, Post: true, Form: url.Values{"id_token": {forged}, "code": {testCode}}})
	if err != nil || got.Subject != "person-1" {
		t.Error(got.Subject, err)
	}
}

func TestAppleKeyIsNotShown(t *testing.T) {
	o := newOP(t)
	bad := appleDetails()
	for name, key := range map[string]string{"RSA": p8(testKeys.rsa()), "not a key": "hunter2hunter2", "cut": bad["private_key"][:80], "empty": ""} {
		bad["private_key"] = key
		_, err := New(Config{Provider: &userpool.IdentityProvider{Name: "a", Type: userpool.TypeApple, Details: o.details(bad)}, RedirectURL: testRedirect})
		if err == nil || !strings.Contains(err.Error(), "private_key") || key != "" && strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.handle["/token"] = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "internal detail", http.StatusBadRequest) }
	_, err := o.signIn(t, o.preset(t, userpool.TypeApple, appleDetails()))
	refusedFor(t, err, "token-endpoint") // which looks for tokens in the texts
}

// LinkedIn's ID tokens carry no nonce; then they must be younger than the attempt. One that is there must still be right.
func TestLinkedIn(t *testing.T) {
	o := newOP(t)
	p := o.preset(t, userpool.TypeOIDC, map[string]string{"portico_kind": "linkedin"})
	if query := o.begin(t, p, federation.Start{Handle: "h"}); query.Has("code_challenge") {
		t.Error("PKCE, which LinkedIn refuses")
	}
	o.claims["nonce"] = nil
	without := func(c map[string]any) string {
		delete(c, "nonce")
		return signed(jose.RS256, testKeys.rsa(), "one", nil, c)
	}
	o.sign = without
	if _, err := o.signIn(t, p); err != nil {
		t.Fatal(err, err.(*federation.Error).Cause)
	}
	o.claims["iat"] = o.clock.Now().Add(-2 * time.Minute).Unix()
	_, err := o.signIn(t, p)
	refusedFor(t, err, "nonce")
	o.claims["iat"] = o.clock.Now().Unix()
	_, err = o.signIn(t, o.party(t, nil))
	refusedFor(t, err, "nonce") // nobody else may leave it out
	o.sign = func(c map[string]any) string { return signed(jose.RS256, testKeys.rsa(), "one", nil, c) }
	o.claims["nonce"] = "of another attempt"
	_, err = o.signIn(t, p)
	refusedFor(t, err, "nonce")
}

// Whatever is posted beside the code, the person and the address are those of the ID token.
func FuzzAppleUser(f *testing.F) {
	for _, seed := range []string{
		`{"name":{"firstName":"Ann","lastName":"Other"},"email":"victim@example.com"}`, `{"name":{"firstName":"a","email":"victim@example.com"},"sub":"victim"}`,
		`{"name":null}`, `{"name":{"firstName":{"name":1}}}`, `[]`, "", "{\"name\":{\"firstName\":\"\xff\"}}",
	} {
		f.Add(seed, true)
	}
	_, bodies, answer := finishInMemory(f)
	p, err := New(Config{
		Provider: &userpool.IdentityProvider{Name: "SignInWithApple", Type: userpool.TypeApple, Details: userpool.ProviderDetails{
			"client_id": testClient, "oidc_issuer": memoryIssuer, "team_id": "T", "key_id": "K", "private_key": p8(testKeys.ec()), "authorize_scopes": "email name",
		}},
		RedirectURL: testRedirect, Client: &http.Client{Transport: bodies}, Now: memoryNow,
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, user string, post bool) {
		answer := answer
		answer.Post, answer.Form = post, url.Values{"code": {testCode}, "user": {user}}
		got, err := p.Finish(t.Context(), answer)
		if err != nil {
			t.Fatal(err)
		}
		if got.Subject != "person-1" || got.Claims["sub"][0] != "person-1" || len(got.Claims["email"]) != 1 || got.Claims["email"][0] != "ann@example.com" {
			t.Fatalf("%q changed who it is: %v", user, got.Claims)
		}
		for _, name := range []string{"firstName", "lastName", "name"} {
			if values := got.Claims[name]; values != nil && (!post || len(values) != 1 || !utf8.ValidString(values[0])) {
				t.Fatalf("%q became %q", user, values)
			}
		}
	})
}
