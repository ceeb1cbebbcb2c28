package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portico/userpool"
)

const (
	// sweepBatch keeps each deletion short, so that it delays no sign-in.
	sweepBatch = 500
	// familySlack is how long a family is kept after its refresh token expired: an access or ID token issued in the last
	// moment lives for a day at most, and our endpoints look at its family.
	familySlack = 24 * time.Hour
)

// Sweep deletes what has expired: sessions, confirmation codes, families, devices, traces, spent values that would be refused anyway,
// and signing keys whose last token has expired.
// It works in small transactions and stops between two of them when the context ends. It returns how many rows it
// deleted, also beside an error.
func (db *DB) Sweep(ctx context.Context, now time.Time) (int, error) {
	total := 0
	for _, s := range sweeps(now) {
		n, err := db.sweep(ctx, s)
		total += n
		if err != nil {
			return total, fmt.Errorf("sweep: %w", err)
		}
	}
	n, err := db.forgetKeys(ctx, now)
	return total + n, err
}

type sweeping struct {
	statement string
	before    time.Time
}

// sweeps lists the deletions. Each goes in the order of its index, so that replicas that sweep at the same time take
// rows in the same order.
func sweeps(now time.Time) []sweeping {
	return []sweeping{
		{`DELETE FROM sessions WHERE (pool, hash) IN (
			SELECT pool, hash FROM sessions WHERE expires <= $1 ORDER BY expires LIMIT $2)`, now},
		{`DELETE FROM codes WHERE (pool, sub, purpose) IN (
			SELECT pool, sub, purpose FROM codes WHERE expires <= $1 ORDER BY expires LIMIT $2)`, now},
		{`DELETE FROM families WHERE (pool, id) IN (
			SELECT pool, id FROM families WHERE expires <= $1 ORDER BY expires LIMIT $2)`, now.Add(-familySlack)},
		{`DELETE FROM spent WHERE (pool, purpose, hash) IN (
			SELECT pool, purpose, hash FROM spent WHERE until <= $1 ORDER BY until LIMIT $2)`, now},
		{`DELETE FROM devices WHERE (pool, sub, key) IN (
			SELECT pool, sub, key FROM devices WHERE used <= $1 ORDER BY used LIMIT $2)`, now.Add(-userpool.MaxDeviceLifetime)},
		{`DELETE FROM traces WHERE (reference, pool) IN (
			SELECT reference, pool FROM traces WHERE expires <= $1 ORDER BY expires LIMIT $2)`, now},
	}
}

// errNothing undoes a transaction that deleted nothing, so that an idle server does not wait for its disk.
var errNothing = errors.New("nothing has expired")

func (db *DB) sweep(ctx context.Context, s sweeping) (int, error) {
	total := 0
	for {
		var n int64
		err := db.update(ctx, func(ctx context.Context, tx querier) error {
			result, err := tx.ExecContext(ctx, s.statement, micros(s.before), sweepBatch)
			if err != nil {
				return err
			}
			if n, err = result.RowsAffected(); err == nil && n == 0 {
				return errNothing
			}
			return err
		})
		if errors.Is(err, errNothing) {
			return total, nil
		}
		total += int(n)
		if err != nil || n < sweepBatch {
			return total, err
		}
	}
}
