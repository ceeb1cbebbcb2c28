//go:build system

package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// patience is how long making or dropping a database may take on a busy machine.
const patience = time.Minute

// Start gives the URL of the maintenance database of the process's private
// cluster, starting the cluster when this is the first call. It fails the test
// when PostgreSQL cannot be had. Most tests want Database.
func Start(tb testing.TB) (address string) {
	tb.Helper()
	c, err := sharedCluster()
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	return c.address("postgres")
}

// Database gives the URL of a fresh, empty database, for pgx. The database is
// dropped when the test ends; connections to it that are still open are cut.
func Database(tb testing.TB) (address string) {
	tb.Helper()
	maintenance := Start(tb)
	name := "test_" + strings.ToLower(rand.Text())
	// template0 has no connections of its own, so it can be copied at any time.
	execute(tb, maintenance, "CREATE DATABASE "+name+" TEMPLATE template0")
	tb.Cleanup(func() { execute(tb, maintenance, "DROP DATABASE "+name+" WITH (FORCE)") })
	return shared.cluster.address(name)
}

func (c *cluster) address(database string) string {
	query := url.Values{"host": {c.dir}, "user": {superuser}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + query.Encode()
}

func execute(tb testing.TB, address, statement string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	db, err := sql.Open("pgx", address)
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		tb.Errorf("pgtest: %s: %v", statement, err)
	}
}
