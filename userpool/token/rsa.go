package token

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"

	"portico/userpool"
)

// keyBits is the size of new RSA keys: Cognito's own, and the least that RFC 7518 §3.3 allows.
const keyBits = 2048

// rsaSigner signs RS256 with Go's RSA.
type rsaSigner struct{ key *rsa.PrivateKey }

func generateRSA(random io.Reader) (Signer, error) {
	key, err := rsa.GenerateKey(random, keyBits)
	return rsaSigner{key}, err
}

func privateRSA(key any) (Signer, error) {
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("a %T does not sign %s", key, userpool.SigningRS256)
	}
	return rsaSigner{private}, nil
}

func (rsaSigner) Alg() string                  { return userpool.SigningRS256 }
func (s rsaSigner) Public() crypto.PublicKey   { return &s.key.PublicKey }
func (s rsaSigner) private() crypto.PrivateKey { return s.key }

// Sign needs no randomness: PKCS #1 v1.5 has none, and Go blinds by itself.
func (s rsaSigner) Sign(digest [sha256.Size]byte) ([]byte, error) {
	return rsa.SignPKCS1v15(nil, s.key, crypto.SHA256, digest[:])
}

type rsaPublic struct{ key *rsa.PublicKey }

func publicRSA(key crypto.PublicKey) (public, error) {
	k, ok := key.(*rsa.PublicKey)
	if !ok || k.N == nil || k.N.BitLen() < keyBits {
		return nil, fmt.Errorf("not an RSA key of %d bits or more", keyBits)
	}
	return rsaPublic{k}, nil
}

func (p rsaPublic) verify(digest [sha256.Size]byte, signature []byte) bool {
	return rsa.VerifyPKCS1v15(p.key, crypto.SHA256, digest[:], signature) == nil
}

func (p rsaPublic) signatureSize() int { return p.key.Size() }

// rsaJWK is a published RSA key. Cognito's have exactly these members.
type rsaJWK struct {
	Alg string `json:"alg"`
	E   string `json:"e"`
	Kid string `json:"kid"`
	Kty string `json:"kty"`
	N   string `json:"n"`
	Use string `json:"use"`
}

// jwk follows RFC 7518 §6.3.1: unsigned big-endian, no leading zero octets, base64url.
func (p rsaPublic) jwk(kid string) any {
	return rsaJWK{
		Alg: userpool.SigningRS256, Kid: kid, Kty: "RSA", Use: "sig",
		E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(p.key.E)).Bytes()),
		N: base64.RawURLEncoding.EncodeToString(p.key.N.Bytes()),
	}
}
