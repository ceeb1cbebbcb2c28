package grant

import (
	"context"
	"slices"

	"portico/userpool"
	"portico/userpool/oauth"
	"portico/userpool/token"
)

// mayActAlone: RFC 6749 §4.4, "The client credentials grant type MUST only be used by confidential clients."
func mayActAlone(c *userpool.AppClient) bool { return c.Flows.ClientCredentials && !c.Public() }

// proveClient is the part of the client credentials grant, which is the client's authentication and its scopes. Nothing is
// read or written.
func (x *Exchanger) proveClient(_ context.Context, c call) (proof, error) {
	scopes, err := clientScopes(c)
	if err != nil {
		return proof{}, err
	}
	resource, err := clientResource(c)
	if err != nil {
		return proof{}, err
	}
	return proof{scopes: scopes, sign: func(ctx context.Context) (token.Tokens, error) {
		return x.Mint.ForClient(ctx, token.ClientGrant{Pool: c.Pool, Client: c.client, Scopes: scopes, Resource: resource})
	}}, nil
}

// clientScopes are the scopes a client gets on its own: those of resource servers only, for the system scopes are about a
// person. All that the client is allowed where it names none; a scope that its resource server no longer has is dropped
// without a word, as Cognito does.
func clientScopes(c call) (oauth.Scopes, error) {
	asked, err := oauth.ParseScopes(c.Params.Scope)
	if err != nil {
		return nil, &oauth.Error{Code: oauth.InvalidScope, Err: err}
	}
	for _, scope := range asked {
		if !slices.Contains(c.client.Scopes, scope) || slices.Contains(oauth.SystemScopes[:], scope) {
			return nil, oauth.Errorf(oauth.InvalidScope, "", "client %s may not ask for a scope it names", c.client.ID)
		}
	}
	if len(asked) == 0 {
		asked = c.client.Scopes
	}
	var active oauth.Scopes
	for _, scope := range asked {
		if c.Pool.HasScope(scope) {
			active = append(active, scope)
		}
	}
	if len(active) == 0 {
		return nil, oauth.Errorf(oauth.InvalidRequest, "", "client %s has no scope of a resource server", c.client.ID)
	}
	return active, nil
}
