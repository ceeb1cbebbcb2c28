package store

import (
	"context"
	"database/sql"
	"fmt"

	"portico/userpool"
	"portico/userpool/token"
)

// sealedKey is a signing key as its row holds it.
type sealedKey struct {
	token.Key // without the signer
	alg       string
	private   []byte
}

func (db *DB) sealKeys(pool userpool.ID, keys []token.Key) ([]sealedKey, error) {
	sealed := make([]sealedKey, 0, len(keys))
	for _, key := range keys {
		if key.Pool != pool {
			return nil, fmt.Errorf("signing key %s is of user pool %s, not of %s", key.ID, key.Pool, pool)
		}
		private, err := token.MarshalPrivate(key.Signer)
		if err != nil {
			return nil, fmt.Errorf("signing key %s: %w", key.ID, err)
		}
		alg := key.Signer.Alg()
		key.Signer = nil
		sealed = append(sealed, sealedKey{key, alg, db.seal(private, "signing_keys", pool, key.ID)})
	}
	return sealed, nil
}

func insertKey(ctx context.Context, tx querier, k sealedKey) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO signing_keys (
			pool,
			id,
			token_use,
			alg,
			private_key,
			created,
			signs_from
		) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		k.Pool, k.ID, k.Use, k.alg, k.private, micros(k.Created), micros(k.SignsFrom))
	if err != nil {
		return fmt.Errorf("store signing key %s: %w", k.ID, err)
	}
	return nil
}

// Keys loads the signing keys of all pools, those of a pool by age.
func (db *DB) Keys(ctx context.Context) ([]token.Key, error) {
	rows, err := db.read().QueryContext(ctx, `
		SELECT
			pool,
			id,
			token_use,
			alg,
			private_key,
			created,
			signs_from
		FROM signing_keys
		ORDER BY pool, created, token_use, id`)
	if err != nil {
		return nil, fmt.Errorf("read signing keys: %w", err)
	}
	defer rows.Close()
	var keys []token.Key
	for rows.Next() {
		key, err := db.scanKey(rows)
		if err != nil {
			return nil, fmt.Errorf("read signing keys: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

func (db *DB) scanKey(rows *sql.Rows) (token.Key, error) {
	var k token.Key
	var alg string
	var sealed []byte
	var created, signsFrom int64
	if err := rows.Scan(&k.Pool, &k.ID, &k.Use, &alg, &sealed, &created, &signsFrom); err != nil {
		return token.Key{}, err
	}
	private, err := db.open(sealed, "signing_keys", k.Pool, k.ID)
	if err != nil {
		return token.Key{}, err
	}
	if k.Signer, err = token.ParsePrivate(alg, private); err != nil {
		return token.Key{}, fmt.Errorf("signing key %s: %w", k.ID, err)
	}
	k.Created, k.SignsFrom = moment(created), moment(signsFrom)
	return k, nil
}
