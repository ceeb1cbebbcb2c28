package userpool

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"time"
)

// Our SAML keys are RSA of 2048 bits, which every identity provider takes, and their certificates last ten years, as
// Cognito's do. A certificate in SAML is a frame for a key: providers pin it, and each new one is work for somebody.
const (
	samlKeyBits          = 2048
	samlCertificateYears = 10
)

// SAMLKey is a key of our SAML service provider with its certificate: the key that signs a pool's requests, or the key
// for which one identity provider encrypts assertions. The private half never prints.
type SAMLKey struct {
	Pool        ID
	Provider    string // whose assertions it opens; empty for the key that signs
	Generation  int64  // 1 for an owner's first key; the newest is the one in use
	Created     time.Time
	Certificate *x509.Certificate
	private     *rsa.PrivateKey
}

// SAMLKeyOwner names whose a key is: a pool's signing key (no provider), or a provider's encryption key.
type SAMLKeyOwner struct {
	Pool     ID
	Provider string
}

// NewSAMLKey makes a key. It takes a tenth of a second or so: make keys where nobody waits.
func NewSAMLKey(owner SAMLKeyOwner, generation int64, now time.Time, random io.Reader) (SAMLKey, error) {
	private, err := rsa.GenerateKey(random, samlKeyBits)
	if err != nil {
		return SAMLKey{}, fmt.Errorf("make SAML key: %w", err)
	}
	// The subject tells an administrator who looks at the certificate whose it is; nobody checks it.
	name := pkix.Name{Organization: []string{"Portico"}, CommonName: string(owner.Pool)}
	usage := x509.KeyUsageDigitalSignature
	if owner.Provider != "" {
		name.OrganizationalUnit, usage = []string{owner.Provider}, x509.KeyUsageKeyEncipherment
	}
	serial, err := rand.Int(random, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return SAMLKey{}, fmt.Errorf("make SAML key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: name, KeyUsage: usage, SignatureAlgorithm: x509.SHA256WithRSA,
		NotBefore: now.AddDate(0, 0, -1), // a provider's clock may be behind ours
		NotAfter:  now.AddDate(samlCertificateYears, 0, 0),
	}
	der, err := x509.CreateCertificate(random, template, template, private.Public(), private)
	if err != nil {
		return SAMLKey{}, fmt.Errorf("certify SAML key: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return SAMLKey{}, fmt.Errorf("certify SAML key: %w", err)
	}
	return SAMLKey{
		Pool: owner.Pool, Provider: owner.Provider, Generation: generation, Created: now, Certificate: certificate, private: private,
	}, nil
}

// WithPrivate returns the key with its private half, read from PKCS #8. It must be the half of the certificate.
func (k SAMLKey) WithPrivate(pkcs8 []byte) (SAMLKey, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(pkcs8)
	if err != nil {
		return SAMLKey{}, errors.New("a SAML key is damaged") // the parser's text could quote the key
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok || k.Certificate == nil || !private.PublicKey.Equal(k.Certificate.PublicKey) {
		return SAMLKey{}, errors.New("a SAML key does not belong to its certificate")
	}
	k.private = private
	return k, nil
}

// MarshalPrivate is the private half as PKCS #8, for whoever seals it.
func (k SAMLKey) MarshalPrivate() ([]byte, error) {
	if k.private == nil {
		return nil, errors.New("a SAML key without its private half")
	}
	return x509.MarshalPKCS8PrivateKey(k.private)
}

// Owner is whose key it is.
func (k SAMLKey) Owner() SAMLKeyOwner { return SAMLKeyOwner{k.Pool, k.Provider} }

// Signer signs with the private half.
func (k SAMLKey) Signer() crypto.Signer { return k.private }

// Decrypter decrypts with the private half.
func (k SAMLKey) Decrypter() crypto.Decrypter { return k.private }

// String, GoString and LogValue hide the key.
func (k SAMLKey) String() string       { return redacted }
func (k SAMLKey) GoString() string     { return redacted }
func (k SAMLKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// SAMLKeys are the keys we use with one identity provider, each kind newest first: the first signs and is the one to
// encrypt for; the others are still published, and still decrypt.
type SAMLKeys struct {
	Signing    []SAMLKey
	Encryption []SAMLKey
}
