package token

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"portico/userpool"
	"portico/userpool/oauth"
)

// ErrUnreadable: a granted scope names attributes that the app client may not read. Cognito refuses such a grant as a
// whole rather than leave the attribute out.
var ErrUnreadable = errors.New("the app client may not read every attribute of the scope")

const customPrefix = "custom:"

// scopeAttributes are the attributes that a scope opens besides custom ones (OpenID Connect Core §5.4, with Cognito's list
// for profile). address is in none: it comes with openid alone only.
func scopeAttributes(scope string) []string {
	switch scope {
	case oauth.ScopeEmail:
		return []string{"email", "email_verified"}
	case oauth.ScopePhone:
		return []string{"phone_number", "phone_number_verified"}
	case oauth.ScopeProfile:
		return []string{
			"name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
			"website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
		}
	}
	return nil
}

// ClaimsSupported lists the claims an ID token may hold, attributes of an operator's own apart.
func ClaimsSupported() []string {
	protocol := []string{
		"at_hash", "aud", "auth_time", "cognito:groups", "cognito:preferred_role", "cognito:roles", "cognito:username", "exp", "iat",
		"identities", "iss", "jti", "nonce", "origin_jti", "sub", "token_use",
	}
	return slices.Concat(protocol, scopeAttributes(oauth.ScopeEmail), scopeAttributes(oauth.ScopePhone), scopeAttributes(oauth.ScopeProfile))
}

// opens reports whether scopes that include openid cover an attribute. openid alone covers everything; email, phone and
// profile narrow it, other scopes do not. In the standard dialect openid alone covers nothing (OpenID Connect Core §5.4).
func opens(dialect userpool.Dialect, scopes oauth.Scopes, attribute string) bool {
	custom := strings.HasPrefix(attribute, customPrefix)
	narrowed := dialect == userpool.DialectStandard
	for _, scope := range scopes {
		covered := scopeAttributes(scope)
		if slices.Contains(covered, attribute) || scope == oauth.ScopeProfile && custom {
			return true
		}
		narrowed = narrowed || covered != nil
	}
	return !narrowed && (custom || slices.Contains(userpool.StandardAttributes[:], attribute))
}

// checkReadable returns ErrUnreadable if the client may not read an attribute that a scope names. Without openid the
// scopes open nothing, so nothing is asked of the client.
func checkReadable(client *userpool.AppClient, scopes oauth.Scopes) error {
	if !scopes.Has(oauth.ScopeOpenID) {
		return nil
	}
	for _, scope := range scopes {
		for _, attribute := range scopeAttributes(scope) {
			if !client.CanRead(attribute) {
				return fmt.Errorf("scope %s, attribute %s: %w", scope, attribute, ErrUnreadable)
			}
		}
	}
	return nil
}

// granted yields the attributes that a client gets to see: the user has a value, the client may read it, a scope covers
// it. Only standard and custom names pass, so that no attribute can pose as a claim of ours.
func granted(pool *userpool.Pool, client *userpool.AppClient, user userpool.User, scopes oauth.Scopes) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for name, value := range user.Attributes {
			if value != "" && opens(pool.Dialect, scopes, name) && client.CanRead(name) && !yield(name, value) {
				return
			}
		}
	}
}

// idAttributes are the attributes as the ID token has them: verified flags are booleans, custom attributes always text,
// address and updated_at as OpenID Connect Core §5.1 wants them, for Cognito's form of the two is not known.
func idAttributes(pool *userpool.Pool, client *userpool.AppClient, user userpool.User, scopes oauth.Scopes) map[string]any {
	claims := map[string]any{}
	for name, value := range granted(pool, client, user, scopes) {
		claims[name] = idClaim(name, value)
	}
	return claims
}

// idClaim is an attribute's JSON form in tokens.
func idClaim(name, value string) any {
	switch name {
	case "email_verified", "phone_number_verified":
		return value == "true"
	}
	return standardClaim(name, value)
}

// standardClaim is the JSON form that the ID token and userInfo share.
func standardClaim(name, value string) any {
	switch name {
	case "address":
		return map[string]string{"formatted": value}
	case "updated_at":
		if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
			return seconds
		}
	}
	return value
}
