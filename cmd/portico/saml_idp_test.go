package main

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"

	"portico/userpool"
)

const corp = "https://idp.corp.example"

// corpIDP is a SAML identity provider on the other side of the wire: it writes, signs and encrypts with libraries that the
// server does not use for that.
type corpIDP struct {
	t           *testing.T
	key         *rsa.PrivateKey
	certificate []byte
	sp          saml.EntityDescriptor // what the server's metadata says
	count       int
}

func newCorpIDP(t *testing.T) *corpIDP {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "corp"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &corpIDP{t: t, key: key, certificate: der}
}

func (p *corpIDP) metadata() string {
	return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + corp + `"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
		`<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` + base64.StdEncoding.EncodeToString(p.certificate) + `</X509Certificate></X509Data></KeyInfo></KeyDescriptor>` +
		`<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="` + corp + `/slo"/>` +
		`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="` + corp + `/sso"/></IDPSSODescriptor></EntityDescriptor>`
}

// learn reads the server's metadata.
func (p *corpIDP) learn(document string) {
	p.t.Helper()
	if err := xml.Unmarshal([]byte(document), &p.sp); err != nil {
		p.t.Fatal(err)
	}
}

// spKey is the server's certificate for a use.
func (p *corpIDP) spKey(use string) *x509.Certificate {
	p.t.Helper()
	for _, key := range p.sp.SPSSODescriptors[0].KeyDescriptors {
		if key.Use != use {
			continue
		}
		der, err := base64.StdEncoding.DecodeString(key.KeyInfo.X509Data.X509Certificates[0].Data)
		if err != nil {
			p.t.Fatal(err)
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			p.t.Fatal(err)
		}
		return certificate
	}
	p.t.Fatalf("no certificate for %s in the server's metadata", use)
	return nil
}

// sent reads a message of the server from where it sends the browser, and holds it to its signature.
func (p *corpIDP) sent(location, parameter, to string) *etree.Element {
	p.t.Helper()
	address, signature, signed := strings.Cut(location, "&Signature=")
	if !strings.HasPrefix(address, to+"?") || !signed {
		p.t.Fatalf("sent to %s, want a signed message to %s", location, to)
	}
	value, err := url.QueryUnescape(signature)
	if err != nil {
		p.t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.spKey("signing").CheckSignature(x509.SHA256WithRSA, []byte(strings.TrimPrefix(address, to+"?")), raw); err != nil {
		p.t.Fatal(err)
	}
	u, err := url.Parse(location)
	if err != nil {
		p.t.Fatal(err)
	}
	packed, err := base64.StdEncoding.DecodeString(u.Query().Get(parameter))
	if err != nil {
		p.t.Fatal(err)
	}
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		p.t.Fatal(err)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(text); err != nil {
		p.t.Fatal(err)
	}
	return doc.Root()
}

// response answers a request, or none if it is empty: an assertion about a person, signed and then encrypted.
func (p *corpIDP) response(request, person string) string {
	p.t.Helper()
	p.count++
	now := time.Now().UTC()
	stamp := func(at time.Time) string { return at.Format("2006-01-02T15:04:05Z") }
	acs, answers := acme+userpool.PathSAMLResponse, ""
	if request != "" {
		answers = ` InResponseTo="` + request + `"`
	}
	doc := etree.NewDocument()
	err := doc.ReadFromString(fmt.Sprintf(`<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a%d" Version="2.0" IssueInstant="%s"><saml:Issuer>%s</saml:Issuer>`+
		`<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">%s</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">`+
		`<saml:SubjectConfirmationData%s Recipient="%s" NotOnOrAfter="%s"/></saml:SubjectConfirmation></saml:Subject>`+
		`<saml:Conditions><saml:AudienceRestriction><saml:Audience>%s</saml:Audience></saml:AudienceRestriction></saml:Conditions>`+
		`<saml:AuthnStatement AuthnInstant="%s" SessionIndex="s%d"/><saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>%s@corp.example</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>`,
		p.count, stamp(now), corp, person, answers, acs, stamp(now.Add(5*time.Minute)), userpool.ID(acmePool).EntityID(), stamp(now), p.count, person))
	if err != nil {
		p.t.Fatal(err)
	}
	signing, err := dsig.NewSigningContext(p.key, [][]byte{p.certificate})
	if err != nil {
		p.t.Fatal(err)
	}
	signing.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	assertion, err := signing.SignEnveloped(doc.Root())
	if err != nil {
		p.t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf(`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r%d" Version="2.0" IssueInstant="%s"%s Destination="%s">`+
		`<saml:Issuer>%s</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:EncryptedAssertion>%s</saml:EncryptedAssertion></samlp:Response>`,
		p.count, stamp(now), answers, acs, corp, p.encrypt(assertion))))
}

// encrypt encrypts by AES-256-GCM, for the server's certificate by RSA-OAEP with SHA-256 throughout. (The library's GCM
// encrypts zeros in the text's place.)
func (p *corpIDP) encrypt(el *etree.Element) string {
	p.t.Helper()
	doc := etree.NewDocument()
	doc.SetRoot(el)
	plain, err := doc.WriteToBytes()
	if err != nil {
		p.t.Fatal(err)
	}
	secret, nonce := make([]byte, 32), make([]byte, 12)
	_, _ = rand.Read(secret)
	_, _ = rand.Read(nonce)
	public, ok := p.spKey("encryption").PublicKey.(*rsa.PublicKey)
	if !ok {
		p.t.Fatal("the server's key is not RSA")
	}
	wrapped, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, public, secret, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		p.t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		p.t.Fatal(err)
	}
	return fmt.Sprintf(`<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>`+
		`<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#rsa-oaep"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>`+
		`<xenc11:MGF xmlns:xenc11="http://www.w3.org/2009/xmlenc11#" Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/></xenc:EncryptionMethod>`+
		`<xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>`,
		base64.StdEncoding.EncodeToString(wrapped), base64.StdEncoding.EncodeToString(aead.Seal(nonce, nonce, plain, nil)))
}

// redirect is a message of the provider in a query, signed.
func (p *corpIDP) redirect(parameter, relay, document string) string {
	p.t.Helper()
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err != nil {
		p.t.Fatal(err)
	}
	_, _ = io.WriteString(w, document)
	_ = w.Close()
	query := parameter + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(packed.Bytes())) + "&RelayState=" + url.QueryEscape(relay) +
		"&SigAlg=" + url.QueryEscape(dsig.RSASHA256SignatureMethod)
	sum := sha256.Sum256([]byte(query))
	signature, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	if err != nil {
		p.t.Fatal(err)
	}
	return acme + userpool.PathSAMLLogout + "?" + query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature))
}

// message is one of the logout profile.
func (p *corpIDP) message(tag, attributes, inside string) string {
	p.count++
	return fmt.Sprintf(`<samlp:%s xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_m%d" Version="2.0" IssueInstant="%s" Destination="%s" %s><saml:Issuer>%s</saml:Issuer>%s</samlp:%s>`,
		tag, p.count, time.Now().UTC().Format("2006-01-02T15:04:05Z"), acme+userpool.PathSAMLLogout, attributes, corp, inside, tag)
}
