package store

import (
	"context"
	"database/sql"
)

// querier runs statements: a pool of connections outside a transaction, or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// job is the work of one write transaction. It may run more than once, so it sets everything it hands out; it asks for
// no other connection and does nothing slow. A job that returns an error leaves no trace.
type job func(ctx context.Context, tx querier) error

// engine is what differs between the two databases.
type engine interface {
	// reader runs single statements, each on its own.
	reader() querier
	// snapshot runs several reads that see one state of the database.
	snapshot(ctx context.Context, read func(ctx context.Context, tx querier) error) error
	// update runs a job; when it returns nil, what the job wrote is durable. A context that ends before the job starts
	// prevents it; a job that runs is finished.
	update(ctx context.Context, do job) error
	// commits counts durable commits since the start.
	commits() int64
	close() error
}

// changed runs a statement and reports whether it wrote a row.
func changed(ctx context.Context, tx querier, query string, args ...any) (bool, error) {
	result, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
