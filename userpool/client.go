package userpool

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool/branding"
)

// AppClient is a relying app of a pool and what it may do.
type AppClient struct {
	ID         ClientID
	Pool       ID
	Name       string
	Secrets    []Secret // none: a public client; two while one is being replaced
	OAuth      bool     // AllowedOAuthFlowsUserPoolClient: the client may use the pages and OAuth endpoints at all
	Flows      Flows
	Scopes     []string // AllowedOAuthScopes
	Providers  []string // SupportedIdentityProviders: COGNITO and names of providers, in the operator's order
	Read       []string // attributes the client may read; nil means the default set (see CanRead)
	Write      []string // attributes the client may write; nil means the default set
	Validity   Validity
	Revocation bool // EnableTokenRevocation
	Rotation   Rotation
	HideUsers  bool // PreventUserExistenceErrors is ENABLED
	SRP        bool // ExplicitAuthFlows allows SRP, so SRP verifiers are kept for the pool's passwords
	Choice     bool // ExplicitAuthFlows holds ALLOW_USER_AUTH: people choose how to sign in, where the pool takes more than passwords
	Tokens     TokenContents
	Look       *branding.Brand // what its pages look like; nil is Portico's own look
	Terms      Terms

	callbackURLs     []string
	logoutURLs       []string
	callbackPatterns []redirectPattern  // only of clients marked non-production
	loopback         []loopbackRedirect // only in the standard dialect
	logoutPatterns   []redirectPattern
	defaultRedirect  string

	API types.UserPoolClientType // the API's document, with the secret taken out
}

// Flows are the OAuth flows a client may use (AllowedOAuthFlows).
type Flows struct{ Code, Implicit, ClientCredentials bool }

// Validity holds the lifetimes of a client's tokens. Defaults: an hour, an hour, 30 days.
type Validity struct{ Access, ID, Refresh time.Duration }

// Rotation says whether each refresh replaces the refresh token, and how long the replaced one still works
// (0 to 60 seconds, for clients that retry).
type Rotation struct {
	Enabled bool
	Grace   time.Duration
}

// Public reports whether the client has no secret.
func (c *AppClient) Public() bool { return len(c.Secrets) == 0 }

// Authenticates reports whether the given text is one of the client's secrets. It compares with each of them in constant
// time, so that it does not show which one it was.
func (c *AppClient) Authenticates(secret string) bool {
	matching := 0
	for _, s := range c.Secrets {
		matching |= s.compare(secret)
	}
	return matching == 1
}

// Offers reports whether the client lists a provider (or COGNITO).
func (c *AppClient) Offers(provider string) bool { return slices.Contains(c.Providers, provider) }

// CanRead reports whether the client may read an attribute. Without a list it reads the standard attributes and the two
// verified flags; whether custom attributes count is unconfirmed for Cognito: clients without a list are widely seen to
// receive them, so they do here too.
func (c *AppClient) CanRead(attribute string) bool {
	return c.Read == nil || slices.Contains(c.Read, attribute)
}

// CanWrite reports whether the client may write an attribute, through itself or through a provider's mapping.
func (c *AppClient) CanWrite(attribute string) bool {
	return c.Write == nil || slices.Contains(c.Write, attribute)
}
