package oidc

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"portico/federation"
	"portico/userpool"
)

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

const memoryIssuer, memoryNonce = "https://op.example.com", "the-nonce"

// relyingInMemory returns a relying party of an in-memory provider with some bodies, and an answer to finish with.
func relyingInMemory(tb testing.TB, with inMemory) (*Provider, inMemory, federation.Answer) {
	tb.Helper()
	bodies := inMemory{"/.well-known/openid-configuration": must(json.Marshal(map[string]any{
		"issuer": memoryIssuer, "authorization_endpoint": memoryIssuer + "/authorize", "token_endpoint": memoryIssuer + "/token",
		"jwks_uri": memoryIssuer + "/keys", "userinfo_endpoint": memoryIssuer + "/userinfo",
	}))}
	maps.Copy(bodies, with)
	p, err := New(Config{
		Provider: &userpool.IdentityProvider{Name: "MyOP", Type: userpool.TypeOIDC, Details: userpool.ProviderDetails{
			"client_id": testClient, "client_secret": testSecret, "oidc_issuer": memoryIssuer, "authorize_scopes": "openid",
		}},
		RedirectURL: testRedirect, Client: &http.Client{Transport: bodies}, Now: memoryNow,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return p, bodies, federation.Answer{Memory: federation.Memory{Nonce: memoryNonce}, Form: url.Values{"code": {testCode}}}
}

func memoryNow() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// finishInMemory is relyingInMemory with the bodies that sign person-1 in.
func finishInMemory(tb testing.TB) (*Provider, inMemory, federation.Answer) {
	tb.Helper()
	now := memoryNow().Unix()
	id := signed(jose.RS256, testKeys.rsa(), "one", nil, map[string]any{
		"iss": memoryIssuer, "sub": "person-1", "aud": testClient, "iat": now, "exp": now + 300, "nonce": memoryNonce,
		"at_hash": halfHash(testAccess), "email": "ann@example.com",
	})
	return relyingInMemory(tb, inMemory{
		"/keys":     must(json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: testKeys.rsa().Public(), KeyID: "one"}}})),
		"/token":    must(json.Marshal(map[string]any{"access_token": testAccess, "token_type": "Bearer", "id_token": id})),
		"/userinfo": []byte(`{"sub":"person-1","name":"Ann","groups":["a",1,null,{"b":[true]}]}`),
	})
}

// Whatever the provider's endpoints answer, nobody but the person of the one signed token is signed in. Each process of
// the fuzzer has keys of its own, so seeds name the good token and the good key, and get them filled in.
func FuzzFinish(f *testing.F) {
	f.Add([]byte(`{"access_token":"`+testAccess+`","id_token":"TOKEN"}`), []byte(`{"sub":"person-1","a":[1,{}]}`), []byte(`{"keys":[KEY]}`), "")
	f.Add([]byte("access_token=a&id_token=TOKEN"), []byte(`{"sub":"person-1","SUB":"x"}`), []byte(`{"keys":[{},KEY]}`), "https://op.example.com")
	_, bodies, _ := finishInMemory(f)
	var good struct {
		Token string            `json:"id_token"`
		Keys  []json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(bodies["/token"], &good) != nil || json.Unmarshal(bodies["/keys"], &good) != nil {
		f.Fatal("the provider in memory is broken")
	}
	f.Fuzz(func(t *testing.T, token, userinfo, keySet []byte, iss string) {
		p, bodies, answer := relyingInMemory(t, nil)
		bodies["/token"] = bytes.ReplaceAll(token, []byte("TOKEN"), []byte(good.Token))
		bodies["/keys"] = bytes.ReplaceAll(keySet, []byte("KEY"), good.Keys[0])
		bodies["/userinfo"] = userinfo
		if iss != "" {
			answer.Form.Set("iss", iss)
		}
		got, err := p.Finish(t.Context(), answer)
		if err != nil {
			if _, ok := federation.AsError(err); !ok || got.Subject != "" {
				t.Fatalf("%v beside %v", err, got.Subject)
			}
			return
		}
		if got.Subject != "person-1" {
			t.Fatalf("signed in as %q", got.Subject)
		}
	})
}

func BenchmarkFinish(b *testing.B) {
	p, _, answer := finishInMemory(b)
	for b.Loop() {
		if _, err := p.Finish(b.Context(), answer); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRSAVerify is the part of Finish that cannot be avoided.
func BenchmarkRSAVerify(b *testing.B) {
	digest := sha256.Sum256([]byte("payload"))
	signature := must(rsa.SignPKCS1v15(nil, testKeys.rsa(), crypto.SHA256, digest[:]))
	public := testKeys.rsa().Public().(*rsa.PublicKey)
	for b.Loop() {
		if rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature) != nil {
			b.Fatal("not verified")
		}
	}
}
