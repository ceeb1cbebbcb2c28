package practice

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/crewjam/saml"
)

// assertionLife is how long an assertion may be taken: it travels straight from here to the service provider.
const assertionLife = 5 * time.Minute

// nameID is what the assertion calls the person, or nothing if the request wants a name there is none of.
func (p *SAML) nameID(request authnRequest, person Person, f Faults) (*saml.NameID, bool, error) {
	format := saml.PersistentNameIDFormat
	if p.options.NameID == NameIDEmail {
		format = saml.EmailAddressNameIDFormat
	}
	if request.nameID != "" && request.nameID != string(saml.UnspecifiedNameIDFormat) {
		format = saml.NameIDFormat(request.nameID)
	}
	name := &saml.NameID{Format: string(format)}
	switch format {
	case saml.PersistentNameIDFormat: // saml-core-2.0 §8.3.7: qualified by both sides
		name.NameQualifier, name.SPNameQualifier, name.Value = p.EntityID(), request.from, person.ID
	case saml.EmailAddressNameIDFormat:
		name.Value = person.Email
	case saml.TransientNameIDFormat: // §8.3.8: another one every time
		value, err := p.random.text()
		if err != nil {
			return nil, false, err
		}
		name.Value = value
	}
	ok := name.Value != ""
	if f.NoSubject {
		name.Value = ""
	}
	return name, ok, nil
}

// assertion is saml-profiles-2.0 §4.1.4.2, wrong in the ways the faults ask for.
func (p *SAML) assertion(request authnRequest, person Person, name *saml.NameID, f Faults) (*saml.Assertion, error) {
	id, err := p.newID()
	if err != nil {
		return nil, err
	}
	now := p.options.Now().UTC()
	issued := now
	if f.Outcome == Expired {
		issued = now.Add(-time.Hour)
	}
	return &saml.Assertion{
		ID:           either(f.SameAssertionID, "_the-same-every-time", id),
		IssueInstant: issued,
		Version:      "2.0",
		Issuer:       saml.Issuer{Value: either(f.OtherIssuer, "https://stranger.example/metadata", p.EntityID())},
		Subject:      p.subject(request, name, issued, f),
		Conditions:   conditions(request, issued, f),
		AuthnStatements: []saml.AuthnStatement{{
			AuthnInstant: signedInAt(issued, f),
			SessionIndex: id,
			AuthnContext: saml.AuthnContext{AuthnContextClassRef: &saml.AuthnContextClassRef{
				Value: "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified",
			}},
		}},
		AttributeStatements: []saml.AttributeStatement{{Attributes: attributes(person)}},
	}, nil
}

func (p *SAML) subject(request authnRequest, name *saml.NameID, issued time.Time, f Faults) *saml.Subject {
	subject := &saml.Subject{NameID: name}
	if f.NoConfirmation {
		return subject
	}
	subject.SubjectConfirmations = []saml.SubjectConfirmation{{
		Method: "urn:oasis:names:tc:SAML:2.0:cm:bearer",
		SubjectConfirmationData: &saml.SubjectConfirmationData{
			InResponseTo: inResponseTo(request, f),
			NotOnOrAfter: issued.Add(assertionLife),
			Recipient:    either(f.OtherRecipient, "https://stranger.example/acs", request.acs),
		},
	}}
	return subject
}

func conditions(request authnRequest, issued time.Time, f Faults) *saml.Conditions {
	c := &saml.Conditions{NotBefore: issued.Add(-time.Minute), NotOnOrAfter: issued.Add(assertionLife)}
	if f.NotYetValid {
		c.NotBefore, c.NotOnOrAfter = issued.Add(time.Hour), issued.Add(2*time.Hour)
	}
	if !f.NoAudience {
		c.AudienceRestrictions = []saml.AudienceRestriction{{
			Audience: saml.Audience{Value: either(f.OtherAudience, "urn:stranger.example", request.from)},
		}}
	}
	return c
}

func inResponseTo(request authnRequest, f Faults) string {
	if f.NoRequest {
		return ""
	}
	return either(f.OtherRequest, request.id+"-other", request.id)
}

// attributes are the person's, by the plain names that most providers let an administrator choose.
func attributes(person Person) []saml.Attribute {
	values := person.profile()
	if person.Email != "" {
		values["email"] = person.Email
	}
	values = person.override(values)
	var out []saml.Attribute
	for _, name := range slices.Sorted(maps.Keys(values)) {
		attribute := saml.Attribute{Name: name, NameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"}
		for _, text := range texts(values[name]) {
			attribute.Values = append(attribute.Values, saml.AttributeValue{Type: "xs:string", Value: text})
		}
		out = append(out, attribute)
	}
	return out
}

// texts turns a claim into attribute values: a list has several.
func texts(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	case []any:
		var out []string
		for _, one := range v {
			out = append(out, fmt.Sprint(one))
		}
		return out
	default:
		return []string{fmt.Sprint(v)}
	}
}

// newID makes an ID, which is an XML name and so does not begin with a digit.
func (p *SAML) newID() (string, error) {
	text, err := p.random.text()
	return "_" + text, err
}
