package federation

import (
	"strings"

	"portico/userpool"
)

// EmailVerified reports whether a provider's word on the e-mail address may stand for our own verification, as when an
// identity is linked to an account that was found by its address. The stored attribute email_verified is another matter:
// it holds what the provider said (Cognito's rule).
//
// The provider must say so itself, by the claims mapped to email and email_verified, and be one to be believed:
//
//   - Google, for the addresses it hands out: gmail.com, or an organisation's (claim hd). Other addresses in a Google
//     account were verified once, perhaps by an earlier holder.
//   - Apple, which makes or verifies every address it passes on.
//   - any other only if the operator says so (portico_trust_email).
func EmailVerified(provider *userpool.IdentityProvider, assertion Assertion) bool {
	address, ok := mappedClaim(provider, assertion, userpool.AliasEmail)
	if !ok || !userpool.LooksLikeEmail(address) {
		return false
	}
	said, ok := mappedClaim(provider, assertion, userpool.AliasEmail+verifiedSuffix)
	if !ok || !strings.EqualFold(strings.TrimSpace(said), "true") {
		return false
	}
	if provider.Details.True("portico_trust_email") {
		return true
	}
	// What follows is known of the providers' own claims, not of others an operator may have mapped.
	if provider.Mapping[userpool.AliasEmail] != "email" || provider.Mapping[userpool.AliasEmail+verifiedSuffix] != "email_verified" {
		return false
	}
	switch provider.Type {
	case userpool.TypeGoogle:
		hosted := assertion.Claims["hd"]
		return strings.HasSuffix(strings.ToLower(address), "@gmail.com") || len(hosted) == 1 && !blank(hosted[0])
	case userpool.TypeApple:
		return true
	}
	return false
}

// mappedClaim is the one value of the claim that an attribute is mapped to.
func mappedClaim(provider *userpool.IdentityProvider, assertion Assertion, attribute string) (string, bool) {
	claim, mapped := provider.Mapping[attribute]
	if values := assertion.Claims[claim]; mapped && len(values) == 1 {
		return values[0], true
	}
	return "", false
}
