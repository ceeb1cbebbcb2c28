package saml

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"portico/federation"
)

// change is one replacement in a reply; the result is signed honestly, so only the check under test can refuse it.
type change struct {
	check string
	in    func(*reply) *string
	old   string
	new   string
}

func response(r *reply) *string     { return &r.responseAttrs }
func assertion(r *reply) *string    { return &r.assertionAttrs }
func confirmation(r *reply) *string { return &r.confirmation }
func conditions(r *reply) *string   { return &r.conditions }

// times around noon, as the reply writes them.
func at(d time.Duration) string { return stamp(noon().Add(d)) }

const justOver = clockSkew + time.Second

func statements() map[string]change {
	now, soon := at(0), at(5*time.Minute)
	issued := `IssueInstant="` + now + `"`
	until, from := `NotOnOrAfter="`+soon+`"`, `NotBefore="`+now+`"`
	return map[string]change{
		"wrong version":                 {checkVersion, response, `Version="2.0"`, `Version="1.1"`},
		"wrong version of assertion":    {checkVersion, assertion, `Version="2.0"`, `Version="2.1"`},
		"missing version":               {checkVersion, response, `Version="2.0"`, ``},
		"wrong destination":             {checkDest, response, testACS, "https://other.example/acs"},
		"destination by prefix":         {checkDest, response, testACS, testACS + "/more"},
		"missing destination":           {checkDest, response, `Destination="` + testACS + `"`, ""},
		"wrong InResponseTo":            {checkInResponse, response, requestID, "_other"},
		"missing InResponseTo":          {checkInResponse, response, `InResponseTo="` + requestID + `"`, ""},
		"empty InResponseTo":            {checkInResponse, response, requestID, ""},
		"response in the future":        {checkIssued, response, issued, `IssueInstant="` + at(justOver) + `"`},
		"response too old":              {checkIssued, response, issued, `IssueInstant="` + at(-maxAge-justOver) + `"`},
		"response without IssueInstant": {checkIssued, response, issued, ``},
		"IssueInstant is no time":       {checkIssued, response, issued, `IssueInstant="today"`},
		"IssueInstant is empty":         {checkIssued, response, issued, `IssueInstant=""`},

		"assertion in the future":        {checkIssued, assertion, issued, `IssueInstant="` + at(justOver) + `"`},
		"assertion too old":              {checkIssued, assertion, issued, `IssueInstant="` + at(-maxAge-justOver) + `"`},
		"assertion without IssueInstant": {checkIssued, assertion, issued, ``},

		"wrong issuer of response": {checkIssuer, func(r *reply) *string { return &r.responseIssuer }, idpEntity, "https://evil.example/metadata"},
		"wrong issuer":             {checkIssuer, func(r *reply) *string { return &r.issuer }, idpEntity, "https://evil.example/metadata"},
		"issuer in other case":     {checkIssuer, func(r *reply) *string { return &r.issuer }, "idp.example", "IDP.example"},
		"issuer with an element":   {checkIssuer, func(r *reply) *string { return &r.issuer }, idpEntity, idpEntity + "<x/>"},

		"wrong recipient":              {checkRecipient, confirmation, testACS, "https://other.example/saml2/idpresponse"},
		"prefixed recipient":           {checkRecipient, confirmation, "Recipient=", `xmlns:x="urn:x" x:Recipient=`},
		"missing recipient":            {checkRecipient, confirmation, `Recipient="` + testACS + `"`, ""},
		"confirmation answers another": {checkInResponse, confirmation, requestID, "_other"},
		"confirmation unsolicited":     {checkInResponse, confirmation, `InResponseTo="` + requestID + `"`, ""},
		"confirmation expired":         {checkExpired, confirmation, soon, at(-clockSkew)},
		"confirmation without end":     {checkSubject, confirmation, until, ""},
		"confirmation with bad end":    {checkSubject, confirmation, soon, "never"},
		"confirmation not yet valid":   {checkEarly, confirmation, until, until + ` NotBefore="` + at(justOver) + `"`},
		"confirmation of other method": {checkSubject, confirmation, "cm:bearer", "cm:sender-vouches"},
		"confirmation by key holder":   {checkSubject, confirmation, "cm:bearer", "cm:holder-of-key"},
		"confirmation without data":    {checkSubject, confirmation, "SubjectConfirmationData", "SubjectConfirmationDatum"},

		"expired":                {checkExpired, conditions, until, `NotOnOrAfter="` + at(-clockSkew) + `"`},
		"not yet valid":          {checkEarly, conditions, from, `NotBefore="` + at(justOver) + `"`},
		"bad NotBefore":          {checkEarly, conditions, from, `NotBefore="x"`},
		"bad NotOnOrAfter":       {checkExpired, conditions, until, `NotOnOrAfter="x"`},
		"wrong audience":         {checkAudience, conditions, testPool.EntityID(), "urn:amazon:cognito:sp:us-east-1_Other"},
		"audience in other case": {checkAudience, conditions, testPool.EntityID(), strings.ToUpper(testPool.EntityID())},
		"audience by prefix":     {checkAudience, conditions, testPool.EntityID(), testPool.EntityID() + "x"},
		"empty audience":         {checkAudience, conditions, testPool.EntityID(), ""},
		"unknown condition":      {checkConditions, conditions, "<saml:AudienceRestriction>", `<saml:Condition/><saml:AudienceRestriction>`},
		"second restriction without us": {checkAudience, conditions, "</saml:Conditions>",
			`<saml:AudienceRestriction><saml:Audience>urn:other</saml:Audience></saml:AudienceRestriction></saml:Conditions>`},

		"session over":       {checkExpired, func(r *reply) *string { return &r.authn }, "SessionIndex", `SessionNotOnOrAfter="` + at(-clockSkew) + `" SessionIndex`},
		"attribute nameless": {checkAttributes, func(r *reply) *string { return &r.attributes }, `Name="email"`, ``},
	}
}

