package token

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"portico/userpool"
)

// KeySet is the keys of one pool, ready for use. It is immutable and safe for concurrent use.
type KeySet struct {
	id, access []*signingKey          // latest first; never empty
	byHeader   map[string]*signingKey // by the first part of the tokens it signed
	jwks       []byte
}

// NewKeySet readies a pool's keys. Of each use the latest key whose time has come signs; all are published, so that those
// to come are known ahead and tokens of those before still verify. It fails without a key of each use, and on a key that
// does not fit its algorithm.
func NewKeySet(keys []Key) (*KeySet, error) {
	set := &KeySet{byHeader: make(map[string]*signingKey, len(keys))}
	ordered := slices.SortedFunc(slices.Values(keys), compareKeys)
	var published []any
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
		published = append(published, ready.public.jwk(key.ID))
		if key.Use == UseID {
			set.id = append(set.id, ready)
		} else {
			set.access = append(set.access, ready)
		}
	}
	if len(set.id) == 0 || len(set.access) == 0 {
		return nil, errors.New("a pool needs one signing key for ID tokens and one for access tokens")
	}
	var err error
	set.jwks, err = json.Marshal(map[string][]any{"keys": published})
	return set, err
}

// signing is the key that signs tokens of a use at a moment.
func (s *KeySet) signing(use Use, now time.Time) *signingKey {
	keys := s.access
	if use == UseID {
		keys = s.id
	}
	return keys[signingAt(keys, now)]
}

// IDAlgorithms lists the algorithms of the published keys for ID tokens, each once, that of the latest key first: what
// discovery announces. While a pool changes its algorithm there are two.
func (s *KeySet) IDAlgorithms() []string {
	var names []string
	for _, key := range s.id {
		if alg := key.signer.Alg(); !slices.Contains(names, alg) {
			names = append(names, alg)
		}
	}
	return names
}

// JWKS is the key set document (RFC 7517 §5), ready to send. The caller must not change it.
func (s *KeySet) JWKS() []byte { return s.jwks }

// Issued reports whether a text looks like an ID or access token signed by this pool: three parts, the first naming one
// of its keys. The signature is not checked.
func (s *KeySet) Issued(raw string) bool {
	parts, ok := split(raw)
	return ok && s.byHeader[parts.header] != nil
}

// readyKey does once what every signature would otherwise repeat.
func readyKey(key Key) (*signingKey, error) {
	if key.Use != UseID && key.Use != UseAccess {
		return nil, fmt.Errorf("use %q is neither %q nor %q", key.Use, UseID, UseAccess)
	}
	if key.Signer == nil || key.ID == "" {
		return nil, errors.New("incomplete")
	}
	alg, err := algorithmOf(key.Signer.Alg())
	if err != nil {
		return nil, err
	}
	public, err := alg.public(key.Signer.Public())
	if err != nil {
		return nil, fmt.Errorf("for %s: %w", key.Signer.Alg(), err)
	}
	header, err := json.Marshal(joseHeader{Kid: key.ID, Alg: key.Signer.Alg()})
	if err != nil {
		return nil, err
	}
	return &signingKey{
		header: base64.RawURLEncoding.EncodeToString(header), use: key.Use, from: key.signsFrom(), signer: key.Signer, public: public,
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
