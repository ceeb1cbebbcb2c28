package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"portico/userpool"
)

// AddPasskey stores a passkey and spends the challenge it answers, in one commit. It fails with userpool.ErrSpent,
// ErrPasskeyTaken, ErrPasskeyLimit or ErrNotFound (no such user), and then nothing was written.
func (db *DB) AddPasskey(ctx context.Context, p userpool.Passkey, challenge userpool.Once) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		if err := spendOnce(ctx, tx, p.Pool, []userpool.Once{challenge}); err != nil {
			return err
		}
		// Touching the user first makes two passkeys of one user wait for each other, so that the limit holds.
		touched, err := changed(ctx, tx, `UPDATE users SET version = version WHERE pool = $1 AND sub = $2`, p.Pool, p.Sub)
		if err != nil {
			return fmt.Errorf("add a passkey: %w", err)
		}
		if !touched {
			return userpool.ErrNotFound
		}
		var count int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM passkeys WHERE pool = $1 AND sub = $2`, p.Pool, p.Sub).Scan(&count); err != nil {
			return fmt.Errorf("count passkeys: %w", err)
		}
		if count >= userpool.MaxPasskeys {
			return userpool.ErrPasskeyLimit
		}
		return insertPasskey(ctx, tx, p)
	})
}

func insertPasskey(ctx context.Context, tx querier, p userpool.Passkey) error {
	made, err := changed(ctx, tx, `
		INSERT INTO passkeys (
			pool,
			id,
			sub,
			handle,
			rp_id,
			public_key,
			sign_count,
			backup_eligible,
			backed_up,
			transports,
			attachment,
			aaguid,
			name,
			created,
			used
		) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT DO NOTHING`,
		p.Pool, p.ID, p.Sub, p.Handle, p.RelyingPartyID, p.PublicKey, int64(p.SignCount), p.BackupEligible, p.BackedUp,
		strings.Join(p.Transports, " "), p.Attachment, p.AAGUID, p.Name, micros(p.Created), micros(p.Used))
	if err != nil {
		return fmt.Errorf("add a passkey: %w", err)
	}
	if !made {
		return userpool.ErrPasskeyTaken
	}
	return nil
}

const passkeyColumns = `
			pool,
			id,
			sub,
			handle,
			rp_id,
			public_key,
			sign_count,
			backup_eligible,
			backed_up,
			transports,
			attachment,
			aaguid,
			name,
			created,
			used`

// Passkeys reads a user's passkeys, the oldest first.
func (db *DB) Passkeys(ctx context.Context, pool userpool.ID, sub userpool.Sub) (keys []userpool.Passkey, err error) {
	rows, err := db.read().QueryContext(ctx, `
		SELECT`+passkeyColumns+`
		FROM passkeys
		WHERE pool = $1 AND sub = $2
		ORDER BY created, id`, pool, sub)
	if err != nil {
		return nil, fmt.Errorf("read passkeys: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		key, err := scanPasskey(rows)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read passkeys: %w", err)
	}
	return keys, nil
}

// Passkey reads one by the authenticator's name for it; userpool.ErrNotFound where there is none.
func (db *DB) Passkey(ctx context.Context, pool userpool.ID, id []byte) (userpool.Passkey, error) {
	return scanPasskey(db.read().QueryRowContext(ctx, `
		SELECT`+passkeyColumns+`
		FROM passkeys
		WHERE pool = $1 AND id = $2`, pool, id))
}

func scanPasskey(row interface{ Scan(...any) error }) (userpool.Passkey, error) {
	var p userpool.Passkey
	var count, created, used int64
	var transports string
	err := row.Scan(&p.Pool, &p.ID, &p.Sub, &p.Handle, &p.RelyingPartyID, &p.PublicKey, &count, &p.BackupEligible, &p.BackedUp,
		&transports, &p.Attachment, &p.AAGUID, &p.Name, &created, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return userpool.Passkey{}, userpool.ErrNotFound
	}
	if err != nil {
		return userpool.Passkey{}, fmt.Errorf("read a passkey: %w", err)
	}
	p.SignCount, p.Transports, p.Created, p.Used = uint32(count), strings.Fields(transports), moment(created), moment(used)
	return p, nil
}

// usePasskey records a use. Of two uses that were checked against the same count one finds it changed.
func usePasskey(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, u userpool.PasskeyUse) error {
	done, err := changed(ctx, tx, `
		UPDATE passkeys SET
			sign_count = $5,
			backed_up = $6,
			used = $7
		WHERE pool = $1 AND sub = $2 AND id = $3 AND sign_count = $4`,
		pool, sub, u.ID, int64(u.Was), int64(u.Counted), u.BackedUp, micros(u.At))
	if err != nil {
		return fmt.Errorf("use a passkey: %w", err)
	}
	if !done {
		return userpool.ErrConflict
	}
	return nil
}

// RenamePasskey gives a passkey of a user another name. It fails with userpool.ErrNotFound.
func (db *DB) RenamePasskey(ctx context.Context, pool userpool.ID, sub userpool.Sub, id []byte, name string) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		done, err := changed(ctx, tx, `UPDATE passkeys SET name = $4 WHERE pool = $1 AND sub = $2 AND id = $3`, pool, sub, id, name)
		if err != nil {
			return fmt.Errorf("rename a passkey: %w", err)
		}
		return foundOne(done)
	})
}

// RemovePasskey deletes a passkey of a user. It fails with userpool.ErrNotFound.
func (db *DB) RemovePasskey(ctx context.Context, pool userpool.ID, sub userpool.Sub, id []byte) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error { return dropPasskey(ctx, tx, pool, sub, id) })
}

func dropPasskey(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, id []byte) error {
	done, err := changed(ctx, tx, `DELETE FROM passkeys WHERE pool = $1 AND sub = $2 AND id = $3`, pool, sub, id)
	if err != nil {
		return fmt.Errorf("remove a passkey: %w", err)
	}
	return foundOne(done)
}

func foundOne(done bool) error {
	if !done {
		return userpool.ErrNotFound
	}
	return nil
}
