package saml

import (
	"context"
	"encoding/base64"
	"errors"
	"time"

	"portico/federation"
	"portico/federation/trace"

	"github.com/beevik/etree"
)

// maxResponse is Cognito's bound for the SAMLResponse field, in characters, before anything is decoded.
const maxResponse = 100_000

// responseLimits: a response is about eight levels and sixty elements; groups add one element each. goxmldsig gives
// up at a thousand elements, so more would fail in any case, only later.
func responseLimits() limits { return limits{depth: 32, elements: 1000} }

// Finish verifies a response posted by the browser. The order of its checks is: what was posted, the form of the
// document, what the Response says of itself, signatures; and from then on only what was signed: issuer, time, subject
// confirmation, conditions, audience, authentication, name, attributes. It fails with a *federation.Error, whatever
// the response holds.
func (p *Provider) Finish(ctx context.Context, answer federation.Answer) (result federation.Assertion, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = federation.Assertion{}, malformed(checkPanic, "reading the response: %v", r)
		}
	}()
	if answer.Memory.RequestID == "" {
		return federation.Assertion{}, federation.Refuse(checkUnsolicit, saidRelayState, "no request is remembered")
	}
	return p.finish(ctx, answer, maxAge)
}

// finish judges a response to the remembered request, or to none.
func (p *Provider) finish(ctx context.Context, answer federation.Answer, age time.Duration) (result federation.Assertion, err error) {
	document, err := posted(answer)
	if err != nil {
		return federation.Assertion{}, err
	}
	provider, err := p.describe(ctx)
	if err != nil {
		return federation.Assertion{}, err
	}
	judged := trace.Start(ctx, room, "Response verified").Note("Form, signatures, and then only what was signed.")
	defer func() { judged.End(err) }()
	return judgement{
		self:     p,
		provider: provider,
		request:  answer.Memory.RequestID,
		now:      p.now(),
		age:      age,
		trace:    trace.From(ctx),
	}.of(document)
}

// FinishUnsolicited verifies a response that nobody asked for (saml-profiles-2.0 §4.1.5), where IDPInit allows it: as Finish
// does, but it must answer no request, in the Response nor in the assertion. An answer to a request of ours can so never
// pass for one that was not asked for, nor the other way round.
func (p *Provider) FinishUnsolicited(ctx context.Context, answer federation.Answer) (result federation.Assertion, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = federation.Assertion{}, malformed(checkPanic, "reading the response: %v", r)
		}
	}()
	if !p.unsolicited {
		return federation.Assertion{}, federation.Refuse(checkUnsolicit, saidRelayState, "IDPInit is off")
	}
	answer.Memory = federation.Memory{}
	return p.finish(ctx, answer, maxAgeUnsolicited)
}

// maxAgeUnsolicited is Cognito's bound for such responses.
const maxAgeUnsolicited = 6 * time.Minute

// posted returns the document of an answer. Only the HTTP-POST binding is served (saml-bindings-2.0 §3.5): no query,
// no artifact.
func posted(answer federation.Answer) ([]byte, error) {
	if !answer.Post {
		return nil, federation.Refuse(checkBinding, saidAnswer, "the response did not come by POST")
	}
	return postedField(answer, "SAMLResponse")
}

// postedField is the document in a field of the HTTP-POST binding.
func postedField(answer federation.Answer, parameter string) ([]byte, error) {
	fields := answer.Form[parameter]
	if len(fields) != 1 || fields[0] == "" {
		return nil, federation.Refuse(checkBinding, saidAnswer, "%d fields %s, want one", len(fields), parameter)
	}
	if len(fields[0]) > maxResponse {
		return nil, federation.Refuse(checkSize, saidAnswer, "%s has %d characters, at most %d are read", parameter, len(fields[0]), maxResponse)
	}
	document, err := base64.StdEncoding.DecodeString(fields[0])
	if err != nil {
		return nil, federation.Refuse(checkBase64, saidAnswer, "%s: %w", parameter, err)
	}
	return document, nil
}

// judgement is one response being judged.
type judgement struct {
	self     *Provider
	provider *descriptor
	request  string // the ID of our AuthnRequest; empty where there must be none
	now      time.Time
	age      time.Duration   // how old a message may be
	trace    *trace.Recorder // nil where nobody records
}

// room is the name of this room in traces.
const room = "federation/saml"

