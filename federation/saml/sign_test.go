package saml

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"portico/federation"
	"portico/userpool"
)

// verifyQuery verifies a detached signature as saml-bindings-2.0 §3.4.4.1 tells a receiver to: over the octets that came,
// cut before the last parameter.
func verifyQuery(tb testing.TB, address string, certificate *x509.Certificate, parameters ...string) {
	tb.Helper()
	_, query, _ := strings.Cut(address, "?")
	signed, signature, ok := strings.Cut(query, "&Signature=")
	if !ok {
		tb.Fatalf("no signature in %s", address)
	}
	for i, part := range strings.Split(signed, "&") {
		if name, _, _ := strings.Cut(part, "="); i >= len(parameters) || name != parameters[i] {
			tb.Errorf("parameter %d is %s, want %v", i, name, parameters)
		}
	}
	signature, err := url.QueryUnescape(signature)
	if err != nil {
		tb.Fatal(err)
	}
	value, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		tb.Fatal(err)
	}
	public, ok := certificate.PublicKey.(*rsa.PublicKey)
	if !ok {
		tb.Fatal("not an RSA key")
	}
	sum := sha256.Sum256([]byte(signed))
	if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], value); err != nil {
		tb.Error(err)
	}
}

func TestSignedRedirect(t *testing.T) {
	p := withDetails(t, metadataOf(loadPair(t, "provider")), "RequestSigningAlgorithm", "rsa-sha256")
	departure, _ := begin(t, p, federation.Start{Handle: "a b&c=/+"})
	verifyQuery(t, departure.URL, ownKeys(t).Signing[0].Certificate, "SAMLRequest", "RelayState", "SigAlg")
	to, err := url.Parse(departure.URL)
	if err != nil {
		t.Fatal(err)
	}
	if got := to.Query().Get("SigAlg"); got != "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" {
		t.Errorf("SigAlg %q", got)
	}
	if request := inflate(t, to.Query().Get("SAMLRequest")); isSigned(request) {
		t.Error("an enveloped signature in a redirect")
	}
}

// TestSignedRedirectKeepsTheProvidersQuery: the provider's own query stands in front and is not signed.
func TestSignedRedirectKeepsTheProvidersQuery(t *testing.T) {
	metadata := strings.ReplaceAll(metadataOf(loadPair(t, "provider")), `Location="`+idpSSO+`"`, `Location="`+idpSSO+`?tenant=1"`)
	p := withDetails(t, metadata, "RequestSigningAlgorithm", "rsa-sha256")
	departure, _ := begin(t, p, federation.Start{Handle: "h"})
	address, ok := strings.CutPrefix(departure.URL, idpSSO+"?tenant=1&")
	if !ok {
		t.Fatalf("goes to %s", departure.URL)
	}
	verifyQuery(t, "?"+address, ownKeys(t).Signing[0].Certificate, "SAMLRequest", "RelayState", "SigAlg")
}

