package grant

import (
	"context"
	"errors"
	"fmt"

	"portico/userpool"
	"portico/userpool/oauth"
	"portico/userpool/token"
)

// Revoke answers a revocation request (RFC 7009). It ends the family of a refresh token, whatever its generation, and so
// every token of that sign-in at our endpoints; in the standard dialect that of an access token, too, which Cognito does not
// take. A token that is unknown, expired, another client's or nonsense is no error (§2.2: "invalid tokens do not cause an
// error response").
//
// It fails with an *oauth.Error. Unlike at the token endpoint, invalid_client is status 401 here.
func (x *Exchanger) Revoke(ctx context.Context, r Request) error {
	client, err := authenticate(r)
	if err != nil {
		return err
	}
	if r.Params.Token == "" {
		return oauth.Errorf(oauth.InvalidRequest, "", "token is missing")
	}
	if !client.Revocation {
		return oauth.Errorf(oauth.InvalidRequest, "", "revocation is off for client %s", client.ID)
	}
	family, err := x.familyOf(r, client.ID)
	if err != nil || family == "" {
		return err
	}
	if err := x.Storage.EndFamily(ctx, r.Pool.ID, family, x.Now()); err != nil {
		return fmt.Errorf("end family: %w", err)
	}
	return nil
}

// familyOf is the family that a token belongs to; empty for a token that is no good.
func (x *Exchanger) familyOf(r Request, client userpool.ClientID) (string, error) {
	keys, ok := x.Mint.Keys(r.Pool.ID)
	if !ok || !keys.Issued(r.Params.Token) {
		presented, err := x.openRefresh(r.Pool.ID, client, r.Params.Token)
		if err != nil {
			return "", nil //nolint:nilerr // RFC 7009 §2.2: a token that is no good is no error
		}
		return presented.family, nil
	}
	access, err := x.Mint.Verify(r.Pool, r.Params.Token)
	_, notAnIDToken := x.Mint.VerifyHint(r.Pool, r.Params.Token)
	switch {
	case r.Pool.Dialect != userpool.DialectStandard, notAnIDToken == nil, err == nil && access.Origin == "":
		return "", oauth.Errorf(oauth.UnsupportedTokenType, "", "not a token of a sign-in that can be revoked")
	case errors.Is(err, token.ErrInvalid), err == nil && access.Client != client:
		return "", nil
	case err != nil:
		return "", err
	}
	return access.Origin, nil
}
