package token

import (
	"crypto"
	"time"

	"portico/userpool"
)

// Use says which token a key signs. A pool signs ID and access tokens with different keys, as Cognito does.
type Use string

// The uses of a signing key.
const (
	UseID     Use = "id"
	UseAccess Use = "access"
)

// Key is a signing key of a pool. ID is its kid: standard base64 of 32 bytes, like Cognito's.
type Key struct {
	ID      string
	Pool    userpool.ID
	Use     Use
	Alg     string // "RS256"
	Signer  crypto.Signer
	Created time.Time
}
