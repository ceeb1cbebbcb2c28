package token

import (
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"portico/userpool"
	"portico/userpool/oauth"
)

// ErrInvalid: a text is not an access token of the pool that is good now. What is wrong is for the log.
var ErrInvalid = errors.New("access token is not valid")

// Access is a verified access token.
type Access struct {
	ID       string       // jti
	Origin   string       // origin_jti: the family; empty for client credentials
	Sub      userpool.Sub // client credentials: the client's ID
	Username string       // empty for client credentials
	Client   userpool.ClientID
	Scopes   oauth.Scopes
	Groups   []string
	AuthTime time.Time
	Issued   time.Time
	Expires  time.Time
}

// Verify reads one of the pool's own access tokens. It fails with ErrInvalid on everything else: ID tokens, tokens of
// other pools, expired ones. Whether the sign-in it came from still stands is for the caller to ask.
//
// The header is never parsed. Our tokens have no header but those in the key set, byte for byte, so there is no algorithm,
// key address or critical extension for an attacker to name (RFC 8725 §3.1).
func (m Mint) Verify(pool *userpool.Pool, raw string) (Access, error) {
	payload, err := m.signed(pool, raw, UseAccess, ErrInvalid)
	if err != nil {
		return Access{}, err
	}
	claims, err := parseAccess(payload)
	if err != nil {
		return Access{}, err
	}
	switch {
	case claims.Issuer != pool.At.Issuer:
		return Access{}, fmt.Errorf("%w: another issuer", ErrInvalid)
	case claims.Use != string(UseAccess):
		return Access{}, fmt.Errorf("%w: not an access token", ErrInvalid)
	case m.Now().Unix() >= claims.Expires:
		return Access{}, fmt.Errorf("%w: expired", ErrInvalid)
	}
	return claims.access()
}

// signed returns the payload of a token that one of the pool's keys of a use has signed. It fails with invalid on any other
// text.
func (m Mint) signed(pool *userpool.Pool, raw string, use Use, invalid error) (payload string, err error) {
	p, ok := split(raw)
	if !ok {
		return "", fmt.Errorf("%w: malformed", invalid)
	}
	keys, ok := m.Keys(pool.ID)
	if !ok {
		return "", fmt.Errorf("user pool %s has no signing keys", pool.ID)
	}
	key := keys.byHeader[p.header]
	if key == nil || key.use != use {
		return "", fmt.Errorf("%w: not signed by a key of the pool for %s tokens", invalid, use)
	}
	if !key.verify(p) {
		return "", fmt.Errorf("%w: wrong signature", invalid)
	}
	return p.payload, nil
}

func parseAccess(payload string) (accessClaims, error) {
	var claims accessClaims
	text, err := base64.RawURLEncoding.Strict().DecodeString(payload)
	if err != nil {
		return claims, fmt.Errorf("%w: payload is not base64url", ErrInvalid)
	}
	if err := json.Unmarshal(text, &claims); err != nil {
		return claims, fmt.Errorf("%w: payload is not of our making", ErrInvalid)
	}
	return claims, nil
}

func (c accessClaims) access() (Access, error) {
	scopes, err := oauth.ParseScopes(c.Scope)
	if err != nil {
		return Access{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return Access{
		ID: c.JTI, Origin: c.OriginJTI, Sub: userpool.Sub(c.Sub), Username: c.Username, Client: c.Client, Scopes: scopes,
		Groups: c.Groups, AuthTime: time.Unix(c.AuthTime, 0), Issued: time.Unix(c.IssuedAt, 0), Expires: time.Unix(c.Expires, 0),
	}, nil
}
