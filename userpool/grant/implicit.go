package grant

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
	"portico/userpool/token"
)

// Implicit issues the tokens of an implicit response (RFC 6749 §4.2.2): no code, no refresh token. They are a family all the
// same, so that revocation reaches them at our endpoints; it lasts as long as they do. One durable commit.
//
// It fails with an *oauth.Error whose code may stand in an authorization response.
func (x *Exchanger) Implicit(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, a Authorization) (Response, error) {
	user, err := x.stillSignedIn(ctx, pool, a)
	if gone := (*oauth.Error)(nil); errors.As(err, &gone) {
		return Response{}, &oauth.Error{Code: oauth.AccessDenied, Err: err}
	}
	if err != nil {
		return Response{}, err
	}
	now := x.Now()
	family := Family{
		ID: x.NewID(), Pool: pool.ID, Client: client.ID, Sub: a.Sub, Scopes: a.Scopes, Resource: a.Resource,
		AuthTime: a.AuthTime, Issued: now, Expires: now.Add(max(client.Validity.Access, client.Validity.ID)),
	}
	tokens, err := x.Mint.ForUser(ctx, token.UserGrant{
		Pool: pool, Client: client, User: user, Scopes: a.Scopes, Nonce: a.Nonce, AuthTime: a.AuthTime, Origin: family.ID, Resource: a.Resource,
	})
	if errors.Is(err, token.ErrUnreadable) {
		return Response{}, &oauth.Error{Code: oauth.InvalidScope, Err: err}
	}
	if err != nil {
		return Response{}, err
	}
	err = x.Storage.StartFamily(ctx, family)
	if errors.Is(err, userpool.ErrNotFound) {
		return Response{}, oauth.Errorf(oauth.AccessDenied, "", "user %s is gone", a.Sub)
	}
	if err != nil {
		return Response{}, fmt.Errorf("start a family: %w", err)
	}
	response := Response{IDToken: tokens.ID, AccessToken: tokens.Access, TokenType: "Bearer", ExpiresIn: int64(tokens.ExpiresIn / time.Second)}
	if pool.Dialect == userpool.DialectStandard {
		response.Scope = a.Scopes.String()
	}
	return response, nil
}
