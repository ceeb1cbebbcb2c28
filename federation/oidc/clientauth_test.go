package oidc

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"portico/federation"
	"portico/userpool"
)

func itoa(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

// OpenID Connect Core §9: private_key_jwt.
func TestPrivateKeyJWT(t *testing.T) {
	for name, c := range map[string]struct {
		key       any
		public    any
		algorithm jose.SignatureAlgorithm
	}{
		"RSA": {testKeys.rsa(), testKeys.rsa().Public(), jose.RS256}, "P-256": {testKeys.ec(), testKeys.ec().Public(), jose.ES256},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOP(t)
			p := o.party(t, map[string]string{"portico_token_auth": "private_key_jwt", "portico_private_key": p8(c.key), "portico_key_id": "k1"})
			used := map[string]bool{}
			for range 2 {
				if _, err := o.signIn(t, p); err != nil {
					t.Fatal(err)
				}
				form := o.lastToken.PostForm
				if form.Has("client_secret") || o.lastToken.Header.Get("Authorization") != "" || form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
					t.Errorf("%v", form)
				}
				token := must(jose.ParseSignedCompact(form.Get("client_assertion"), []jose.SignatureAlgorithm{c.algorithm}))
				var claims struct {
					Iss, Sub, Aud, Jti string
					Iat, Exp           int64
				}
				if err := json.Unmarshal(must(token.Verify(c.public)), &claims); err != nil {
					t.Fatal(err)
				}
				if claims.Iss != testClient || claims.Sub != testClient || claims.Aud != o.URL+"/token" || len(claims.Jti) != 43 || used[claims.Jti] ||
					claims.Iat != o.clock.Now().Unix() || claims.Exp != o.clock.Now().Add(5*time.Minute).Unix() || token.Signatures[0].Protected.KeyID != "k1" {
					t.Errorf("%+v", claims)
				}
				used[claims.Jti] = true
			}
		})
	}
}

func TestChosenClientAuthentication(t *testing.T) {
	for method, basic := range map[string]bool{"client_secret_basic": true, "client_secret_post": false, "none": false} {
		o := newOP(t)
		o.doc["token_endpoint_auth_methods_supported"] = []string{"client_secret_basic"}
		if _, err := o.signIn(t, o.party(t, map[string]string{"portico_token_auth": method})); err != nil {
			t.Fatal(err)
		}
		id, secret, got := o.lastToken.BasicAuth()
		if got != basic || basic && (id != testClient || secret != url.QueryEscape(testSecret)) || o.lastToken.PostForm.Has("client_secret") != (method == "client_secret_post") {
			t.Errorf("%s: %v %v", method, got, o.lastToken.PostForm)
		}
	}
	o := newOP(t)
	for name, change := range map[string]map[string]string{
		"portico_token_auth":   {"portico_token_auth": "client_secret_jwt"},
		"portico_private_key":  {"portico_token_auth": "private_key_jwt"},
		"portico_private_key ": {"portico_token_auth": "private_key_jwt", "portico_private_key": "hunter2hunter2"},
		"client_secret":        {"portico_token_auth": "client_secret_basic", "client_secret": ""},
	} {
		_, err := New(Config{Provider: &userpool.IdentityProvider{Name: "a", Type: userpool.TypeOIDC, Details: o.details(change)}, RedirectURL: testRedirect})
		if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(name)) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPKCEByWish(t *testing.T) {
	o := newOP(t)
	delete(o.doc, "code_challenge_methods_supported")
	p := o.party(t, map[string]string{"portico_pkce": "true"})
	if query := o.begin(t, p, federation.Start{Handle: "h"}); query.Get("code_challenge_method") != "S256" || o.memory.Verifier == "" {
		t.Errorf("%v", query)
	}
	if _, err := o.signIn(t, p); err != nil {
		t.Fatal(err) // the OP compares the verifier
	}
}

func TestMappedNamesAreAppendedToTheUserInfoAddress(t *testing.T) {
	o := newOP(t)
	details := o.details(map[string]string{"attributes_url": o.URL + "/userinfo?fields=", "attributes_url_add_attributes": "true"})
	p, err := New(Config{
		Provider: &userpool.IdentityProvider{
			Name: "MyOP", Type: userpool.TypeOIDC, Details: details, Mapping: map[string]string{"email": "email", "name": "display name", "custom:t": "id_token"},
		},
		RedirectURL: testRedirect, Now: o.clock.Now, Client: federation.NewClient(federation.OutboundOptions{AllowPrivate: true}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.signIn(t, p); err != nil || o.lastInfo.URL.RawQuery != "fields=email,display+name" {
		t.Error(o.lastInfo.URL, err)
	}
}
