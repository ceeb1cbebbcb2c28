package grant

import (
	"portico/userpool"
	"portico/userpool/oauth"
)

// sameResource holds the resource of a token request against the one that the person's authorization was bound to. RFC 8707
// §2.2 lets a client name some of what was granted; there is one at most, so it is that one or none. What was granted for no
// resource in particular is not bound to one afterwards: the refresh token would outlive the restriction.
func sameResource(c call, granted string) error {
	if c.Params.Resource == "" || c.Params.Resource == granted {
		return nil
	}
	return oauth.Errorf(oauth.InvalidTarget, "", "resource is not the one of the authorization request")
}

// clientResource is what the access token of a client on its own is bound to. Cognito binds user grants only and ignores the
// parameter here; RFC 8707 §2.2 has it for every grant, and a token that is wider than the client asked for helps nobody.
func clientResource(c call) (string, error) {
	if c.Params.Resource == "" || userpool.ValidResource(c.Params.Resource) {
		return c.Params.Resource, nil
	}
	return "", oauth.Errorf(oauth.InvalidTarget, "", "resource is not an absolute URI")
}
