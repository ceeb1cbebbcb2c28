package grant

import (
	"context"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
)

// Family is all tokens that descend from one sign-in's authorization code. It is one row: its ID is the tokens'
// origin_jti; its generation counts rotations of the refresh token. Ending the family ends them all at our endpoints.
type Family struct {
	ID         string // UUID
	Pool       userpool.ID
	Client     userpool.ClientID
	Sub        userpool.Sub
	Scopes     oauth.Scopes
	Resource   string // aud of its access tokens (RFC 8707); empty for none
	AuthTime   time.Time
	Generation int       // 0 for the first refresh token
	Rotated    time.Time // when Generation last grew; zero before
	Issued     time.Time
	Expires    time.Time // rotation does not extend it
	Ended      time.Time // revoked, or a replay was seen; zero while alive
}

// Redemption is the one commit of a code exchange.
type Redemption struct {
	CodeID string    // names the authorization code
	Until  time.Time // when the code would have expired; the spent row may be forgotten after it
	Family Family
}

// Storage is what grant remembers. Writes are durable when they return.
type Storage interface {
	UserBySub(ctx context.Context, pool userpool.ID, sub userpool.Sub) (userpool.User, error)
	// SessionAlive reports whether the browser session a code was issued in still exists.
	SessionAlive(ctx context.Context, pool userpool.ID, hash []byte) (bool, error)

	// Redeem spends a code and starts its family in one commit. A code spent before fails with userpool.ErrSpent, and the
	// same commit ends the family that the first redemption started (RFC 6749 §4.1.2: a code used twice should revoke the
	// tokens issued on it). A user who is gone is userpool.ErrNotFound.
	Redeem(ctx context.Context, r Redemption) error
	// StartFamily starts the family of tokens that were issued without a code. A user who is gone is userpool.ErrNotFound.
	StartFamily(ctx context.Context, family Family) error
	// SpendCode uses a code up without a family, after a failed redemption by the right client; if the code had a family
	// already, the family ends. A code spent before is no error.
	SpendCode(ctx context.Context, pool userpool.ID, codeID string, until, now time.Time) error

	// Family returns userpool.ErrNotFound for an unknown one; ended and expired ones are returned.
	Family(ctx context.Context, pool userpool.ID, id string) (Family, error)
	// Rotate raises a family's generation by one if it is still at the given one and alive, and returns the row as it is
	// after the call, changed or not. Of several callers exactly one changes it: the one that finds its own now as Rotated,
	// which is in whole microseconds and comes back as it was given. An unknown family is userpool.ErrNotFound.
	Rotate(ctx context.Context, pool userpool.ID, id string, generation int, now time.Time) (Family, error)
	// EndFamily ends a family; an ended or unknown one is no error.
	EndFamily(ctx context.Context, pool userpool.ID, id string, now time.Time) error
}
