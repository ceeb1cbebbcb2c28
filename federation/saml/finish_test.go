package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"portico/federation"

	"github.com/google/go-cmp/cmp"
	dsig "github.com/russellhaering/goxmldsig"
)

// jane is what a good reply says.
func jane() federation.Assertion {
	return federation.Assertion{
		Subject:       "jane@corp.example",
		Issuer:        idpEntity,
		Claims:        map[string][]string{"email": {"jane@corp.example"}, "groups": {"Domain Users", "Admins"}},
		Authenticated: noon(),
		Spend:         []federation.Once{{Purpose: "saml-assertion", ID: "Corp _assertion", Until: noon().Add(5*time.Minute + clockSkew)}},
		Session: map[string]string{
			"name_id":           "jane@corp.example",
			"name_id_format":    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
			"name_qualifier":    "q",
			"sp_name_qualifier": "sq",
			"session_index":     "s1",
		},
	}
}

func wantJane(tb testing.TB, got federation.Assertion) {
	tb.Helper()
	if diff := cmp.Diff(jane(), got); diff != "" {
		tb.Errorf("assertion (-want +got):\n%s", diff)
	}
}

func TestSignedResponse(t *testing.T) {
	f := newFixture(t)
	wantJane(t, f.accepts(t, f.signed(t, goodReply(), byResponse)))
}

func TestSignedAssertion(t *testing.T) {
	f := newFixture(t)
	wantJane(t, f.accepts(t, f.signed(t, goodReply(), byAssertion)))
}

func TestSignedResponseAndAssertion(t *testing.T) {
	f := newFixture(t)
	wantJane(t, f.accepts(t, f.signed(t, goodReply(), byBoth)))
}

// TestRollOver: metadata lists the old and the new certificate, and either may sign.
func TestRollOver(t *testing.T) {
	old, fresh := loadPair(t, "provider"), loadPair(t, "rollover")
	p := newProvider(t, metadataOf(old, fresh))
	for _, pair := range []keyPair{old, fresh} {
		f := fixture{p, pair}
		wantJane(t, f.accepts(t, f.signed(t, goodReply(), byBoth)))
	}
}

func TestAlgorithms(t *testing.T) {
	f := newFixture(t)
	for method, with := range map[string]struct {
		digest string
		hash   crypto.Hash
	}{
		dsig.RSASHA256SignatureMethod: {digestSHA256, crypto.SHA256},
		dsig.RSASHA384SignatureMethod: {digestSHA384, crypto.SHA384},
		dsig.RSASHA512SignatureMethod: {digestSHA512, crypto.SHA512},
	} {
		s := goodSigner(f.pair)
		s.method, s.digest, s.hash = method, with.digest, with.hash
		doc := goodReply().document(t)
		s.apply(t, doc.Root())
		wantJane(t, f.accepts(t, doc))
	}
}

// TestECDSA: the value is r and s side by side, not ASN.1 (xmldsig-core1 §6.4.3).
func TestECDSA(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pair := certify(t, key, noon().AddDate(-1, 0, 0), noon().AddDate(1, 0, 0))
	f := fixture{newProvider(t, metadataOf(pair)), pair}
	s := goodSigner(pair)
	s.method = dsig.ECDSASHA256SignatureMethod
	s.sign = func(info []byte) []byte {
		sum := sha256.Sum256(info)
		r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	}
	doc := goodReply().document(t)
	s.apply(t, assertionOf(doc))
	wantJane(t, f.accepts(t, doc))
}

// TestRealWorldForms: what providers write and no rule forbids.
func TestRealWorldForms(t *testing.T) {
	f := newFixture(t)
	for _, name := range []string{"value in lines", "KeyInfo of no use", "XML declaration", "comments around", "signature in spaces"} {
		t.Run(name, func(t *testing.T) {
			doc := goodReply().document(t)
			s := goodSigner(f.pair)
			if name == "KeyInfo of no use" {
				s.keyInfo = `<ds:KeyInfo><ds:KeyName>mine</ds:KeyName></ds:KeyInfo>`
			}
			signature := s.apply(t, assertionOf(doc))
			value := signature.SelectElement("SignatureValue")
			document := ""
			switch name {
			case "value in lines":
				value.SetText("\n      " + value.Text()[:76] + "\r\n      " + value.Text()[76:] + "\n    ")
			case "signature in spaces":
				signature.InsertChildAt(0, signature.CreateText("\n  "))
			case "XML declaration":
				document = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
			case "comments around":
				document = "<!-- from the provider -->"
			}
			got, err := f.finish(t, document+write(t, doc))
			if err != nil {
				t.Fatalf("refused: %v", err)
			}
			wantJane(t, got)
		})
	}
}

