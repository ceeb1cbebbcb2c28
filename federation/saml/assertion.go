package saml

import (
	"time"

	"portico/federation"

	"github.com/beevik/etree"
)

// assertion judges a verified assertion and reads it. The element is what verify returned, or a child of it: everything
// below is signed.
func (j judgement) assertion(el *etree.Element) (federation.Assertion, error) {
	if version, _ := attr(el, "Version"); version != "2.0" {
		return federation.Assertion{}, malformed(checkVersion, "Assertion has Version %q", version)
	}
	id, _ := attr(el, "ID")
	if id == "" || len(id) > maxID {
		return federation.Assertion{}, malformed(checkShape, "Assertion has no usable ID")
	}
	if err := j.issuer(el); err != nil {
		return federation.Assertion{}, err
	}
	j.trace.Pass(checkIssuer, "%s", j.provider.entityID)
	if err := j.issued(el); err != nil {
		return federation.Assertion{}, err
	}
	j.trace.Pass(checkIssued, "not too long ago")
	subject, err := only(el, nsAssertion, "Subject")
	if err != nil {
		return federation.Assertion{}, malformed(checkSubject, "%w", err)
	}
	until, err := j.confirmed(subject)
	if err != nil {
		return federation.Assertion{}, err
	}
	j.trace.Pass(checkSubject, "a bearer, for this request")
	j.trace.Pass(checkRecipient, "our assertion consumer service")
	if err := j.conditions(el); err != nil {
		return federation.Assertion{}, err
	}
	j.trace.Pass(checkAudience, "%s", j.self.entityID)
	j.trace.Pass(checkConditions, "within their time")
	session, at, err := j.authenticated(el)
	if err != nil {
		return federation.Assertion{}, err
	}
	j.trace.Pass(checkAuthn, "the person signed in there")
	name, err := j.named(subject)
	if err != nil {
		return federation.Assertion{}, err
	}
	j.trace.Pass(checkNameID, "")
	claims, err := attributeClaims(el)
	if err != nil {
		return federation.Assertion{}, err
	}
	return federation.Assertion{
		Subject: name.value,
		Issuer:  j.provider.entityID,
		Claims:  claims,
		Spend:   []federation.Once{{Purpose: "saml-assertion", ID: j.self.name + " " + id, Until: j.replayable(el, until)}},
		Session: name.session(session), Authenticated: at,
	}, nil
}

// replayable is until when the assertion would pass again: as long as its confirmation says, but no longer than its
// age allows (a provider may write a NotOnOrAfter centuries away).
func (j judgement) replayable(el *etree.Element, until time.Time) time.Time {
	until = until.Add(clockSkew)
	if at, ok, err := instant(el, "IssueInstant"); err == nil && ok {
		return earlier(until, at.Add(j.age+clockSkew))
	}
	return until
}

// within checks a window of time, NotBefore and NotOnOrAfter, both optional.
func (j judgement) within(el *etree.Element) error {
	start, ok, err := instant(el, "NotBefore")
	if err != nil {
		return malformed(checkEarly, "%w", err)
	}
	if ok && j.now.Add(clockSkew).Before(start) {
		return federation.Refuse(checkEarly, saidExpired, "%s is not valid before %s", el.Tag, start.UTC())
	}
	return j.before(el, "NotOnOrAfter")
}

// before checks the end of a window of time, an attribute of any name.
func (j judgement) before(el *etree.Element, name string) error {
	end, ok, err := instant(el, name)
	if err != nil {
		return malformed(checkExpired, "%w", err)
	}
	if ok && !j.now.Add(-clockSkew).Before(end) {
		return federation.Refuse(checkExpired, saidExpired, "%s of %s has passed, at %s", name, el.Tag, end.UTC())
	}
	return nil
}

// conditions: saml-core-2.0 §2.5.1. A condition that is not understood makes the assertion worthless, by the standard.
// OneTimeUse needs nothing, for every assertion is spent; ProxyRestriction limits assertions issued in turn, and we
// issue none.
func (j judgement) conditions(assertion *etree.Element) error {
	conditions, err := only(assertion, nsAssertion, "Conditions")
	if err != nil {
		return malformed(checkConditions, "%w", err)
	}
	if err := j.within(conditions); err != nil {
		return err
	}
	audiences := 0
	for _, condition := range conditions.ChildElements() {
		switch {
		case is(condition, nsAssertion, "AudienceRestriction"):
			if err := j.audience(condition); err != nil {
				return err
			}
			audiences++
		case is(condition, nsAssertion, "OneTimeUse"), is(condition, nsAssertion, "ProxyRestriction"):
		default:
			return malformed(checkConditions, "an unknown condition %s", condition.Tag)
		}
	}
	if audiences == 0 {
		return federation.Refuse(checkAudience, saidAudience, "the assertion has no audience")
	}
	return nil
}

// audience: one of a restriction's audiences must be us; of several restrictions, each must hold (§2.5.1.4).
func (j judgement) audience(restriction *etree.Element) error {
	for _, audience := range children(restriction, nsAssertion, "Audience") {
		name, err := uri(audience)
		if err != nil {
			return malformed(checkAudience, "%w", err)
		}
		if name == j.self.entityID {
			return nil
		}
	}
	return federation.Refuse(checkAudience, saidAudience, "the audience does not hold %q", j.self.entityID)
}

// authenticated requires the assertion to say that the person has authenticated: saml-profiles-2.0 §4.1.4.2 wants an
// AuthnStatement, without which the assertion may be an answer to a mere query. It returns the first SessionIndex, and the
// latest AuthnInstant (saml-core-2.0 §2.7.2): zero where there is none that can be, which only matters where the app asked for
// a recent sign-in.
func (j judgement) authenticated(assertion *etree.Element) (sessionIndex string, at time.Time, err error) {
	statements := children(assertion, nsAssertion, "AuthnStatement")
	if len(statements) == 0 {
		return "", time.Time{}, malformed(checkAuthn, "the assertion has no AuthnStatement")
	}
	for _, statement := range statements {
		if err := j.before(statement, "SessionNotOnOrAfter"); err != nil {
			return "", time.Time{}, err
		}
		if said, ok, err := instant(statement, "AuthnInstant"); err == nil && ok && said.After(at) && !said.After(j.now.Add(clockSkew)) {
			at = said
		}
	}
	sessionIndex, _ = attr(statements[0], "SessionIndex")
	return sessionIndex, at, nil
}
