package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"portico/userpool/directory"
	"portico/userpool/grant"
	"portico/userpool/login"
	"portico/userpool/seal"
)

// What the rooms ask of the store.
var (
	_ directory.Storage = (*DB)(nil)
	_ login.Storage     = (*DB)(nil)
	_ grant.Storage     = (*DB)(nil)
)

// Options say which database to open.
type Options struct {
	// URL is "postgres://…" for PostgreSQL, or "sqlite:PATH" or a bare path for SQLite. Empty: DefaultPath. A missing
	// SQLite file is made, with its folder, readable by its owner only.
	URL string
	// Key is the server's master key. The first one a database sees is the only one it will accept.
	Key seal.MasterKey
	// MaxConns bounds the pool of connections: to PostgreSQL 16 unless set, to SQLite (for reading) as many as cores,
	// at least two, at most eight. One is enough for everything.
	MaxConns int
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Log is told of migrations; nil means nobody is.
	Log *slog.Logger
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine engine
	atRest seal.Sealer
	traces seal.Sealer
	now    func() time.Time

	traceCount traceCounter

	closing  sync.Once
	closed   atomic.Bool
	closeErr error // owned by closing
}

// Open opens a database and brings its schema up to date; several replicas may do so at once. It fails with ErrWrongKey,
// before anything else is read, if the database was written with another master key.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Key.Encode() == "" {
		return nil, errors.New("store: no master key")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	at, err := parseAddress(o.URL)
	if err != nil {
		return nil, err
	}
	db := &DB{atRest: o.Key.For(seal.AtRest), traces: o.Key.For(seal.Trace), now: o.Now}
	if at.postgres != "" {
		db.engine, err = openPostgres(ctx, at.postgres, o)
	} else {
		db.engine, err = openSQLite(ctx, at.path, o)
	}
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if err := db.checkKey(ctx, o.Key.For(seal.Check)); err != nil {
		return nil, errors.Join(fmt.Errorf("store: %w", err), db.Close())
	}
	return db, nil
}

// Close finishes the writes that were accepted and closes the database. Later writes fail with ErrClosed, later reads
// fail too. Closing again does nothing.
func (db *DB) Close() error {
	db.closing.Do(func() {
		db.closed.Store(true)
		db.closeErr = db.engine.close()
	})
	return db.closeErr
}

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	_, err := db.SettingsVersion(ctx)
	return err
}

// Commits is the number of durable commits since Open. doc.go says how many each operation makes.
func (db *DB) Commits() int64 { return db.engine.commits() }

// read is where single statements run.
func (db *DB) read() querier { return db.engine.reader() }

// update runs a write transaction.
func (db *DB) update(ctx context.Context, do job) error {
	if db.closed.Load() {
		return ErrClosed
	}
	return db.engine.update(ctx, do)
}
