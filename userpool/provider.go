package userpool

import (
	"log/slog"
	"strings"
	"time"
)

// ProviderType is the kind of an identity provider (API reference, IdentityProviderTypeType).
type ProviderType string

// The provider types of the API.
const (
	TypeSAML     ProviderType = "SAML"
	TypeOIDC     ProviderType = "OIDC"
	TypeGoogle   ProviderType = "Google"
	TypeFacebook ProviderType = "Facebook"
	TypeAmazon   ProviderType = "LoginWithAmazon"
	TypeApple    ProviderType = "SignInWithApple"
)

// COGNITO is the name by which an app client allows the pool's own users (SupportedIdentityProviders), and by which
// an authorization request asks for the local sign-in form.
const COGNITO = "COGNITO"

// ProviderDetails are the API's ProviderDetails: text by key, some of it secret, so it never prints.
type ProviderDetails map[string]string

// String, GoString and LogValue hide the values.
func (d ProviderDetails) String() string       { return redacted }
func (d ProviderDetails) GoString() string     { return redacted }
func (d ProviderDetails) LogValue() slog.Value { return slog.StringValue(redacted) }

// True reports whether a detail is "true", in any case: booleans among the details are text.
func (d ProviderDetails) True(key string) bool { return strings.EqualFold(d[key], "true") }

// IdentityProvider is an external provider of a pool.
type IdentityProvider struct {
	Pool        ID
	Name        string // unique in the pool, immutable, 3 to 32 characters
	Type        ProviderType
	Details     ProviderDetails
	Mapping     map[string]string // pool attribute → the provider's claim or attribute name
	Identifiers []string          // other names for idp_identifier, typically e-mail domains
	Created     time.Time
	Modified    time.Time
}

// GroupName is the group that Cognito puts every person of this provider into.
func (p *IdentityProvider) GroupName() string { return string(p.Pool) + "_" + p.Name }
