package store

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
)

// SaveCode stores a confirmation code in place of an earlier one. It fails with userpool.ErrNotFound if there is no such
// user.
func (db *DB) SaveCode(ctx context.Context, code userpool.ConfirmationCode, notSince time.Time) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		saved, err := db.putCode(ctx, tx, code, notSince)
		if err == nil && !saved {
			return directory.ErrTooSoon
		}
		return err
	})
}

// putCode reports whether it stored the code; it does not if an earlier one was sent after notSince.
func (db *DB) putCode(ctx context.Context, tx querier, c userpool.ConfirmationCode, notSince time.Time) (bool, error) {
	var pending []byte
	if c.Pending != "" {
		pending = db.seal([]byte(c.Pending), "codes", c.Pool, pendingRow(c.Sub, c.Purpose))
	}
	saved, err := changed(ctx, tx, `
		INSERT INTO codes (
			pool,
			sub,
			purpose,
			mac,
			medium,
			sent,
			expires,
			attempts,
			pending
		) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $9)
		ON CONFLICT (pool, sub, purpose) DO UPDATE SET
			mac = excluded.mac,
			medium = excluded.medium,
			sent = excluded.sent,
			expires = excluded.expires,
			attempts = 0,
			pending = excluded.pending
		WHERE codes.sent <= $8`,
		c.Pool, c.Sub, c.Purpose, c.MAC, c.Medium, micros(c.Sent), micros(c.Expires), micros(notSince), pending)
	if isForeignKey(err) {
		return false, userpool.ErrNotFound
	}
	if err != nil {
		return false, fmt.Errorf("save a code: %w", err)
	}
	return saved, nil
}

// pendingRow binds a sealed value to its row.
func pendingRow(sub userpool.Sub, purpose userpool.CodePurpose) string {
	return string(sub) + " " + string(purpose)
}

// PendingValue reads the new value that waits for a code; empty where none does.
func (db *DB) PendingValue(ctx context.Context, pool userpool.ID, sub userpool.Sub, purpose userpool.CodePurpose, now time.Time) (string, error) {
	var sealed []byte
	err := db.read().QueryRowContext(ctx, `
		SELECT pending
		FROM codes
		WHERE pool = $1 AND sub = $2 AND purpose = $3 AND expires > $4`,
		pool, sub, purpose, micros(now)).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && sealed == nil) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read a pending value: %w", err)
	}
	value, err := db.open(sealed, "codes", pool, pendingRow(sub, purpose))
	return string(value), err
}

// TakeCode deletes a code and applies the change it permits, in one commit.
func (db *DB) TakeCode(ctx context.Context, take directory.TakeCode, change userpool.UserChange) error {
	var mismatch bool
	err := db.update(ctx, func(ctx context.Context, tx querier) error {
		mac, err := tryCode(ctx, tx, take)
		if err != nil {
			return err
		}
		if mismatch = subtle.ConstantTimeCompare(mac, take.MAC) != 1; mismatch {
			return nil // so that the counted attempt is committed
		}
		if err := deleteCode(ctx, tx, take); err != nil {
			return err
		}
		return db.changeUser(ctx, tx, change)
	})
	if err == nil && mismatch {
		return directory.ErrCodeMismatch
	}
	return err
}

// CheckCode says what TakeCode would say of a code, and leaves it. A wrong one is counted; a right one costs nothing.
func (db *DB) CheckCode(ctx context.Context, take directory.TakeCode) error {
	var mismatch bool
	err := db.update(ctx, func(ctx context.Context, tx querier) error {
		mac, err := tryCode(ctx, tx, take)
		if err != nil {
			return err
		}
		if mismatch = subtle.ConstantTimeCompare(mac, take.MAC) != 1; mismatch {
			return nil // so that the counted attempt is committed
		}
		return errRight // so that it is not
	})
	switch {
	case errors.Is(err, errRight):
		return nil
	case err == nil && mismatch:
		return directory.ErrCodeMismatch
	}
	return err
}

// errRight undoes the counting of an attempt that was right.
var errRight = errors.New("the code is right")

// tryCode counts an attempt and returns what the code must match. Counting first makes others who try wait, so nobody
// gets more attempts by trying at the same time.
func tryCode(ctx context.Context, tx querier, take directory.TakeCode) (mac []byte, err error) {
	err = tx.QueryRowContext(ctx, `
		UPDATE codes SET attempts = attempts + 1
		WHERE pool = $1 AND sub = $2 AND purpose = $3 AND expires > $4 AND attempts < $5
		RETURNING mac`,
		take.Pool, take.Sub, take.Purpose, micros(take.Now), directory.MaxCodeAttempts).Scan(&mac)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, directory.ErrCodeExpired
	}
	if err != nil {
		return nil, fmt.Errorf("try a code: %w", err)
	}
	return mac, nil
}

func deleteCode(ctx context.Context, tx querier, take directory.TakeCode) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM codes WHERE pool = $1 AND sub = $2 AND purpose = $3`, take.Pool, take.Sub, take.Purpose)
	if err != nil {
		return fmt.Errorf("take a code: %w", err)
	}
	return nil
}
