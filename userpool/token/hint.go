package token

import (
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"portico/userpool"
)

// ErrHint: a text is not an ID token that the pool has issued. What is wrong is for the log.
var ErrHint = errors.New("ID token hint is not valid")

// Hint is what one of our ID tokens says of the sign-in it came from, when an app sends it back.
type Hint struct {
	Sub      userpool.Sub
	Username string
	Client   userpool.ClientID // whom it was issued to
	Origin   string            // origin_jti: the family
	AuthTime time.Time
	Issued   time.Time
	Expires  time.Time // may be long past
}

// VerifyHint reads an ID token that an app sends back as id_token_hint. It may have expired: OpenID Connect Core §3.1.2.1
// and RP-Initiated Logout §4 want it taken all the same, since it only says whom the app means and proves nobody's presence.
// It fails with ErrHint on everything but an ID token that the pool has signed with a key it still publishes. Whether the
// client is the one that sends it, and what the hint is good for, is for the caller to say.
func (m Mint) VerifyHint(pool *userpool.Pool, raw string) (Hint, error) {
	payload, err := m.signed(pool, raw, UseID, ErrHint)
	if err != nil {
		return Hint{}, err
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(payload)
	if err != nil {
		return Hint{}, fmt.Errorf("%w: payload is not base64url", ErrHint)
	}
	var claims hintClaims
	if err := json.Unmarshal(text, &claims); err != nil {
		return Hint{}, fmt.Errorf("%w: payload is not of our making", ErrHint)
	}
	switch {
	case claims.Issuer != pool.At.Issuer:
		return Hint{}, fmt.Errorf("%w: another issuer", ErrHint)
	case claims.Use != string(UseID):
		return Hint{}, fmt.Errorf("%w: not an ID token", ErrHint)
	case claims.Sub == "" || claims.Audience == "":
		return Hint{}, fmt.Errorf("%w: of nobody, or for nobody", ErrHint)
	}
	return Hint{
		Sub: claims.Sub, Username: claims.Username, Client: claims.Audience, Origin: claims.OriginJTI,
		AuthTime: time.Unix(claims.AuthTime, 0), Issued: time.Unix(claims.IssuedAt, 0), Expires: time.Unix(claims.Expires, 0),
	}, nil
}

// hintClaims are the claims of an ID token that a hint is read from; the person's attributes are not.
type hintClaims struct {
	Sub       userpool.Sub      `json:"sub"`
	Issuer    string            `json:"iss"`
	Username  string            `json:"cognito:username"`
	OriginJTI string            `json:"origin_jti"`
	Audience  userpool.ClientID `json:"aud"`
	Use       string            `json:"token_use"`
	AuthTime  int64             `json:"auth_time"`
	Expires   int64             `json:"exp"`
	IssuedAt  int64             `json:"iat"`
}
