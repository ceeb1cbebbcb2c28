package grant

import (
	"context"
	"errors"
	"fmt"

	"portico/userpool"
	"portico/userpool/oauth"
	"portico/userpool/token"
)

// descriptionRedirect is what Cognito says where RFC 6749 §5.2 would have a bare invalid_grant.
const descriptionRedirect = "invalid_redirect"

// proveCode is the part of the authorization code grant (RFC 6749 §4.1.3).
//
// Once a code has opened for the client, every refusal spends it: whoever has the code but not the verifier or the
// callback URL gets one try. A code that does not open belongs to somebody else, and must not be theirs to burn.
func (x *Exchanger) proveCode(ctx context.Context, c call) (proof, error) {
	if c.Params.Code == "" {
		return proof{}, oauth.Errorf(oauth.InvalidRequest, "", "code is missing")
	}
	granted, err := x.openCode(c.Pool.ID, c.client.ID, c.Params.Code)
	if err != nil {
		return proof{}, oauth.Errorf(oauth.InvalidGrant, "", "code: %w", err)
	}
	if !c.now.Before(granted.expires) {
		return proof{}, oauth.Errorf(oauth.InvalidGrant, "", "code has expired")
	}
	spend := func(ctx context.Context) error {
		if err := x.Storage.SpendCode(ctx, c.Pool.ID, granted.id, granted.expires, c.now); err != nil {
			return fmt.Errorf("spend code: %w", err)
		}
		return nil
	}
	user, err := x.proveAuthorization(ctx, c, granted)
	if refusal := (*oauth.Error)(nil); errors.As(err, &refusal) {
		return proof{}, also(err, spend(ctx))
	}
	if err != nil {
		return proof{}, err
	}
	return proof{
		scopes: granted.Scopes,
		sign: func(ctx context.Context) (token.Tokens, error) {
			return x.Mint.ForUser(ctx, token.UserGrant{
				Pool: c.Pool, Client: c.client, User: user, Scopes: granted.Scopes, Nonce: granted.Nonce,
				AuthTime: granted.AuthTime, Origin: granted.id, Resource: granted.Resource,
			})
		},
		commit: func(ctx context.Context) (string, error) { return x.redeem(ctx, c, granted) },
		refuse: spend,
	}, nil
}

// proveAuthorization holds the code against the request, and against what has become of the sign-in since.
func (x *Exchanger) proveAuthorization(ctx context.Context, c call, granted code) (userpool.User, error) {
	if err := sameRedirect(c, granted); err != nil {
		return userpool.User{}, err
	}
	if err := sameResource(c, granted.Resource); err != nil {
		return userpool.User{}, err
	}
	if !answers(c.Params.CodeVerifier, granted.Challenge) {
		return userpool.User{}, oauth.Errorf(oauth.InvalidGrant, "", "code_verifier does not answer the challenge")
	}
	return x.stillSignedIn(ctx, c.Pool, granted.Authorization)
}

// stillSignedIn reads the user of a sign-in that has not been undone meanwhile.
func (x *Exchanger) stillSignedIn(ctx context.Context, pool *userpool.Pool, a Authorization) (userpool.User, error) {
	// A provider that the operator has removed vouches for nobody any more.
	if _, there := pool.Provider(a.Provider); a.Provider != "" && !there {
		return userpool.User{}, oauth.Errorf(oauth.InvalidGrant, "", "provider %s is gone", a.Provider)
	}
	alive, err := x.Storage.SessionAlive(ctx, pool.ID, a.Session)
	if err != nil {
		return userpool.User{}, fmt.Errorf("read session: %w", err)
	}
	if !alive {
		return userpool.User{}, oauth.Errorf(oauth.InvalidGrant, "", "the session is over")
	}
	return x.activeUser(ctx, pool.ID, a.Sub)
}

// sameRedirect compares the redirect_uri with the one of the authorization request, byte for byte. RFC 6749 §4.1.3 wants
// it "if the redirect_uri parameter was included in the authorization request"; where the client's default stood in, that
// may be named or left out.
func sameRedirect(c call, granted code) error {
	given := c.Params.RedirectURI
	if given == granted.RedirectURI {
		return nil
	}
	if given == "" {
		return oauth.Errorf(oauth.InvalidRequest, "", "redirect_uri is missing")
	}
	if standIn, err := c.client.CallbackURL(""); granted.RedirectURI == "" && err == nil && given == standIn.String() {
		return nil
	}
	if c.Pool.Dialect == userpool.DialectStandard { // RFC 6749 §5.2
		return oauth.Errorf(oauth.InvalidGrant, "", "redirect_uri is not the one of the authorization request")
	}
	return oauth.Errorf(oauth.UnauthorizedClient, descriptionRedirect, "redirect_uri is not the one of the authorization request")
}

// redeem spends the code and starts its family, in one commit.
func (x *Exchanger) redeem(ctx context.Context, c call, granted code) (string, error) {
	family := Family{
		ID: granted.id, Pool: c.Pool.ID, Client: c.client.ID, Sub: granted.Sub, Scopes: granted.Scopes, Resource: granted.Resource,
		AuthTime: granted.AuthTime, Issued: c.now, Expires: c.now.Add(c.client.Validity.Refresh),
	}
	err := x.Storage.Redeem(ctx, Redemption{CodeID: granted.id, Until: granted.expires, Family: family})
	switch {
	case errors.Is(err, userpool.ErrSpent):
		return "", oauth.Errorf(oauth.InvalidGrant, "", "code was used before; its family is ended")
	case errors.Is(err, userpool.ErrNotFound): // deleted since we read them
		return "", oauth.Errorf(oauth.InvalidGrant, "", "user %s is gone", granted.Sub)
	case err != nil:
		return "", fmt.Errorf("redeem code: %w", err)
	}
	return x.sealRefresh(family), nil
}

// activeUser reads a user as they are now. Somebody deleted or disabled gets no tokens.
func (x *Exchanger) activeUser(ctx context.Context, pool userpool.ID, sub userpool.Sub) (userpool.User, error) {
	user, err := x.Storage.UserBySub(ctx, pool, sub)
	switch {
	case errors.Is(err, userpool.ErrNotFound):
		return user, oauth.Errorf(oauth.InvalidGrant, "", "user %s is gone", sub)
	case err != nil:
		return user, fmt.Errorf("read user: %w", err)
	case !user.Enabled:
		return user, oauth.Errorf(oauth.InvalidGrant, "", "user %s is disabled", sub)
	}
	return user, nil
}
