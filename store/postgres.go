package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	// defaultConns is the pool of one replica: PostgreSQL allows 100 connections unless told otherwise, for all replicas.
	defaultConns = 16
	// maxAttempts is how often a transaction is tried that PostgreSQL undoes for the sake of others.
	maxAttempts = 10
	// writeTimeout ends a transaction that hangs; a commit takes milliseconds.
	writeTimeout = 15 * time.Second
)

// shared is PostgreSQL, shared with other replicas of the server.
type shared struct {
	db        *sql.DB
	log       *slog.Logger
	committed atomic.Int64
}

// openPostgres connects and brings the schema up to date.
func openPostgres(ctx context.Context, url string, o Options) (*shared, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database URL: %w", err) // pgx takes the password out
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "portico"
	}
	db := stdlib.OpenDB(*config)
	conns := o.MaxConns
	if conns <= 0 {
		conns = defaultConns
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := migratePostgres(ctx, db, o.Log); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &shared{db: db, log: o.Log}, nil
}

func (s *shared) reader() querier { return s.db }

func (s *shared) snapshot(ctx context.Context, read func(ctx context.Context, tx querier) error) error {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it wrote nothing
	return read(ctx, tx)
}

// update runs a job, again if PostgreSQL undid it for the sake of another transaction (two people taking each other's
// alias, say).
func (s *shared) update(ctx context.Context, do job) error {
	for attempt := 1; ; attempt++ {
		err := s.attempt(ctx, do)
		if !isTransient(err) || attempt == maxAttempts {
			return err
		}
		s.log.DebugContext(ctx, "transaction undone for another, trying again", "attempt", attempt)
		if err := pause(ctx, attempt); err != nil {
			return err
		}
	}
}

// attempt runs a job once. READ COMMITTED is enough, for each statement that decides something decides it alone: by a
// unique key, or by a condition on the row it writes, which PostgreSQL evaluates anew after waiting for another writer.
func (s *shared) attempt(ctx context.Context, do job) error {
	conn, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// From here on the caller's context no longer matters: cutting a statement short costs the connection.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := do(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	s.committed.Add(1)
	return nil
}

// connect waits for a connection. It fails with admission.ErrBusy if none comes free in time.
func (s *shared) connect(ctx context.Context) (*sql.Conn, error) {
	ctx, cancel := withPatience(ctx)
	defer cancel()
	conn, err := s.db.Conn(ctx)
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return conn, err
}

// pause waits a little, longer each time, and not as long as the transaction it collided with.
func pause(ctx context.Context, attempt int) error {
	timer := time.NewTimer(time.Duration(rand.Int64N(int64(attempt) * int64(5*time.Millisecond)))) //nolint:gosec // a pause is no secret
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *shared) commits() int64 { return s.committed.Load() }

func (s *shared) close() error { return s.db.Close() }
