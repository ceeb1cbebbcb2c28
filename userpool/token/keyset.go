package token

import (
	"cmp"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/go-json-experiment/json"

	"portico/userpool"
)

// KeySet is the keys of one pool, ready for use. It is immutable and safe for concurrent use.
type KeySet struct {
	id, access *signingKey
	byHeader   map[string]*signingKey // by the first part of the tokens it signed
	jwks       []byte
}

// NewKeySet readies a pool's keys. The newest key of each use signs; all are published, so that tokens of the keys before
// still verify. It fails without a key of each use, and on a key that is not RSA of 2048 bits or more for RS256.
func NewKeySet(keys []Key) (*KeySet, error) {
	set := &KeySet{byHeader: make(map[string]*signingKey, len(keys))}
	ordered := slices.SortedFunc(slices.Values(keys), func(a, b Key) int {
		// Newest first; the name settles a tie, so that all replicas sign with the same key.
		return cmp.Or(-cmp.Compare(a.Use, b.Use), b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID))
	})
	var published []jwk
	for _, key := range ordered {
		ready, err := readyKey(key)
		if err != nil {
			return nil, fmt.Errorf("signing key %s: %w", key.ID, err)
		}
		if key.Pool != ordered[0].Pool {
			return nil, fmt.Errorf("signing key %s belongs to another pool", key.ID)
		}
		if _, twice := set.byHeader[ready.header]; twice {
			return nil, fmt.Errorf("signing key %s is there twice", key.ID)
		}
		set.byHeader[ready.header] = ready
		published = append(published, ready.jwk(key.ID))
		switch {
		case key.Use == UseID && set.id == nil:
			set.id = ready
		case key.Use == UseAccess && set.access == nil:
			set.access = ready
		}
	}
	if set.id == nil || set.access == nil {
		return nil, errors.New("a pool needs one signing key for ID tokens and one for access tokens")
	}
	var err error
	set.jwks, err = json.Marshal(map[string][]jwk{"keys": published})
	return set, err
}

// JWKS is the key set document (RFC 7517 §5), ready to send. The caller must not change it.
func (s *KeySet) JWKS() []byte { return s.jwks }

// Issued reports whether a text looks like an ID or access token signed by this pool: three parts, the first naming one
// of its keys. The signature is not checked.
func (s *KeySet) Issued(raw string) bool {
	parts, ok := split(raw)
	return ok && s.byHeader[parts.header] != nil
}

// jwk is one published key. Cognito's have exactly these members.
type jwk struct {
	Alg string `json:"alg"`
	E   string `json:"e"`
	Kid string `json:"kid"`
	Kty string `json:"kty"`
	N   string `json:"n"`
	Use string `json:"use"`
}

func (k *signingKey) jwk(id string) jwk {
	return jwk{
		Alg: RS256, Kid: id, Kty: "RSA", Use: "sig",
		// RFC 7518 §6.3.1: unsigned big-endian, no leading zero octets, base64url.
		E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.public.E)).Bytes()),
		N: base64.RawURLEncoding.EncodeToString(k.public.N.Bytes()),
	}
}

// readyKey does once what every signature would otherwise repeat.
func readyKey(key Key) (*signingKey, error) {
	if key.Alg != RS256 {
		return nil, fmt.Errorf("algorithm %q is not %s", key.Alg, RS256)
	}
	if key.Use != UseID && key.Use != UseAccess {
		return nil, fmt.Errorf("use %q is neither %q nor %q", key.Use, UseID, UseAccess)
	}
	if key.Signer == nil || key.ID == "" {
		return nil, errors.New("incomplete")
	}
	public, ok := key.Signer.Public().(*rsa.PublicKey)
	if !ok || public.N.BitLen() < keyBits {
		return nil, fmt.Errorf("not an RSA key of %d bits or more", keyBits)
	}
	header, err := json.Marshal(joseHeader{Kid: key.ID, Alg: key.Alg})
	if err != nil {
		return nil, err
	}
	return &signingKey{
		header: base64.RawURLEncoding.EncodeToString(header), use: key.Use, signer: key.Signer, public: public,
	}, nil
}

// Keyring is the key sets of all pools at one moment. It is immutable: a rotation makes a new one with With.
type Keyring struct{ sets map[userpool.ID]*KeySet }

// NewKeyring sorts keys by pool and readies them.
func NewKeyring(keys ...Key) (*Keyring, error) {
	byPool := map[userpool.ID][]Key{}
	for _, key := range keys {
		byPool[key.Pool] = append(byPool[key.Pool], key)
	}
	ring := &Keyring{sets: make(map[userpool.ID]*KeySet, len(byPool))}
	for pool, own := range byPool {
		set, err := NewKeySet(own)
		if err != nil {
			return nil, fmt.Errorf("user pool %s: %w", pool, err)
		}
		ring.sets[pool] = set
	}
	return ring, nil
}

// Of finds a pool's keys. It has the shape of Mint.Keys.
func (r *Keyring) Of(pool userpool.ID) (*KeySet, bool) { set, ok := r.sets[pool]; return set, ok }

// With returns a keyring in which a pool has these keys.
func (r *Keyring) With(pool userpool.ID, set *KeySet) *Keyring {
	sets := maps.Clone(r.sets)
	if sets == nil {
		sets = map[userpool.ID]*KeySet{}
	}
	sets[pool] = set
	return &Keyring{sets: sets}
}
