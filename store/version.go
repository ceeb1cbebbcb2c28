package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"portico/userpool/seal"
)

// keyCheck is what the check value says once it is opened.
const keyCheck = "portico"

// checkKey compares the master key with the one the database was first opened with, or makes it that one.
func (db *DB) checkKey(ctx context.Context, sealer seal.Sealer) error {
	sealed, err := db.keyCheck(ctx)
	if err != nil {
		return err
	}
	if sealed == nil {
		if sealed, err = db.claim(ctx, sealer); err != nil {
			return err
		}
	}
	plain, err := sealer.OpenBytes(sealed)
	if err != nil || string(plain) != keyCheck {
		return ErrWrongKey
	}
	return nil
}

// keyCheck returns nil for a new database.
func (db *DB) keyCheck(ctx context.Context) (sealed []byte, err error) {
	err = db.read().QueryRowContext(ctx, `SELECT key_check FROM server WHERE one = 1`).Scan(&sealed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read the check value of the master key: %w", err)
	}
	return sealed, nil
}

// claim writes the check value of a new database, and returns another replica's if that came first.
func (db *DB) claim(ctx context.Context, sealer seal.Sealer) (sealed []byte, err error) {
	err = db.update(ctx, func(ctx context.Context, tx querier) error {
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO server (one, key_check, settings_version)
			VALUES (1, $1, 1)
			ON CONFLICT DO NOTHING`,
			sealer.SealBytes([]byte(keyCheck))); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT key_check FROM server WHERE one = 1`).Scan(&sealed)
	})
	if err != nil {
		return nil, fmt.Errorf("write the check value of the master key: %w", err)
	}
	return sealed, nil
}

// SettingsVersion is a number that grows with every write of settings: pools, clients, providers, resource servers,
// keys and declared groups. Read it before Declarations and Keys, and again every few seconds; when it has grown, load
// them anew.
func (db *DB) SettingsVersion(ctx context.Context) (int64, error) {
	var version int64
	err := db.read().QueryRowContext(ctx, `SELECT settings_version FROM server WHERE one = 1`).Scan(&version)
	if err != nil {
		return 0, fmt.Errorf("read the settings' version: %w", err)
	}
	return version, nil
}

// raiseSettingsVersion belongs in the transaction of every write of settings.
func raiseSettingsVersion(ctx context.Context, tx querier) error {
	_, err := tx.ExecContext(ctx, `UPDATE server SET settings_version = settings_version + 1 WHERE one = 1`)
	return err
}
