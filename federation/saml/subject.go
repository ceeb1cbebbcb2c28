package saml

import (
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"portico/federation"

	"github.com/beevik/etree"
)

const bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"

// confirmed requires a bearer confirmation that holds (saml-profiles-2.0 §4.1.4.3) and returns until when. Of several
// confirmations one is enough; those of other methods prove nothing here.
func (j judgement) confirmed(subject *etree.Element) (until time.Time, err error) {
	var refusal error
	for _, confirmation := range children(subject, nsAssertion, "SubjectConfirmation") {
		if method, _ := attr(confirmation, "Method"); method != bearer {
			continue
		}
		until, err := j.confirmation(confirmation)
		if err == nil {
			return until, nil
		}
		refusal = err
	}
	if refusal == nil {
		refusal = malformed(checkSubject, "the assertion has no bearer confirmation")
	}
	return time.Time{}, refusal
}

func (j judgement) confirmation(el *etree.Element) (until time.Time, err error) {
	data, err := only(el, nsAssertion, "SubjectConfirmationData")
	if err != nil {
		return time.Time{}, malformed(checkSubject, "%w", err)
	}
	if to, _ := attr(data, "Recipient"); to != j.self.acs {
		return time.Time{}, malformed(checkRecipient, "the assertion is for recipient %q, not for %q", to, j.self.acs)
	}
	if to, _ := attr(data, "InResponseTo"); to != j.request {
		return time.Time{}, federation.Refuse(checkInResponse, saidRelayState, "the assertion answers request %q, not ours", to)
	}
	until, ok, err := instant(data, "NotOnOrAfter")
	if err != nil || !ok {
		return time.Time{}, malformed(checkSubject, "the confirmation has no NotOnOrAfter")
	}
	return until, j.within(data)
}

// maxUserName is Cognito's bound for a user name, in characters. A federated user's is "<provider>_<NameID>".
const maxUserName = 128

// name is a NameID (saml-core-2.0 §2.2.3).
type name struct {
	value string
	el    *etree.Element
}

// named reads the person's NameID. It is taken letter for letter. White space around it or control characters in it
// are refused rather than removed: two names must not become one.
func (j judgement) named(subject *etree.Element) (name, error) {
	if err := j.openName(subject); err != nil {
		return name{}, federation.Refuse(checkEncrypted, saidEncrypted, "NameID: %w", err)
	}
	el, err := only(subject, nsAssertion, "NameID")
	if err != nil {
		return name{}, federation.Refuse(checkNameID, saidNameID, "%w", err)
	}
	value, err := text(el)
	if err != nil {
		return name{}, malformed(checkNameID, "%w", err)
	}
	switch {
	case strings.TrimSpace(value) == "":
		return name{}, federation.Refuse(checkNameID, saidNameID, "the NameID is empty")
	case strings.TrimSpace(value) != value || strings.ContainsFunc(value, unicode.IsControl):
		return name{}, federation.Refuse(checkNameID, saidNameIDForm, "the NameID has white space around it or control characters in it")
	case utf8.RuneCountInString(j.self.name)+1+utf8.RuneCountInString(value) > maxUserName:
		return name{}, federation.Refuse(checkNameID, saidNameIDLong, "the user name would have more than %d characters", maxUserName)
	}
	return name{value, el}, nil
}

// openName puts a NameID in the place of an EncryptedID, if there is one (saml-core-2.0 §2.2.4). What holds it was
// verified, so CBC may be opened.
func (j judgement) openName(holder *etree.Element) error {
	sealed := children(holder, nsAssertion, "EncryptedID")
	if len(sealed) == 0 {
		return nil
	}
	if len(sealed) > 1 || len(children(holder, nsAssertion, "NameID")) > 0 {
		return errors.New("several names")
	}
	opened, err := opener{keys: j.self.keys().Encryption, malleable: true}.open(sealed[0])
	if err != nil {
		return err
	}
	replace(sealed[0], opened)
	if !is(opened, nsAssertion, "NameID") {
		return errors.New("what was encrypted is not a NameID")
	}
	return plainText(opened)
}

// session is what a LogoutRequest must repeat to the provider (saml-core-2.0 §3.7.1): the name with its qualifiers,
// and the session.
func (n name) session(index string) map[string]string {
	kept := map[string]string{"name_id": n.value}
	keep := func(key, value string) {
		if value != "" {
			kept[key] = value
		}
	}
	for key, attribute := range map[string]string{
		"name_id_format":    "Format",
		"name_qualifier":    "NameQualifier",
		"sp_name_qualifier": "SPNameQualifier",
	} {
		value, _ := attr(n.el, attribute)
		keep(key, value)
	}
	keep(sessionIndex, index)
	return kept
}

// attributeClaims reads the attributes by their exact Name; FriendlyName is for people and NameFormat is not looked at,
// as at Cognito. An attribute given several times has all the values. Values that hold elements, as eduPersonTargetedID
// does, have no text that would be the whole of them, and are left out.
func attributeClaims(assertion *etree.Element) (map[string][]string, error) {
	claims := map[string][]string{}
	for _, statement := range children(assertion, nsAssertion, "AttributeStatement") {
		for _, attribute := range children(statement, nsAssertion, "Attribute") {
			key, _ := attr(attribute, "Name")
			if key == "" {
				return nil, malformed(checkAttributes, "an attribute has no Name")
			}
			for _, value := range children(attribute, nsAssertion, "AttributeValue") {
				if len(value.ChildElements()) > 0 {
					continue
				}
				content, err := text(value)
				if err != nil {
					return nil, malformed(checkAttributes, "%w", err)
				}
				claims[key] = append(claims[key], content)
			}
		}
	}
	return claims, nil
}
