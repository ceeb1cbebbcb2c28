package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/federation/trace"
	"portico/store"
	"portico/userpool"
	"portico/userpool/login"
	"portico/userpool/seal"
	"portico/userpool/token"
)

// database is an empty database: its URL for the store, its driver and source for looking at it from outside.
type database struct{ url, driver, source string }

// testEngine runs the tests, beside the conformance suite, of what only shows from outside.
func testEngine(t *testing.T, fresh func(t *testing.T) database) {
	for name, test := range map[string]func(t *testing.T, at database){
		"WrongMasterKeyIsRefused":         wrongMasterKeyIsRefused,
		"StolenDatabaseHoldsNoSecret":     stolenDatabaseHoldsNoSecret,
		"SecretMovedToAnotherPoolIsNoUse": secretMovedToAnotherPoolIsNoUse,
		"ReplicasStartAtOnce":             replicasStartAtOnce,
		"NewerSchemaIsAccepted":           newerSchemaIsAccepted,
		"KeysOfAnOlderProgramSign":        keysOfAnOlderProgramSign,
		"EverythingOfAUserGoesWithIt":     everythingOfAUserGoesWithIt,
		"ForeignKeysHaveIndexes":          foreignKeysHaveIndexes,
		"AcknowledgedWritesSurviveAKill":  acknowledgedWritesSurviveAKill,
	} {
		t.Run(name, func(t *testing.T) { test(t, fresh(t)) })
	}
}

