package token

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
)

// Mint makes our tokens and verifies them. It is safe for concurrent use.
type Mint struct {
	Keys  func(userpool.ID) (*KeySet, bool)
	Now   func() time.Time
	NewID func() string // a new UUID: each token's jti

	Oversized func(Oversize) // told of every token that outgrows its pool's budget; must be quick; nil: nobody is told
}

// UserGrant is what a person's tokens are made from.
type UserGrant struct {
	Pool     *userpool.Pool
	Client   *userpool.AppClient
	User     userpool.User // with identities and groups
	Scopes   oauth.Scopes
	Nonce    string    // what the app sent to the authorization endpoint; empty where it sent none, and on refresh
	AuthTime time.Time // when the person signed in; a refresh keeps it
	Origin   string    // origin_jti: names the sign-in that all these tokens descend from
	Resource string    // aud of the access token (RFC 8707 §2); empty for none
}

// ClientGrant is what the token of a client on its own is made from.
type ClientGrant struct {
	Pool     *userpool.Pool
	Client   *userpool.AppClient
	Scopes   oauth.Scopes
	Resource string // as in UserGrant
}

// Tokens are signed. ID is empty without the scope openid. ExpiresIn is the access token's lifetime.
type Tokens struct {
	ID        string
	Access    string
	ExpiresIn time.Duration
}

// ForUser makes the tokens of a sign-in or a refresh. It fails with ErrUnreadable where a scope names attributes that the
// client may not read.
//
// The two signatures cannot be made side by side: the ID token holds at_hash, a hash of the finished access token.
func (m Mint) ForUser(ctx context.Context, g UserGrant) (Tokens, error) {
	if err := checkReadable(g.Client, g.Scopes); err != nil {
		return Tokens{}, err
	}
	now := m.Now()
	tokens, err := m.signAccess(ctx, g.Pool, g.Client, m.userAccess(g, now))
	if err != nil || !g.Scopes.Has(oauth.ScopeOpenID) {
		return tokens, err
	}
	if tokens.ID, err = m.sign(ctx, g.Pool.ID, UseID, m.userID(g, now, tokens.Access)); err != nil {
		return Tokens{}, err
	}
	m.weigh(g.Pool, g.Client, UseID, tokens.ID)
	return tokens, nil
}

// userAccess are the claims of a person's access token.
func (m Mint) userAccess(g UserGrant, now time.Time) accessClaims {
	access := m.accessClaims(g.Pool, g.Client, g.Scopes, now)
	access.Sub, access.Username, access.Groups = string(g.User.Sub), g.User.Username, groupNames(shownGroups(g.Client, g.User.Groups))
	access.OriginJTI, access.AuthTime, access.Audience = g.Origin, g.AuthTime.Unix(), g.Resource
	access.Attributes = accessAttributes(g.Client, g.User)
	return access
}

// userID are the claims of the ID token that goes with an access token.
func (m Mint) userID(g UserGrant, now time.Time, access string) idClaims {
	groups := shownGroups(g.Client, g.User.Groups)
	id := idClaims{
		AtHash: atHash(access), Sub: g.User.Sub, Groups: groupNames(groups), PreferredRole: preferredRole(groups),
		Issuer: g.Pool.At.Issuer, Username: g.User.Username, Nonce: g.Nonce, OriginJTI: g.Origin, Roles: roles(groups),
		Audience: string(g.Client.ID), Identities: identityClaims(g.User.Identities), Use: string(UseID),
		AuthTime: g.AuthTime.Unix(), Expires: now.Add(g.Client.Validity.ID).Unix(), IssuedAt: now.Unix(), JTI: m.NewID(),
		Attributes: idAttributes(g.Pool, g.Client, g.User, g.Scopes),
	}
	id.project(g.Client.Tokens.ID)
	return id
}

// ForClient makes the access token of a client that acts on its own (RFC 6749 §4.4): its subject is the client.
func (m Mint) ForClient(ctx context.Context, g ClientGrant) (Tokens, error) {
	return m.signAccess(ctx, g.Pool, g.Client, m.clientAccess(g, m.Now()))
}

// clientAccess are the claims of the access token of a client that acts on its own.
func (m Mint) clientAccess(g ClientGrant, now time.Time) accessClaims {
	access := m.accessClaims(g.Pool, g.Client, g.Scopes, now)
	access.Audience = g.Resource
	access.Sub, access.AuthTime = string(g.Client.ID), now.Unix()
	return access
}

// accessClaims are the claims that both kinds of access token share.
func (m Mint) accessClaims(pool *userpool.Pool, client *userpool.AppClient, scopes oauth.Scopes, now time.Time) accessClaims {
	return accessClaims{
		Issuer: pool.At.Issuer, Version: accessVersion, Client: client.ID, Use: string(UseAccess), Scope: scopes.String(),
		Expires: now.Add(client.Validity.Access).Unix(), IssuedAt: now.Unix(), JTI: m.NewID(),
	}
}

func (m Mint) signAccess(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, claims accessClaims) (Tokens, error) {
	raw, err := m.sign(ctx, pool.ID, UseAccess, claims)
	if err != nil {
		return Tokens{}, err
	}
	m.weigh(pool, client, UseAccess, raw)
	return Tokens{Access: raw, ExpiresIn: client.Validity.Access}, nil
}

// sign signs claims with the key of a use whose time it is, unless whoever asked has gone: a signature is the dearest thing
// here. The clock decides between the keys, so all replicas change to a new one at its moment, without being told.
func (m Mint) sign(ctx context.Context, pool userpool.ID, use Use, claims any) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	keys, ok := m.Keys(pool)
	if !ok {
		return "", fmt.Errorf("user pool %s has no signing keys", pool)
	}
	return keys.signing(use, m.Now()).sign(claims)
}

// atHash is OpenID Connect Core §3.1.3.6: "the base64url encoding of the left-most half of the hash of the octets of the
// ASCII representation of the access_token value".
func atHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}
