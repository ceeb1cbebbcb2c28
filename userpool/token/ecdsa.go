package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"

	"portico/userpool"
)

// coordinate is the length in bytes of a number of the curve P-256, and of each half of a signature (RFC 7518 §3.4).
const coordinate = 32

// ecdsaSigner signs ES256 with Go's ECDSA.
type ecdsaSigner struct{ key *ecdsa.PrivateKey }

func generateECDSA(random io.Reader) (Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), random)
	return ecdsaSigner{key}, err
}

func privateECDSA(key any) (Signer, error) {
	private, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("a %T does not sign %s", key, userpool.SigningES256)
	}
	return ecdsaSigner{private}, nil
}

func (ecdsaSigner) Alg() string                  { return userpool.SigningES256 }
func (s ecdsaSigner) Public() crypto.PublicKey   { return &s.key.PublicKey }
func (s ecdsaSigner) private() crypto.PrivateKey { return s.key }

func (s ecdsaSigner) Sign(digest [sha256.Size]byte) ([]byte, error) {
	left, right, err := ecdsa.Sign(rand.Reader, s.key, digest[:])
	if err != nil {
		return nil, err
	}
	signature := make([]byte, 2*coordinate)
	left.FillBytes(signature[:coordinate]) // leading zeros stay: RFC 7518 §3.4
	right.FillBytes(signature[coordinate:])
	return signature, nil
}

type ecdsaPublic struct {
	key  *ecdsa.PublicKey
	x, y []byte // each of full length
}

func publicECDSA(key crypto.PublicKey) (public, error) {
	k, ok := key.(*ecdsa.PublicKey)
	if !ok || k.Curve != elliptic.P256() {
		return nil, errors.New("not a key of the curve P-256")
	}
	point, err := k.Bytes() // 4, X, Y (SEC 1 §2.3.3), both of full length
	if err != nil {
		return nil, fmt.Errorf("not a point of the curve P-256: %w", err)
	}
	return ecdsaPublic{key: k, x: point[1 : 1+coordinate], y: point[1+coordinate:]}, nil
}

func (p ecdsaPublic) verify(digest [sha256.Size]byte, signature []byte) bool {
	if len(signature) != 2*coordinate { // RFC 7518 §3.4: "must be a 64-octet sequence"
		return false
	}
	left, right := new(big.Int).SetBytes(signature[:coordinate]), new(big.Int).SetBytes(signature[coordinate:])
	return ecdsa.Verify(p.key, digest[:], left, right)
}

func (ecdsaPublic) signatureSize() int { return 2 * coordinate }

// ecdsaJWK is a published key of the curve P-256 (RFC 7518 §6.2.1), in the order of Cognito's RSA keys.
type ecdsaJWK struct {
	Alg string `json:"alg"`
	Crv string `json:"crv"`
	Kid string `json:"kid"`
	Kty string `json:"kty"`
	Use string `json:"use"`
	X   string `json:"x"`
	Y   string `json:"y"`
}

// jwk follows RFC 7518 §6.2.1.2: a coordinate keeps its full length, leading zero octets included.
func (p ecdsaPublic) jwk(kid string) any {
	return ecdsaJWK{
		Alg: userpool.SigningES256, Crv: "P-256", Kid: kid, Kty: "EC", Use: "sig",
		X: base64.RawURLEncoding.EncodeToString(p.x), Y: base64.RawURLEncoding.EncodeToString(p.y),
	}
}
