package store

import (
	"context"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"portico/userpool"
)

// samlKeyRow names a key's row for its seal.
func samlKeyRow(provider string, generation int64) string {
	return strconv.FormatInt(generation, 10) + " " + provider
}

// AddSAMLKey stores a key unless its owner has one of that generation already, which another replica made: then the other
// one stays, and nothing is changed.
func (db *DB) AddSAMLKey(ctx context.Context, k userpool.SAMLKey) error {
	private, err := k.MarshalPrivate()
	if err != nil {
		return err
	}
	sealed := db.seal(private, "saml_keys", k.Pool, samlKeyRow(k.Provider, k.Generation))
	err = db.update(ctx, func(ctx context.Context, tx querier) error {
		made, err := changed(ctx, tx, `
			INSERT INTO saml_keys (
				pool,
				provider,
				generation,
				certificate,
				private_key,
				created
			) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT DO NOTHING`,
			k.Pool, k.Provider, k.Generation, k.Certificate.Raw, sealed, micros(k.Created))
		if err != nil || !made {
			return err
		}
		return raiseSettingsVersion(ctx, tx)
	})
	if isForeignKey(err) {
		return userpool.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("store a SAML key of user pool %s: %w", k.Pool, err)
	}
	return nil
}

// DropSAMLKeys deletes an owner's keys of the generations before one.
func (db *DB) DropSAMLKeys(ctx context.Context, owner userpool.SAMLKeyOwner, before int64) error {
	err := db.update(ctx, func(ctx context.Context, tx querier) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM saml_keys WHERE pool = $1 AND provider = $2 AND generation < $3`,
			owner.Pool, owner.Provider, before)
		if err != nil {
			return err
		}
		return raiseSettingsVersion(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("drop SAML keys of user pool %s: %w", owner.Pool, err)
	}
	return nil
}

// SAMLKeys loads the SAML keys of all pools.
func (db *DB) SAMLKeys(ctx context.Context) ([]userpool.SAMLKey, error) {
	rows, err := db.read().QueryContext(ctx, `
		SELECT
			pool,
			provider,
			generation,
			certificate,
			private_key,
			created
		FROM saml_keys
		ORDER BY pool, provider, generation`)
	if err != nil {
		return nil, fmt.Errorf("read SAML keys: %w", err)
	}
	defer rows.Close()
	var keys []userpool.SAMLKey
	for rows.Next() {
		key, err := db.scanSAMLKey(rows)
		if err != nil {
			return nil, fmt.Errorf("read SAML keys: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

func (db *DB) scanSAMLKey(rows *sql.Rows) (userpool.SAMLKey, error) {
	var k userpool.SAMLKey
	var certificate, sealed []byte
	var created int64
	if err := rows.Scan(&k.Pool, &k.Provider, &k.Generation, &certificate, &sealed, &created); err != nil {
		return userpool.SAMLKey{}, err
	}
	private, err := db.open(sealed, "saml_keys", k.Pool, samlKeyRow(k.Provider, k.Generation))
	if err != nil {
		return userpool.SAMLKey{}, err
	}
	if k.Certificate, err = x509.ParseCertificate(certificate); err != nil {
		return userpool.SAMLKey{}, errors.New("a SAML certificate is damaged")
	}
	k.Created = moment(created)
	return k.WithPrivate(private)
}
