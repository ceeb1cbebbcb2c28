package token

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io"

	"portico/userpool"
)

// Signer is a private key at work, and all that signing a token asks of one. NewKey makes such keys in software; a key
// that lives in a device, or a faster RSA, is another type with these three methods, and nothing else changes.
//
// It is safe for concurrent use: all sign-ins of a pool share one.
type Signer interface {
	// Alg is the JWA name of the signatures (RFC 7518 §3.1): userpool.SigningRS256 or userpool.SigningES256.
	Alg() string
	// Public is the public half: an *rsa.PublicKey for RS256, an *ecdsa.PublicKey for ES256.
	Public() crypto.PublicKey
	// Sign signs what has this SHA-256 digest. The signature is as a JWS holds it: for RS256 the octets of PKCS #1
	// (RFC 7518 §3.3), for ES256 R and S of 32 octets each, one after the other, and not ASN.1 (§3.4).
	Sign(digest [sha256.Size]byte) ([]byte, error)
}

// public is the public half of a key under its algorithm: what others need of it.
type public interface {
	// verify reports whether a signature is this key's over what has the digest.
	verify(digest [sha256.Size]byte, signature []byte) bool
	// signatureSize is the length of every signature in bytes.
	signatureSize() int
	// jwk is the key as the key set publishes it under a name (RFC 7517 §4).
	jwk(kid string) any
}

// algorithm is what differs between the algorithms. Adding one means a file like rsa.go and a line in algorithmOf.
type algorithm struct {
	generate func(random io.Reader) (Signer, error)
	private  func(key any) (Signer, error) // key is a private key as crypto/x509 parses it
	public   func(key crypto.PublicKey) (public, error)
}

func algorithmOf(name string) (algorithm, error) {
	switch name {
	case userpool.SigningRS256:
		return algorithm{generate: generateRSA, private: privateRSA, public: publicRSA}, nil
	case userpool.SigningES256:
		return algorithm{generate: generateECDSA, private: privateECDSA, public: publicECDSA}, nil
	}
	return algorithm{}, fmt.Errorf("algorithm %q is neither %s nor %s", name, userpool.SigningRS256, userpool.SigningES256)
}

// MarshalPrivate is the private half of a signer in PKCS #8, to be sealed and stored. It fails for a signer whose private
// half cannot leave it.
func MarshalPrivate(s Signer) ([]byte, error) {
	software, ok := s.(interface{ private() crypto.PrivateKey })
	if !ok {
		return nil, fmt.Errorf("the private half of a %T cannot be stored", s)
	}
	return x509.MarshalPKCS8PrivateKey(software.private())
}

// ParsePrivate reverses MarshalPrivate. Its errors never quote the key.
func ParsePrivate(alg string, der []byte) (Signer, error) {
	a, err := algorithmOf(alg)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errors.New("private key is damaged") // the parser's text could quote it
	}
	return a.private(key)
}
