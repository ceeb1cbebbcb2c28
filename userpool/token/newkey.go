package token

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"portico/userpool"
)

// RS256 is the one signature algorithm of our tokens (RFC 7518 §3.3), as it is Cognito's.
const RS256 = "RS256"

// keyBits is the size of new keys: Cognito's own, and the least that RFC 7518 §3.3 allows.
const keyBits = 2048

// NewKey makes a signing key. It takes a tenth of a second or so: make keys where nobody waits.
func NewKey(pool userpool.ID, use Use, now time.Time, random io.Reader) (Key, error) {
	private, err := rsa.GenerateKey(random, keyBits)
	if err != nil {
		return Key{}, fmt.Errorf("make signing key: %w", err)
	}
	id, err := keyID(&private.PublicKey)
	if err != nil {
		return Key{}, err
	}
	return Key{ID: id, Pool: pool, Use: use, Alg: RS256, Signer: private, Created: now}, nil
}

// keyID names a key by the SHA-256 of its public half, so that a name can never belong to two keys. Standard base64 with
// its padding, because Cognito's look so and apps must already cope with that.
func keyID(public *rsa.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", fmt.Errorf("name signing key: %w", err)
	}
	sum := sha256.Sum256(der)
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}