// raw is the database as a thief or an operator sees it.
func raw(t *testing.T, at database) *sql.DB {
	t.Helper()
	db, err := sql.Open(at.driver, at.source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

const poolA, poolB userpool.ID = "us-east-1_Aaaaaaaaa", "us-east-1_Bbbbbbbbb"

// The secrets the tests look for.
const (
	clientSecret   = "client-secret-in-clear"
	secondSecret   = "second-secret-in-clear"
	providerSecret = "provider-secret-in-clear"
	srpVerifier    = "srp-verifier-in-clear"
	nameID         = "name-id-in-clear"
	packedTrace    = "packed-trace-in-clear"
)

// fill stores one of every secret in a pool.
func fill(t *testing.T, db *store.DB, id userpool.ID) (privateKey []byte) {
	t.Helper()
	declared := userpool.Declaration{
		Pool:    types.UserPoolType{Id: new(string(id))},
		Clients: []types.UserPoolClientType{{ClientId: new("client-of-" + string(id)), ClientSecret: new(clientSecret)}},
		Providers: []types.IdentityProviderType{{
			ProviderName: new("Google"), ProviderDetails: map[string]string{"client_secret": providerSecret},
		}},
	}
	key, err := token.NewKey(id, token.UseID, userpool.SigningES256, time.Now(), rand.Reader)
	must(t, err)
	key.ID = "kid"
	must(t, db.CreatePool(t.Context(), declared, []token.Key{key}))
	_, err = db.AddClientSecret(t.Context(), id, userpool.ClientID("client-of-"+string(id)), userpool.NewSecret(secondSecret))
	must(t, err)
	must(t, db.SignIn(t.Context(), login.SignIn{
		UsernameKey: "zoe",
		NewUser: &userpool.NewUser{
			User:     userpool.User{Pool: id, Sub: "sub", Username: "zoe", Status: userpool.Confirmed, Groups: []userpool.Group{{Name: "g"}}},
			Aliases:  []userpool.Alias{{Kind: userpool.AliasEmail, Key: "zoe@example.com"}},
			Password: &userpool.Password{Hash: "hash", SRPVerifier: userpool.NewSecret(srpVerifier)},
			Code:     &userpool.ConfirmationCode{Pool: id, Sub: "sub", Purpose: userpool.CodeSignUp, MAC: []byte("mac")},
		},
		Session: login.Session{Hash: []byte("hash"), Pool: id, Sub: "sub", Upstream: map[string]string{"NameID": nameID}},
		Trace:   &trace.Stored{Pool: string(id), Reference: "7F3K-9QWM", Expires: time.Now().Add(time.Hour), Packed: []byte(packedTrace)},
	}))
	must(t, db.ChangeUser(t.Context(), userpool.UserChange{
		Pool: id, Sub: "sub", Version: 1, Modified: time.Now(), Earlier: 1,
		Password: &userpool.Password{Hash: "hash of another", SRPVerifier: userpool.NewSecret(srpVerifier)},
	}))
	private, err := token.MarshalPrivate(key.Signer)
	must(t, err)
	return private
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wrongMasterKeyIsRefused(t *testing.T, at database) {
	key := seal.NewMasterKey()
	db, err := store.Open(t.Context(), store.Options{URL: at.url, Key: key})
	must(t, err)
	fill(t, db, poolA)
	must(t, db.Close())
	if _, err := store.Open(t.Context(), store.Options{URL: at.url, Key: seal.NewMasterKey()}); !errors.Is(err, store.ErrWrongKey) {
		t.Errorf("another key: %v", err)
	}
	if _, err := store.Open(t.Context(), store.Options{URL: at.url}); err == nil {
		t.Error("opened without a key")
	}
	if _, err := open(t, store.Options{URL: at.url, Key: key}).Keys(t.Context()); err != nil {
		t.Errorf("the right key: %v", err)
	}
}

func stolenDatabaseHoldsNoSecret(t *testing.T, at database) {
	key := seal.NewMasterKey()
	private := fill(t, open(t, store.Options{URL: at.url, Key: key}), poolA)
	secrets := map[string][]byte{
		"client secret": []byte(clientSecret), "second client secret": []byte(secondSecret), "provider secret": []byte(providerSecret), "SRP verifier": []byte(srpVerifier),
		"upstream session": []byte(nameID), "trace": []byte(packedTrace), "signing key": private[len(private)-40:], "master key": []byte(key.Encode()),
	}
	seen := 0
	eachValue(t, raw(t, at), func(table string, value []byte) {
		seen++
		for what, secret := range secrets {
			if bytes.Contains(value, secret) {
				t.Errorf("table %s holds the %s in clear", table, what)
			}
		}
	})
	if seen < 50 {
		t.Errorf("only %d values were looked at", seen)
	}
}

// eachValue calls f with every value of every table.
func eachValue(t *testing.T, db *sql.DB, f func(table string, value []byte)) {
	t.Helper()
	for _, table := range tables() {
		rows, err := db.Query(`SELECT * FROM ` + table)
		must(t, err)
		columns, err := rows.Columns()
		must(t, err)
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(sql.RawBytes)
			}
			must(t, rows.Scan(values...))
			for _, v := range values {
				f(table, *v.(*sql.RawBytes))
			}
		}
		must(t, errors.Join(rows.Err(), rows.Close()))
	}
}

func tables() []string {
	return []string{
		"server", "pools", "clients", "providers", "resource_servers", "signing_keys", "groups", "users", "passwords",
		"aliases", "identities", "memberships", "codes", "sessions", "families", "spent", "traces", "client_secrets",
	}
}

// secretMovedToAnotherPoolIsNoUse: who can write to the database, but has no master key, cannot make a pool use the
// secrets of another.
func secretMovedToAnotherPoolIsNoUse(t *testing.T, at database) {
	db := open(t, store.Options{URL: at.url})
	fill(t, db, poolA)
	fill(t, db, poolB)
	thief := raw(t, at)
	for table, column := range map[string]string{
		"clients": "secret", "client_secrets": "secret", "providers": "details", "signing_keys": "private_key", "passwords": "srp_verifier", "sessions": "upstream",
	} {
		_, err := thief.Exec(`UPDATE ` + table + ` SET ` + column + ` = (SELECT ` + column + ` FROM ` + table +
			` WHERE pool = '` + string(poolA) + `') WHERE pool = '` + string(poolB) + `'`)
		must(t, err)
	}
	_, declarations := db.Declarations(t.Context())
	_, keys := db.Keys(t.Context())
	_, password := db.Password(t.Context(), poolB, "sub")
	_, session := db.Session(t.Context(), poolB, []byte("hash"))
	for what, err := range map[string]error{"declarations": declarations, "keys": keys, "password": password, "session": session} {
		if !errors.Is(err, seal.ErrOpen) {
			t.Errorf("%s with a moved secret: %v", what, err)
		}
	}
}

// replicasStartAtOnce: migrations and the check value come into being once.
func replicasStartAtOnce(t *testing.T, at database) {
	key := seal.NewMasterKey()
	var starting sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		starting.Go(func() {
			db, err := store.Open(context.Background(), store.Options{URL: at.url, Key: key, MaxConns: 2})
			if err == nil {
				err = errors.Join(db.Ping(context.Background()), db.Close())
			}
			errs[i] = err
		})
	}
	starting.Wait()
	for i, err := range errs {
		if err != nil {
			t.Errorf("replica %d: %v", i, err)
		}
	}
}

