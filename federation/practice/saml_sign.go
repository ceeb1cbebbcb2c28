package practice

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
)

// response writes and signs the answer. assertion is nil where there is none to give.
func (p *SAML) response(request authnRequest, status saml.Status, assertion *saml.Assertion, f Faults) ([]byte, error) {
	id, err := p.newID()
	if err != nil {
		return nil, err
	}
	signer, err := p.signer(f)
	if err != nil {
		return nil, err
	}
	response := &saml.Response{
		ID:           id,
		InResponseTo: inResponseTo(request, f),
		Version:      "2.0",
		IssueInstant: p.options.Now().UTC(),
		Destination:  either(f.OtherDestination, "https://stranger.example/acs", request.acs),
		Issuer:       &saml.Issuer{Value: either(f.OtherIssuer, "https://stranger.example/metadata", p.EntityID())},
		Status:       status,
	}
	assertions, err := p.signedAssertions(signer, assertion, f)
	if err != nil {
		return nil, err
	}
	element := func() *etree.Element {
		root := response.Element()
		for _, one := range assertions {
			root.AddChild(one.Copy())
		}
		return root
	}
	if !f.Unsigned && !f.UnsignedResponse {
		// The library writes the Signature where the schema wants it, after the Issuer (saml-core-2.0 §3.2.2).
		if response.Signature, err = signature(signer, element()); err != nil {
			return nil, err
		}
	}
	root := element()
	if f.Outcome == BadSignature {
		if err := spoil(root); err != nil {
			return nil, err
		}
	}
	doc := etree.NewDocument()
	doc.SetRoot(root)
	document, err := doc.WriteToBytes()
	if err != nil {
		return nil, fmt.Errorf("practice: Response: %w", err)
	}
	return document, nil
}

func (p *SAML) signedAssertions(signer *dsig.SigningContext, assertion *saml.Assertion, f Faults) ([]*etree.Element, error) {
	if assertion == nil {
		return nil, nil
	}
	ids := []string{assertion.ID}
	if f.TwoAssertions {
		ids = append(ids, assertion.ID+"-2")
	}
	var out []*etree.Element
	for _, id := range ids {
		one := *assertion
		one.ID = id
		if !f.Unsigned && !f.UnsignedAssertion {
			var err error
			if one.Signature, err = signature(signer, one.Element()); err != nil {
				return nil, err
			}
		}
		out = append(out, one.Element())
	}
	return out, nil
}

// signer signs with exclusive canonicalization (saml-core-2.0 §5.4.3), whatever surrounds the element later.
func (p *SAML) signer(f Faults) (*dsig.SigningContext, error) {
	key, err := p.keys.signing(f)
	if err != nil {
		return nil, err
	}
	signer, err := dsig.NewSigningContext(key, [][]byte{p.certificate.Raw})
	if err != nil {
		return nil, fmt.Errorf("practice: signer: %w", err)
	}
	signer.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	method := dsig.RSASHA256SignatureMethod
	if f.SHA1 {
		method = dsig.RSASHA1SignatureMethod
	}
	if err := signer.SetSignatureMethod(method); err != nil {
		return nil, fmt.Errorf("practice: signer: %w", err)
	}
	return signer, nil
}

func signature(signer *dsig.SigningContext, el *etree.Element) (*etree.Element, error) {
	made, err := signer.ConstructSignature(el, true)
	if err != nil {
		return nil, fmt.Errorf("practice: sign %s: %w", el.Tag, err)
	}
	return made, nil
}

// spoil changes one bit of every signature.
func spoil(root *etree.Element) error {
	for _, value := range root.FindElements("//SignatureValue") {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value.Text()))
		if err != nil || len(raw) == 0 {
			return fmt.Errorf("practice: signature: %w", err)
		}
		raw[len(raw)/2] ^= 1
		value.SetText(base64.StdEncoding.EncodeToString(raw))
	}
	return nil
}
