package token

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"portico/userpool"
)

// Somebody else's JOSE library must agree with our signatures, our key set and our at_hash, under either algorithm.
func TestForeignLibraryVerifies(t *testing.T) {
	for alg, keys := range map[string][]Key{"RS256": sharedKeys(), "ES256": sharedCurveKeys()} {
		t.Run(alg, func(t *testing.T) {
			m, g := mintOf(t, keys...), janeGrant(t, "openid")
			set, _ := m.Keys(g.Pool.ID)
			for range 20 { // ES256 signatures differ each time; some halves begin with zeros
				tokens := mustMint(t, m, g)
				foreignVerifies(t, set, tokens.ID, alg, keys[0])
				foreignVerifies(t, set, tokens.Access, alg, keys[1])
				// OpenID Connect Core §3.1.3.6: the hash is that of the ID token's alg, SHA-256 for both.
				sum := sha256.Sum256([]byte(tokens.Access))
				if got := claimsOf(t, tokens.ID)["at_hash"]; got != base64.RawURLEncoding.EncodeToString(sum[:16]) {
					t.Errorf("at_hash = %v does not fit the access token", got)
				}
			}
		})
	}
}

func foreignVerifies(t *testing.T, set *KeySet, raw, alg string, by Key) {
	t.Helper()
	signed, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)})
	if err != nil {
		t.Fatal(err)
	}
	if want := headerFor(by, alg); string(part(t, raw, 0)) != want {
		t.Errorf("header %s, want %s", part(t, raw, 0), want)
	}
	var published jose.JSONWebKeySet
	if err := json.Unmarshal(set.JWKS(), &published); err != nil {
		t.Fatal(err)
	}
	if _, err := signed.Verify(published.Key(by.ID)[0].Key); err != nil {
		t.Errorf("%s: %v", alg, err)
	}
}

// TestRFC7518CoordinatesKeepTheirLength: §6.2.1.2, "the length of this octet string MUST be the full size of a
// coordinate", so a coordinate that begins with zeros keeps them.
func TestRFC7518CoordinatesKeepTheirLength(t *testing.T) {
	key := keyWithShortCoordinate(t)
	other := sharedCurveKeys()[1]
	set, err := NewKeySet([]Key{key, other})
	if err != nil {
		t.Fatal(err)
	}
	var document struct{ Keys []map[string]string }
	if err := json.Unmarshal(set.JWKS(), &document); err != nil {
		t.Fatal(err)
	}
	published := document.Keys[0]
	if diff := cmp.Diff([]string{"alg", "crv", "kid", "kty", "use", "x", "y"}, slices.Sorted(maps.Keys(published))); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	if published["kty"] != "EC" || published["crv"] != "P-256" || published["alg"] != "ES256" || published["use"] != "sig" || published["kid"] != key.ID {
		t.Errorf("key %v", published)
	}
	point, err := key.Signer.Public().(*ecdsa.PublicKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"x", "y"} {
		octets, err := base64.RawURLEncoding.DecodeString(published[name])
		if err != nil || !bytes.Equal(octets, point[1+32*i:33+32*i]) {
			t.Errorf("%s is %d octets (%v), want the coordinate's 32", name, len(octets), err)
		}
	}
}

// keyWithShortCoordinate makes keys until the x of one begins with a zero octet: one in 256 does.
func keyWithShortCoordinate(t *testing.T) Key {
	t.Helper()
	for range 10000 {
		key := makeKeys("eu-west-1_Ab1Cd2Ef3", userpool.SigningES256)[0]
		if point, err := key.Signer.Public().(*ecdsa.PublicKey).Bytes(); err == nil && point[1] == 0 {
			return key
		}
	}
	t.Fatal("no key with a short coordinate")
	return Key{}
}

// TestRFC7518SignatureIsTwoNumbersOfFullLength: §3.4, R and S as 32 octets each, "the octet sequence representations MUST
// NOT be shortened to omit any leading zero octets".
func TestRFC7518SignatureIsTwoNumbersOfFullLength(t *testing.T) {
	key := sharedCurveKeys()[0]
	short := 0
	for i := range 2000 {
		digest := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		signature, err := key.Signer.Sign(digest)
		if err != nil || len(signature) != 64 {
			t.Fatalf("%d octets (%v), want 64", len(signature), err)
		}
		if signature[0] == 0 || signature[32] == 0 {
			short++
		}
		left, right := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		if !ecdsa.Verify(key.Signer.Public().(*ecdsa.PublicKey), digest[:], left, right) {
			t.Fatal("the halves are not R and S")
		}
	}
	if short == 0 {
		t.Error("no half began with zeros: this test tested nothing")
	}
}

func TestPrivateHalfComesBack(t *testing.T) {
	for alg, key := range map[string]Key{"RS256": sharedKeys()[0], "ES256": sharedCurveKeys()[0]} {
		der, err := MarshalPrivate(key.Signer)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParsePrivate(alg, der)
		if err != nil || back.Alg() != alg {
			t.Fatalf("%s came back as %v (%v)", alg, back, err)
		}
		for _, wrong := range []string{"RS256", "ES256", "HS256", "none", ""} {
			if _, err := ParsePrivate(wrong, der); (err == nil) != (wrong == alg) {
				t.Errorf("a key for %s as one for %q: %v", alg, wrong, err)
			}
		}
		if _, err := ParsePrivate(alg, der[:len(der)-1]); err == nil {
			t.Error("a damaged key was accepted")
		}
	}
}

// device is a key whose private half cannot leave it, as in a hardware module: all it has is Signer's three methods.
type device struct{ Signer }

// Anything with the three methods can sign for a pool; only storing it is refused.
func TestKeyInADeviceSigns(t *testing.T) {
	keys := slices.Clone(sharedCurveKeys())
	for i := range keys {
		keys[i].Signer = device{keys[i].Signer}
	}
	m, g := mintOf(t, keys...), janeGrant(t, "openid")
	if _, err := m.Verify(g.Pool, mustMint(t, m, g).Access); err != nil {
		t.Error(err)
	}
	if _, err := MarshalPrivate(keys[0].Signer); err == nil {
		t.Error("a private half left the device")
	}
}

func TestIDAlgorithmsWhileAPoolChangesItsOwn(t *testing.T) {
	next := fromThen(sharedCurveKeys(), signedIn.Add(time.Hour))
	for name, test := range map[string]struct {
		keys []Key
		want []string
	}{
		"before":                   {sharedKeys(), []string{"RS256"}},
		"while both are published": {append(slices.Clone(sharedKeys()), next...), []string{"ES256", "RS256"}},
		"after":                    {sharedCurveKeys(), []string{"ES256"}},
		"an access token key":      {append(slices.Clone(sharedKeys()), next[1]), []string{"RS256"}},
	} {
		set, err := NewKeySet(test.keys)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, set.IDAlgorithms()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