// newerSchemaIsAccepted: in a rolling upgrade an older program starts on a database a newer one has migrated.
func newerSchemaIsAccepted(t *testing.T, at database) {
	key := seal.NewMasterKey()
	open(t, store.Options{URL: at.url, Key: key})
	_, err := raw(t, at).Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`)
	must(t, err)
	must(t, open(t, store.Options{URL: at.url, Key: key}).Ping(t.Context()))
}

// keysOfAnOlderProgramSign: in a rolling upgrade an older program, which knows nothing of signs_from, creates a pool.
func keysOfAnOlderProgramSign(t *testing.T, at database) {
	db := open(t, store.Options{URL: at.url})
	fill(t, db, poolA)
	outside := raw(t, at)
	for _, statement := range []string{
		`CREATE TABLE kept AS SELECT pool, id, token_use, alg, private_key, created FROM signing_keys`,
		`DELETE FROM signing_keys`,
		`INSERT INTO signing_keys (pool, id, token_use, alg, private_key, created) SELECT pool, id, token_use, alg, private_key, created FROM kept`,
	} {
		_, err := outside.Exec(statement)
		must(t, err)
	}
	keys, err := db.Keys(t.Context())
	must(t, err)
	now := time.Now()
	lives := token.Lives(keys, now)
	if len(lives) != 1 || lives[0].State != token.StateSigning || !lives[0].Since.Equal(keys[0].Created) || lives[0].Since.After(now) {
		t.Errorf("%+v, want one key that signs since it was created", lives)
	}
}

func everythingOfAUserGoesWithIt(t *testing.T, at database) {
	db := open(t, store.Options{URL: at.url})
	fill(t, db, poolA)
	outside := raw(t, at)
	if at.driver == "sqlite" {
		_, err := outside.Exec(`PRAGMA foreign_keys = 1; DELETE FROM users`)
		must(t, err)
	} else {
		_, err := outside.Exec(`DELETE FROM users`)
		must(t, err)
	}
	for _, table := range []string{"users", "passwords", "earlier_passwords", "aliases", "identities", "memberships", "codes", "sessions", "families"} {
		var n int
		must(t, outside.QueryRow(`SELECT count(*) FROM `+table).Scan(&n))
		if n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	if _, err := db.UserByAlias(t.Context(), poolA, userpool.AliasEmail, "zoe@example.com"); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("the alias of a deleted user: %v", err)
	}
}

// foreignKeysHaveIndexes: deleting a user or a pool must not read every row of the tables that refer to it.
func foreignKeysHaveIndexes(t *testing.T, at database) {
	open(t, store.Options{URL: at.url})
	outside := raw(t, at)
	outside.SetMaxOpenConns(1)
	explain := "EXPLAIN QUERY PLAN "
	if at.driver != "sqlite" {
		explain = "EXPLAIN "
		_, err := outside.Exec(`SET enable_seqscan = off`) // the tables are empty, so it would be chosen
		must(t, err)
	}
	references := map[string]string{"memberships of a group": "group_name"}
	for _, table := range []string{"passwords", "earlier_passwords", "aliases", "identities", "memberships", "codes", "sessions", "families"} {
		references[table] = "sub"
	}
	for what, column := range references {
		table, _, _ := strings.Cut(what, " ")
		plan := string(planOf(t, outside, explain+fmt.Sprintf(`DELETE FROM %s WHERE pool = 'p' AND %s = 'x'`, table, column)))
		// SQLite names the columns it searches by, PostgreSQL the index condition.
		if !strings.Contains(plan, "pool=? AND "+column+"=?") && !strings.Contains(plan, "Index Cond: ((pool = 'p'::text) AND ("+column+" = 'x'::text))") {
			t.Errorf("%s: %s", what, plan)
		}
	}
}

func planOf(t *testing.T, db *sql.DB, statement string, args ...any) []byte {
	t.Helper()
	rows, err := db.Query(statement, args...)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	var plan []byte
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(sql.RawBytes)
		}
		must(t, rows.Scan(values...))
		plan = append(append(plan, *values[len(values)-1].(*sql.RawBytes)...), '\n')
	}
	must(t, rows.Err())
	return plan
}