// of judges a document.
func (j judgement) of(document []byte) (federation.Assertion, error) {
	root, err := parse(document, responseLimits())
	if err != nil {
		return federation.Assertion{}, malformed(checkXML, "%w", err)
	}
	j.trace.Pass(checkXML, "%d bytes", len(document))
	outline, err := outline(root)
	if err != nil {
		return federation.Assertion{}, err
	}
	j.trace.Pass(checkShape, "one response, one assertion")
	if err := j.response(outline.response); err != nil {
		return federation.Assertion{}, err
	}
	if outline.assertion == nil && outline.encrypted == nil {
		return federation.Assertion{}, malformed(checkShape, "no assertion in a successful response")
	}
	assertion, err := j.verified(outline)
	if err != nil {
		return federation.Assertion{}, err
	}
	j.trace.Pass(checkSignature, "by one of the %d certificates in the metadata", len(j.provider.certificates))
	return j.assertion(assertion)
}

// outline is shapeOf with the refusals of this step.
func outline(root *etree.Element) (shape, error) {
	s, err := shapeOf(root)
	if errors.Is(err, errEncrypted) {
		return shape{}, federation.Refuse(checkEncrypted, saidEncrypted, "%w", err)
	}
	if err != nil {
		return shape{}, malformed(checkShape, "%w", err)
	}
	return s, nil
}

// verified returns the assertion as it was signed: by the signature of the Response, its own, or both. Every signature
// that is there must verify. After a signed Response, everything is read again from what was verified; an encrypted
// assertion is opened then, and its own signature counts like any other.
func (j judgement) verified(s shape) (*etree.Element, error) {
	signed := false
	if isSigned(s.response) {
		var err error
		if s, err = j.verifiedResponse(s); err != nil {
			return nil, err
		}
		signed = true
	}
	if s.encrypted == nil {
		if j.self.encryptedOnly {
			return nil, federation.Refuse(checkEncrypted, saidEncrypted, "the assertion is not encrypted, and EncryptedResponses asks for it")
		}
		return j.verifiedAssertion(s, signed)
	}
	s, err := j.opened(s, signed)
	if err != nil {
		return nil, outwardly(err)
	}
	assertion, err := j.verifiedAssertion(s, signed)
	if err != nil {
		return nil, outwardly(err)
	}
	return assertion, nil
}

func (j judgement) verifiedResponse(s shape) (shape, error) {
	response, err := verify(s.response, j.provider.certificates)
	if err != nil {
		return shape{}, federation.Refuse(checkSignature, saidResponseSig, "response: %w", err)
	}
	if s, err = outline(response); err != nil {
		return shape{}, err
	}
	if err := j.response(s.response); err != nil {
		return shape{}, err
	}
	if s.assertion == nil && s.encrypted == nil {
		return shape{}, malformed(checkShape, "no assertion in the signed response")
	}
	return s, nil
}

// verifiedAssertion verifies the assertion's own signature; without one, that of the Response must have held.
func (j judgement) verifiedAssertion(s shape, signed bool) (*etree.Element, error) {
	if isSigned(s.assertion) {
		assertion, err := verify(s.assertion, j.provider.certificates)
		if err != nil {
			return nil, federation.Refuse(checkSignature, saidAssertSig, "assertion: %w", err)
		}
		return assertion, nil
	}
	if !signed {
		return nil, federation.Refuse(checkUnsigned, saidResponseSig, "neither the response nor the assertion is signed")
	}
	return s.assertion, nil
}

// opened puts the assertion in the place of the EncryptedAssertion (xmlenc-core1 §4.4), and settles the shape of the whole
// document again: what was hidden from the first look could be anything.
func (j judgement) opened(s shape, signed bool) (shape, error) {
	assertion, err := opener{keys: j.self.keys().Encryption, malleable: signed}.open(s.encrypted)
	if err != nil {
		return shape{}, federation.Refuse(checkEncrypted, saidEncrypted, "%w", err)
	}
	replace(s.encrypted, assertion)
	if s, err = outline(s.response); err != nil {
		return shape{}, err
	}
	if s.assertion == nil {
		return shape{}, malformed(checkShape, "what was encrypted is not an assertion")
	}
	return s, nil
}

// outwardly gives all failures from decryption to the inner signature one description, so that nobody who sends us
// ciphertexts learns how far they got. The check keeps its name in the log.
func outwardly(err error) error {
	if refusal, ok := federation.AsError(err); ok {
		refusal.Description = saidEncrypted
	}
	return err
}

// replace puts an element in another's place.
func replace(old, fresh *etree.Element) {
	parent, index := old.Parent(), old.Index()
	parent.RemoveChildAt(index)
	parent.InsertChildAt(index, fresh)
}

func isSigned(el *etree.Element) bool { return len(children(el, nsSignature, "Signature")) > 0 }
