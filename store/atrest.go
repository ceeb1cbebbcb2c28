package store

import (
	"fmt"

	"portico/userpool"
)

// seal encrypts a secret for one column of one row: moved to another row, pool or table it no longer opens, so whoever
// can write to the database cannot give one pool the secrets of another.
func (db *DB) seal(plain []byte, table string, pool userpool.ID, row string) []byte {
	return db.atRest.SealBytes(plain, table, string(pool), row)
}

// open reverses seal.
func (db *DB) open(sealed []byte, table string, pool userpool.ID, row string) ([]byte, error) {
	plain, err := db.atRest.OpenBytes(sealed, table, string(pool), row)
	if err != nil {
		return nil, fmt.Errorf("secret in table %s of user pool %s: %w", table, pool, err)
	}
	return plain, nil
}
