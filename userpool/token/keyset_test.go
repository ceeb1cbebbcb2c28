package token

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNewKeyLooksLikeCognitos(t *testing.T) {
	for _, key := range sharedKeys() {
		sum, err := base64.StdEncoding.DecodeString(key.ID)
		if err != nil || len(sum) != 32 || key.ID[len(key.ID)-1] != '=' {
			t.Errorf("kid %q is not standard base64 of 32 bytes", key.ID)
		}
		if key.Signer.Alg() != "RS256" || key.Signer.Public().(*rsa.PublicKey).N.BitLen() != 2048 {
			t.Errorf("key is not RSA-2048 for RS256")
		}
	}
}

func TestJWKSHasExactlyCognitosMembers(t *testing.T) {
	set, err := NewKeySet(sharedKeys())
	if err != nil {
		t.Fatal(err)
	}
	var document struct{ Keys []map[string]string }
	if err := json.Unmarshal(set.JWKS(), &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Keys) != 2 {
		t.Fatalf("%d keys, want one for each kind of token", len(document.Keys))
	}
	for i, key := range document.Keys {
		members := slices.Sorted(maps.Keys(key))
		if diff := cmp.Diff([]string{"alg", "e", "kid", "kty", "n", "use"}, members); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		if key["kid"] != sharedKeys()[i].ID || key["e"] != "AQAB" || key["use"] != "sig" || key["kty"] != "RSA" || key["alg"] != "RS256" {
			t.Errorf("key %v", key)
		}
	}
}

// newerAccessKey is a key that another key of these tests can play.
func newerAccessKey() Key {
	key := sharedOtherKeys()[1]
	key.Pool, key.Created, key.SignsFrom = sharedKeys()[0].Pool, signedIn, signedIn
	return key
}

func TestRotatedKeySignsAndOldTokensStillVerify(t *testing.T) {
	m, pool := testMint(t), testPool("eu-west-1_Ab1Cd2Ef3")
	old := mustMint(t, m, janeGrant(t, "openid")).Access

	set, err := NewKeySet(append([]Key{newerAccessKey()}, sharedKeys()...))
	if err != nil {
		t.Fatal(err)
	}
	before := &Keyring{}
	after := before.With(pool.ID, set)
	if _, there := before.Of(pool.ID); there {
		t.Error("With changed the keyring it was called on")
	}
	m.Keys = after.Of
	fresh := mustMint(t, m, janeGrant(t, "openid")).Access
	if got := kid(t, fresh); got != newerAccessKey().ID {
		t.Errorf("signed with %s, want the newest key", got)
	}
	for name, raw := range map[string]string{"old": old, "fresh": fresh} {
		if _, err := m.Verify(pool, raw); err != nil {
			t.Errorf("%s token: %v", name, err)
		}
	}
}

// posing is a signer that claims another algorithm than its key's.
type posing struct {
	Signer
	alg string
}

func (p posing) Alg() string { return p.alg }

func TestKeySetRefuses(t *testing.T) {
	short, err := rsa.GenerateKey(rand.Reader, 1024) // it must be refused
	if err != nil {
		t.Fatal(err)
	}
	otherCurve, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, curveKey := sharedKeys()[0].Signer, sharedCurveKeys()[0].Signer
	change := func(f func(*Key)) []Key {
		keys := slices.Clone(sharedKeys())
		f(&keys[0])
		return keys
	}
	tests := map[string][]Key{
		"nothing":              nil,
		"no access token key":  sharedKeys()[:1],
		"no ID token key":      sharedKeys()[1:],
		"one key twice":        append(slices.Clone(sharedKeys()), sharedKeys()[0]),
		"key of another pool":  append(slices.Clone(sharedKeys()), sharedOtherKeys()[0]),
		"symmetric algorithm":  change(func(k *Key) { k.Signer = posing{rsaKey, "HS256"} }),
		"no algorithm":         change(func(k *Key) { k.Signer = posing{rsaKey, "none"} }),
		"RSA key for ES256":    change(func(k *Key) { k.Signer = posing{rsaKey, "ES256"} }),
		"elliptic for RS256":   change(func(k *Key) { k.Signer = posing{curveKey, "RS256"} }),
		"RSA of 1024 bits":     change(func(k *Key) { k.Signer = rsaSigner{short} }),
		"another curve":        change(func(k *Key) { k.Signer = ecdsaSigner{otherCurve} }),
		"no private half":      change(func(k *Key) { k.Signer = nil }),
		"no name":              change(func(k *Key) { k.ID = "" }),
		"a use we do not know": change(func(k *Key) { k.Use = "enc" }),
	}
	for name, keys := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := NewKeySet(keys); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestKeyringKeepsPoolsApart(t *testing.T) {
	ring, err := NewKeyring(append(slices.Clone(sharedKeys()), sharedOtherKeys()...)...)
	if err != nil {
		t.Fatal(err)
	}
	one, _ := ring.Of("eu-west-1_Ab1Cd2Ef3")
	other, _ := ring.Of("us-east-1_h6I5IqQSs")
	if one == nil || other == nil || slices.Equal(one.JWKS(), other.JWKS()) {
		t.Error("two pools share keys")
	}
	if _, there := ring.Of("eu-west-1_unknown"); there {
		t.Error("an unknown pool has keys")
	}
	if _, err := NewKeyring(sharedKeys()[0]); err == nil {
		t.Error("a pool without access token key was accepted")
	}
}

func TestNewestKeyDoesNotDependOnOrder(t *testing.T) {
	twin := newerAccessKey()
	twin.Created, twin.SignsFrom = sharedKeys()[1].Created, sharedKeys()[1].SignsFrom // as old as the other: the name decides
	keys := append(slices.Clone(sharedKeys()), twin)
	one, err := NewKeySet(keys)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(keys)
	other, err := NewKeySet(keys)
	if err != nil {
		t.Fatal(err)
	}
	if one.signing(UseAccess, signedIn).header != other.signing(UseAccess, signedIn).header {
		t.Error("two replicas sign with different keys")
	}
}