func TestStatements(t *testing.T) {
	f := newFixture(t)
	for name, c := range statements() {
		t.Run(name, func(t *testing.T) {
			r := goodReply()
			field := c.in(&r)
			changed := strings.Replace(*field, c.old, c.new, 1)
			if changed == *field {
				t.Fatalf("%q is not in %q", c.old, *field)
			}
			*field = changed
			f.refuses(t, f.signed(t, r, byResponse), c.check)
		})
	}
}

// TestMissingParts leaves out whole elements.
func TestMissingParts(t *testing.T) {
	f := newFixture(t)
	parts := map[string]struct {
		field func(*reply) *string
		check string
	}{
		"issuer":              {func(r *reply) *string { return &r.issuer }, checkIssuer},
		"status":              {func(r *reply) *string { return &r.status }, checkStatus},
		"NameID":              {func(r *reply) *string { return &r.nameID }, checkNameID},
		"SubjectConfirmation": {confirmation, checkSubject},
		"Conditions":          {conditions, checkConditions},
		"AuthnStatement":      {func(r *reply) *string { return &r.authn }, checkAuthn},
	}
	for name, part := range parts {
		t.Run(name, func(t *testing.T) {
			r := goodReply()
			*part.field(&r) = ""
			doc := r.document(t)
			if name == "issuer" { // the signature is placed behind the issuer
				goodSigner(f.pair).apply(t, doc.Root())
			} else {
				goodSigner(f.pair).apply(t, assertionOf(doc))
			}
			f.refuses(t, doc, part.check)
		})
	}
	t.Run("audience", func(t *testing.T) {
		r := goodReply()
		r.conditions = `<saml:Conditions/>`
		f.refuses(t, f.signed(t, r, byBoth), checkAudience)
	})
	t.Run("assertion", func(t *testing.T) {
		doc := goodReply().document(t)
		doc.Root().RemoveChild(assertionOf(doc))
		goodSigner(f.pair).apply(t, doc.Root())
		f.refuses(t, doc, checkShape)
	})
}

// TestTwice gives elements twice of which there can be one.
func TestTwice(t *testing.T) {
	f := newFixture(t)
	twice := map[string]struct {
		field func(*reply) *string
		check string
	}{
		"NameID":     {func(r *reply) *string { return &r.nameID }, checkNameID},
		"Conditions": {conditions, checkConditions},
		"issuer":     {func(r *reply) *string { return &r.issuer }, checkIssuer},
		"status":     {func(r *reply) *string { return &r.status }, checkStatus},
	}
	for name, part := range twice {
		t.Run(name, func(t *testing.T) {
			r := goodReply()
			field := part.field(&r)
			*field += *field
			f.refuses(t, f.signed(t, r, byResponse), part.check)
		})
	}
}

// TestClockSkew: two minutes either way are forgiven, and no more (TestStatements has the seconds after).
func TestClockSkew(t *testing.T) {
	f := newFixture(t)
	r := goodReply()
	r.responseAttrs = strings.Replace(r.responseAttrs, at(0), at(clockSkew), 1)
	r.assertionAttrs = strings.Replace(r.assertionAttrs, at(0), at(-maxAge-clockSkew), 1)
	r.confirmation = strings.Replace(r.confirmation, at(5*time.Minute), at(-clockSkew+time.Second), 1)
	r.conditions = strings.Replace(r.conditions, at(0), at(clockSkew), 1)
	f.accepts(t, f.signed(t, r, byBoth))
}

