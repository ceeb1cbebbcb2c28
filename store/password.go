package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"portico/userpool"
)

// Password reads a user's stored password.
func (db *DB) Password(ctx context.Context, pool userpool.ID, sub userpool.Sub) (userpool.Password, error) {
	var p userpool.Password
	var sealed []byte
	var when int64
	err := db.read().QueryRowContext(ctx, `
		SELECT
			hash,
			srp_salt,
			srp_verifier,
			temporary,
			changed
		FROM passwords
		WHERE pool = $1 AND sub = $2`,
		pool, sub).Scan(&p.Hash, &p.SRPSalt, &sealed, &p.Temporary, &when)
	if errors.Is(err, sql.ErrNoRows) {
		return userpool.Password{}, userpool.ErrNotFound
	}
	if err != nil {
		return userpool.Password{}, fmt.Errorf("read a password: %w", err)
	}
	if sealed != nil {
		verifier, err := db.open(sealed, "passwords", pool, string(sub))
		if err != nil {
			return userpool.Password{}, err
		}
		p.SRPVerifier = userpool.NewSecret(string(verifier))
	}
	p.Changed = moment(when)
	return p, nil
}

// putPassword sets a user's password, in place of one there was.
func (db *DB) putPassword(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, p userpool.Password) error {
	var sealed []byte
	if !p.SRPVerifier.Empty() {
		sealed = db.seal([]byte(p.SRPVerifier.Reveal()), "passwords", pool, string(sub))
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO passwords (
			pool,
			sub,
			hash,
			srp_salt,
			srp_verifier,
			temporary,
			changed
		) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (pool, sub) DO UPDATE SET
			hash = excluded.hash,
			srp_salt = excluded.srp_salt,
			srp_verifier = excluded.srp_verifier,
			temporary = excluded.temporary,
			changed = excluded.changed`,
		pool, sub, p.Hash, p.SRPSalt, sealed, p.Temporary, micros(p.Changed))
	if err != nil {
		return fmt.Errorf("write a password: %w", err)
	}
	return nil
}

// dropPassword takes a user's password away, and the earlier ones with it.
func dropPassword(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub) error {
	if err := retirePassword(ctx, tx, pool, sub, 0); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM passwords WHERE pool = $1 AND sub = $2`, pool, sub); err != nil {
		return fmt.Errorf("take a password away: %w", err)
	}
	return nil
}
