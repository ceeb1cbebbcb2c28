package saml

import (
	"bytes"
	"compress/flate"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"portico/federation"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// received is a message of the logout profile as it came, by either binding. Nothing in it is to be believed before
// verified has returned it.
type received struct {
	root   *etree.Element
	relay  string // RelayState
	signed string // by redirect: the octets that the detached signature is over
	method string
	value  []byte
}

// receive reads a message: a form field by HTTP-POST, or a query by HTTP-Redirect (saml-bindings-2.0 §3.4.4, §3.5.4).
func receive(answer federation.Answer, parameter string) (received, error) {
	if answer.Post {
		document, err := postedField(answer, parameter)
		if err != nil {
			return received{}, err
		}
		root, err := readMessage(document)
		return received{root: root, relay: answer.Form.Get("RelayState")}, err
	}
	return receiveRedirect(answer.RawQuery, parameter)
}

func readMessage(document []byte) (*etree.Element, error) {
	root, err := parse(document, responseLimits())
	if err != nil {
		return nil, malformed(checkXML, "%w", err)
	}
	return root, nil
}

// redirectQuery is what a query of the HTTP-Redirect binding holds, as it was written: the signature is over the octets of
// the sender, who may escape otherwise than we would.
type redirectQuery map[string]string

func readRedirectQuery(raw string) (redirectQuery, error) {
	query := redirectQuery{}
	for part := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding":
			if _, twice := query[name]; twice {
				return nil, federation.Refuse(checkBinding, saidAnswer, "%s is given twice", name)
			}
			query[name] = value
		}
	}
	return query, nil
}

// decoded is a parameter without its escapes.
func (q redirectQuery) decoded(name string) (string, error) {
	value, err := url.QueryUnescape(q[name])
	if err != nil {
		return "", federation.Refuse(checkBinding, saidAnswer, "%s: %w", name, err)
	}
	return value, nil
}

// signedOctets are the octets a signature is over: the parameters in this order, RelayState if there is one.
func (q redirectQuery) signedOctets(parameter string) string {
	signed := parameter + "=" + q[parameter]
	if relay, given := q["RelayState"]; given {
		signed += "&RelayState=" + relay
	}
	return signed + "&SigAlg=" + q["SigAlg"]
}

func receiveRedirect(raw, parameter string) (received, error) {
	query, err := readRedirectQuery(raw)
	if err != nil {
		return received{}, err
	}
	m := received{signed: query.signedOctets(parameter)}
	if m.relay, err = query.decoded("RelayState"); err != nil {
		return received{}, err
	}
	if m.method, err = query.decoded("SigAlg"); err != nil {
		return received{}, err
	}
	signature, err := query.decoded("Signature")
	if err != nil {
		return received{}, err
	}
	if m.value, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(signature), "")); err != nil {
		return received{}, federation.Refuse(checkSignature, saidResponseSig, "the signature is not base64")
	}
	if encoding, given := query["SAMLEncoding"]; given && !strings.HasSuffix(encoding, "DEFLATE") {
		return received{}, federation.Refuse(checkBinding, saidAnswer, "SAMLEncoding %q", encoding)
	}
	packed, err := query.decoded(parameter)
	if err != nil {
		return received{}, err
	}
	document, err := inflated(packed)
	if err != nil {
		return received{}, err
	}
	m.root, err = readMessage(document)
	return m, err
}

// inflated undoes base64 and DEFLATE, up to the size of a posted message: a few bytes can unpack to gigabytes.
func inflated(packed string) ([]byte, error) {
	if packed == "" || len(packed) > maxResponse {
		return nil, federation.Refuse(checkSize, saidAnswer, "a message of %d characters", len(packed))
	}
	raw, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		return nil, federation.Refuse(checkBase64, saidAnswer, "the message: %w", err)
	}
	document, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), maxResponse+1))
	if err != nil {
		return nil, federation.Refuse(checkBase64, saidAnswer, "the message is not deflated: %w", err)
	}
	if len(document) > maxResponse {
		return nil, federation.Refuse(checkSize, saidAnswer, "the message unpacks to more than %d bytes", maxResponse)
	}
	return document, nil
}

