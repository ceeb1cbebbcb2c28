package saml

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

func TestUnsigned(t *testing.T) {
	f := newFixture(t)
	refusal := f.refuses(t, goodReply().document(t), checkUnsigned)
	if refusal.Description != saidResponseSig {
		t.Errorf("description %q", refusal.Description)
	}
}

// TestTampered changes one thing after signing, everywhere it could matter.
func TestTampered(t *testing.T) {
	f := newFixture(t)
	changes := map[string]string{
		"name":        "jane@corp.example</saml:NameID>",
		"qualifier":   `NameQualifier="q"`,
		"attribute":   ">Admins<",
		"audience":    testPool.EntityID(),
		"session":     `SessionIndex="s1"`,
		"class":       "classes:Password",
		"white space": "<saml:Conditions",
	}
	into := map[string]string{
		"name":        "admin@corp.example</saml:NameID>",
		"qualifier":   `NameQualifier="p"`,
		"attribute":   ">Owners<",
		"audience":    testPool.EntityID() + " ",
		"session":     `SessionIndex="s2"`,
		"class":       "classes:Kerberos",
		"white space": "\n<saml:Conditions",
	}
	for name, part := range changes {
		for _, by := range []signedBy{byResponse, byAssertion, byBoth} {
			document := write(t, f.signed(t, goodReply(), by))
			changed := strings.Replace(document, part, into[name], 1)
			if changed == document {
				t.Fatalf("%s: nothing to change", name)
			}
			f.refusesText(t, changed, checkSignature)
		}
	}
}

// TestSignedResponseWithTamperedAssertion: the assertion's own signature still verifies, the response's does not.
func TestSignedResponseWithTamperedAssertion(t *testing.T) {
	f := newFixture(t)
	doc := f.signed(t, goodReply(), byResponse)
	doc.FindElement("//NameID").SetText("admin@corp.example")
	goodSigner(loadPair(t, "stranger")).apply(t, assertionOf(doc))
	f.refuses(t, doc, checkSignature)
}

// TestSignatureExcluded removes signatures: what is left unsigned is refused, and so is an assertion signed by a
// stranger inside a response signed by the provider.
func TestSignatureExcluded(t *testing.T) {
	f := newFixture(t)
	doc := f.signed(t, goodReply(), byAssertion)
	assertionOf(doc).RemoveChild(signatureOf(assertionOf(doc)))
	f.refuses(t, doc, checkUnsigned)

	doc = f.signed(t, goodReply(), byBoth)
	assertionOf(doc).RemoveChild(signatureOf(assertionOf(doc)))
	f.refuses(t, doc, checkSignature)

	doc = goodReply().document(t)
	goodSigner(loadPair(t, "stranger")).apply(t, assertionOf(doc))
	goodSigner(f.pair).apply(t, doc.Root())
	f.refuses(t, doc, checkSignature)
}

func TestEmptySignature(t *testing.T) {
	f := newFixture(t)
	doc := goodReply().document(t)
	assertionOf(doc).InsertChildAt(1, readDocument(t, `<ds:Signature xmlns:ds="`+nsSignature+`"/>`).Root())
	f.refuses(t, doc, checkSignature)
}

func TestStrangersSignature(t *testing.T) {
	f := newFixture(t)
	stranger := loadPair(t, "stranger")
	for _, info := range []string{"", keyInfo(stranger), keyInfo(f.pair)} {
		s := goodSigner(stranger)
		s.keyInfo = info
		doc := goodReply().document(t)
		s.apply(t, doc.Root())
		f.refuses(t, doc, checkSignature)
	}
}

func keyInfo(pair keyPair) string {
	return `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + pair.base64DER() + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`
}

// TestKeyInfoFromStranger: the signature is the provider's, KeyInfo shows another certificate. It counts for nothing,
// neither for nor against.
func TestKeyInfoFromStranger(t *testing.T) {
	f := newFixture(t)
	s := goodSigner(f.pair)
	s.keyInfo = keyInfo(loadPair(t, "stranger"))
	doc := goodReply().document(t)
	s.apply(t, assertionOf(doc))
	wantJane(t, f.accepts(t, doc))
}

// TestCertificateOnlyInResponse: a certificate that says all the right names but is not in the metadata.
func TestCertificateOnlyInResponse(t *testing.T) {
	f := newFixture(t)
	stranger := loadPair(t, "stranger")
	stranger.certificate.Subject = f.pair.certificate.Subject
	s := goodSigner(stranger)
	s.keyInfo = keyInfo(stranger)
	doc := goodReply().document(t)
	s.apply(t, assertionOf(doc))
	s.apply(t, doc.Root())
	f.refuses(t, doc, checkSignature)
}

