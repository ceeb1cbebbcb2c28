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

// refreshToken is a refresh token in clear. Pool and client are bound by its seal.
type refreshToken struct {
	family     string
	generation int
}

// sealRefresh makes the refresh token of a family's generation. It is base64url, within the characters that the API
// allows any token ([A-Za-z0-9-_=.]+).
func (x *Exchanger) sealRefresh(f Family) string {
	var p packer
	p.text(f.ID)
	p.number(int64(f.Generation))
	return x.Refreshes.Seal(p, string(f.Pool), string(f.Client))
}

// openRefresh reads a refresh token that was issued to this client in this pool.
func (x *Exchanger) openRefresh(pool userpool.ID, client userpool.ClientID, text string) (refreshToken, error) {
	plain, err := open(x.Refreshes, text, pool, client)
	if err != nil {
		return refreshToken{}, err
	}
	u := unpacker{rest: plain}
	t := refreshToken{family: u.text(), generation: int(u.number())}
	return t, u.end()
}

// proveRefresh is the part of the refresh grant (RFC 6749 §6). The user is read anew; scopes and the time of sign-in stay
// those of the first grant; there is no nonce (OpenID Connect Core §12.2).
func (x *Exchanger) proveRefresh(ctx context.Context, c call) (proof, error) {
	if c.Params.RefreshToken == "" {
		return proof{}, oauth.Errorf(oauth.InvalidRequest, "", "refresh_token is missing")
	}
	presented, err := x.openRefresh(c.Pool.ID, c.client.ID, c.Params.RefreshToken)
	if err != nil {
		return proof{}, oauth.Errorf(oauth.InvalidGrant, "", "refresh token: %w", err)
	}
	family, err := x.liveFamily(ctx, c, presented)
	if err != nil {
		return proof{}, err
	}
	if err := sameResource(c, family.Resource); err != nil {
		return proof{}, err
	}
	scopes, err := refreshScopes(c, family.Scopes)
	if err != nil {
		return proof{}, err
	}
	user, err := x.activeUser(ctx, c.Pool.ID, family.Sub)
	if err != nil {
		return proof{}, err
	}
	proven := proof{scopes: scopes, sign: func(ctx context.Context) (token.Tokens, error) {
		return x.Mint.ForUser(ctx, token.UserGrant{
			Pool: c.Pool, Client: c.client, User: user, Scopes: scopes, AuthTime: family.AuthTime, Origin: family.ID,
			Resource: family.Resource,
		})
	}}
	if c.client.Rotation.Enabled {
		proven.commit = func(ctx context.Context) (string, error) { return x.rotate(ctx, c, presented, family) }
	}
	return proven, nil
}

// refreshScopes are the scopes of the new tokens. RFC 6749 §6 lets a client ask for fewer than were granted, and for no others;
// the refresh token keeps them all. Cognito does not look at the parameter.
func refreshScopes(c call, granted oauth.Scopes) (oauth.Scopes, error) {
	if c.Pool.Dialect != userpool.DialectStandard || c.Params.Scope == "" {
		return granted, nil
	}
	asked, err := oauth.ParseScopes(c.Params.Scope)
	if err != nil {
		return nil, &oauth.Error{Code: oauth.InvalidScope, Err: err}
	}
	for _, scope := range asked {
		if !granted.Has(scope) {
			return nil, oauth.Errorf(oauth.InvalidScope, "", "a scope was not granted in the first place")
		}
	}
	return asked, nil
}

// liveFamily reads the family of a refresh token and holds the token against it.
func (x *Exchanger) liveFamily(ctx context.Context, c call, presented refreshToken) (Family, error) {
	family, err := x.Storage.Family(ctx, c.Pool.ID, presented.family)
	if errors.Is(err, userpool.ErrNotFound) {
		return family, oauth.Errorf(oauth.InvalidGrant, "", "refresh token: unknown family")
	}
	if err != nil {
		return family, fmt.Errorf("read family: %w", err)
	}
	return family, x.judge(ctx, c, presented, family)
}

// judge decides whether a refresh token may still be used, given its family's row. The current generation may; the one
// before may within the client's grace period, for an app that lost the answer and asks again. Any older one is out of
// the hands it was meant for, and nobody can tell whose hands hold the newer one: the family ends (RFC 9700 §4.14.2).
func (x *Exchanger) judge(ctx context.Context, c call, presented refreshToken, family Family) error {
	switch {
	case family.Client != c.client.ID:
		return oauth.Errorf(oauth.InvalidGrant, "", "refresh token: family of another client")
	case !family.Ended.IsZero():
		return oauth.Errorf(oauth.InvalidGrant, "", "refresh token: family has ended")
	case !c.now.Before(family.Expires):
		return oauth.Errorf(oauth.InvalidGrant, "", "refresh token: expired")
	case presented.generation == family.Generation:
		return nil
	case presented.generation > family.Generation:
		return oauth.Errorf(oauth.InvalidGrant, "", "refresh token: generation was never issued")
	case presented.generation == family.Generation-1 && withinGrace(c, family):
		return nil
	}
	reuse := oauth.Errorf(oauth.InvalidGrant, "", "refresh token: reused after rotation; its family is ended")
	if err := x.Storage.EndFamily(ctx, c.Pool.ID, family.ID, c.now); err != nil {
		return fmt.Errorf("end family: %w", err)
	}
	return reuse
}

func withinGrace(c call, family Family) bool {
	grace := c.client.Rotation.Grace
	return grace > 0 && c.now.Sub(family.Rotated) <= grace
}

// rotate replaces the refresh token and returns the new one. A retry within the grace period gets the generation that the
// first call got (its text differs, as every seal does), so the family never forks.
func (x *Exchanger) rotate(ctx context.Context, c call, presented refreshToken, family Family) (string, error) {
	if presented.generation < family.Generation { // judged to be a retry
		return x.sealRefresh(family), nil
	}
	now := c.now.Truncate(rotationClock)
	family, err := x.Storage.Rotate(ctx, c.Pool.ID, presented.family, presented.generation, now)
	if errors.Is(err, userpool.ErrNotFound) {
		return "", oauth.Errorf(oauth.InvalidGrant, "", "refresh token: unknown family")
	}
	if err != nil {
		return "", fmt.Errorf("rotate refresh token: %w", err)
	}
	if family.Ended.IsZero() && family.Generation == presented.generation+1 && family.Rotated.Equal(now) {
		return x.sealRefresh(family), nil // this call rotated it
	}
	// Somebody else did since we read the row: the token is an old one by now.
	if err := x.judge(ctx, c, presented, family); err != nil {
		return "", err
	}
	return x.sealRefresh(family), nil
}

// rotationClock is how finely the times of rotations are told apart: what every store keeps.
const rotationClock = time.Microsecond
