package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portico/userpool"
	"portico/userpool/token"
)

// AddKeys stores keys of a pool beside those it has. It fails with ErrKeysWait, and changes nothing, if keys of the pool
// wait at that moment for their time to sign: rotations follow one another. It fails with userpool.ErrNotFound for a pool
// that does not exist.
func (db *DB) AddKeys(ctx context.Context, pool userpool.ID, keys []token.Key, now time.Time) error {
	return db.rotate(ctx, pool, keys, func(ctx context.Context, tx querier) error {
		var waiting int
		err := tx.QueryRowContext(ctx, `
			SELECT count(*)
			FROM signing_keys
			WHERE pool = $1 AND signs_from > $2`,
			pool, micros(now)).Scan(&waiting)
		if err == nil && waiting > 0 {
			err = ErrKeysWait
		}
		return err
	})
}

// ReplaceWaitingKeys stores keys of a pool in place of those that sign after a moment only. Choose it late enough that no
// replica's clock has passed it: what a key that goes has signed is refused.
func (db *DB) ReplaceWaitingKeys(ctx context.Context, pool userpool.ID, keys []token.Key, after time.Time) error {
	return db.rotate(ctx, pool, keys, func(ctx context.Context, tx querier) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM signing_keys WHERE pool = $1 AND signs_from > $2`, pool, micros(after))
		return err
	})
}

// ReplaceKeys stores keys of a pool in place of all it has: whatever those signed is refused from now on.
func (db *DB) ReplaceKeys(ctx context.Context, pool userpool.ID, keys []token.Key) error {
	return db.rotate(ctx, pool, keys, func(ctx context.Context, tx querier) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM signing_keys WHERE pool = $1`, pool)
		return err
	})
}

// rotate stores keys after a job in one commit. They must be enough to sign with by themselves, so that no job can leave a
// pool without. The settings' version is raised first: its row is a lock, so two rotations that run at once see each
// other, on PostgreSQL too.
func (db *DB) rotate(ctx context.Context, pool userpool.ID, keys []token.Key, before job) error {
	if _, err := token.NewKeySet(keys); err != nil {
		return err
	}
	sealed, err := db.sealKeys(pool, keys)
	if err != nil {
		return err
	}
	err = db.update(ctx, func(ctx context.Context, tx querier) error {
		if err := raiseSettingsVersion(ctx, tx); err != nil {
			return err
		}
		if err := before(ctx, tx); err != nil {
			return err
		}
		for _, key := range sealed {
			if err := insertKey(ctx, tx, key); err != nil {
				return err
			}
		}
		return nil
	})
	if isForeignKey(err) {
		return userpool.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("rotate the signing keys of user pool %s: %w", pool, err)
	}
	return nil
}

// forgetKeys deletes the keys of all pools whose last token has expired: those that another of their use followed
// token.KeptFor ago. The latest key of a use follows all others and is followed by none, so it always stays; neither of two
// that begin at one moment follows the other, so both stay until a third does.
func (db *DB) forgetKeys(ctx context.Context, now time.Time) (int, error) {
	var n int64
	err := db.update(ctx, func(ctx context.Context, tx querier) error {
		result, err := tx.ExecContext(ctx, `
			DELETE FROM signing_keys
			WHERE EXISTS (
				SELECT 1
				FROM signing_keys AS later
				WHERE later.pool = signing_keys.pool
					AND later.token_use = signing_keys.token_use
					AND (CASE later.signs_from WHEN 0 THEN later.created ELSE later.signs_from END) <= $1
					AND (CASE later.signs_from WHEN 0 THEN later.created ELSE later.signs_from END)
						> (CASE signing_keys.signs_from WHEN 0 THEN signing_keys.created ELSE signing_keys.signs_from END)
			)`,
			micros(now.Add(-token.KeptFor)))
		if err != nil {
			return err
		}
		if n, err = result.RowsAffected(); err != nil {
			return err
		}
		if n == 0 {
			return errNothing
		}
		return raiseSettingsVersion(ctx, tx)
	})
	if errors.Is(err, errNothing) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("forget signing keys: %w", err)
	}
	return int(n), nil
}
