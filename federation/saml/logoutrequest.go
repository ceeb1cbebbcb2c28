package saml

import (
	"context"

	"portico/federation"
)

// maxSessionIndexes bounds the sessions one LogoutRequest names.
const maxSessionIndexes = 32

// maxRelayState bounds what is sent back to a provider. The standard has 80 bytes (saml-bindings-2.0 §3.4.3); providers
// write more.
const maxRelayState = 1024

// ReadSignOut verifies a LogoutRequest of the provider: signed, issued by it a short while ago, for us. It fails with a
// *federation.Error, for one by another provider too.
func (p *Provider) ReadSignOut(ctx context.Context, answer federation.Answer) (request federation.SignOutRequest, err error) {
	defer func() {
		if r := recover(); r != nil {
			request, err = federation.SignOutRequest{}, malformed(checkPanic, "reading the logout request: %v", r)
		}
	}()
	m, err := receive(answer, "SAMLRequest")
	if err != nil {
		return federation.SignOutRequest{}, err
	}
	j, root, err := p.logoutMessage(ctx, m, "LogoutRequest")
	if err != nil {
		return federation.SignOutRequest{}, err
	}
	if err := j.before(root, "NotOnOrAfter"); err != nil {
		return federation.SignOutRequest{}, err
	}
	id, _ := attr(root, "ID")
	if id == "" || len(id) > maxID {
		return federation.SignOutRequest{}, malformed(checkShape, "LogoutRequest has no usable ID")
	}
	name, err := j.named(root)
	if err != nil {
		return federation.SignOutRequest{}, err
	}
	request = federation.SignOutRequest{ID: id, Subject: name.value, State: m.relay}
	for _, el := range children(root, nsProtocol, "SessionIndex") {
		index, err := text(el)
		if err != nil {
			return federation.SignOutRequest{}, malformed(checkSubject, "%w", err)
		}
		request.Sessions = append(request.Sessions, index)
	}
	if len(request.Sessions) > maxSessionIndexes || len(request.State) > maxRelayState {
		return federation.SignOutRequest{}, federation.Refuse(checkSize, saidAnswer, "%d sessions, RelayState of %d bytes", len(request.Sessions), len(request.State))
	}
	// issued has passed, so the request is refused anyway once it is older than this.
	request.Spend = federation.Once{Purpose: "saml-logout-request", ID: p.name + " " + id, Until: j.now.Add(maxAge + 2*clockSkew)}
	return request, nil
}

// AnswerSignOut sends the browser back to the provider with a signed LogoutResponse (saml-core-2.0 §3.7.3).
func (p *Provider) AnswerSignOut(ctx context.Context, request federation.SignOutRequest) (federation.Departure, error) {
	provider, err := p.describe(ctx)
	if err != nil {
		return federation.Departure{}, err
	}
	if !provider.logout.offered() {
		return federation.Departure{}, federation.Refuse(checkMetadata, saidMetadata+p.name, "the metadata has no SingleLogoutService to answer to")
	}
	id, err := newID(p.rand)
	if err != nil {
		return federation.Departure{}, err
	}
	response := p.newMessage("samlp:LogoutResponse", id)
	response.CreateAttr("InResponseTo", request.ID)
	response.CreateElement("samlp:Status").CreateElement("samlp:StatusCode").CreateAttr("Value", statusPrefix+"Success")
	return p.send(provider.logout.response, message{parameter: "SAMLResponse", root: response, relay: request.State})
}
