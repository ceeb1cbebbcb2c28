package grant

import (
	"context"
	"fmt"

	"portico/userpool/oauth"
)

// Revoke answers a revocation request (RFC 7009). It ends the family of a refresh token, whatever its generation, and so
// every token of that sign-in at our endpoints. A token that is unknown, expired, another client's or nonsense is no error
// (§2.2: "invalid tokens do not cause an error response").
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
	if keys, ok := x.Mint.Keys(r.Pool.ID); ok && keys.Issued(r.Params.Token) {
		return oauth.Errorf(oauth.UnsupportedTokenType, "", "not a refresh token")
	}
	presented, err := x.openRefresh(r.Pool.ID, client.ID, r.Params.Token)
	if err != nil {
		return nil //nolint:nilerr // RFC 7009 §2.2: a token that is no good is no error
	}
	if err := x.Storage.EndFamily(ctx, r.Pool.ID, presented.family, x.Now()); err != nil {
		return fmt.Errorf("end family: %w", err)
	}
	return nil
}
