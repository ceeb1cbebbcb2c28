package federation

import (
	"context"
	"net/url"
	"time"

	"portico/userpool"
)

// Protocol is one configured identity provider of a pool. It is safe for concurrent use.
type Protocol interface {
	// Begin starts a sign-in: where the browser goes, and what must be remembered until it is back. It may read the
	// provider's metadata over the network (cached), so it can fail with an *Error.
	Begin(ctx context.Context, start Start) (Departure, Memory, error)

	// Finish verifies the provider's answer. It fails with an *Error on anything but a complete, verified statement about
	// a person. It does not check that the attempt and the assertion are used once: the assertion says what must be spent,
	// and the sign-in's commit spends it.
	Finish(ctx context.Context, answer Answer) (Assertion, error)
}

// Start is what a sign-in at a provider begins with.
type Start struct {
	// Handle comes back as OAuth state or SAML RelayState: short, random, safe in URLs (some providers cut long values).
	Handle string
	// LoginHint and Prompt are the app's, passed on where the provider understands them. Prompt is never "none".
	LoginHint, Prompt string
	// MaxAge is how long ago the person may have authenticated at the provider; 0 means that they must do so now. nil where
	// the app does not care. A provider is told as well as it can be; whether it did so, Assertion.Authenticated says.
	MaxAge *time.Duration
}

// Departure is how the browser leaves: by a redirect to URL, or, if Form is set, by posting it to URL
// (SAML's HTTP-POST binding, saml-bindings-2.0 §3.5).
type Departure struct {
	URL  string
	Form []userpool.Param
}

// Memory is what Finish must know of Begin. The caller seals it in a cookie bound to the browser, so it is small and is
// not secret from the server. Each protocol uses its own fields.
type Memory struct {
	Nonce     string    `json:"n,omitempty"` // OIDC: must come back in the ID token
	Verifier  string    `json:"v,omitempty"` // OIDC: PKCE code verifier (RFC 7636)
	RequestID string    `json:"r,omitempty"` // SAML: ID of the AuthnRequest, which InResponseTo must equal
	Issued    time.Time `json:"t"`           // when Begin ran
}

// Answer is what the browser brought back.
type Answer struct {
	Memory Memory
	// Form holds the callback's parameters: the query of a GET or the body of a POST, never both.
	Form url.Values
	// Post says that the answer came by POST.
	Post bool
	// RawQuery is the query of a GET as it came: the signatures of SAML's redirect binding are over its octets. Only answers
	// to a sign-out may come so.
	RawQuery string
}

// UnsolicitedFinisher is a Protocol whose provider may send people here without having been asked (SAML's IdP-initiated
// sign-in).
type UnsolicitedFinisher interface {
	// FinishUnsolicited verifies such an answer as Finish does, and that it answers no request. It fails with an *Error where
	// the provider's settings do not allow it.
	FinishUnsolicited(ctx context.Context, answer Answer) (Assertion, error)
}

// Assertion is a provider's verified statement about a person.
type Assertion struct {
	// Subject is the provider's lasting name of the person: ID token sub, SAML NameID. Never empty.
	Subject string
	// Issuer is the SAML provider's entity ID; empty for the others (tokens carry null).
	Issuer string
	// Claims are the values the attribute mapping may use, by the provider's own name. Several values of one attribute
	// stay several.
	Claims map[string][]string
	// Authenticated is when the person authenticated, by the provider's own word and clock; zero where it does not say. It
	// may lie before the sign-in began, where the provider knew the person already.
	Authenticated time.Time
	// Spend names what of the answer may be used once (a SAML assertion ID), until when it could be replayed.
	Spend []Once
	// Session is what a later sign-out at the provider needs (SAML NameID with its format and SessionIndex); it may be
	// empty.
	Session map[string]string
}

// Once is a value that may be used a single time.
type Once = userpool.Once