// weak are ways to sign correctly by what is no longer, or was never, enough.
func weak(tb testing.TB, pair keyPair) map[string]func(*signer) {
	tb.Helper()
	key, ok := pair.key.(*rsa.PrivateKey)
	if !ok {
		tb.Fatal("not an RSA key")
	}
	return map[string]func(*signer){
		"SHA-1 signature": func(s *signer) {
			s.method = dsig.RSASHA1SignatureMethod
			s.sign = func(info []byte) []byte {
				sum := sha1.Sum(info)
				value, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA1, sum[:])
				if err != nil {
					tb.Fatal(err)
				}
				return value
			}
		},
		"SHA-1 digest": func(s *signer) {
			s.digest, s.hash = "http://www.w3.org/2000/09/xmldsig#sha1", crypto.SHA1
			s.sign = func(info []byte) []byte {
				sum := sha256.Sum256(info)
				value, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
				if err != nil {
					tb.Fatal(err)
				}
				return value
			}
		},
		"HMAC with the public key": func(s *signer) {
			s.method = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
			s.sign = func(info []byte) []byte {
				public, err := x509.MarshalPKIXPublicKey(key.Public())
				if err != nil {
					tb.Fatal(err)
				}
				mac := hmac.New(sha256.New, public)
				mac.Write(info)
				return mac.Sum(nil)
			}
		},
		"no algorithm": func(s *signer) {
			s.method = ""
			s.sign = func([]byte) []byte { return nil }
		},
		"empty value":  func(s *signer) { s.sign = func([]byte) []byte { return nil } },
		"ECDSA by RSA": func(s *signer) { s.method = dsig.ECDSASHA256SignatureMethod },
	}
}

func TestWeakAlgorithms(t *testing.T) {
	f := newFixture(t)
	for name, weaken := range weak(t, f.pair) {
		t.Run(name, func(t *testing.T) {
			s := goodSigner(f.pair)
			weaken(&s)
			doc := goodReply().document(t)
			s.apply(t, assertionOf(doc))
			f.refuses(t, doc, checkSignature)
		})
	}
}

// TestTransforms: every transform but the two prescribed ones is refused, and so are the two in other numbers.
func TestTransforms(t *testing.T) {
	f := newFixture(t)
	lists := map[string][]string{
		"XPath first":        {"http://www.w3.org/TR/1999/REC-xpath-19991116", exclusive},
		"XPath":              {enveloped, "http://www.w3.org/TR/1999/REC-xpath-19991116", exclusive},
		"XSLT":               {enveloped, "http://www.w3.org/TR/1999/REC-xslt-19991116", exclusive},
		"base64":             {enveloped, "http://www.w3.org/2000/09/xmldsig#base64", exclusive},
		"enveloped twice":    {enveloped, enveloped, exclusive},
		"exclusive twice":    {enveloped, exclusive, exclusive},
		"only enveloped":     {enveloped},
		"only exclusive":     {exclusive},
		"none":               {},
		"the other order":    {exclusive, enveloped},
		"with comments":      {enveloped, string(dsig.CanonicalXML10ExclusiveWithCommentsAlgorithmId)},
		"inclusive":          {enveloped, string(dsig.CanonicalXML11AlgorithmId)},
		"inclusive 1.0":      {enveloped, string(dsig.CanonicalXML10RecAlgorithmId)},
		"STR transform":      {enveloped, "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform"},
		"nothing, by name":   {enveloped, ""},
		"misspelled exclude": {enveloped, exclusive + " "},
	}
	for name, list := range lists {
		t.Run(name, func(t *testing.T) {
			s := goodSigner(f.pair)
			s.transforms = list
			doc := goodReply().document(t)
			s.apply(t, assertionOf(doc))
			if signatureProfile(assertionOf(doc)) == nil {
				t.Error("within the profile: only the library refuses it")
			}
			f.refuses(t, doc, checkSignature)
		})
	}
}

func TestCanonicalizationMethod(t *testing.T) {
	f := newFixture(t)
	for _, method := range []string{
		"", "urn:none",
		string(dsig.CanonicalXML10ExclusiveWithCommentsAlgorithmId),
		string(dsig.CanonicalXML10RecAlgorithmId),
		string(dsig.CanonicalXML11AlgorithmId),
	} {
		s := goodSigner(f.pair)
		s.c14n = method
		doc := goodReply().document(t)
		s.apply(t, assertionOf(doc))
		f.refuses(t, doc, checkSignature)
	}
}

// TestEmptyReferenceURI: it means the whole document, and goxmldsig takes it for whatever it was given.
func TestEmptyReferenceURI(t *testing.T) {
	f := newFixture(t)
	s := goodSigner(f.pair)
	s.uri = "none"
	doc := goodReply().document(t)
	s.apply(t, doc.Root())
	f.refuses(t, doc, checkSignature)
}

