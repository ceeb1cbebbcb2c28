package grant

import (
	"context"
	"errors"
	"fmt"

	"portico/userpool"
	"portico/userpool/oauth"
	"portico/userpool/token"
)

// Cognito's words in the WWW-Authenticate header of a refused userInfo request, with status 400 and 401.
const (
	DescriptionBadRequest = "Bad OAuth2 request at UserInfo Endpoint"
	descriptionBadToken   = "Access token is expired, disabled, or deleted, or the user has globally signed out."
)

// UserInfo answers a userInfo request (OpenID Connect Core §5.3) that carries the given bearer token, empty where the
// header is missing or malformed. Attributes are read live.
//
// It fails with an *oauth.Error: invalid_request (status 400) without a token, invalid_token (401) with one that is not
// good, or no longer, or was not granted openid. In the standard dialect the first and the last are RFC 6750's.
func (x *Exchanger) UserInfo(ctx context.Context, pool *userpool.Pool, bearer string) (map[string]any, error) {
	standard := pool.Dialect == userpool.DialectStandard
	if bearer == "" && standard {
		return nil, oauth.Errorf(oauth.NoCredentials, "", "no bearer token")
	}
	if bearer == "" {
		return nil, oauth.Errorf(oauth.InvalidRequest, DescriptionBadRequest, "no bearer token")
	}
	access, err := x.Mint.Verify(pool, bearer)
	if errors.Is(err, token.ErrInvalid) {
		return nil, &oauth.Error{Code: oauth.InvalidToken, Description: descriptionBadToken, Err: err}
	}
	if err != nil {
		return nil, err
	}
	if !access.Scopes.Has(oauth.ScopeOpenID) && standard {
		return nil, oauth.Errorf(oauth.InsufficientScope, "", "scope openid was not granted")
	}
	if !access.Scopes.Has(oauth.ScopeOpenID) {
		return nil, badToken("scope openid was not granted")
	}
	client, known := pool.Clients[access.Client]
	if !known {
		return nil, badToken("client %s is gone", access.Client)
	}
	user, err := x.signedInUser(ctx, pool.ID, access)
	if err != nil {
		return nil, err
	}
	return token.UserInfo(pool, client, user, access.Scopes), nil
}

// signedInUser reads the user of an access token, whose sign-in must not have been revoked.
func (x *Exchanger) signedInUser(ctx context.Context, pool userpool.ID, access token.Access) (userpool.User, error) {
	family, err := x.Storage.Family(ctx, pool, access.Origin)
	switch {
	case errors.Is(err, userpool.ErrNotFound):
		return userpool.User{}, badToken("unknown family")
	case err != nil:
		return userpool.User{}, fmt.Errorf("read family: %w", err)
	case !family.Ended.IsZero():
		return userpool.User{}, badToken("family has ended")
	}
	user, err := x.Storage.UserBySub(ctx, pool, access.Sub)
	switch {
	case errors.Is(err, userpool.ErrNotFound):
		return userpool.User{}, badToken("user %s is gone", access.Sub)
	case err != nil:
		return userpool.User{}, fmt.Errorf("read user: %w", err)
	case !user.Enabled:
		return userpool.User{}, badToken("user %s is disabled", access.Sub)
	}
	return user, nil
}

func badToken(format string, args ...any) error {
	return oauth.Errorf(oauth.InvalidToken, descriptionBadToken, format, args...)
}
