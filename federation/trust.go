package federation

import (
	"slices"
	"strings"

	"portico/userpool"
)

// EmailVerified reports whether a provider's word is enough to treat a person as the owner of the address it sent. A claim
// that the address is verified is needed, and a provider that is an authority for the address: Google for its own and for
// Workspace addresses, Apple (whose relay addresses are its own), or any provider the operator trusts (portico_trust_email).
// Everybody else may say "verified" of any address (takeover by linking).
func EmailVerified(provider *userpool.IdentityProvider, assertion Assertion) bool {
	if !claims(assertion, claimFor(provider, "email_verified"), "true") {
		return false
	}
	switch {
	case provider.Details.True("portico_trust_email"):
		return true
	case provider.Type == userpool.TypeGoogle:
		email := strings.ToLower(first(assertion.Claims[claimFor(provider, "email")]))
		return strings.HasSuffix(email, "@gmail.com") || first(assertion.Claims["hd"]) != ""
	}
	return provider.Type == userpool.TypeApple
}

// claimFor is the provider's claim that is mapped to an attribute, or the attribute's own name where none is.
func claimFor(provider *userpool.IdentityProvider, attribute string) string {
	if claim, ok := provider.Mapping[attribute]; ok {
		return claim
	}
	return attribute
}

func claims(assertion Assertion, claim, value string) bool {
	return slices.ContainsFunc(assertion.Claims[claim], func(v string) bool { return strings.EqualFold(v, value) })
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
