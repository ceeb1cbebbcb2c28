package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"portico/userpool"
)

// Purposes of spent values. What sign-ins spend carries a mark, so that no provider's purpose can be that of our codes.
const (
	spentCode = "authorization-code"
	onceMark  = "once:"
)

// spend uses a value up and reports whether it was fresh. Of several that spend one value at the same time one finds it
// fresh; the others wait for it.
func spend(ctx context.Context, tx querier, pool userpool.ID, purpose, id, family string, until time.Time) (fresh bool, err error) {
	fresh, err = changed(ctx, tx, `
		INSERT INTO spent (
			pool,
			purpose,
			hash,
			family,
			until
		) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`,
		pool, purpose, spentHash(id), family, micros(until))
	if err != nil {
		return false, fmt.Errorf("spend a value: %w", err)
	}
	return fresh, nil
}

// isSpent reports whether a value was used up.
func isSpent(ctx context.Context, tx querier, pool userpool.ID, purpose, id string) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM spent WHERE pool = $1 AND purpose = $2 AND hash = $3`,
		pool, purpose, spentHash(id)).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for a spent value: %w", err)
	}
	return n > 0, nil
}

// spentHash makes any ID one size: a SAML assertion's may be as long as the provider likes.
func spentHash(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	return sum[:]
}

// endFamilyOfCode ends the family that a spent code started, if it started one.
func endFamilyOfCode(ctx context.Context, tx querier, pool userpool.ID, codeID string, now time.Time) error {
	var family string
	err := tx.QueryRowContext(ctx, `SELECT family FROM spent WHERE pool = $1 AND purpose = $2 AND hash = $3`,
		pool, spentCode, spentHash(codeID)).Scan(&family)
	if err != nil {
		return fmt.Errorf("read a spent code: %w", err)
	}
	if family == "" {
		return nil
	}
	return endFamily(ctx, tx, pool, family, now)
}
