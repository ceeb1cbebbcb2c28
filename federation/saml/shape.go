package saml

import (
	"errors"
	"fmt"
	"strings"

	"github.com/beevik/etree"
)

// shape is a response document whose outline is settled: what there is to verify, and where. Every signature wrapping
// attack needs a second Assertion, a second Response, an ID given twice, or a Signature elsewhere than in the element it
// signs. None of these passes here, whatever the signatures are worth.
type shape struct {
	response  *etree.Element
	assertion *etree.Element // nil in a response that says the sign-in failed, and where the assertion is encrypted
	encrypted *etree.Element // the EncryptedAssertion that stands in an assertion's place, or nil
}

// errEncrypted is the cause of refusing what is encrypted where we do not open it.
var errEncrypted = errors.New("encrypted where only an assertion or a NameID may be: turn encryption of attributes off at the provider")

// shapeOf settles the outline of a document. It fails with errEncrypted if a part is encrypted that may not be.
func shapeOf(root *etree.Element) (shape, error) {
	if !is(root, nsProtocol, "Response") {
		return shape{}, fmt.Errorf("the root is %s, want Response", root.Tag)
	}
	s := shape{response: root}
	survey := survey{ids: map[string]bool{}}
	if err := survey.visit(root); err != nil {
		return shape{}, err
	}
	if err := s.place(survey.assertions); err != nil {
		return shape{}, err
	}
	return s, s.placeSignatures(survey.signatures)
}

// place requires at most one Assertion, plain or encrypted, as a child of the Response.
func (s *shape) place(assertions []*etree.Element) error {
	if len(assertions) > 1 {
		return fmt.Errorf("%d assertions, want one", len(assertions))
	}
	for _, assertion := range assertions {
		switch {
		case assertion.Parent() != s.response:
			return errors.New("an assertion outside its place")
		case is(assertion, nsAssertion, "Assertion"):
			s.assertion = assertion
		case is(assertion, nsAssertion, "EncryptedAssertion"):
			s.encrypted = assertion
		default:
			return errors.New("an assertion in a foreign namespace")
		}
	}
	return nil
}

// placeSignatures requires every Signature to be a child of the Response or of the Assertion, one in each at most.
func (s *shape) placeSignatures(signatures []*etree.Element) error {
	seen := map[*etree.Element]bool{}
	for _, signature := range signatures {
		parent := signature.Parent()
		if parent != s.response && (s.assertion == nil || parent != s.assertion) {
			return errors.New("a signature outside its place")
		}
		if !is(signature, nsSignature, "Signature") {
			return errors.New("a signature in a foreign namespace")
		}
		if seen[parent] {
			return fmt.Errorf("two signatures in one %s", parent.Tag)
		}
		seen[parent] = true
	}
	return nil
}

// survey collects by local name, in any namespace: what looks like an Assertion to a careless reader counts as one.
type survey struct {
	ids        map[string]bool
	assertions []*etree.Element
	signatures []*etree.Element
}

func (s *survey) visit(el *etree.Element) error {
	switch el.Tag {
	case "Assertion", "EncryptedAssertion":
		s.assertions = append(s.assertions, el)
	case "Signature":
		s.signatures = append(s.signatures, el)
	case "Response":
		if el.Parent().Tag != "" { // a root's parent is the nameless document
			return errors.New("a response inside the response")
		}
	case "EncryptedData":
		if tag := el.Parent().Tag; tag != "EncryptedAssertion" && tag != "EncryptedID" {
			return errEncrypted
		}
	case "EncryptedID":
		if !is(el.Parent(), nsAssertion, "Subject") {
			return errEncrypted
		}
	case "EncryptedAttribute":
		return errEncrypted
	case "NameID":
		if err := plainText(el); err != nil {
			return err
		}
	}
	if err := s.identify(el); err != nil {
		return err
	}
	for _, child := range el.ChildElements() {
		if err := s.visit(child); err != nil {
			return err
		}
	}
	return nil
}

// identify requires IDs to be unique in the whole document, in every spelling that some reader takes for an ID.
func (s *survey) identify(el *etree.Element) error {
	for _, a := range el.Attr {
		if !strings.EqualFold(a.Key, "id") || a.Space == "xmlns" {
			continue
		}
		if a.Space != "" {
			return fmt.Errorf("an ID with a prefix on %s", el.Tag)
		}
		if s.ids[a.Value] {
			return errors.New("an ID given twice")
		}
		s.ids[a.Value] = true
	}
	return nil
}

// plainText refuses comments inside a NameID. Canonicalization drops them, so the text we read is whole in any case;
// but no provider writes one, and whoever does wants a reader to stop there.
func plainText(el *etree.Element) error {
	for _, token := range el.Child {
		if _, ok := token.(*etree.CharData); !ok {
			return fmt.Errorf("%s holds more than text", el.Tag)
		}
	}
	return nil
}
