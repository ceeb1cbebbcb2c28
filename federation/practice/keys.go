package practice

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
)

// keyBits is the least that RFC 7518 §3.3 and today's SAML providers accept; more would only slow the tests.
const keyBits = 2048

// randomness hands out bytes of one reader to many requests.
type randomness struct {
	mu     sync.Mutex
	reader io.Reader // mu owns it
}

func newRandomness(reader io.Reader) *randomness {
	if reader == nil {
		reader = rand.Reader
	}
	return &randomness{reader: reader}
}

// Read makes it an io.Reader that is safe for concurrent use.
func (r *randomness) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reader.Read(p)
}

// text is 160 random bits in hexadecimal: enough for a code (RFC 6749 §10.10) and for a SAML ID (saml-core-2.0 §1.3.4).
func (r *randomness) text() (string, error) {
	var raw [20]byte
	if _, err := io.ReadFull(r, raw[:]); err != nil {
		return "", fmt.Errorf("practice: no randomness: %w", err)
	}
	return hex.EncodeToString(raw[:]), nil
}

// keys are a provider's key and a stranger's. Each is made when it is first needed: making an RSA key takes longer than
// starting everything else of a development server.
type keys struct{ own, stranger func() (crypto.Signer, error) }

func rsaKeys(own *rsa.PrivateKey, random io.Reader) keys {
	made := func() (crypto.Signer, error) {
		key, err := rsa.GenerateKey(random, keyBits)
		if err != nil {
			return nil, fmt.Errorf("practice: signing key: %w", err)
		}
		return key, nil
	}
	k := keys{own: sync.OnceValues(made), stranger: sync.OnceValues(made)}
	if own != nil {
		k.own = func() (crypto.Signer, error) { return own, nil }
	}
	return k
}

// p256Keys sign with ES256.
func p256Keys(random io.Reader) keys {
	made := func() (crypto.Signer, error) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), random)
		if err != nil {
			return nil, fmt.Errorf("practice: signing key: %w", err)
		}
		return key, nil
	}
	return keys{own: sync.OnceValues(made), stranger: sync.OnceValues(made)}
}

// signing is the key to sign with under the given faults.
func (k keys) signing(f Faults) (crypto.Signer, error) {
	if f.OtherKey {
		return k.stranger()
	}
	return k.own()
}
