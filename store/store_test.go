package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"portico/store"
	"portico/store/storetest"
	"portico/userpool/seal"
)

// sqliteFile is the path of a database in a folder of the test.
func sqliteFile(tb testing.TB) string { return filepath.Join(tb.TempDir(), "portico.db") }

// open opens a database, closed when the test ends.
func open(tb testing.TB, o store.Options) *store.DB {
	tb.Helper()
	if o.Key.Encode() == "" {
		o.Key = seal.NewMasterKey()
	}
	db, err := store.Open(context.Background(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.DB { return open(t, store.Options{URL: sqliteFile(t)}) })
}

// TestSQLiteWithOneConnection would hang if anything asked for a second connection while it holds one.
func TestSQLiteWithOneConnection(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.DB { return open(t, store.Options{URL: sqliteFile(t), MaxConns: 1}) })
}

func TestSQLiteFromOutside(t *testing.T) {
	testEngine(t, func(t *testing.T) database {
		path := sqliteFile(t)
		return database{url: "sqlite:" + path, driver: "sqlite", source: path}
	})
}
