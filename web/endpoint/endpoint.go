package endpoint

import (
	"portico/userpool"
	"portico/userpool/grant"
	"portico/userpool/login"
	"portico/userpool/token"
	"portico/web/browser"
)

// Endpoints are the OAuth, OpenID Connect and SAML endpoints of all pools. Fields are set once, before use.
type Endpoints struct {
	Login     *login.Login
	Exchanger *grant.Exchanger
	Keys      func(userpool.ID) (*token.KeySet, bool)
	Guide     *browser.Guide
	// Metadata is our SAML metadata for a provider of a pool, or for none in particular (nil); federation/saml makes it.
	Metadata func(*userpool.Pool, *userpool.IdentityProvider) ([]byte, error)
	Traces   Traces

	documents documents
}
