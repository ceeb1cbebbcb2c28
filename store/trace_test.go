package store_test

import (
	"context"
	"testing"
	"time"

	"portico/federation/trace"
	"portico/store"
	"portico/userpool/seal"
)

// A migration that was made beside a later one may be released after it.
func TestMigrationsMayComeOutOfOrder(t *testing.T) {
	at := database{url: "sqlite:" + sqliteFile(t), driver: "sqlite"}
	at.source = at.url[len("sqlite:"):]
	key := seal.NewMasterKey()
	db, err := store.Open(t.Context(), store.Options{URL: at.url, Key: key})
	must(t, err)
	must(t, db.Close())
	outside := raw(t, at)
	for _, statement := range []string{`DROP TABLE traces`, `DELETE FROM goose_db_version WHERE version_id = 3`} {
		_, err := outside.Exec(statement)
		must(t, err)
	}
	db = open(t, store.Options{URL: at.url, Key: key})
	fill(t, db, poolA)
}

// Who can write to the database, but has no master key, cannot pass one trace off as another.
func TestTraceMovedToAnotherReferenceDoesNotOpen(t *testing.T) {
	at := database{url: "sqlite:" + sqliteFile(t), driver: "sqlite"}
	at.source = at.url[len("sqlite:"):]
	db := open(t, store.Options{URL: at.url})
	fill(t, db, poolA)
	save := func(reference string) {
		now := time.Now()
		stored, err := trace.Pack(trace.Trace{Reference: reference, Pool: string(poolA), Began: now, Ended: now, Outcome: trace.Failed})
		must(t, err)
		must(t, db.SaveTrace(context.Background(), stored))
	}
	save("2222-2222")
	save("3333-3333")
	_, err := raw(t, at).Exec(`UPDATE traces SET document = (SELECT document FROM traces WHERE reference = '2222-2222') WHERE reference = '3333-3333'`)
	must(t, err)
	if _, err := db.Trace(t.Context(), "2222-2222"); err != nil {
		t.Error(err)
	}
	if _, err := db.Trace(t.Context(), "3333-3333"); err == nil {
		t.Error("a moved trace opens")
	}
}