func TestXPointerReference(t *testing.T) {
	f := newFixture(t)
	s := goodSigner(f.pair)
	s.uri = `#xpointer(id('_assertion'))`
	doc := goodReply().document(t)
	s.apply(t, assertionOf(doc))
	f.refuses(t, doc, checkSignature)
}

// TestTwoReferences is the form that CVE-2026-33487 of goxmldsig needed.
func TestTwoReferences(t *testing.T) {
	f := newFixture(t)
	s := goodSigner(f.pair)
	s.references = 2
	doc := goodReply().document(t)
	s.apply(t, assertionOf(doc))
	f.refuses(t, doc, checkSignature)
}

func TestSignedElementWithoutID(t *testing.T) {
	f := newFixture(t)
	r := goodReply()
	r.assertionAttrs = strings.Replace(r.assertionAttrs, `ID="_assertion"`, "", 1)
	s := goodSigner(f.pair)
	s.uri = "#"
	doc := r.document(t)
	s.apply(t, assertionOf(doc))
	f.refuses(t, doc, checkSignature)
}

// TestSignatureForm changes the inside of a genuine signature in ways that XML Signature allows, or that readers let
// pass, and that let two readers see two signatures.
func TestSignatureForm(t *testing.T) {
	f := newFixture(t)
	changes := map[string]func(signature *etree.Element){
		"comment in DigestValue (CVE-2025-29775)": func(s *etree.Element) {
			value := s.FindElement(".//DigestValue")
			value.InsertChildAt(0, value.CreateComment(value.Text()))
		},
		"comment in SignatureValue": func(s *etree.Element) { s.SelectElement("SignatureValue").CreateComment("x") },
		"comment in SignedInfo":     func(s *etree.Element) { s.SelectElement("SignedInfo").CreateComment("x") },
		"second DigestValue": func(s *etree.Element) {
			s.FindElement(".//Reference").AddChild(s.FindElement(".//DigestValue").Copy())
		},
		"second SignedInfo":     func(s *etree.Element) { s.InsertChildAt(0, s.SelectElement("SignedInfo").Copy()) },
		"second SignatureValue": func(s *etree.Element) { s.AddChild(s.SelectElement("SignatureValue").Copy()) },
		"second KeyInfo": func(s *etree.Element) {
			s.CreateElement("ds:KeyInfo")
			s.CreateElement("ds:KeyInfo")
		},
		"Object":                func(s *etree.Element) { s.CreateElement("ds:Object") },
		"prefixed Algorithm":    func(s *etree.Element) { s.FindElement(".//DigestMethod").CreateAttr("ds:Algorithm", digestSHA512) },
		"prefixed URI":          func(s *etree.Element) { s.FindElement(".//Reference").CreateAttr("ds:URI", "#_response") },
		"foreign DigestValue":   func(s *etree.Element) { s.FindElement(".//Reference").CreateElement("x:DigestValue") },
		"attribute of a method": func(s *etree.Element) { s.FindElement(".//SignatureMethod").CreateAttr("x", "y") },
		"text in SignedInfo":    func(s *etree.Element) { s.SelectElement("SignedInfo").CreateText("x") },
		"HMACOutputLength":      func(s *etree.Element) { s.FindElement(".//SignatureMethod").CreateElement("ds:HMACOutputLength") },
		"Manifest":              func(s *etree.Element) { s.FindElement(".//Reference").CreateAttr("Type", nsSignature+"Manifest") },
		"XPath in a transform":  func(s *etree.Element) { s.FindElement(".//Transform").CreateElement("ds:XPath") },
		"value of other length": func(s *etree.Element) { s.SelectElement("SignatureValue").SetText("AAAA") },
		"value not base64":      func(s *etree.Element) { s.SelectElement("SignatureValue").SetText("*") },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			doc := f.signed(t, goodReply(), byAssertion)
			change(signatureOf(assertionOf(doc)))
			if !strings.HasPrefix(name, "value") && signatureProfile(assertionOf(doc)) == nil {
				t.Error("within the profile: it would pass if the provider signed it")
			}
			f.refuses(t, doc, checkSignature)
		})
	}
}

// TestForgedRSA: a value that is no signature, for keys with which a sloppy verifier could be fooled.
func TestForgedRSA(t *testing.T) {
	f := newFixture(t)
	for _, value := range [][]byte{make([]byte, 256), {0}, {1}} {
		doc := f.signed(t, goodReply(), byAssertion)
		signatureOf(assertionOf(doc)).SelectElement("SignatureValue").SetText(base64.StdEncoding.EncodeToString(value))
		f.refuses(t, doc, checkSignature)
	}
}
