package saml

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"portico/federation"

	"github.com/beevik/etree"
)

var (
	_ federation.SignOuter       = (*Provider)(nil)
	_ federation.SignOutFinisher = (*Provider)(nil)
	_ federation.SignOutServer   = (*Provider)(nil)
)

// SignOut sends the browser to the provider with a LogoutRequest (saml-core-2.0 §3.7.1, saml-profiles-2.0 §4.4), always
// signed. It is by redirect where the provider takes one, as at Cognito, else by POST.
func (p *Provider) SignOut(ctx context.Context, out federation.SignOut) (federation.Departure, bool) {
	if out.Session["name_id"] == "" {
		return federation.Departure{}, false
	}
	provider, err := p.describe(ctx)
	if err != nil || !provider.logout.offered() {
		return federation.Departure{}, false
	}
	request := p.newMessage("samlp:LogoutRequest", logoutID(out.State))
	request.CreateAttr("NotOnOrAfter", written(p.now().Add(maxAge)))
	name := request.CreateElement("saml:NameID")
	for key, attribute := range map[string]string{
		"name_id_format": "Format", "name_qualifier": "NameQualifier", "sp_name_qualifier": "SPNameQualifier",
	} {
		if value := out.Session[key]; value != "" {
			name.CreateAttr(attribute, value)
		}
	}
	name.SortAttrs()
	name.SetText(out.Session["name_id"])
	if index := out.Session[sessionIndex]; index != "" {
		request.CreateElement("samlp:SessionIndex").SetText(index)
	}
	departure, err := p.send(provider.logout.request, message{parameter: "SAMLRequest", root: request, relay: out.State})
	return departure, err == nil
}

// sessionIndex is the key of SessionIndex in Assertion.Session.
const sessionIndex = "session_index"

// logoutID is the ID of the LogoutRequest of a state. The answer must name it, and the state is what the browser brings
// back with it in a sealed cookie, so an answer is bound to the browser without anything else being remembered.
func logoutID(state string) string {
	sum := sha256.Sum256([]byte("portico LogoutRequest " + state))
	return "_" + hex.EncodeToString(sum[:20])
}

// newMessage is an empty message of ours.
func (p *Provider) newMessage(tag, id string) *etree.Element {
	el := etree.NewElement(tag)
	el.CreateAttr("xmlns:samlp", nsProtocol)
	el.CreateAttr("xmlns:saml", nsAssertion)
	el.CreateAttr("ID", id)
	el.CreateAttr("Version", "2.0")
	el.CreateAttr("IssueInstant", written(p.now()))
	el.CreateElement("saml:Issuer").SetText(p.entityID)
	return el
}

// written is a time as SAML writes it (saml-core-2.0 §1.3.3).
func written(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }

// send signs a message and sends it to the one of two addresses that there is.
func (p *Provider) send(to addresses, m message) (federation.Departure, error) {
	key, err := p.signingKey()
	if err != nil {
		return federation.Departure{}, err
	}
	m.key = &key
	if to.redirect != nil {
		return m.byRedirect(to.redirect)
	}
	return m.byPost(to.post)
}

// FinishSignOut checks the provider's LogoutResponse: signed, from this provider, for us, and an answer to the request of
// this state. Partial success is success: sessions elsewhere are the provider's business.
func (p *Provider) FinishSignOut(ctx context.Context, state string, answer federation.Answer) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = malformed(checkPanic, "reading the logout response: %v", r)
		}
	}()
	m, err := receive(answer, "SAMLResponse")
	if err != nil {
		return err
	}
	j, root, err := p.logoutMessage(ctx, m, "LogoutResponse")
	if err != nil {
		return err
	}
	if to, _ := attr(root, "InResponseTo"); to != logoutID(state) {
		return federation.Refuse(checkInResponse, saidRelayState, "LogoutResponse answers request %q, not ours", to)
	}
	return j.status(root)
}

// logoutMessage verifies a message of the logout profile and what every one of them must say.
func (p *Provider) logoutMessage(ctx context.Context, m received, tag string) (judgement, *etree.Element, error) {
	if err := m.shaped(tag); err != nil {
		return judgement{}, nil, err
	}
	provider, err := p.describe(ctx)
	if err != nil {
		return judgement{}, nil, err
	}
	j := judgement{self: p, provider: provider, now: p.now(), age: maxAge}
	if err := j.issuer(m.root); err != nil { // before any cryptography: of several providers this finds the one
		return judgement{}, nil, err
	}
	root, err := m.verified(provider.certificates)
	if err != nil {
		return judgement{}, nil, err
	}
	if version, _ := attr(root, "Version"); version != "2.0" {
		return judgement{}, nil, malformed(checkVersion, "%s has Version %q", tag, version)
	}
	if to, _ := attr(root, "Destination"); to != p.slo {
		return judgement{}, nil, malformed(checkDest, "%s is destined for %q, not for %q", tag, to, p.slo)
	}
	if err := j.issuer(root); err != nil {
		return judgement{}, nil, err
	}
	return j, root, j.issued(root)
}
