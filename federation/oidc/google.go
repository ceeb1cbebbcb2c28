package oidc

import (
	"net/url"
	"slices"
	"strings"

	"portico/federation/oauth2"
	"portico/userpool"
)

const googleIssuer = "https://accounts.google.com"

// google follows Google's guide "OpenID Connect".
func google(details userpool.ProviderDetails) (preset, error) {
	s := preset{
		issuer: googleIssuer, pkce: true, addOpenID: true, noMaxAge: true, tellsCode: true, // Cognito takes "profile email" as well
		issues: func(issuer string, said oauth2.Claims) bool {
			iss, ok := said.Text("iss")
			// Some tokens of Google's name their issuer without the scheme; this is nobody else's privilege.
			_, bare, _ := strings.Cut(issuer, "://")
			return ok && iss != "" && (iss == issuer || iss == bare)
		},
		// Google knows no prompt=login; choosing an account is the nearest there is.
		prompts: map[string]string{"consent": "consent", "select_account": "select_account", "login": "select_account"},
	}
	domains := words(details["portico_hosted_domain"])
	switch len(domains) {
	case 0:
		return s, nil
	case 1:
		s.extra = url.Values{"hd": domains}
	default:
		s.extra = url.Values{"hd": {"*"}} // any organisation, of which ours are then picked
	}
	// The parameter only preselects, and the person can take it out of the address. The claim is what counts; accounts
	// outside an organisation have none.
	s.checks = "hosted-domain"
	s.check = func(said oauth2.Claims) error {
		hosted, ok := said.Text("hd")
		if !ok || hosted == "" || !slices.Contains(domains, "*") && !slices.Contains(domains, strings.ToLower(hosted)) {
			return refused("hosted-domain", "the account is not of an allowed organisation")
		}
		return nil
	}
	return s, nil
}

// words splits a list written with commas or spaces, and lower-cases it.
func words(list string) []string {
	return strings.FieldsFunc(strings.ToLower(list), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' })
}
