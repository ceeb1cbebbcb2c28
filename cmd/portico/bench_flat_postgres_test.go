//go:build system

package main

import (
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", by which the crowd joins

	"portico/internal/pgtest"
)

// BenchmarkFlatCostPostgreSQL is BenchmarkFlatCostSQLite on PostgreSQL. The tests' cluster does not wait for the disk.
func BenchmarkFlatCostPostgreSQL(b *testing.B) {
	flatCost(b, func(b *testing.B) *rig { return newRigAt(b, pgtest.Database(b), 0) }, "pgx")
}
