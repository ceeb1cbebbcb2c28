package saml

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"portico/federation"
	"portico/userpool"

	"github.com/beevik/etree"
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
	departure, err := p.depart(provider, p.request(id, now, start.Prompt), start.Handle)
	if err != nil {
		return federation.Departure{}, federation.Memory{}, err
	}
	return departure, federation.Memory{RequestID: id, Issued: now}, nil
}

// newID makes a request ID. saml-core-2.0 §1.3.4 wants at least 128 random bits; IDs are XML names, which do not begin
// with a digit.
func newID(random io.Reader) (string, error) {
	var raw [20]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("saml: no randomness for a request ID: %w", err)
	}
	return "_" + hex.EncodeToString(raw[:]), nil
}

// request is an AuthnRequest (saml-core-2.0 §3.4.1), as Cognito's: no NameIDPolicy and no RequestedAuthnContext, since
// providers fail on those that do not suit them.
func (p *Provider) request(id string, now time.Time, prompt string) *saml.AuthnRequest {
	request := &saml.AuthnRequest{
		ID:                          id,
		Version:                     "2.0",
		IssueInstant:                now,
		Issuer:                      &saml.Issuer{Value: p.entityID},
		AssertionConsumerServiceURL: p.acs,
		ProtocolBinding:             saml.HTTPPostBinding,
	}
	if slices.Contains(strings.Fields(prompt), "login") {
		request.ForceAuthn = new(true)
	}
	return request
}

func (p *Provider) depart(provider *descriptor, request *saml.AuthnRequest, handle string) (federation.Departure, error) {
	if provider.redirect != nil {
		return redirect(provider.redirect, request, handle)
	}
	request.Destination = provider.post.String()
	document, err := marshal(request)
	if err != nil {
		return federation.Departure{}, err
	}
	return federation.Departure{
		URL: request.Destination,
		Form: []userpool.Param{
			{Name: "SAMLRequest", Value: base64.StdEncoding.EncodeToString(document)},
			{Name: "RelayState", Value: handle},
		},
	}, nil
}

// redirect is the HTTP-Redirect binding with DEFLATE encoding (saml-bindings-2.0 §3.4.4.1). The provider's address may
// have a query of its own.
func redirect(to *url.URL, request *saml.AuthnRequest, handle string) (federation.Departure, error) {
	request.Destination = to.String()
	document, err := marshal(request)
	if err != nil {
		return federation.Departure{}, err
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return federation.Departure{}, fmt.Errorf("saml: %w", err)
	}
	if _, err := w.Write(document); err != nil {
		return federation.Departure{}, fmt.Errorf("saml: %w", err)
	}
	if err := w.Close(); err != nil {
		return federation.Departure{}, fmt.Errorf("saml: %w", err)
	}
	target := *to
	query := "SAMLRequest=" + url.QueryEscape(base64.StdEncoding.EncodeToString(packed.Bytes())) +
		"&RelayState=" + url.QueryEscape(handle)
	if target.RawQuery != "" {
		query = target.RawQuery + "&" + query
	}
	target.RawQuery = query
	return federation.Departure{URL: target.String()}, nil
}

func marshal(request *saml.AuthnRequest) ([]byte, error) {
	doc := etree.NewDocument()
	doc.SetRoot(request.Element())
	document, err := doc.WriteToBytes()
	if err != nil {
		return nil, fmt.Errorf("saml: AuthnRequest: %w", err)
	}
	return document, nil
}
