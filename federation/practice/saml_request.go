package practice

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/crewjam/saml"
	xrv "github.com/mattermost/xml-roundtrip-validator"
)

// Limits of a request, in bytes, and how old it may be when it arrives.
const (
	maxRequest    = 64 << 10
	maxRelayState = 1024 // saml-bindings-2.0 §3.4.3 says 80; many send more, and Cognito itself does
	maxRequestAge = 5 * time.Minute
)

// authnRequest is a request that is good enough to be answered at its assertion consumer service.
type authnRequest struct {
	id         string
	from       string // entity ID of the service provider
	acs        string
	nameID     string // format asked for; empty leaves it to the provider
	passive    bool   // the person must not be asked (saml-core-2.0 §3.4.1, IsPassive)
	relayState string
	issued     time.Time
	document   []byte // as it came, unpacked
}

// readRequest unpacks and checks what came by either binding. Its errors are shown: a request that is wrong here does
// not say who may be told.
func (p *SAML) readRequest(method string, params url.Values) (authnRequest, error) {
	document, err := unpack(method, params.Get("SAMLRequest"))
	if err != nil {
		return authnRequest{}, err
	}
	relayState := params.Get("RelayState")
	if len(relayState) > maxRelayState {
		return authnRequest{}, shown("The RelayState is too long.")
	}
	request, err := p.check(document)
	request.relayState = relayState
	return request, err
}

// unpack is the DEFLATE encoding of HTTP-Redirect (saml-bindings-2.0 §3.4.4.1) or the plain base64 of HTTP-POST
// (§3.5.4).
func unpack(method, text string) ([]byte, error) {
	if text == "" {
		return nil, shown("There is no SAMLRequest. Start at the app and choose this provider there.")
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) > maxRequest {
		return nil, shown("The SAMLRequest is not base64, or it is too large.")
	}
	if method == http.MethodPost {
		return raw, nil
	}
	// The limit is on what comes out: a small request may unpack to gigabytes (CVE-2023-28119).
	document, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), maxRequest+1))
	if err != nil || len(document) > maxRequest {
		return nil, shown("The SAMLRequest is not DEFLATE data, or it is too large.")
	}
	return document, nil
}

// check is saml-core-2.0 §3.4.1 and saml-profiles-2.0 §4.1.4.1.
func (p *SAML) check(document []byte) (authnRequest, error) {
	var request saml.AuthnRequest
	if err := xrv.Validate(bytes.NewReader(document)); err != nil {
		return authnRequest{}, shown("The SAMLRequest is not well-formed XML.")
	}
	if err := xml.Unmarshal(document, &request); err != nil {
		return authnRequest{}, shown("The SAMLRequest is not an AuthnRequest.")
	}
	switch {
	case request.Version != "2.0":
		return authnRequest{}, shown("The request's Version is not 2.0.")
	case request.ID == "" || request.Issuer == nil:
		return authnRequest{}, shown("The request has no ID or no Issuer.")
	case request.Destination != "" && request.Destination != p.SSOURL():
		return authnRequest{}, shown("The request's Destination is " + strconv.Quote(request.Destination) + ", which is not here.")
	case request.ProtocolBinding != "" && request.ProtocolBinding != saml.HTTPPostBinding:
		return authnRequest{}, shown("The request wants an answer by a binding other than HTTP-POST.")
	}
	sp, ok := p.serviceProvider(strings.TrimSpace(request.Issuer.Value))
	if !ok {
		return authnRequest{}, shown("The service provider " + strconv.Quote(request.Issuer.Value) + " is not known here.")
	}
	acs, ok := sp.consumer(&request)
	if !ok {
		return authnRequest{}, shown("The assertion consumer service that the request names is not one of those registered.")
	}
	checked := authnRequest{
		id: request.ID, from: sp.entityID, acs: acs, issued: request.IssueInstant, document: document,
		passive: request.IsPassive != nil && *request.IsPassive,
	}
	if request.NameIDPolicy != nil && request.NameIDPolicy.Format != nil {
		checked.nameID = *request.NameIDPolicy.Format
	}
	return checked, nil
}

// fresh refuses a request that was made long ago or in the future. The chooser's form is not held to it: people think.
func (p *SAML) fresh(request authnRequest) error {
	if age := p.options.Now().Sub(request.issued).Abs(); age > maxRequestAge {
		return shown(fmt.Sprintf("The request was made at %s. It is too old, or the clocks differ.",
			request.issued.UTC().Format(time.RFC3339)))
	}
	return nil
}

// consumer finds the address the request names, by URL, by index or as the default. It is always a registered one.
func (sp serviceProvider) consumer(request *saml.AuthnRequest) (string, bool) {
	if request.AssertionConsumerServiceURL == "" && request.AssertionConsumerServiceIndex == "" {
		return sp.acs[0].Location, true
	}
	for _, endpoint := range sp.acs {
		if request.AssertionConsumerServiceURL == endpoint.Location ||
			request.AssertionConsumerServiceIndex == strconv.Itoa(endpoint.Index) {
			return endpoint.Location, true
		}
	}
	return "", false
}
