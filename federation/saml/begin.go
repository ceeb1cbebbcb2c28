package saml

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"portico/federation"

	"github.com/crewjam/saml"
)

// Begin sends the browser to the provider with an AuthnRequest: by redirect where the provider takes one, else by
// POST. It fails with a *federation.Error if the metadata cannot be had.
func (p *Provider) Begin(ctx context.Context, start federation.Start) (federation.Departure, federation.Memory, error) {
	provider, err := p.describe(ctx)
	if err != nil {
		return federation.Departure{}, federation.Memory{}, err
	}
	id, err := newID(p.rand)
	if err != nil {
		return federation.Departure{}, federation.Memory{}, err
	}
	now := p.now().UTC()
	departure, err := p.depart(provider, p.request(id, now, start.MaxAge != nil), start.Handle)
	if err != nil {
		return federation.Departure{}, federation.Memory{}, err
	}
	return departure, federation.Memory{RequestID: id, Issued: now}, nil
}

// newID makes a message ID. saml-core-2.0 §1.3.4 wants at least 128 random bits; IDs are XML names, which do not begin
// with a digit.
func newID(random io.Reader) (string, error) {
	var raw [20]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("saml: no randomness for a request ID: %w", err)
	}
	return "_" + hex.EncodeToString(raw[:]), nil
}

// request is an AuthnRequest (saml-core-2.0 §3.4.1). With anew, the provider must ask the person again: SAML has no word for
// "unless they did so a short while ago", so any demand for a recent sign-in comes to that. For the rest it is as Cognito's: no RequestedAuthnContext, and no NameIDPolicy unless
// the operator asks for one, since providers fail on those that do not suit them.
func (p *Provider) request(id string, now time.Time, anew bool) *saml.AuthnRequest {
	request := &saml.AuthnRequest{
		ID:                          id,
		Version:                     "2.0",
		IssueInstant:                now,
		Issuer:                      &saml.Issuer{Value: p.entityID},
		AssertionConsumerServiceURL: p.acs,
		ProtocolBinding:             saml.HTTPPostBinding,
	}
	if anew {
		request.ForceAuthn = new(true)
	}
	if p.nameIDFormat != "" {
		request.NameIDPolicy = &saml.NameIDPolicy{Format: &p.nameIDFormat, AllowCreate: new(true)}
	}
	return request
}

// depart sends a request on its way, signed if the operator or the provider's metadata wants it so.
func (p *Provider) depart(provider *descriptor, request *saml.AuthnRequest, handle string) (federation.Departure, error) {
	m := message{parameter: "SAMLRequest", root: request.Element(), relay: handle}
	if p.signsRequests || provider.wantsSigned {
		key, err := p.signingKey()
		if err != nil {
			return federation.Departure{}, fmt.Errorf("saml: identity provider %s: %w", p.name, err)
		}
		m.key = &key
	}
	if provider.signOn.redirect != nil {
		return m.byRedirect(provider.signOn.redirect)
	}
	return m.byPost(provider.signOn.post)
}
