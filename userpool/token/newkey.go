package token

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"portico/userpool"
)

// NewKey makes a signing key for an algorithm, which signs from its creation on. For RS256 it takes a tenth of a second or
// so: make keys where nobody waits.
func NewKey(pool userpool.ID, use Use, alg string, now time.Time, random io.Reader) (Key, error) {
	a, err := algorithmOf(alg)
	if err != nil {
		return Key{}, fmt.Errorf("make signing key: %w", err)
	}
	signer, err := a.generate(random)
	if err != nil {
		return Key{}, fmt.Errorf("make signing key: %w", err)
	}
	id, err := keyID(signer.Public())
	if err != nil {
		return Key{}, err
	}
	return Key{ID: id, Pool: pool, Use: use, Signer: signer, Created: now, SignsFrom: now}, nil
}

// NewPair makes the two keys of a pool, one for each use, which sign from a moment on.
func NewPair(pool userpool.ID, alg string, now, signsFrom time.Time, random io.Reader) ([]Key, error) {
	var pair []Key
	for _, use := range []Use{UseID, UseAccess} {
		key, err := NewKey(pool, use, alg, now, random)
		if err != nil {
			return nil, err
		}
		key.SignsFrom = signsFrom
		pair = append(pair, key)
	}
	return pair, nil
}

// keyID names a key by the SHA-256 of its public half, so that a name can never belong to two keys. Standard base64 with
// its padding, because Cognito's look so and apps must already cope with that.
func keyID(public crypto.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", fmt.Errorf("name signing key: %w", err)
	}
	sum := sha256.Sum256(der)
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}