// TestSignedPost: an enveloped signature behind the Issuer, of the one form that we accept ourselves.
func TestSignedPost(t *testing.T) {
	metadata := strings.Replace(metadataOf(loadPair(t, "provider")), "bindings:HTTP-Redirect", "bindings:SOAP", 1)
	p := withDetails(t, metadata, "RequestSigningAlgorithm", "rsa-sha256")
	departure, memory := begin(t, p, federation.Start{Handle: "h"})
	document, err := base64.StdEncoding.DecodeString(departure.Form[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	request := readDocument(t, string(document)).Root()
	if parts := request.ChildElements(); len(parts) < 2 || parts[0].Tag != "Issuer" || parts[1].Tag != "Signature" {
		t.Error("the signature is not behind the Issuer")
	}
	verified, err := verify(request, []*x509.Certificate{ownKeys(t).Signing[0].Certificate})
	if err != nil {
		t.Fatal(err)
	}
	if id, _ := attr(verified, "ID"); id != memory.RequestID {
		t.Errorf("ID %q", id)
	}
	if to, _ := attr(verified, "Destination"); to != idpSSO+"/post" {
		t.Errorf("Destination %q", to)
	}
}

// TestRequestsAreSignedWhereMetadataWantsIt: WantAuthnRequestsSigned needs no setting of ours.
func TestRequestsAreSignedWhereMetadataWantsIt(t *testing.T) {
	for written, want := range map[string]bool{"true": true, "1": true, "false": false, "0": false} {
		metadata := strings.Replace(metadataOf(loadPair(t, "provider")), "<IDPSSODescriptor", `<IDPSSODescriptor WantAuthnRequestsSigned="`+written+`"`, 1)
		departure, _ := begin(t, withDetails(t, metadata), federation.Start{Handle: "h"})
		if got := strings.Contains(departure.URL, "&Signature="); got != want {
			t.Errorf("%s: signed %v", written, got)
		}
	}
	if departure, _ := begin(t, withDetails(t, metadataOf(loadPair(t, "provider"))), federation.Start{Handle: "h"}); strings.Contains(departure.URL, "Signature") {
		t.Error("signed though nobody wants it")
	}
}

// TestNoKeyNoRequest: what must be signed is never sent unsigned.
func TestNoKeyNoRequest(t *testing.T) {
	config := testConfig(metadataOf(loadPair(t, "provider")))
	config.Provider.Details["RequestSigningAlgorithm"] = "rsa-sha256"
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	if departure, _, err := p.Begin(t.Context(), federation.Start{Handle: "h"}); err == nil {
		t.Errorf("sent to %s", departure.URL)
	}
}

// TestNewSigningKeyIsPublishedBeforeItSigns: a provider that verifies our requests gets two weeks to learn of a new key.
func TestNewSigningKeyIsPublishedBeforeItSigns(t *testing.T) {
	old, fresh := ownKey(t, "sp-signing", "", 1), ownKey(t, "sp-encryption", "", 2)
	fresh.Created = noon()
	now := noon()
	config := testConfig(metadataOf(loadPair(t, "provider")))
	config.Now = func() time.Time { return now }
	keys := userpool.NewSAMLKeyring(old, fresh).Of(testPool, "")
	config.Keys = func() userpool.SAMLKeys { return keys }
	config.Provider.Details["RequestSigningAlgorithm"] = "rsa-sha256"
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		after time.Duration
		by    userpool.SAMLKey
	}{{0, old}, {keyNotice - time.Second, old}, {keyNotice, fresh}} {
		now = noon().Add(c.after)
		departure, _ := begin(t, p, federation.Start{Handle: "h"})
		verifyQuery(t, departure.URL, c.by.Certificate, "SAMLRequest", "RelayState", "SigAlg")
	}
	// The old one dropped, the only key signs at once, however new.
	keys, now = userpool.NewSAMLKeyring(fresh).Of(testPool, ""), noon()
	departure, _ := begin(t, p, federation.Start{Handle: "h"})
	verifyQuery(t, departure.URL, fresh.Certificate, "SAMLRequest", "RelayState", "SigAlg")
}

func TestRequestedNameIDFormat(t *testing.T) {
	for written, want := range map[string]string{
		"persistent":   "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
		"emailAddress": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
		"unspecified":  "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
		"urn:example":  "urn:example",
	} {
		departure, _ := begin(t, withDetails(t, metadataOf(loadPair(t, "provider")), "portico_name_id_format", written), federation.Start{Handle: "h"})
		to, err := url.Parse(departure.URL)
		if err != nil {
			t.Fatal(err)
		}
		policy, err := only(inflate(t, to.Query().Get("SAMLRequest")), nsProtocol, "NameIDPolicy")
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := attr(policy, "Format"); got != want {
			t.Errorf("%s asks for %q", written, got)
		}
	}
}

// TestSPMetadataCarriesCertificates: every key is published, those to come and those to go.
func TestSPMetadataCarriesCertificates(t *testing.T) {
	keys := userpool.NewSAMLKeyring(
		ownKey(t, "sp-signing", "", 1), ownKey(t, "rollover", "", 2), ownKey(t, "sp-encryption", testName, 1), ownKey(t, "stranger", "Other", 1),
	).Of(testPool, testName)
	root, err := parse(SPMetadata(Description{Pool: testPool, At: testAddresses(), Keys: keys, SignsRequests: true}), metadataLimits())
	if err != nil {
		t.Fatal(err)
	}
	role, err := only(root, nsMetadata, "SPSSODescriptor")
	if err != nil {
		t.Fatal(err)
	}
	if signed, _ := attr(role, "AuthnRequestsSigned"); signed != "true" {
		t.Errorf("AuthnRequestsSigned %q", signed)
	}
	var got []string
	for _, el := range children(role, nsMetadata, "KeyDescriptor") {
		use, _ := attr(el, "use")
		certificate, err := readCertificate(el.FindElement(".//X509Certificate"), noon())
		if err != nil {
			t.Fatal(err)
		}
		for name, key := range map[string]userpool.SAMLKey{"signing 2": keys.Signing[0], "signing 1": keys.Signing[1], "encryption 1": keys.Encryption[0]} {
			if certificate.Equal(key.Certificate) {
				got = append(got, use+" "+name)
			}
		}
	}
	if want := "signing signing 2, signing signing 1, encryption encryption 1"; strings.Join(got, ", ") != want {
		t.Errorf("certificates %v, want %s", got, want)
	}
}
