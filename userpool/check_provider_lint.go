package userpool

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool/nearest"
)

// LintMapping reports what is allowed in a provider's attribute mapping and will disappoint. Paths begin at the provider,
// as in AttributeMapping.email.
func LintMapping(schema Schema, provider types.IdentityProviderType) []Fault {
	c := &checker{schema: schema}
	kind := kindOf(ProviderType(provider.ProviderType), provider.ProviderDetails)
	c.lintAttributes(provider)
	c.lintVerified(kind, provider)
	c.lintClaims(kind, provider)
	return c.faults
}

func (c *checker) lintAttributes(provider types.IdentityProviderType) {
	for _, name := range c.attributeNames() {
		_, mapped := provider.AttributeMapping[name]
		switch a := c.schema[name]; {
		case name == "sub":
		case a.Required && !mapped:
			c.fault("AttributeMapping", "lacks %s, which the pool requires: sign-ins through this provider will fail", name)
		case mapped && !a.Mutable && provider.ProviderDetails[syncPrefix+name] != "first_sign_in":
			c.fault(member("AttributeMapping", name), "is immutable in the pool: a person's second sign-in will fail where the provider sends another value")
		}
	}
}

// lintVerified: a mapped address without its flag becomes unverified at every sign-in, also one that was verified here.
func (c *checker) lintVerified(kind ProviderKind, provider types.IdentityProviderType) {
	_, email := provider.AttributeMapping[AliasEmail]
	_, flag := provider.AttributeMapping[AliasEmail+"_verified"]
	says := !slices.Contains([]ProviderKind{KindSAML, KindFacebook, KindAmazon}, kind) // the others have no such claim, or name it themselves
	trusted := ProviderDetails(provider.ProviderDetails).True("portico_trust_email")
	switch {
	case email && !flag && says:
		c.fault("AttributeMapping.email", "is mapped without email_verified: each sign-in through this provider will mark the address as unverified")
	case flag && !email:
		c.fault("AttributeMapping.email_verified", "has no effect without email: the flag is about the address that comes with it")
	}
	switch {
	case trusted && (kind == KindFacebook || kind == KindAmazon):
		c.fault("ProviderDetails.portico_trust_email", "has no effect: this provider never says that an address is verified")
	case trusted && !(email && flag):
		c.fault("ProviderDetails.portico_trust_email", "has no effect: map email and email_verified")
	}
}

// lintClaims reports claims that a provider we know does not have, and those whose scope is not asked for.
func (c *checker) lintClaims(kind ProviderKind, provider types.IdentityProviderType) {
	known := claimsOf(kind)
	for _, attribute := range mapKeys(provider.AttributeMapping) {
		claim := provider.AttributeMapping[attribute]
		path := member("AttributeMapping", attribute)
		if scope := scopeOf(kind, claim); scope != "" && lacksScope(provider.ProviderDetails["authorize_scopes"], scope) {
			c.fault(path, "stays empty: the provider only tells with the scope %s in authorize_scopes", scope)
		}
		if len(known) == 0 || slices.Contains(known, claim) || claim == "access_token" || strings.Contains(claim, ".") {
			continue
		}
		if near, ok := nearest.To(claim, known); ok {
			c.fault(path, "asks for %s, which this provider does not have: did you mean %s?", claim, near)
			continue
		}
		c.fault(path, "asks for %s, which this provider is not known to have: use %s", claim, orList(known))
	}
}

// claimsOf lists what a provider is known to say of people; none where that is up to its operator.
func claimsOf(kind ProviderKind) []string {
	switch kind {
	case KindGoogle:
		return []string{"sub", "email", "email_verified", "name", "given_name", "family_name", "picture", "locale", "hd", "id_token"}
	case KindFacebook:
		return []string{"id", "email", "name", "first_name", "last_name", "middle_name", "picture", "gender", "birthday", "locale", "link", "short_name", "age_range", "hometown", "location"}
	case KindAmazon:
		return []string{"user_id", "email", "name", "postal_code"}
	case KindApple:
		return []string{"sub", "email", "email_verified", "is_private_email", "name", "firstName", "lastName", "real_user_status", "id_token"}
	case KindGitHub:
		return []string{
			"id", "sub", "login", "preferred_username", "name", "email", "email_verified", "avatar_url", "picture", "html_url", "profile",
			"blog", "website", "company", "location", "bio", "updated_at", "created_at", "node_id", "type",
		}
	case KindX:
		return []string{"id", "sub", "username", "preferred_username", "name", "profile_image_url", "picture", "url", "email", "email_verified", "confirmed_email"}
	case KindLinkedIn:
		return []string{"sub", "name", "given_name", "family_name", "picture", "locale", "email", "email_verified", "id_token"}
	}
	return nil
}

// scopeOf is the scope that a claim needs, where a sign-in works without it.
func scopeOf(kind ProviderKind, claim string) string {
	address := claim == "email" || claim == "email_verified"
	switch {
	case kind == KindGitHub && address:
		return "user:email"
	case kind == KindX && (address || claim == "confirmed_email"):
		return "users.email"
	case (kind == KindGoogle || kind == KindApple || kind == KindLinkedIn || kind == KindFacebook) && claim == "email":
		return "email"
	case kind == KindAmazon && claim == "postal_code":
		return "postal_code"
	}
	return ""
}

// lacksScope: GitHub and X have usual scopes of ours where none are set; GitHub's hold the address.
func lacksScope(scopes, scope string) bool {
	if scopes == "" {
		return scope != "user:email"
	}
	list := listed(scopes)
	return !slices.Contains(list, scope) && !(scope == "user:email" && slices.Contains(list, "user"))
}
