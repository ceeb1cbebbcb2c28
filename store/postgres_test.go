//go:build system

package store_test

import (
	"crypto/rand"
	"database/sql"
	"strings"
	"testing"

	"portico/internal/pgtest"
	"portico/store"
	"portico/store/storetest"
)

func TestPostgreSQL(t *testing.T) {
	at := pgtest.Database(t)
	storetest.Run(t, func(t *testing.T) *store.DB { return open(t, store.Options{URL: freshSchema(t, at)}) })
}

// TestPostgreSQLWithOneConnection would hang if anything asked for a second connection while it holds one.
func TestPostgreSQLWithOneConnection(t *testing.T) {
	at := pgtest.Database(t)
	storetest.Run(t, func(t *testing.T) *store.DB { return open(t, store.Options{URL: freshSchema(t, at), MaxConns: 1}) })
}

func TestPostgreSQLFromOutside(t *testing.T) {
	at := pgtest.Database(t)
	testEngine(t, func(t *testing.T) database {
		url := freshSchema(t, at)
		return database{url: url, driver: "pgx", source: url}
	})
}

// freshSchema makes an empty schema, which costs a tenth of an empty database.
func freshSchema(t *testing.T, at string) (url string) {
	t.Helper()
	db, err := sql.Open("pgx", at)
	must(t, err)
	defer db.Close()
	name := "test_" + strings.ToLower(rand.Text())
	_, err = db.Exec(`CREATE SCHEMA ` + name)
	must(t, err)
	return at + "&search_path=" + name
}
