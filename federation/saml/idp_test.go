package saml

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

// The identity provider of the tests. It writes a response from a few fields and signs what it is told to, in any way
// it is told to, good or bad.

const (
	idpEntity = "https://idp.example/metadata"
	idpSSO    = "https://idp.example/sso"
	requestID = "_request"
)

// noon is the time of all tests.
func noon() time.Time { return time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC) }

// keyPair is a key and its certificate.
type keyPair struct {
	key         crypto.Signer
	certificate *x509.Certificate
}

// loadPair reads a key of testdata and certifies it for the years around noon.
func loadPair(tb testing.TB, name string) keyPair {
	tb.Helper()
	data, err := os.ReadFile("testdata/" + name + ".key")
	if err != nil {
		tb.Fatal(err)
	}
	block, _ := pem.Decode(data)
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		tb.Fatal(err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		tb.Fatalf("%s is not an RSA key", name)
	}
	return certify(tb, key, noon().AddDate(-1, 0, 0), noon().AddDate(1, 0, 0))
}

func certify(tb testing.TB, key crypto.Signer, from, to time.Time) keyPair {
	tb.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotBefore: from, NotAfter: to}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return keyPair{key, certificate}
}

// base64DER is the certificate as metadata and KeyInfo hold it.
func (p keyPair) base64DER() string { return base64.StdEncoding.EncodeToString(p.certificate.Raw) }

// metadataOf is the metadata document of an identity provider with these certificates.
func metadataOf(pairs ...keyPair) string {
	var keys strings.Builder
	for _, pair := range pairs {
		fmt.Fprintf(&keys, `<KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="%s"><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>`,
			nsSignature, pair.base64DER())
	}
	return fmt.Sprintf(`<EntityDescriptor xmlns="%s" entityID="%s"><IDPSSODescriptor protocolSupportEnumeration="%s">%s`+
		`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="%s/post"/>`+
		`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="%s"/>`+
		`</IDPSSODescriptor></EntityDescriptor>`, nsMetadata, idpEntity, nsProtocol, keys.String(), idpSSO, idpSSO)
}

// reply is a response to be written. Its texts go into the XML as they are.
type reply struct {
	responseAttrs  string
	responseIssuer string
	status         string
	assertionAttrs string
	issuer         string
	nameID         string
	confirmation   string
	conditions     string
	authn          string
	attributes     string
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }

// goodReply is a response that passes once it is signed.
func goodReply() reply {
	now, soon := stamp(noon()), stamp(noon().Add(5*time.Minute))
	return reply{
		responseAttrs:  fmt.Sprintf(`ID="_response" Version="2.0" IssueInstant="%s" InResponseTo="%s" Destination="%s"`, now, requestID, testACS),
		responseIssuer: `<saml:Issuer>` + idpEntity + `</saml:Issuer>`,
		status:         `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>`,
		assertionAttrs: fmt.Sprintf(`ID="_assertion" Version="2.0" IssueInstant="%s"`, now),
		issuer:         `<saml:Issuer>` + idpEntity + `</saml:Issuer>`,
		nameID:         `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" NameQualifier="q" SPNameQualifier="sq">jane@corp.example</saml:NameID>`,
		confirmation: fmt.Sprintf(`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">`+
			`<saml:SubjectConfirmationData InResponseTo="%s" Recipient="%s" NotOnOrAfter="%s"/></saml:SubjectConfirmation>`, requestID, testACS, soon),
		conditions: fmt.Sprintf(`<saml:Conditions NotBefore="%s" NotOnOrAfter="%s"><saml:AudienceRestriction>`+
			`<saml:Audience>%s</saml:Audience></saml:AudienceRestriction></saml:Conditions>`, now, soon, testPool.EntityID()),
		authn: fmt.Sprintf(`<saml:AuthnStatement AuthnInstant="%s" SessionIndex="s1"><saml:AuthnContext><saml:AuthnContextClassRef>`+
			`urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`, now),
		attributes: `<saml:AttributeStatement>` +
			attribute("email", "jane@corp.example") + attribute("groups", "Domain Users", "Admins") + `</saml:AttributeStatement>`,
	}
}

func attribute(name string, values ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<saml:Attribute Name="%s">`, name)
	for _, value := range values {
		fmt.Fprintf(&b, `<saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">%s</saml:AttributeValue>`, value)
	}
	return b.String() + `</saml:Attribute>`
}

