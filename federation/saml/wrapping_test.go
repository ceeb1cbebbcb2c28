package saml

import (
	"strings"
	"testing"

	"github.com/beevik/etree"
)

// The signature wrapping attacks, as they are numbered since Somorovsky et al., "On Breaking SAML" (USENIX Security
// 2012). In each, what was signed stays in the document, whole and verifying, and a careless reader reads another part.

// evil makes an element say that the person is somebody else, under an ID of its own.
func evil(el *etree.Element, id string) *etree.Element {
	forged := el.Copy()
	forged.CreateAttr("ID", id)
	for _, signature := range forged.FindElements(".//Signature") {
		signature.Parent().RemoveChild(signature)
	}
	forged.FindElement(".//NameID").SetText("admin@corp.example")
	return forged
}

// attacks are the eight variants. Each gets a document in which the element that the attack needs is signed.
func attacks() map[string]func(doc *etree.Document) {
	return map[string]func(*etree.Document){
		"XSW1: evil response, the signed one inside its signature": func(doc *etree.Document) {
			original := doc.Root()
			signature := signatureOf(original)
			forged := evil(original, "_evil")
			kept := original.Copy()
			kept.RemoveChild(signatureOf(kept))
			moved := signature.Copy()
			moved.AddChild(kept)
			forged.InsertChildAt(1, moved)
			doc.SetRoot(forged)
		},
		"XSW2: evil response, the signed one before its signature": func(doc *etree.Document) {
			original := doc.Root()
			forged := evil(original, "_evil")
			kept := original.Copy()
			signature := signatureOf(kept)
			kept.RemoveChild(signature)
			forged.InsertChildAt(1, kept)
			forged.InsertChildAt(2, signature)
			doc.SetRoot(forged)
		},
		"XSW3: evil assertion before the signed one": func(doc *etree.Document) {
			signed := assertionOf(doc)
			doc.Root().InsertChildAt(signed.Index(), evil(signed, "_evil"))
		},
		"XSW4: signed assertion inside the evil one": func(doc *etree.Document) {
			signed := assertionOf(doc)
			forged := evil(signed, "_evil")
			doc.Root().InsertChildAt(signed.Index(), forged)
			forged.AddChild(signed)
		},
		"XSW5: signature in the evil assertion, the signed one at the end": func(doc *etree.Document) {
			signed := assertionOf(doc)
			forged := evil(signed, "_evil")
			signature := signatureOf(signed)
			signed.RemoveChild(signature)
			forged.InsertChildAt(1, signature)
			doc.Root().InsertChildAt(signed.Index(), forged)
		},
		"XSW6: signed assertion inside its signature in the evil one": func(doc *etree.Document) {
			signed := assertionOf(doc)
			forged := evil(signed, "_evil")
			signature := signatureOf(signed)
			signed.RemoveChild(signature)
			doc.Root().InsertChildAt(signed.Index(), forged)
			forged.InsertChildAt(1, signature)
			signature.AddChild(signed)
		},
		"XSW7: evil assertion in Extensions": func(doc *etree.Document) {
			extensions := etree.NewElement("samlp:Extensions")
			extensions.AddChild(evil(assertionOf(doc), "_assertion"))
			doc.Root().InsertChildAt(1, extensions)
		},
		"XSW8: signed assertion in an Object of the signature": func(doc *etree.Document) {
			signed := assertionOf(doc)
			forged := evil(signed, "_evil")
			signature := signatureOf(signed)
			signed.RemoveChild(signature)
			doc.Root().InsertChildAt(signed.Index(), forged)
			forged.InsertChildAt(1, signature)
			signature.CreateElement("ds:Object").AddChild(signed)
		},
	}
}

func TestSignatureWrapping(t *testing.T) {
	f := newFixture(t)
	for name, attack := range attacks() {
		t.Run(name, func(t *testing.T) {
			by := byAssertion
			if strings.HasPrefix(name, "XSW1") || strings.HasPrefix(name, "XSW2") {
				by = byResponse
			}
			doc := f.signed(t, goodReply(), by)
			attack(doc)
			f.refuses(t, doc, checkShape)
		})
	}
}

// TestSignatureWrappingVerifiesNothingElse repeats the attacks where shape does not look, at verify: the second wall
// must hold by itself.
func TestSignatureWrappingVerifiesNothingElse(t *testing.T) {
	f := newFixture(t)
	descriptor, err := parseMetadata([]byte(metadataOf(f.pair)), expectation{configured: noon()})
	if err != nil {
		t.Fatal(err)
	}
	verifying := 0
	for name, attack := range attacks() {
		doc := f.signed(t, goodReply(), byBoth)
		attack(doc)
		again := readDocument(t, write(t, doc))
		for _, el := range append(again.FindElements("//Assertion"), again.Root()) {
			verified, err := verify(el, descriptor.certificates)
			if err != nil {
				continue
			}
			verifying++
			for _, id := range verified.FindElements(".//NameID") {
				if id.Text() != "jane@corp.example" {
					t.Errorf("%s: verified a name that nobody signed", name)
				}
			}
		}
	}
	if verifying == 0 {
		t.Error("nothing verified: the attacks leave no signed element whole")
	}
}

// TestOnlyVerifiedBytesAreRead: what is judged is not the document but the element parsed from the digested bytes, which
// have neither comments nor the signature.
func TestOnlyVerifiedBytesAreRead(t *testing.T) {
	f := newFixture(t)
	provider, err := f.describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, by := range []signedBy{byResponse, byAssertion, byBoth} {
		document := strings.Replace(write(t, f.signed(t, goodReply(), by)), "<saml:Subject>", "<saml:Subject><!-- not signed -->", 1)
		original, err := shapeOf(readDocument(t, document).Root())
		if err != nil {
			t.Fatal(err)
		}
		got, err := judgement{self: f.Provider, provider: provider, request: requestID, now: noon()}.verified(original)
		if err != nil {
			t.Fatal(err)
		}
		if got == original.assertion || isSigned(got) || len(got.SelectElement("Subject").Child) != 2 {
			t.Errorf("signed by %d: reads the document itself", by)
		}
	}
}

