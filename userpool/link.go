package userpool

import (
	"errors"
	"time"
)

// Linking is a pool's policy for a person who comes from a provider for the first time, and whose address a user of the
// pool already has. It is our own; the tag "portico:linking" of the pool holds it.
type Linking string

// The policies. Whatever the policy, an account is linked only on proof from both sides.
const (
	// LinkingOff is Cognito's way: another provider, another user. Administrators link by hand.
	LinkingOff Linking = "off"
	// LinkingAsk has the person sign in to the existing account once, in the same browser.
	LinkingAsk Linking = "ask"
	// LinkingAutomatic links at once where the provider is an authority for the address and the pool has verified it too.
	LinkingAutomatic Linking = "automatic"
)

// LinkingTag is the pool's tag that holds the policy.
const LinkingTag = "portico:linking"

// Limits of linking (Cognito's): identities linked to a user, and attribute names by which a provider's users are linked.
const (
	MaxLinkedIdentities = 5
	MaxLinkAttributes   = 5
)

// ErrLinkLimit: the user has as many linked identities, or the provider as many link attributes, as there may be.
var ErrLinkLimit = errors.New("limit of links is reached")

// CognitoSubject is the attribute name by which the API means the provider's own name for a person.
const CognitoSubject = "Cognito_Subject"

// Link attaches an identity to an existing user, in one commit with its audit record.
type Link struct {
	Pool     ID
	Sub      Sub
	Identity Identity
	Audit    Audit
}

// Unlink detaches a linked identity: named by the attribute and value of the link, or, once the person has signed in, by
// CognitoSubject (an empty Attribute) and the provider's name for the person.
type Unlink struct {
	Pool      ID
	Provider  string
	Attribute string // empty: the provider's own name for the person
	Value     string
	Audit     Audit // Sub is filled in
}

// Audit is a record of what was done to a user. It holds no secret; it is for the operator's eyes.
type Audit struct {
	ID     string // UUID
	At     time.Time
	Sub    Sub
	Actor  string // "the person", "administrator", "policy"
	Action string // "identity linked", "identity unlinked", "password sign-in disabled"
	Detail string
}
