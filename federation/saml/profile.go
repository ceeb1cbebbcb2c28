package saml

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// The algorithms a signature may use, beside enveloped-signature. SHA-1 is broken for signatures. HMAC has no place
// where keys are public. Canonicalization with comments, the inclusive kinds and every other transform could make the
// signed bytes something else than the element.
const (
	exclusive    = string(dsig.CanonicalXML10ExclusiveAlgorithmId)
	enveloped    = string(dsig.EnvelopedSignatureAltorithmId)
	digestSHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
	digestSHA384 = "http://www.w3.org/2001/04/xmldsig-more#sha384"
	digestSHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
)

func signatureMethods() []string {
	return []string{
		dsig.RSASHA256SignatureMethod, dsig.RSASHA384SignatureMethod, dsig.RSASHA512SignatureMethod,
		dsig.ECDSASHA256SignatureMethod, dsig.ECDSASHA384SignatureMethod, dsig.ECDSASHA512SignatureMethod,
	}
}

func digestMethods() []string { return []string{digestSHA256, digestSHA384, digestSHA512} }

// signatureProfile requires the Signature of an element to have the one form that saml-core-2.0 §5.4 describes: a
// single Reference to that very element by its ID, transformed by enveloped-signature and exclusive canonicalization,
// with algorithms of today. Elements, their order and their attributes are all given; anything else is refused, since
// the libraries that read a Signature after us match names less strictly.
func signatureProfile(el *etree.Element) error {
	id, _ := attr(el, "ID")
	if id == "" || strings.ContainsFunc(id, notInID) || len(id) > maxID {
		return fmt.Errorf("the signed %s has no usable ID", el.Tag)
	}
	signature, err := only(el, nsSignature, "Signature")
	if err != nil {
		return err
	}
	if err := onlyElements(signature); err != nil {
		return err
	}
	if err := attributes(signature, "Id"); err != nil {
		return err
	}
	parts := signature.ChildElements()
	if len(parts) == 3 && is(parts[2], nsSignature, "KeyInfo") {
		parts = parts[:2] // whatever it says
	}
	if err := sequence(signature, parts, "SignedInfo", "SignatureValue"); err != nil {
		return err
	}
	return errors.Join(
		attributes(parts[1], "Id"),
		plainText(parts[1]),
		signedInfoProfile(parts[0], id),
	)
}

func signedInfoProfile(info *etree.Element, id string) error {
	parts := info.ChildElements()
	if err := sequence(info, parts, "CanonicalizationMethod", "SignatureMethod", "Reference"); err != nil {
		return err
	}
	return errors.Join(
		attributes(info, "Id"),
		onlyElements(info),
		canonicalization(parts[0]),
		algorithm(parts[1], signatureMethods()...),
		referenceProfile(parts[2], id),
	)
}

func referenceProfile(reference *etree.Element, id string) error {
	if target, _ := attr(reference, "URI"); target != "#"+id {
		return errors.New("the signature refers to something else than the element it is in")
	}
	parts := reference.ChildElements()
	if err := sequence(reference, parts, "Transforms", "DigestMethod", "DigestValue"); err != nil {
		return err
	}
	transforms := parts[0].ChildElements()
	if err := sequence(parts[0], transforms, "Transform", "Transform"); err != nil {
		return err
	}
	return errors.Join(
		plainText(parts[2]),
		attributes(reference, "URI", "Id"),
		attributes(parts[0]),
		attributes(parts[2]),
		onlyElements(reference),
		onlyElements(parts[0]),
		algorithm(transforms[0], enveloped),
		canonicalization(transforms[1]),
		algorithm(parts[1], digestMethods()...),
	)
}

// canonicalization requires exclusive canonicalization, with nothing inside but a list of prefixes to keep.
func canonicalization(el *etree.Element) error {
	for _, child := range el.ChildElements() {
		if !is(child, nsExclusive, "InclusiveNamespaces") || len(el.ChildElements()) != 1 {
			return fmt.Errorf("%s holds %s", el.Tag, child.Tag)
		}
		if err := errors.Join(attributes(child, "PrefixList"), empty(child)); err != nil {
			return err
		}
	}
	if err := errors.Join(onlyElements(el), attributes(el, "Algorithm")); err != nil {
		return err
	}
	return oneOf(el, exclusive)
}

// algorithm requires one of some algorithms, without parameters (a truncated HMAC was one, CVE-2009-0217).
func algorithm(el *etree.Element, allowed ...string) error {
	return errors.Join(empty(el), attributes(el, "Algorithm"), oneOf(el, allowed...))
}

func oneOf(el *etree.Element, allowed ...string) error {
	if got, _ := attr(el, "Algorithm"); !slices.Contains(allowed, got) {
		return fmt.Errorf("%s %q is not allowed", el.Tag, got)
	}
	return nil
}

// sequence requires the children of an element to be exactly these, in this order.
func sequence(el *etree.Element, parts []*etree.Element, tags ...string) error {
	if len(parts) != len(tags) {
		return fmt.Errorf("%s holds %d elements, want %d", el.Tag, len(parts), len(tags))
	}
	for i, tag := range tags {
		if !is(parts[i], nsSignature, tag) {
			return fmt.Errorf("%s holds %s, want %s", el.Tag, parts[i].Tag, tag)
		}
	}
	return nil
}

// attributes requires an element to have no attributes but these and namespace declarations. encoding/xml, which reads
// the signature later, would take x:Algorithm for Algorithm.
func attributes(el *etree.Element, allowed ...string) error {
	for _, a := range el.Attr {
		declaration := a.Space == "xmlns" || a.FullKey() == "xmlns"
		if !declaration && !slices.Contains(allowed, a.FullKey()) {
			return fmt.Errorf("an attribute %s on %s", a.Key, el.Tag)
		}
	}
	return nil
}

// onlyElements requires an element to hold elements and white space, empty not even elements.
func onlyElements(el *etree.Element) error {
	for _, token := range el.Child {
		switch t := token.(type) {
		case *etree.Element:
		case *etree.CharData:
			if strings.TrimSpace(t.Data) != "" {
				return fmt.Errorf("text in %s", el.Tag)
			}
		default:
			return fmt.Errorf("a comment in %s", el.Tag)
		}
	}
	return nil
}

func empty(el *etree.Element) error {
	if len(el.ChildElements()) != 0 {
		return fmt.Errorf("%s is not empty", el.Tag)
	}
	return onlyElements(el)
}

// maxID bounds the length of an ID in bytes; providers use 33 to 60.
const maxID = 256

func notInID(r rune) bool { return r <= ' ' || r == '#' }
