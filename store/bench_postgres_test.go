//go:build system

package store_test

import (
	"testing"

	"portico/internal/pgtest"
	"portico/store"
)

// BenchmarkPostgreSQL measures round trips and statements: the tests' cluster does not wait for the disk.
func BenchmarkPostgreSQL(b *testing.B) { benchmark(b, store.Options{URL: pgtest.Database(b)}) }