// TestCommentsBetweenElements: canonicalization drops comments, so they come and go freely; none cuts a value short.
func TestCommentsBetweenElements(t *testing.T) {
	f := newFixture(t)
	doc := f.signed(t, goodReply(), byAssertion)
	document := strings.Replace(write(t, doc), "<saml:Subject>", "<!-- a --><saml:Subject><!-- b -->", 1)
	document = strings.Replace(document, ">jane@corp.example</saml:AttributeValue>", ">jane@<!-- c -->corp.example</saml:AttributeValue>", 1)
	got, err := f.finish(t, document)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	wantJane(t, got)
}

// TestAttributes: several values stay several, blanks stay, repeated attributes add up, nested values are left out,
// FriendlyName is nothing.
func TestAttributes(t *testing.T) {
	f := newFixture(t)
	r := goodReply()
	r.attributes = `<saml:AttributeStatement>` + attribute("groups", "a", "b") + attribute("blank", "") +
		`<saml:Attribute Name="urn:oid:1" FriendlyName="mail"><saml:AttributeValue>m</saml:AttributeValue></saml:Attribute>` +
		attribute("nested", `<saml:NameID>x</saml:NameID>`) + attribute("none") +
		`</saml:AttributeStatement><saml:AttributeStatement>` + attribute("groups", "c") + `</saml:AttributeStatement>`
	want := map[string][]string{"groups": {"a", "b", "c"}, "blank": {""}, "urn:oid:1": {"m"}}
	if diff := cmp.Diff(want, f.accepts(t, f.signed(t, r, byBoth)).Claims); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
}

// TestAttributeNameFormats: an attribute is its exact Name, whatever NameFormat and type its provider writes.
func TestAttributeNameFormats(t *testing.T) {
	f := newFixture(t)
	r := goodReply()
	r.attributes = `<saml:AttributeStatement>`
	want := map[string][]string{}
	for name, format := range map[string]string{
		"urn:oid:0.9.2342.19200300.100.1.3":                                  "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
		"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
		"mail": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic", "Mail": "", "urn:example:x": "urn:of:our:own",
	} {
		r.attributes += `<saml:Attribute FriendlyName="email" NameFormat="` + format + `" Name="` + name + `"><saml:AttributeValue>` + name + `</saml:AttributeValue></saml:Attribute>`
		want[name] = []string{name}
	}
	r.attributes += `</saml:AttributeStatement>`
	if diff := cmp.Diff(want, f.accepts(t, f.signed(t, r, byBoth)).Claims); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
}

// TestNameIDFormats: the format is kept for sign-out and decides nothing; letters keep their case.
func TestNameIDFormats(t *testing.T) {
	f := newFixture(t)
	for _, format := range []string{
		"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "urn:oasis:names:tc:SAML:1.1:nameid-format:persistent",
		"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
		"urn:oasis:names:tc:SAML:2.0:nameid-format:transient", "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos",
	} {
		r := goodReply()
		r.nameID = `<saml:NameID Format="` + format + `">Jane@Corp.example</saml:NameID>`
		got := f.accepts(t, f.signed(t, r, byBoth))
		if got.Subject != "Jane@Corp.example" || got.Session["name_id_format"] != format {
			t.Errorf("%s: %q, %v", format, got.Subject, got.Session)
		}
	}
}

// TestExpiredCertificate: Cognito's rule is that a certificate is unexpired when the provider is configured; a key
// does not stop working on a date that nobody has noted.
func TestExpiredCertificate(t *testing.T) {
	key, ok := loadPair(t, "provider").key.(*rsa.PrivateKey)
	if !ok {
		t.Fatal("not an RSA key")
	}
	pair := certify(t, key, noon().AddDate(-2, 0, 0), noon().AddDate(0, 0, -1))
	config := testConfig(metadataOf(pair))
	p, err := New(config)
	if err != nil {
		t.Fatalf("configured while it was valid: %v", err)
	}
	f := fixture{p, pair}
	wantJane(t, f.accepts(t, f.signed(t, goodReply(), byBoth)))

	config.Provider.Modified = noon()
	if _, err := New(config); err == nil {
		t.Error("configured after it expired, and accepted")
	}
}

func TestSecondConfirmationHolds(t *testing.T) {
	f := newFixture(t)
	r := goodReply()
	r.confirmation = strings.Replace(r.confirmation, testACS, "https://other.example/acs", 1) +
		`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"/>` + r.confirmation
	wantJane(t, f.accepts(t, f.signed(t, r, byBoth)))
}

// TestSpentNoLongerThanReplayable: a NotOnOrAfter centuries away does not keep a row for centuries.
func TestSpentNoLongerThanReplayable(t *testing.T) {
	f := newFixture(t)
	r := goodReply()
	r.confirmation = strings.Replace(r.confirmation, stamp(noon().Add(5*time.Minute)), "9999-12-31T23:59:59Z", 1)
	got := f.accepts(t, f.signed(t, r, byBoth))
	if want := noon().Add(maxAge + clockSkew); !got.Spend[0].Until.Equal(want) {
		t.Errorf("spent until %s, want %s", got.Spend[0].Until, want)
	}
}