// TestUnsignedResponseIsStillChecked: only the assertion is signed, and yet the Response must be for us.
func TestUnsignedResponseIsStillChecked(t *testing.T) {
	f := newFixture(t)
	for old, check := range map[string]string{
		`Destination="` + testACS: checkDest, `InResponseTo="` + requestID: checkInResponse, "status:Success": checkStatus,
	} {
		document := write(t, f.signed(t, goodReply(), byAssertion))
		f.refusesText(t, strings.Replace(document, old, old+"x", 1), check)
	}
	// Destination may be left out of a Response that is not signed (saml-bindings-2.0 §3.5.5.2).
	document := write(t, f.signed(t, goodReply(), byAssertion))
	if _, err := f.finish(t, strings.Replace(document, `Destination="`+testACS+`"`, "", 1)); err != nil {
		t.Errorf("without Destination: %v", err)
	}
}

func TestNameID(t *testing.T) {
	f := newFixture(t)
	long := strings.Repeat("ü", maxUserName-len(testName)-1)
	for name, c := range map[string]struct {
		value, check, said string
	}{
		"empty":         {"", checkNameID, saidNameID},
		"blank":         {" \n ", checkNameID, saidNameID},
		"space before":  {" jane", checkNameID, saidNameIDForm},
		"space after":   {"jane ", checkNameID, saidNameIDForm},
		"line feed":     {"ja\nne", checkNameID, saidNameIDForm},
		"too long":      {long + "x", checkNameID, saidNameIDLong},
		"element":       {"jane<saml:x/>", checkShape, saidMalformed},
		"encrypted":     {"</saml:NameID><saml:EncryptedID/><saml:NameID>", checkEncrypted, saidEncrypted},
		"longest":       {long, "", ""},
		"astral planes": {"jane 🦊", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := goodReply()
			r.nameID = `<saml:NameID>` + c.value + `</saml:NameID>`
			doc := f.signed(t, r, byBoth)
			if c.check == "" {
				if got := f.accepts(t, doc).Subject; got != c.value {
					t.Errorf("subject %q", got)
				}
				return
			}
			if refusal := f.refuses(t, doc, c.check); refusal.Description != c.said {
				t.Errorf("said %q, want %q", refusal.Description, c.said)
			}
		})
	}
}

// TestCommentInNameIDDoesNotTruncate is CVE-2017-11428 and its many sisters: admin@corp.example<!---->.evil.example is
// signed as a whole and read only up to the comment.
func TestCommentInNameIDDoesNotTruncate(t *testing.T) {
	f := newFixture(t)
	r := goodReply()
	r.nameID = `<saml:NameID>admin@corp.example.evil.example</saml:NameID>`
	for _, by := range []signedBy{byResponse, byAssertion, byBoth} {
		document := write(t, f.signed(t, r, by))
		f.refusesText(t, strings.Replace(document, "corp.example.evil", "corp.example<!-- -->.evil", 1), checkShape)
	}
}

func TestProcessingInstructionInNameID(t *testing.T) {
	f := newFixture(t)
	r := goodReply()
	r.nameID = `<saml:NameID>admin@corp.example<?x y?>.evil.example</saml:NameID>`
	f.refuses(t, f.signed(t, r, byResponse), checkXML)
}

// TestCDATADoesNotTruncate: a CDATA section is text like any other, in a name and in a value.
func TestCDATADoesNotTruncate(t *testing.T) {
	f := newFixture(t)
	document := write(t, f.signed(t, goodReply(), byAssertion))
	document = strings.ReplaceAll(document, "jane@corp.example", "jane<![CDATA[@corp]]>.example")
	got, err := f.finish(t, document)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	wantJane(t, got)
}

// TestCharacterReferencesDoNotHide: what is written as references is the same text.
func TestCharacterReferencesDoNotHide(t *testing.T) {
	f := newFixture(t)
	document := write(t, f.signed(t, goodReply(), byAssertion))
	got, err := f.finish(t, strings.ReplaceAll(document, "jane@", "&#x6a;ane&#64;"))
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	wantJane(t, got)
}