// shaped settles the outline of a logout message: its name, IDs once, nothing of a response in it, and a Signature as a
// child of the root and nowhere else.
func (m received) shaped(tag string) error {
	if !is(m.root, nsProtocol, tag) {
		return malformed(checkShape, "the message is %s, want %s", m.root.Tag, tag)
	}
	found := survey{ids: map[string]bool{}}
	if err := found.visitMessage(m.root); err != nil {
		return malformed(checkShape, "%w", err)
	}
	if len(found.assertions) > 0 || len(found.signatures) > 1 {
		return malformed(checkShape, "%d assertions and %d signatures in a %s", len(found.assertions), len(found.signatures), tag)
	}
	for _, signature := range found.signatures {
		if signature.Parent() != m.root || !is(signature, nsSignature, "Signature") {
			return malformed(checkShape, "a signature outside its place")
		}
	}
	return nil
}

// visitMessage is visit for the root of another message than a Response, where no Response may be inside.
func (s *survey) visitMessage(root *etree.Element) error {
	if err := s.identify(root); err != nil {
		return err
	}
	for _, child := range root.ChildElements() {
		if is(child, nsAssertion, "EncryptedID") {
			continue // opened after the signature was verified, with a survey of what is in it
		}
		if err := s.visit(child); err != nil {
			return err
		}
	}
	return nil
}

// verified returns the message as it was signed. The logout profile wants every message signed (saml-profiles-2.0 §4.4.3.1,
// §4.4.4.1): detached by redirect, enveloped by POST.
func (m received) verified(certificates []*x509.Certificate) (*etree.Element, error) {
	if m.signed == "" {
		if !isSigned(m.root) {
			return nil, federation.Refuse(checkUnsigned, saidResponseSig, "%s is not signed", m.root.Tag)
		}
		root, err := verify(m.root, certificates)
		if err != nil {
			return nil, federation.Refuse(checkSignature, saidResponseSig, "%s: %w", m.root.Tag, err)
		}
		return root, nil
	}
	if len(m.value) == 0 || m.method == "" {
		return nil, federation.Refuse(checkUnsigned, saidResponseSig, "%s is not signed", m.root.Tag)
	}
	if isSigned(m.root) {
		return nil, malformed(checkShape, "an enveloped signature in a redirect (saml-bindings-2.0 §3.4.4.1 has it removed)")
	}
	if err := verifyDetached(m.signed, m.method, m.value, certificates); err != nil {
		return nil, federation.Refuse(checkSignature, saidResponseSig, "%s: %w", m.root.Tag, err)
	}
	return m.root, nil
}

// verifyDetached verifies a signature over octets by any of some certificates.
func verifyDetached(signed, method string, value []byte, certificates []*x509.Certificate) error {
	algorithm, ok := map[string]x509.SignatureAlgorithm{
		dsig.RSASHA256SignatureMethod: x509.SHA256WithRSA, dsig.RSASHA384SignatureMethod: x509.SHA384WithRSA,
		dsig.RSASHA512SignatureMethod: x509.SHA512WithRSA, dsig.ECDSASHA256SignatureMethod: x509.ECDSAWithSHA256,
		dsig.ECDSASHA384SignatureMethod: x509.ECDSAWithSHA384, dsig.ECDSASHA512SignatureMethod: x509.ECDSAWithSHA512,
	}[method]
	if !ok {
		return fmt.Errorf("signature method %q is not allowed", method)
	}
	if isECDSA(method) {
		var err error
		if value, err = asn1Signature(value); err != nil {
			return err
		}
	}
	failed := make([]error, 0, len(certificates))
	for _, certificate := range certificates {
		err := certificate.CheckSignature(algorithm, []byte(signed), value)
		if err == nil {
			return nil
		}
		failed = append(failed, err)
	}
	return fmt.Errorf("no certificate of the metadata verifies the signature: %w", errors.Join(failed...))
}
