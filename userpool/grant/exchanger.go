package grant

import (
	"context"
	"errors"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
	"portico/userpool/seal"
	"portico/userpool/token"
)

// Exchanger exchanges credentials for tokens. It is safe for concurrent use. Every field is required.
type Exchanger struct {
	Storage   Storage
	Mint      token.Mint
	Codes     seal.Sealer // for seal.AuthorizationCode
	Refreshes seal.Sealer // for seal.RefreshToken
	Now       func() time.Time
	NewID     func() string // a new UUID: names a code, and the family it starts
}

// Request is what came to the token or the revocation endpoint of a pool.
type Request struct {
	Pool   *userpool.Pool
	Params Params
	Basic  *ClientPassword // from the Authorization header; nil where there is none
}

// Response is the success body of the token endpoint (RFC 6749 §5.1). Cognito sends no scope.
type Response struct {
	IDToken      string `json:"id_token,omitempty"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	TokenType    string `json:"token_type"`      // "Bearer"
	ExpiresIn    int64  `json:"expires_in"`      // seconds, of the access token
	Scope        string `json:"scope,omitempty"` // in the standard dialect
}

// The grant types (RFC 6749 §4.1.3, §4.4.2, §6). Others of that RFC, and the device grant, Cognito does not have.
const (
	grantCode              = "authorization_code"
	grantRefresh           = "refresh_token"
	grantClientCredentials = "client_credentials"
)

// call is a request of an authenticated client.
type call struct {
	Request
	client *userpool.AppClient
	now    time.Time // one time for all that the request does
}

// grantType is one way to get tokens.
type grantType struct {
	allowed func(*userpool.AppClient) bool
	prove   func(context.Context, call) (proof, error)
}

// proof is what a grant proved, ready to be signed.
type proof struct {
	scopes oauth.Scopes
	sign   func(context.Context) (token.Tokens, error)
	// commit makes the one durable write and returns the refresh token to hand out, if any. nil: there is nothing to write.
	commit func(context.Context) (refresh string, err error)
	// refuse is told that the app is refused after all. nil: there is nothing to undo.
	refuse func(context.Context) error
}

// Exchange answers a token request. It fails with an *oauth.Error where the app is to blame.
func (x *Exchanger) Exchange(ctx context.Context, r Request) (Response, error) {
	if r.Params.GrantType == "" {
		return Response{}, oauth.Errorf(oauth.InvalidRequest, "", "grant_type is missing")
	}
	grant, known := x.grantType(r.Params.GrantType)
	if !known {
		return Response{}, oauth.Errorf(oauth.UnsupportedGrantType, "", "unknown grant_type")
	}
	client, err := authenticate(r)
	if err != nil {
		return Response{}, err
	}
	if !client.OAuth || !grant.allowed(client) {
		return Response{}, oauth.Errorf(oauth.UnauthorizedClient, "", "client %s may not use %s", client.ID, r.Params.GrantType)
	}
	proven, err := grant.prove(ctx, call{Request: r, client: client, now: x.Now()})
	if err != nil {
		return Response{}, err
	}
	response, err := complete(ctx, proven)
	if err == nil && r.Pool.Dialect == userpool.DialectStandard {
		response.Scope = proven.scopes.String()
	}
	return response, err
}

// grantType finds a grant by its name.
func (x *Exchanger) grantType(name string) (grantType, bool) {
	usesCode := func(c *userpool.AppClient) bool { return c.Flows.Code }
	switch name {
	case grantCode:
		return grantType{usesCode, x.proveCode}, true
	case grantRefresh: // refresh tokens come from codes only
		return grantType{usesCode, x.proveRefresh}, true
	case grantClientCredentials:
		return grantType{mayActAlone, x.proveClient}, true
	}
	return grantType{}, false
}

// complete signs, commits and answers, in this order (see the package comment).
func complete(ctx context.Context, p proof) (Response, error) {
	tokens, err := p.sign(ctx)
	if errors.Is(err, token.ErrUnreadable) {
		err = &oauth.Error{Code: oauth.InvalidGrant, Err: err}
		if p.refuse != nil {
			err = also(err, p.refuse(ctx))
		}
	}
	if err != nil {
		return Response{}, err
	}
	refresh := ""
	if p.commit != nil {
		if refresh, err = p.commit(ctx); err != nil {
			return Response{}, err
		}
	}
	return Response{
		IDToken: tokens.ID, AccessToken: tokens.Access, RefreshToken: refresh,
		TokenType: "Bearer", ExpiresIn: int64(tokens.ExpiresIn / time.Second),
	}, nil
}

// also gives a failure of ours precedence over the refusal on the way to which it happened: a refusal that could not be
// recorded must not look as if it had been.
func also(refusal, failure error) error {
	if failure != nil {
		return failure
	}
	return refusal
}
