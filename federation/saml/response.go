package saml

import (
	"strings"
	"time"

	"portico/federation"

	"github.com/beevik/etree"
)

// clockSkew is how far the provider's clock may be from ours, either way. Servers that keep time at all are seconds
// apart; two minutes also cover a virtual machine that has just woken up, and lengthen the life of a stolen response
// by no more than that.
const clockSkew = 120 * time.Second

// maxAge is how old a response may be: as long as an attempt to sign in lives (five minutes at Cognito).
const maxAge = 5 * time.Minute

// response checks what the Response says of itself (saml-core-2.0 §3.2.2, saml-profiles-2.0 §4.1.4.3). It is asked
// before any cryptography, to spend none on strangers, and again of the signed Response if it is signed.
func (j judgement) response(el *etree.Element) error {
	if version, _ := attr(el, "Version"); version != "2.0" {
		return malformed(checkVersion, "Response has Version %q", version)
	}
	j.trace.Pass(checkVersion, "SAML 2.0")
	if to, _ := attr(el, "InResponseTo"); to != j.request {
		return federation.Refuse(checkInResponse, saidRelayState, "Response answers request %q, not ours", to)
	}
	j.trace.Pass(checkInResponse, "our request of this attempt")
	if err := j.destination(el); err != nil {
		return err
	}
	j.trace.Pass(checkDest, "our assertion consumer service")
	// saml-profiles-2.0 §4.1.4.2: a Response's Issuer may be left out.
	if len(children(el, nsAssertion, "Issuer")) > 0 {
		if err := j.issuer(el); err != nil {
			return err
		}
	}
	if err := j.issued(el); err != nil {
		return err
	}
	return j.status(el)
}

// destination: saml-bindings-2.0 §3.5.5.2 wants the attribute in a signed message; where it is, it must be our address.
func (j judgement) destination(el *etree.Element) error {
	to, given := attr(el, "Destination")
	if given && to != j.self.acs || !given && isSigned(el) {
		return malformed(checkDest, "Response is destined for %q, not for %q", to, j.self.acs)
	}
	return nil
}

// issuer requires the one Issuer of an element to be the entity of the metadata (saml-core-2.0 §2.2.5).
func (j judgement) issuer(el *etree.Element) error {
	issuer, err := only(el, nsAssertion, "Issuer")
	if err != nil {
		return malformed(checkIssuer, "%w", err)
	}
	name, err := uri(issuer)
	if err != nil {
		return malformed(checkIssuer, "%w", err)
	}
	if name != j.provider.entityID {
		return malformed(checkIssuer, "%s is issued by %q, want %q", el.Tag, name, j.provider.entityID)
	}
	return nil
}

// issued requires IssueInstant, not in the future and not too long ago.
func (j judgement) issued(el *etree.Element) error {
	at, ok, err := instant(el, "IssueInstant")
	switch {
	case err != nil:
		return malformed(checkIssued, "%w", err)
	case !ok:
		return malformed(checkIssued, "%s has no IssueInstant", el.Tag)
	case at.After(j.now.Add(clockSkew)):
		return federation.Refuse(checkIssued, saidExpired, "%s was issued in the future, at %s", el.Tag, at.UTC())
	case at.Before(j.now.Add(-j.age - clockSkew)):
		return federation.Refuse(checkIssued, saidExpired, "%s was issued too long ago, at %s", el.Tag, at.UTC())
	}
	return nil
}

const statusPrefix = "urn:oasis:names:tc:SAML:2.0:status:"

// status requires Success. Any other status is told to the app with the provider's name, as Cognito does for errors
// of providers; a code that SAML does not define is not repeated, since anyone may have written it.
func (j judgement) status(el *etree.Element) error {
	status, err := only(el, nsProtocol, "Status")
	if err != nil {
		return malformed(checkStatus, "%w", err)
	}
	top, err := only(status, nsProtocol, "StatusCode")
	if err != nil {
		return malformed(checkStatus, "%w", err)
	}
	code, _ := attr(top, "Value")
	if code == statusPrefix+"Success" {
		return nil // a LogoutResponse may add PartialLogout below it, which is about others
	}
	if inner := children(top, nsProtocol, "StatusCode"); len(inner) > 0 {
		code, _ = attr(inner[0], "Value") // the more precise one
	}
	refusal := federation.Refuse(checkStatus, j.self.name+" Error - "+knownStatus(code), "the provider's status is %q", code)
	if saidNo(code) {
		refusal.Code, refusal.Denied = "access_denied", true
	}
	return refusal
}

// saidNo reports whether a status means that the person or the provider declined, by cancelling for example.
func saidNo(code string) bool {
	switch strings.TrimPrefix(code, statusPrefix) {
	case "AuthnFailed", "RequestDenied", "UnknownPrincipal":
		return true
	}
	return false
}

// knownStatus is the last word of a status of saml-core-2.0 §3.2.2.2.
func knownStatus(code string) string {
	word, ours := strings.CutPrefix(code, statusPrefix)
	if !ours {
		return "unknown status"
	}
	switch word {
	case "Requester", "Responder", "VersionMismatch", "AuthnFailed", "InvalidAttrNameOrValue", "InvalidNameIDPolicy",
		"NoAuthnContext", "NoAvailableIDP", "NoPassive", "NoSupportedIDP", "PartialLogout", "ProxyCountExceeded",
		"RequestDenied", "RequestUnsupported", "RequestVersionDeprecated", "RequestVersionTooHigh",
		"RequestVersionTooLow", "ResourceNotRecognized", "TooManyResponses", "UnknownAttrProfile", "UnknownPrincipal",
		"UnsupportedBinding":
		return word
	}
	return "unknown status"
}