func TestStatus(t *testing.T) {
	f := newFixture(t)
	for name, c := range map[string]struct {
		codes  []string
		denied bool
		said   string
	}{
		"cancelled":       {[]string{"Responder", "AuthnFailed"}, true, "Corp Error - AuthnFailed"},
		"denied":          {[]string{"Responder", "RequestDenied"}, true, "Corp Error - RequestDenied"},
		"failed":          {[]string{"Responder"}, false, "Corp Error - Responder"},
		"our fault":       {[]string{"Requester", "InvalidNameIDPolicy"}, false, "Corp Error - InvalidNameIDPolicy"},
		"anybody's words": {[]string{"Call 555-0100 to unlock your account"}, false, "Corp Error - unknown status"},
		"inner success":   {[]string{"Responder", "Success"}, false, "Corp Error - unknown status"},
	} {
		t.Run(name, func(t *testing.T) {
			r := goodReply()
			r.status = `<samlp:Status>` + codes(c.codes) + `<samlp:StatusMessage>m</samlp:StatusMessage></samlp:Status>`
			refusal := f.refuses(t, f.signed(t, r, byBoth), checkStatus) // an assertion beside a failure is not looked at
			if refusal.Denied != c.denied || refusal.Description != c.said {
				t.Errorf("denied %v, said %q; want %v, %q", refusal.Denied, refusal.Description, c.denied, c.said)
			}
			doc := r.document(t)
			doc.Root().RemoveChild(assertionOf(doc))
			f.refuses(t, doc, checkStatus) // as providers send it: unsigned and without assertion
		})
	}
}

func codes(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return `<samlp:StatusCode Value="` + statusPrefix + names[0] + `">` + codes(names[1:]) + `</samlp:StatusCode>`
}

// TestEncryptedElsewhere: an attribute, or data outside its container, is refused by name.
func TestEncryptedElsewhere(t *testing.T) {
	f := newFixture(t)
	for _, sealed := range []string{`<saml:EncryptedAttribute/>`, `<saml:x><EncryptedData/></saml:x>`, `<saml:EncryptedID/>`} {
		r := goodReply()
		r.attributes = `<saml:AttributeStatement>` + sealed + `</saml:AttributeStatement>`
		refusal := f.refuses(t, f.signed(t, r, byBoth), checkEncrypted)
		if !errors.Is(refusal.Cause, errEncrypted) {
			t.Errorf("cause %v does not say what to do", refusal.Cause)
		}
	}
}

// TestUnsolicited: nothing is remembered, so nothing can be answered, whatever the response says (crewjam/saml's
// AllowIDPInitiated switched every check of InResponseTo off).
func TestUnsolicited(t *testing.T) {
	f := newFixture(t)
	r := goodReply()
	r.responseAttrs = strings.Replace(r.responseAttrs, `InResponseTo="`+requestID+`"`, "", 1)
	r.confirmation = strings.Replace(r.confirmation, `InResponseTo="`+requestID+`"`, "", 1)
	answer := answerTo(write(t, f.signed(t, r, byBoth)))
	answer.Memory = federation.Memory{}
	got, err := f.Finish(t.Context(), answer)
	if refusal := wantRefusal(t, got, err, checkUnsolicit); refusal.Description != saidRelayState {
		t.Errorf("said %q", refusal.Description)
	}
}

func TestPosted(t *testing.T) {
	f := newFixture(t)
	good := answerTo(write(t, f.signed(t, goodReply(), byBoth)))
	field := good.Form.Get("SAMLResponse")
	for name, c := range map[string]struct {
		spoil func(*federation.Answer)
		check string
	}{
		"GET":        {func(a *federation.Answer) { a.Post = false }, checkBinding},
		"nothing":    {func(a *federation.Answer) { a.Form = nil }, checkBinding},
		"empty":      {func(a *federation.Answer) { a.Form = url.Values{"SAMLResponse": {""}} }, checkBinding},
		"twice":      {func(a *federation.Answer) { a.Form = url.Values{"SAMLResponse": {field, field}} }, checkBinding},
		"artifact":   {func(a *federation.Answer) { a.Form = url.Values{"SAMLart": {"AAQA"}} }, checkBinding},
		"oversized":  {func(a *federation.Answer) { a.Form.Set("SAMLResponse", strings.Repeat("A", maxResponse+1)) }, checkSize},
		"not base64": {func(a *federation.Answer) { a.Form.Set("SAMLResponse", "<Response/>") }, checkBase64},
		"padding":    {func(a *federation.Answer) { a.Form.Set("SAMLResponse", field+"A") }, checkBase64},
	} {
		t.Run(name, func(t *testing.T) {
			answer := good
			answer.Form = url.Values{"SAMLResponse": {field}}
			c.spoil(&answer)
			got, err := f.Finish(t.Context(), answer)
			wantRefusal(t, got, err, c.check)
		})
	}
	wrapped := good // base64 in lines, as MIME has it, is the form some providers send
	wrapped.Form = url.Values{"SAMLResponse": {field[:76] + "\r\n" + field[76:]}}
	if _, err := f.Finish(t.Context(), wrapped); err != nil {
		t.Errorf("base64 in lines: %v", err)
	}
}
