package userpool

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func newSAMLKey(t *testing.T, pool ID, provider string, generation int64) SAMLKey {
	t.Helper()
	key, err := NewSAMLKey(SAMLKeyOwner{pool, provider}, generation, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestSAMLKey(t *testing.T) {
	key := newSAMLKey(t, "us-east-1_A", "", 1)
	c := key.Certificate
	if err := c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature); err != nil {
		t.Errorf("not self-signed: %v", err)
	}
	if c.NotAfter.Year() != 2036 || !c.NotBefore.Before(key.Created) || c.Subject.CommonName != "us-east-1_A" {
		t.Errorf("a certificate of %s from %s to %s", c.Subject, c.NotBefore, c.NotAfter)
	}
	private, err := key.MarshalPrivate()
	if err != nil {
		t.Fatal(err)
	}
	back, err := SAMLKey{Certificate: c}.WithPrivate(private)
	if err != nil {
		t.Fatal(err)
	}
	if back.private == nil || !back.private.Equal(key.private) {
		t.Error("another key came back")
	}
}

// TestSAMLKeyBelongsToItsCertificate: rows that were mixed up do not make a key.
func TestSAMLKeyBelongsToItsCertificate(t *testing.T) {
	one, other := newSAMLKey(t, "us-east-1_A", "", 1), newSAMLKey(t, "us-east-1_A", "Corp", 1)
	private, err := one.MarshalPrivate()
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"another certificate": second(SAMLKey{Certificate: other.Certificate}.WithPrivate(private)),
		"no certificate":      second(SAMLKey{}.WithPrivate(private)),
		"garbage":             second(one.WithPrivate([]byte("secret bytes"))),
	} {
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestSAMLKeyNeverPrints: neither a log nor a test's failure shows the private half.
func TestSAMLKeyNeverPrints(t *testing.T) {
	key := newSAMLKey(t, "us-east-1_A", "", 1)
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("key", "key", key)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		fmt.Fprintf(&out, verb, key)
		fmt.Fprintf(&out, verb, SAMLKeys{Signing: []SAMLKey{key}})
	}
	text := out.String()
	if strings.Contains(text, key.private.D.String()) || strings.Contains(text, key.private.Primes[0].String()) || strings.Contains(text, "Primes") {
		t.Errorf("prints %s", text)
	}
}

func TestSAMLKeyring(t *testing.T) {
	certificate := &x509.Certificate{}
	key := func(pool ID, provider string, generation int64) SAMLKey {
		return SAMLKey{Pool: pool, Provider: provider, Generation: generation, Certificate: certificate}
	}
	ring := NewSAMLKeyring(key("a", "", 1), key("a", "Corp", 1), key("a", "", 2), key("b", "Corp", 7))
	got := ring.Of("a", "Corp")
	if len(got.Signing) != 2 || got.Signing[0].Generation != 2 || len(got.Encryption) != 1 || got.Encryption[0].Generation != 1 {
		t.Errorf("%d to sign, %d to open", len(got.Signing), len(got.Encryption))
	}
	if got := ring.Of("a", ""); len(got.Encryption) != 0 {
		t.Error("the signing key opens assertions")
	}
	if got := ring.Of("a", "Other"); len(got.Encryption) != 0 || len(got.Signing) != 2 {
		t.Error("a provider without a key has one")
	}
	pool := &Pool{ID: "b", Providers: map[string]*IdentityProvider{
		"Corp": {Name: "Corp", Type: TypeSAML}, "Other": {Name: "Other", Type: TypeSAML}, "OP": {Name: "OP", Type: TypeOIDC},
	}}
	if got, want := ring.Missing([]*Pool{pool, {ID: "c"}}), []SAMLKeyOwner{{"b", ""}, {"b", "Other"}}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("missing %v, want %v", got, want)
	}
	if ring.Newest(SAMLKeyOwner{"a", ""}) != 2 || ring.Newest(SAMLKeyOwner{"z", ""}) != 0 {
		t.Error("wrong generations")
	}
}
