//go:build system

package store_test

import (
	"testing"

	"portico/internal/pgtest"
	"portico/store"
	"portico/store/storetest"
)

func TestPostgreSQL(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.DB { return open(t, store.Options{URL: pgtest.Database(t)}) })
}

// TestPostgreSQLWithOneConnection would hang if anything asked for a second connection while it holds one.
func TestPostgreSQLWithOneConnection(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.DB { return open(t, store.Options{URL: pgtest.Database(t), MaxConns: 1}) })
}