// assertion is the assertion's text. It declares its own namespaces, so that it can be moved about.
func (r reply) assertion() string {
	return fmt.Sprintf(`<saml:Assertion xmlns:saml="%s" %s>%s<saml:Subject>%s%s</saml:Subject>%s%s%s</saml:Assertion>`,
		nsAssertion, r.assertionAttrs, r.issuer, r.nameID, r.confirmation, r.conditions, r.authn, r.attributes)
}

// document is the whole response, unsigned.
func (r reply) document(tb testing.TB) *etree.Document {
	tb.Helper()
	return readDocument(tb, fmt.Sprintf(`<samlp:Response xmlns:samlp="%s" xmlns:saml="%s" %s>%s%s%s</samlp:Response>`,
		nsProtocol, nsAssertion, r.responseAttrs, r.responseIssuer, r.status, r.assertion()))
}

func readDocument(tb testing.TB, text string) *etree.Document {
	tb.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromString(text); err != nil {
		tb.Fatal(err)
	}
	return doc
}

func write(tb testing.TB, doc *etree.Document) string {
	tb.Helper()
	text, err := doc.WriteToString()
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// assertionOf is the first assertion of a document.
func assertionOf(doc *etree.Document) *etree.Element { return doc.FindElement("//Assertion") }

// signatureOf is the Signature that is a child of an element.
func signatureOf(el *etree.Element) *etree.Element { return el.SelectElement("Signature") }

// signer makes enveloped signatures. The fields other than pair are for making bad ones; goodSigner fills them.
type signer struct {
	pair       keyPair
	method     string
	digest     string
	hash       crypto.Hash
	c14n       string
	transforms []string
	uri        string // of the Reference; "" means the element's ID, "none" an empty URI
	keyInfo    string
	references int
	sign       func(signedInfo []byte) []byte // instead of the key
}

func goodSigner(pair keyPair) signer {
	return signer{
		pair: pair, method: dsig.RSASHA256SignatureMethod, digest: digestSHA256, hash: crypto.SHA256,
		c14n: exclusive, transforms: []string{enveloped, exclusive}, references: 1,
	}
}

// canonical is an element in exclusive canonical form, as it stands in its document.
func canonical(tb testing.TB, el *etree.Element) []byte {
	tb.Helper()
	scope, err := etreeutils.NSBuildParentContext(el)
	if err != nil {
		tb.Fatal(err)
	}
	detached, err := etreeutils.NSDetatch(scope, el)
	if err != nil {
		tb.Fatal(err)
	}
	data, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(detached)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func (s signer) hashOf(data []byte) []byte {
	h := s.hash.New()
	h.Write(data)
	return h.Sum(nil)
}

// apply signs an element and puts the Signature behind its Issuer.
func (s signer) apply(tb testing.TB, el *etree.Element) *etree.Element {
	tb.Helper()
	uri := "#" + el.SelectAttrValue("ID", "")
	switch s.uri {
	case "":
	case "none":
		uri = ""
	default:
		uri = s.uri
	}
	info := s.signedInfo(tb, uri, s.hashOf(canonical(tb, el)))
	signature := readDocument(tb, fmt.Sprintf(`<ds:Signature xmlns:ds="%s">%s<ds:SignatureValue/>%s</ds:Signature>`, nsSignature, info, s.keyInfo)).Root()
	signature.SelectElement("SignatureValue").SetText(base64.StdEncoding.EncodeToString(
		s.value(tb, canonical(tb, signature.SelectElement("SignedInfo")))))
	el.InsertChildAt(el.SelectElement("Issuer").Index()+1, signature)
	return signature
}

func (s signer) signedInfo(tb testing.TB, uri string, digest []byte) string {
	tb.Helper()
	var transforms strings.Builder
	for _, transform := range s.transforms {
		fmt.Fprintf(&transforms, `<ds:Transform Algorithm="%s"/>`, transform)
	}
	reference := fmt.Sprintf(`<ds:Reference URI="%s"><ds:Transforms>%s</ds:Transforms><ds:DigestMethod Algorithm="%s"/><ds:DigestValue>%s</ds:DigestValue></ds:Reference>`,
		uri, transforms.String(), s.digest, base64.StdEncoding.EncodeToString(digest))
	return fmt.Sprintf(`<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="%s"/><ds:SignatureMethod Algorithm="%s"/>%s</ds:SignedInfo>`,
		s.c14n, s.method, strings.Repeat(reference, s.references))
}

func (s signer) value(tb testing.TB, signedInfo []byte) []byte {
	tb.Helper()
	if s.sign != nil {
		return s.sign(signedInfo)
	}
	value, err := s.pair.key.Sign(rand.Reader, s.hashOf(signedInfo), s.hash)
	if err != nil {
		tb.Fatal(err)
	}
	return value
}
