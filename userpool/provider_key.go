package userpool

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
)

// maxProviderKey bounds a private key's text, in bytes: an RSA key of 8192 bits takes 6.3 KB.
const maxProviderKey = 16 << 10

// ParseProviderKey reads a private key with which we authenticate at a provider: PKCS#8, as PEM or as its base64 alone
// (tools strip the lines around it). It takes keys on P-256, and RSA keys of 2048 bits or more. Errors say nothing of the
// key.
func ParseProviderKey(text string) (crypto.Signer, error) {
	if len(text) > maxProviderKey {
		return nil, errors.New("too long for a private key")
	}
	var der []byte
	if block, _ := pem.Decode([]byte(strings.TrimSpace(text))); block != nil {
		der = block.Bytes
	} else {
		bare, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return nil, errors.New("neither PEM nor base64")
		}
		der = bare
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errors.New("not a private key in PKCS#8")
	}
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		if key.Curve == elliptic.P256() {
			return key, nil
		}
	case *rsa.PrivateKey:
		if key.N.BitLen() >= 2048 {
			return key, nil
		}
	}
	return nil, errors.New("neither a key on P-256 nor an RSA key of at least 2048 bits")
}
