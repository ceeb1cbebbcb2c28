//go:build system

package saml

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"portico/federation"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// xmlsec is the program xmlsec1: an implementation of XML Signature and XML Encryption that shares nothing with ours or
// with the libraries we use.
type xmlsec struct {
	folder string
}

func newXMLSec(t *testing.T) xmlsec {
	t.Helper()
	x := xmlsec{t.TempDir()}
	for _, name := range []string{"provider", "sp-signing", "sp-encryption"} {
		pair := loadPair(t, name)
		x.write(t, name+".crt", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.certificate.Raw})))
		private, err := x509.MarshalPKCS8PrivateKey(pair.key)
		if err != nil {
			t.Fatal(err)
		}
		x.write(t, name+".key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	}
	return x
}

func (x xmlsec) write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(x.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (x xmlsec) path(name string) string { return filepath.Join(x.folder, name) }

// run returns what the program writes to the file it is told.
func (x xmlsec) run(t *testing.T, args ...string) string {
	t.Helper()
	out := x.path("out.xml")
	args = append(args[:1:1], append([]string{"--output", out}, args[1:]...)...)
	if said, err := exec.CommandContext(t.Context(), "xmlsec1", args...).CombinedOutput(); err != nil {
		t.Fatalf("xmlsec1 %s: %v\n%s", strings.Join(args, " "), err, said)
	}
	document, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(document)
}

// ids tells xmlsec1, which reads no schema, which attributes are IDs.
func ids() []string {
	return []string{"--id-attr:ID", nsAssertion + ":Assertion", "--id-attr:ID", nsProtocol + ":Response", "--id-attr:ID", nsProtocol + ":AuthnRequest"}
}

// template is an empty signature of an element, for xmlsec1 to fill.
func template(id, method, digest string) string {
	return fmt.Sprintf(`<ds:Signature xmlns:ds="%s"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="%s"/><ds:SignatureMethod Algorithm="%s"/>`+
		`<ds:Reference URI="#%s"><ds:Transforms><ds:Transform Algorithm="%s"/><ds:Transform Algorithm="%s"/></ds:Transforms>`+
		`<ds:DigestMethod Algorithm="%s"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/>`+
		`<ds:KeyInfo><ds:X509Data/></ds:KeyInfo></ds:Signature>`, nsSignature, exclusive, method, id, enveloped, exclusive, digest)
}

// sign has xmlsec1 sign an element of a document.
func (x xmlsec) sign(t *testing.T, doc *etree.Document, el *etree.Element, method, digest string) *etree.Document {
	t.Helper()
	id := el.SelectAttrValue("ID", "")
	signature := readDocument(t, template(id, method, digest)).Root()
	el.InsertChildAt(el.SelectElement("Issuer").Index()+1, signature)
	signature.CreateAttr("Id", "_signature"+id)
	file := x.write(t, "unsigned.xml", write(t, doc))
	args := append([]string{"--sign", "--privkey-pem", x.path("provider.key") + "," + x.path("provider.crt"), "--node-xpath",
		"//*[@Id='_signature" + id + "']"}, ids()...)
	return readDocument(t, x.run(t, append(args, file)...))
}

// encrypt has xmlsec1 encrypt the assertion, inside an EncryptedAssertion.
func (x xmlsec) encrypt(t *testing.T, doc *etree.Document, algorithm, session, transport string) *etree.Document {
	t.Helper()
	assertion := assertionOf(doc)
	container := etree.NewElement("saml:EncryptedAssertion")
	replace(assertion, container)
	container.AddChild(assertion)
	file := x.write(t, "plain.xml", write(t, doc))
	how := x.write(t, "template.xml", fmt.Sprintf(`<xenc:EncryptedData xmlns:xenc="%s" xmlns:ds="%s" Type="%s"><xenc:EncryptionMethod Algorithm="%s"/>`+
		`<ds:KeyInfo><xenc:EncryptedKey>%s<ds:KeyInfo><ds:X509Data/></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>`+
		`<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>`, nsEncryption, nsSignature, typeElement, algorithm, transport))
	return readDocument(t, x.run(t, "--encrypt", "--pubkey-cert-pem", x.path("sp-encryption.crt"), "--session-key", session,
		"--xml-data", file, "--node-xpath", "//*[local-name()='Assertion']", how))
}

func TestXMLSecSigns(t *testing.T) {
	x, f := newXMLSec(t), newOpener(t)
	for method, digest := range map[string]string{
		dsig.RSASHA256SignatureMethod: digestSHA256, dsig.RSASHA384SignatureMethod: digestSHA384, dsig.RSASHA512SignatureMethod: digestSHA512,
	} {
		doc := goodReply().document(t)
		doc = x.sign(t, doc, assertionOf(doc), method, digest)
		wantJane(t, f.accepts(t, doc))
		doc = x.sign(t, doc, doc.Root(), method, digest)
		wantJane(t, f.accepts(t, doc))
		other := strings.ReplaceAll(write(t, doc), ">jane@", ">root@")
		f.refusesText(t, other, checkSignature)
	}
}

func TestXMLSecEncrypts(t *testing.T) {
	x, f := newXMLSec(t), newOpener(t)
	transport := `<xenc:EncryptionMethod Algorithm="` + oaepMGF1P + `"/>`
	for algorithm, session := range map[string]string{
		nsEncryption11 + "aes128-gcm": "aes-128", nsEncryption11 + "aes192-gcm": "aes-192", nsEncryption11 + "aes256-gcm": "aes-256",
		nsEncryption + "aes128-cbc": "aes-128", nsEncryption + "aes256-cbc": "aes-256",
	} {
		doc := goodReply().document(t)
		doc = x.sign(t, doc, assertionOf(doc), dsig.RSASHA256SignatureMethod, digestSHA256)
		doc = x.encrypt(t, doc, algorithm, session, transport)
		if blockCiphers()[algorithm].authenticated {
			wantJane(t, f.accepts(t, doc)) // signed inside only
		} else {
			f.refuses(t, doc, checkEncrypted)
		}
		doc = x.sign(t, doc, doc.Root(), dsig.RSASHA256SignatureMethod, digestSHA256)
		wantJane(t, f.accepts(t, doc))
	}
}

// TestXMLSecBadly: what xmlsec1 can do and we refuse.
func TestXMLSecBadly(t *testing.T) {
	x, f := newXMLSec(t), newOpener(t)
	for name, c := range map[string]struct{ algorithm, session, transport string }{
		"RSA PKCS 1 v1.5": {nsEncryption + "aes128-cbc", "aes-128", nsEncryption + "rsa-1_5"},
		"triple DES":      {nsEncryption + "tripledes-cbc", "des-192", oaepMGF1P},
	} {
		t.Run(name, func(t *testing.T) {
			doc := x.encrypt(t, goodReply().document(t), c.algorithm, c.session, `<xenc:EncryptionMethod Algorithm="`+c.transport+`"/>`)
			f.refuses(t, x.sign(t, doc, doc.Root(), dsig.RSASHA256SignatureMethod, digestSHA256), checkEncrypted)
		})
	}
}

// TestXMLSecVerifiesOurRequest: a signed AuthnRequest by HTTP-POST.
func TestXMLSecVerifiesOurRequest(t *testing.T) {
	x := newXMLSec(t)
	metadata := strings.Replace(metadataOf(loadPair(t, "provider")), "bindings:HTTP-Redirect", "bindings:SOAP", 1)
	departure, _ := begin(t, withDetails(t, metadata, "RequestSigningAlgorithm", "rsa-sha256"), federation.Start{Handle: "h"})
	document, err := base64.StdEncoding.DecodeString(departure.Form[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--verify", "--pubkey-cert-pem", x.path("sp-signing.crt")}, ids()...)
	x.run(t, append(args, x.write(t, "request.xml", string(document)))...)
}
