package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"portico/userpool"
	"portico/userpool/directory"
)

// SoftwareToken reads the secret of a user's authenticator app; userpool.ErrNotFound where there is none.
func (db *DB) SoftwareToken(ctx context.Context, pool userpool.ID, sub userpool.Sub) (userpool.SoftwareToken, error) {
	t := userpool.SoftwareToken{Pool: pool, Sub: sub}
	var sealed []byte
	var added int64
	err := db.read().QueryRowContext(ctx, `
		SELECT secret, name, added, step
		FROM software_tokens
		WHERE pool = $1 AND sub = $2`,
		pool, sub).Scan(&sealed, &t.Name, &added, &t.Step)
	if errors.Is(err, sql.ErrNoRows) {
		return userpool.SoftwareToken{}, userpool.ErrNotFound
	}
	if err != nil {
		return userpool.SoftwareToken{}, fmt.Errorf("read a software token: %w", err)
	}
	secret, err := db.open(sealed, "software_tokens", pool, string(sub))
	if err != nil {
		return userpool.SoftwareToken{}, err
	}
	t.Secret, t.Added = userpool.NewSecret(string(secret)), moment(added)
	return t, nil
}

// putToken sets a user's software token, in place of one there was.
func (db *DB) putToken(ctx context.Context, tx querier, t userpool.SoftwareToken) error {
	sealed := db.seal([]byte(t.Secret.Reveal()), "software_tokens", t.Pool, string(t.Sub))
	_, err := tx.ExecContext(ctx, `
		INSERT INTO software_tokens (
			pool,
			sub,
			secret,
			name,
			added,
			step
		) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (pool, sub) DO UPDATE SET
			secret = excluded.secret,
			name = excluded.name,
			added = excluded.added,
			step = excluded.step`,
		t.Pool, t.Sub, sealed, t.Name, micros(t.Added), t.Step)
	if err != nil {
		return fmt.Errorf("write a software token: %w", err)
	}
	return nil
}

func dropToken(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM software_tokens WHERE pool = $1 AND sub = $2`, pool, sub); err != nil {
		return fmt.Errorf("forget a software token: %w", err)
	}
	return nil
}

// takeStep takes the code of a time step. Whoever takes the same step at the same moment waits here, and then finds it taken.
func takeStep(ctx context.Context, tx querier, step directory.TokenStep) error {
	taken, err := changed(ctx, tx, `
		UPDATE software_tokens SET step = $4
		WHERE pool = $1 AND sub = $2 AND added = $3 AND step < $4`,
		step.Pool, step.Sub, micros(step.Added), step.Step)
	if err != nil {
		return fmt.Errorf("take a time step: %w", err)
	}
	if taken {
		return nil
	}
	var still int64
	err = tx.QueryRowContext(ctx, `SELECT step FROM software_tokens WHERE pool = $1 AND sub = $2 AND added = $3`,
		step.Pool, step.Sub, micros(step.Added)).Scan(&still)
	if errors.Is(err, sql.ErrNoRows) {
		return userpool.ErrConflict // it was removed or replaced since it was read
	}
	if err != nil {
		return fmt.Errorf("take a time step: %w", err)
	}
	return directory.ErrCodeUsed
}
