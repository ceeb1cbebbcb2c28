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
	Metadata  func(*userpool.Pool) ([]byte, error) // our SAML metadata; federation/saml makes it
}