// TestAssertionInForeignNamespace: an element that only looks like the assertion counts as one.
func TestAssertionInForeignNamespace(t *testing.T) {
	f := newFixture(t)
	doc := f.signed(t, goodReply(), byAssertion)
	forged := evil(assertionOf(doc), "_evil")
	forged.Space = "x"
	forged.CreateAttr("xmlns:x", "urn:foreign")
	doc.Root().AddChild(forged)
	f.refuses(t, doc, checkShape)
}

func TestTwoAssertions(t *testing.T) {
	f := newFixture(t)
	doc := goodReply().document(t)
	second := assertionOf(doc).Copy()
	second.CreateAttr("ID", "_second")
	doc.Root().AddChild(second)
	goodSigner(f.pair).apply(t, doc.Root()) // honestly signed, and still two
	f.refuses(t, doc, checkShape)
}

func TestAssertionInAdvice(t *testing.T) {
	f := newFixture(t)
	doc := goodReply().document(t)
	second := assertionOf(doc).Copy()
	second.CreateAttr("ID", "_second")
	assertionOf(doc).CreateElement("saml:Advice").AddChild(second)
	goodSigner(f.pair).apply(t, doc.Root())
	f.refuses(t, doc, checkShape)
}

// TestAssertionOutsideItsPlace: there is only one, honestly signed with the response, but where no assertion belongs.
func TestAssertionOutsideItsPlace(t *testing.T) {
	f := newFixture(t)
	doc := goodReply().document(t)
	doc.Root().CreateElement("samlp:Extensions").AddChild(assertionOf(doc))
	goodSigner(f.pair).apply(t, doc.Root())
	f.refuses(t, doc, checkShape)
}

func TestDuplicateIDs(t *testing.T) {
	f := newFixture(t)
	for _, name := range []string{"ID", "Id", "id"} {
		doc := f.signed(t, goodReply(), byAssertion)
		doc.FindElement("//Status").CreateAttr(name, "_assertion")
		f.refuses(t, doc, checkShape)
	}
	r := goodReply()
	r.responseAttrs = strings.Replace(r.responseAttrs, "_response", "_assertion", 1)
	f.refuses(t, f.signed(t, r, byResponse), checkShape)
}

// TestPrefixedID: etree finds x:ID where ID is asked for, so the element that goxmldsig compares with the Reference
// would be chosen by the attacker.
func TestPrefixedID(t *testing.T) {
	f := newFixture(t)
	doc := f.signed(t, goodReply(), byAssertion)
	document := strings.Replace(write(t, doc), ` ID="_assertion"`, ` xmlns:x="urn:x" x:ID="_assertion" ID="_evil"`, 1)
	f.refusesText(t, document, checkShape)
	document = strings.Replace(write(t, doc), `<samlp:Status>`, `<samlp:Status xml:id="_assertion">`, 1)
	f.refusesText(t, document, checkShape)
}

func TestAttributeGivenTwice(t *testing.T) {
	f := newFixture(t)
	doc := f.signed(t, goodReply(), byAssertion)
	document := strings.Replace(write(t, doc), ` ID="_assertion"`, ` ID="_evil" ID="_assertion"`, 1)
	f.refusesText(t, document, checkXML)
}

func TestSignatureMovedToResponse(t *testing.T) {
	f := newFixture(t)
	doc := f.signed(t, goodReply(), byAssertion)
	signature := signatureOf(assertionOf(doc))
	doc.Root().InsertChildAt(1, signature) // still refers to the assertion
	f.refuses(t, doc, checkSignature)
}

func TestSignatureMovedElsewhere(t *testing.T) {
	f := newFixture(t)
	for _, place := range []string{"//Status", "//Subject", "//AttributeValue", "//Conditions"} {
		doc := f.signed(t, goodReply(), byAssertion)
		doc.FindElement(place).AddChild(signatureOf(assertionOf(doc)))
		f.refuses(t, doc, checkShape)
	}
}

func TestTwoSignatures(t *testing.T) {
	f := newFixture(t)
	doc := f.signed(t, goodReply(), byAssertion)
	goodSigner(loadPair(t, "stranger")).apply(t, assertionOf(doc))
	f.refuses(t, doc, checkShape)
}

func TestSignatureInForeignNamespace(t *testing.T) {
	f := newFixture(t)
	doc := f.signed(t, goodReply(), byAssertion)
	signatureOf(assertionOf(doc)).CreateAttr("xmlns:ds", "urn:foreign")
	f.refuses(t, doc, checkShape)
}

// TestSignatureOverAnotherElement: the signature is genuine, but of another element than the one it is in.
func TestSignatureOverAnotherElement(t *testing.T) {
	f := newFixture(t)
	doc := goodReply().document(t)
	s := goodSigner(f.pair)
	s.uri = "#_response"
	s.apply(t, assertionOf(doc))
	if signatureProfile(assertionOf(doc)) == nil {
		t.Error("within the profile: only the library refuses it")
	}
	f.refuses(t, doc, checkSignature)
}

// TestSignedSomethingOnly: a provider signs many documents; a signed one that is no response is none.
func TestSignedSomethingOnly(t *testing.T) {
	f := newFixture(t)
	doc := f.signed(t, goodReply(), byBoth)
	lone := etree.NewDocument()
	lone.SetRoot(assertionOf(doc).Copy())
	f.refuses(t, lone, checkShape)
}
