package practice

import (
	"errors"
	"time"
)

// Outcome is what happens after a person was chosen: the answers to "What should happen?".
type Outcome string

// The outcomes. The empty Outcome is SignsIn.
const (
	SignsIn      Outcome = "sign-in"
	Cancels      Outcome = "cancel"        // access_denied, or a Response with the status RequestDenied
	Expired      Outcome = "expired"       // an ID token, or an assertion, that was valid an hour ago
	BadSignature Outcome = "bad-signature" // right in everything but one bit of the signature
	NeverAnswers Outcome = "never"         // OIDC: at the token endpoint; SAML: after the chooser
)

type outcomeText struct {
	outcome Outcome
	text    string
}

// outcomes are in the order of the page.
func outcomes() []outcomeText {
	return []outcomeText{
		{SignsIn, "Sign in as usual"},
		{Cancels, "The person cancels"},
		{Expired, "Answer with an expired token"},
		{BadSignature, "Answer with a bad signature"},
		{NeverAnswers, "Never answer"},
	}
}

// parseOutcome reads the form's field. Absent, it is what the provider is set to.
func parseOutcome(offered []outcomeText, text string, otherwise Outcome) (Outcome, bool) {
	if text == "" {
		text = string(otherwise)
	}
	if text == "" {
		return SignsIn, true
	}
	for _, known := range offered {
		if text == string(known.outcome) {
			return known.outcome, true
		}
	}
	return "", false
}

// Faults are switches for tests: each makes a provider wrong in exactly one way. The zero value is faultless.
type Faults struct {
	Outcome Outcome // what happens when the form does not say; also what the chooser has selected

	// Of both kinds of provider.
	OtherIssuer   bool // tokens and assertions come from somebody else
	OtherAudience bool // … and are for somebody else
	OtherKey      bool // signed by a key that was never published, under the published key's name
	Unsigned      bool // OIDC: alg none; SAML: neither Response nor Assertion is signed
	NoSubject     bool // OIDC: no sub; SAML: an empty NameID
	OtherState    bool // state or RelayState is not what came
	OldSignIn     bool // the person signed in there two hours ago, and is not asked again whatever the request says

	// Of OpenID Connect.
	OtherNonce      bool
	NoNonce         bool
	NoAuthTime      bool // no auth_time, as at providers that never say
	NoIDToken       bool // the token endpoint answers as plain OAuth 2.0 would
	KeyConfusion    bool // alg HS256, with the published RSA key as the secret
	OtherAccessHash bool // at_hash belongs to another access token
	OtherUserInfo   bool // userinfo is about somebody else
	OtherResponder  bool // the iss parameter of the redirect (RFC 9207) is somebody else
	TokenError      bool // the token endpoint refuses a good code

	// Of SAML.
	UnsignedAssertion bool // the Response is signed, the Assertion is not
	UnsignedResponse  bool // the Assertion is signed, the Response is not
	OtherRequest      bool // InResponseTo names a request that was never made
	NoRequest         bool // no InResponseTo at all, as in a sign-in that the provider began
	OtherRecipient    bool // SubjectConfirmationData is for another address
	OtherDestination  bool // the Response is for another address
	NoAudience        bool // no AudienceRestriction
	NoConfirmation    bool // no SubjectConfirmation
	NotYetValid       bool // Conditions begin in an hour
	SHA1              bool // signed with rsa-sha1
	TwoAssertions     bool // the assertion is there twice, the second with an ID of its own
	SameAssertionID   bool // every assertion has the same ID
}

// oldSignIn is how long ago the sign-in of OldSignIn was.
const oldSignIn = 2 * time.Hour

// signedInAt is when a person who comes by now has signed in.
func signedInAt(now time.Time, f Faults) time.Time {
	if f.OldSignIn {
		return now.Add(-oldSignIn)
	}
	return now
}

var (
	errPeople = errors.New("practice: every person needs a name and an ID of their own")
	errName   = errors.New("practice: a provider needs a name")
)
