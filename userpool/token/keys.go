package token

import (
	"cmp"
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

// Key is a signing key of a pool. ID is its kid: standard base64 of 32 bytes, like Cognito's. It is published from the
// moment it is stored; life.go says when it signs and when it is forgotten.
type Key struct {
	ID        string
	Pool      userpool.ID
	Use       Use
	Signer    Signer
	Created   time.Time
	SignsFrom time.Time // zero: from Created on
}

func (k Key) signsFrom() time.Time {
	if k.SignsFrom.IsZero() {
		return k.Created
	}
	return k.SignsFrom
}

// compareKeys orders a pool's keys: those for ID tokens first, and of one use the one that signs latest first. The name
// settles a tie, so that all replicas sign with the same key.
func compareKeys(a, b Key) int {
	return cmp.Or(
		-cmp.Compare(a.Use, b.Use), b.signsFrom().Compare(a.signsFrom()), b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID),
	)
}
