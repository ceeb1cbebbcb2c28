package token

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
)

// signedIn is when people of these tests sign in, and when their tokens are made.
var signedIn = time.Unix(1767225600, 0)

// Keys take long to make, so the tests share some: an ID and an access token key each.
var (
	sharedKeys      = sync.OnceValue(func() []Key { return makeKeys("eu-west-1_Ab1Cd2Ef3", userpool.SigningRS256) })
	sharedOtherKeys = sync.OnceValue(func() []Key { return makeKeys("us-east-1_h6I5IqQSs", userpool.SigningRS256) })
	sharedCurveKeys = sync.OnceValue(func() []Key { return makeKeys("eu-west-1_Ab1Cd2Ef3", userpool.SigningES256) })
)

func makeKeys(pool userpool.ID, alg string) []Key {
	made := signedIn.AddDate(0, -1, 0)
	keys, err := NewPair(pool, alg, made, made, rand.Reader)
	if err != nil {
		panic(err)
	}
	return keys
}

// mintOf makes tokens at signedIn with these keys.
func mintOf(t testing.TB, keys ...Key) Mint {
	t.Helper()
	m := testMint(t)
	ring, err := NewKeyring(keys...)
	if err != nil {
		t.Fatal(err)
	}
	m.Keys = ring.Of
	return m
}

// fromThen are keys that sign from a moment on.
func fromThen(keys []Key, moment time.Time) []Key {
	keys = slices.Clone(keys)
	for i := range keys {
		keys[i].SignsFrom = moment
	}
	return keys
}

// kid is the name of the key that a token says signed it.
func kid(t testing.TB, raw string) string {
	t.Helper()
	var header joseHeader
	if err := json.Unmarshal(part(t, raw, 0), &header); err != nil {
		t.Fatal(err)
	}
	return header.Kid
}

func testPool(id userpool.ID) *userpool.Pool {
	return &userpool.Pool{ID: id, CaseSensitive: true, At: userpool.Addresses{
		Issuer: "https://cognito-idp." + id.Region() + ".amazonaws.com/" + string(id),
	}}
}

func testClient() *userpool.AppClient {
	return &userpool.AppClient{
		ID: "3n4b5urk1ft4fl3mg5e62d9ado", Pool: "eu-west-1_Ab1Cd2Ef3",
		Validity: userpool.Validity{Access: time.Hour, ID: time.Hour},
	}
}

// testMint makes tokens at signedIn, with the given IDs as jti.
func testMint(t testing.TB, ids ...string) Mint {
	t.Helper()
	ring, err := NewKeyring(append(append([]Key{}, sharedKeys()...), sharedOtherKeys()...)...)
	if err != nil {
		t.Fatal(err)
	}
	next := 0
	return Mint{
		Keys: ring.Of, Now: func() time.Time { return signedIn },
		NewID: func() string {
			if next < len(ids) {
				next++
				return ids[next-1]
			}
			return "00000000-0000-4000-8000-000000000000"
		},
	}
}

func jane() userpool.User {
	zero := 0
	return userpool.User{
		Pool: "eu-west-1_Ab1Cd2Ef3", Sub: "94482488-2081-70a1-3f7e-6f0f3c2a9d11", Username: "jane", Enabled: true,
		Status: userpool.Confirmed,
		Attributes: map[string]string{
			"email": "jane@example.com", "email_verified": "true", "phone_number": "+14325551212",
			"phone_number_verified": "false", "given_name": "Jane", "family_name": "Doe",
			"custom:tenant": "acme", "custom:isMember": "true",
		},
		Groups: []userpool.Group{
			{Name: "admins", RoleARN: "arn:aws:iam::111122223333:role/pool-admins", Precedence: &zero},
			{Name: "editors", RoleARN: "arn:aws:iam::111122223333:role/pool-editors"},
		},
	}
}

func scopes(t testing.TB, text string) oauth.Scopes {
	t.Helper()
	s, err := oauth.ParseScopes(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// janeGrant is a grant to jane's app.
func janeGrant(t testing.TB, scope string) UserGrant {
	return UserGrant{
		Pool: testPool("eu-west-1_Ab1Cd2Ef3"), Client: testClient(), User: jane(), Scopes: scopes(t, scope),
		AuthTime: signedIn, Origin: "0d4f5b1e-6a0e-4b8e-9b06-5a3e5b0c3c7d",
	}
}

func mustMint(t testing.TB, m Mint, g UserGrant) Tokens {
	t.Helper()
	tokens, err := m.ForUser(context.Background(), g)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// claimsOf decodes a token's payload without checking it.
func claimsOf(t testing.TB, raw string) map[string]any {
	t.Helper()
	var claims map[string]any
	if err := json.Unmarshal(part(t, raw, 1), &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func part(t testing.TB, raw string, n int) []byte {
	t.Helper()
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		t.Fatalf("token has %d parts", len(parts))
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[n])
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// forge signs any claims with a key, under any header.
func forge(t testing.TB, key Key, header string, claims map[string]any) string {
	t.Helper()
	ready, err := readyKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if header != "" {
		ready.header = base64.RawURLEncoding.EncodeToString([]byte(header))
	}
	raw, err := ready.sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func headerFor(key Key, alg string) string { return fmt.Sprintf(`{"kid":%q,"alg":%q}`, key.ID, alg) }
