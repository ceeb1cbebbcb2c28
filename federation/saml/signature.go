package saml

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

// verify checks the enveloped signature of an element against certificates and returns the element anew, parsed from the
// bytes whose digest was verified. Callers read nothing but that; the argument is spent.
func verify(el *etree.Element, certificates []*x509.Certificate) (*etree.Element, error) {
	if err := signatureProfile(el); err != nil {
		return nil, err
	}
	prepared, err := prepare(el)
	if err != nil {
		return nil, err
	}
	failed := make([]error, 0, len(certificates))
	for _, certificate := range certificates {
		verified, err := verifyBy(prepared, certificate)
		if err == nil {
			return sameElement(el, verified)
		}
		failed = append(failed, err)
	}
	return nil, fmt.Errorf("no certificate of the metadata verifies the signature: %w", errors.Join(failed...))
}

// verifyBy verifies by one certificate alone, for goxmldsig takes a signature without KeyInfo only so. Its clock stands
// at the certificate's first day: whether a certificate may be used is decided when metadata is read.
func verifyBy(el *etree.Element, certificate *x509.Certificate) (*etree.Element, error) {
	ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{certificate}})
	ctx.Clock = dsig.NewFakeClockAt(certificate.NotBefore)
	return ctx.Validate(el)
}

// sameElement makes sure that what came back is what went in, by name and ID.
func sameElement(before, after *etree.Element) (*etree.Element, error) {
	id, _ := attr(before, "ID")
	got, _ := attr(after, "ID")
	if got != id || !is(after, before.NamespaceURI(), before.Tag) {
		return nil, errors.New("the verified element is another one")
	}
	return after, nil
}

// prepare copies an element for goxmldsig, with the namespaces in scope declared on it. Three changes to the copy's
// own Signature keep the library from choosing; the digest covers none of them, for it leaves that Signature out:
// KeyInfo goes, so that no certificate but ours is considered; the Signature comes first, so that it is the first one
// found; its value is written in one line.
func prepare(el *etree.Element) (*etree.Element, error) {
	scope, err := etreeutils.NSBuildParentContext(el)
	if err != nil {
		return nil, err
	}
	detached, err := etreeutils.NSDetatch(scope, el)
	if err != nil {
		return nil, err
	}
	signature, err := only(detached, nsSignature, "Signature")
	if err != nil {
		return nil, err
	}
	for _, info := range children(signature, nsSignature, "KeyInfo") {
		signature.RemoveChild(info)
	}
	if err := rewriteValue(signature); err != nil {
		return nil, err
	}
	detached.InsertChildAt(0, signature)
	return detached, nil
}

// rewriteValue puts SignatureValue into the form goxmldsig reads: base64 without white space, and an ECDSA value in
// ASN.1 where XML Signature has the two numbers side by side.
func rewriteValue(signature *etree.Element) error {
	element, err := only(signature, nsSignature, "SignatureValue")
	if err != nil {
		return err
	}
	written, err := text(element)
	if err != nil {
		return err
	}
	value, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(written), ""))
	if err != nil {
		return errors.New("the signature value is not base64")
	}
	info, err := only(signature, nsSignature, "SignedInfo")
	if err != nil {
		return err
	}
	method, err := only(info, nsSignature, "SignatureMethod")
	if err != nil {
		return err
	}
	if algorithm, _ := attr(method, "Algorithm"); isECDSA(algorithm) {
		if value, err = asn1Signature(value); err != nil {
			return err
		}
	}
	element.SetText(base64.StdEncoding.EncodeToString(value))
	return nil
}
