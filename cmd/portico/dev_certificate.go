package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// devCertificate is a certificate for localhost and the authority that signed it, made on this machine.
type devCertificate struct {
	caFile string
	pair   tls.Certificate
	roots  *x509.CertPool
}

// devCertificateLife is below the 398 days that browsers accept.
const devCertificateLife = 365 * 24 * time.Hour

// devCertificates reads the authority of a data folder, or makes it, and signs a fresh certificate with it. The authority
// stays the same, so that whoever trusts it need do so once. Its key never leaves the folder.
func devCertificates(folder string, now time.Time) (*devCertificate, error) {
	caFile, keyPath := filepath.Join(folder, "ca.pem"), filepath.Join(folder, "ca-key.pem")
	ca, caKey, err := readAuthority(caFile, keyPath, now)
	if err != nil {
		if ca, caKey, err = makeAuthority(caFile, keyPath, now); err != nil {
			return nil, fmt.Errorf("make a certificate authority: %w", err)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(devCertificateLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca, &key.PublicKey, caKey)
	if err != nil {
		return nil, err
	}
	absolute, err := filepath.Abs(caFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	return &devCertificate{caFile: absolute, pair: tls.Certificate{Certificate: [][]byte{der, ca.Raw}, PrivateKey: key}, roots: roots}, nil
}

func readAuthority(caFile, keyPath string, now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	pair, err := tls.LoadX509KeyPair(caFile, keyPath)
	if err != nil {
		return nil, nil, err
	}
	ca, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return nil, nil, err
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || now.Add(devCertificateLife).After(ca.NotAfter) {
		return nil, nil, fmt.Errorf("%s is of another kind, or expires soon", caFile)
	}
	return ca, key, nil
}

func makeAuthority(caFile, keyPath string, now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Portico development on this machine"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(10 * devCertificateLife), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, MaxPathLenZero: true,
		// Whoever steals the key of a trusted development authority must not speak for the world.
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: []string{"localhost"},
		PermittedIPRanges: []*net.IPNet{
			{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)}, {IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
		},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, nil, err
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	if err := writePEM(keyPath, "EC PRIVATE KEY", secret, 0o600); err != nil {
		return nil, nil, err
	}
	if err := writePEM(caFile, "CERTIFICATE", der, 0o644); err != nil {
		return nil, nil, err
	}
	ca, err := x509.ParseCertificate(der)
	return ca, key, err
}

func writePEM(path, kind string, der []byte, mode os.FileMode) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic("portico: no randomness: " + err.Error())
	}
	return n
}

func (c *devCertificate) server() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{c.pair}, MinVersion: tls.VersionTLS12}
}

// client trusts this authority alone.
func (c *devCertificate) client() *http.Client {
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: c.roots, MinVersion: tls.VersionTLS12}}}
}
