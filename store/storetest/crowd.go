package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"portico/userpool"
)

// Crowd is a great many people for benchmarks, written straight into an open database: the store's own methods commit each
// of them durably, which takes hours for a million.
type Crowd struct {
	Pool     userpool.ID // exists already
	Size     int
	Password string // everybody's, as the column holds it
}

// Sub is the lasting name of one of the crowd, counted from 0. Names are scattered as UUIDs are, so that neighbours of the
// crowd are not neighbours in an index.
func (c Crowd) Sub(n int) userpool.Sub {
	return userpool.Sub(fmt.Sprintf("%d-0c40-4000-8000-00000000d000", scatter(n)))
}

// Email is the address a person of the crowd signs in with, which is the user name too.
func (c Crowd) Email(n int) string { return fmt.Sprintf("%d@crowd.example", scatter(n)) }

const (
	sessionTail = "twenty-two bytes more.."
	familyTail  = "-fa00-4000-8000-000000000000"
)

// Session is the hash of a person's session.
func (c Crowd) Session(n int) []byte { return fmt.Append(nil, scatter(n), sessionTail) }

// Family is the ID of a person's token family.
func (c Crowd) Family(n int) string { return fmt.Sprint(scatter(n), familyTail) }

// scatter is a ten-digit number for each n below 2^32, no two alike; scattered says the same in SQL. An odd factor makes
// it a permutation (Knuth, multiplicative hashing).
func scatter(n int) uint64 { return 1_000_000_000 + uint64(n)*2654435761%(1<<32) }

const scattered = `CAST(1000000000 + i * 2654435761 % 4294967296 AS TEXT)`

// Join writes the crowd. Each person has an alias, a password, an identity at a provider, a group, a session and a family.
// On SQLite source is the file's path, on PostgreSQL a URL; nobody else may be writing.
func (c Crowd) Join(tb testing.TB, driver, source string) {
	tb.Helper()
	db, err := sql.Open(driver, source)
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // what is set below is set for one connection
	bytes := "BYTEA"
	before, after := []string{`SET synchronous_commit = off`, `SET session_replication_role = replica`}, []string{`VACUUM ANALYZE`}
	if driver == "sqlite" {
		bytes = "BLOB"
		before = []string{`PRAGMA synchronous = OFF`, `PRAGMA cache_size = -1000000`}
		after = []string{`PRAGMA wal_checkpoint(TRUNCATE)`}
	}
	run := func(statement string, args ...any) {
		tb.Helper()
		if _, err := db.ExecContext(context.Background(), statement, args...); err != nil {
			tb.Fatalf("%s: %v", statement, err)
		}
	}
	for _, statement := range before {
		run(statement)
	}
	// In the order of the names, so that every index grows at its end: a million are there in a minute.
	run(`CREATE TEMPORARY TABLE crowd (i BIGINT)`)
	run(`
		WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1)
		INSERT INTO crowd SELECT i FROM n ORDER BY `+scattered, c.Size)
	run(`
		INSERT INTO groups (pool, name, description, role_arn, precedence, created, modified)
		VALUES ($1, 'crowd', '', '', NULL, 0, 0)`, c.Pool)
	for _, into := range c.tables(bytes) {
		run(`INSERT INTO `+into.table+` (pool, `+into.columns+`) SELECT CAST($1 AS TEXT), `+into.values+` FROM crowd`, append([]any{c.Pool}, into.args...)...)
	}
	for _, statement := range after {
		run(statement)
	}
}

type insertion struct {
	table, columns, values string
	args                   []any
}

// tables says what a person of the crowd is made of.
func (c Crowd) tables(bytes string) []insertion {
	const sub, email = scattered + ` || '-0c40-4000-8000-00000000d000'`, scattered + ` || '@crowd.example'`
	return []insertion{
		{"users", "sub, username, username_key, status, enabled, attributes, created, modified, version", sub + `, ` + email + `, ` + email + `,
			'CONFIRMED', true, '{"email":"' || ` + email + ` || '","email_verified":"true","family_name":"Okafor","given_name":"Ben"}', 1, 1, 1`, nil},
		{"aliases", "kind, alias_key, sub", `'email', ` + email + `, ` + sub, nil},
		{"passwords", "sub, hash, temporary, changed", sub + `, CAST($2 AS TEXT), false, 0`, []any{c.Password}},
		{"identities", "provider, user_key, user_id, sub, type, issuer, is_primary, attached, position",
			`'Harbor', ` + scattered + `, ` + scattered + `, ` + sub + `, 'OIDC', '', false, 1, 0`, nil},
		{"memberships", "sub, group_name", sub + `, 'crowd'`, nil},
		{"sessions", "hash, sub, client, provider, auth_time, expires", `CAST(` + scattered + ` || '` + sessionTail + `' AS ` + bytes + `), ` + sub + `, 'app', '', 1, 4000000000000000`, nil},
		{"families", "id, client, sub, scopes, auth_time, generation, rotated, issued, expires, ended",
			scattered + ` || '` + familyTail + `', 'app', ` + sub + `, 'openid email', 1, 0, 0, 1, 4000000000000000, 0`, nil},
	}
}
