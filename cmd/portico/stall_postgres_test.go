//go:build system

package main

import (
	"testing"

	"portico/internal/pgtest"
)

func TestNoStallWithFewConnectionsOnPostgreSQL(t *testing.T) {
	noStall(t, newRigAt(t, pgtest.Database(t), stallConns))
}

func TestDurableCommitsOnPostgreSQL(t *testing.T) {
	durableCommits(t, newRigAt(t, pgtest.Database(t), 0))
}
