package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"portico/federation/trace"
	"portico/userpool"
)

var _ trace.Saver = (*DB)(nil)

const (
	// keptTraces is how many traces of a pool are kept of each kind, the newest: 500 successes and 500 failures. A busy pool
	// would otherwise lose a failure within seconds, before anybody asks about it.
	keptTraces = 500
	// trimEvery is how many traces are stored between two trims, which bounds by how much the number may be exceeded.
	trimEvery = 32
	// maxTraces is the longest list of one kind that is read.
	maxTraces = keptTraces + trimEvery
)

// traceCounter counts stored traces of each kind, so that every so often old ones are deleted.
type traceCounter struct {
	mu sync.Mutex
	n  map[traceKind]int
}

type traceKind struct {
	pool   string
	failed bool
}

// due reports whether it is time to trim. The first trace after a start is followed by a trim, so that short-lived processes
// trim too.
func (c *traceCounter) due(kind traceKind) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[traceKind]int{}
	}
	c.n[kind]++
	return c.n[kind]%trimEvery == 1
}

// SaveTrace stores the trace of an attempt that opened no session. The first one of a reference stays: whoever sends the
// same attempt again and again writes nothing.
func (db *DB) SaveTrace(ctx context.Context, t trace.Stored) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO traces (
				pool,
				reference,
				failed,
				began,
				expires,
				document
			) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (reference, pool) DO NOTHING`,
			t.Pool, t.Reference, t.Failed, micros(t.Began), micros(t.Expires), db.sealTrace(t))
		if isForeignKey(err) {
			return userpool.ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("save a trace: %w", err)
		}
		return db.trimTraces(ctx, tx, traceKind{t.Pool, t.Failed})
	})
}

// putTrace stores the trace of a success, in the sign-in's own transaction. It replaces that of an earlier failure of the
// same attempt.
func (db *DB) putTrace(ctx context.Context, tx querier, t trace.Stored) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO traces (
			pool,
			reference,
			failed,
			began,
			expires,
			document
		) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (reference, pool) DO UPDATE SET
			failed = excluded.failed,
			began = excluded.began,
			expires = excluded.expires,
			document = excluded.document`,
		t.Pool, t.Reference, t.Failed, micros(t.Began), micros(t.Expires), db.sealTrace(t))
	if err != nil {
		return fmt.Errorf("save a trace: %w", err)
	}
	return db.trimTraces(ctx, tx, traceKind{t.Pool, t.Failed})
}

// sealTrace binds a trace to its pool and reference.
func (db *DB) sealTrace(t trace.Stored) []byte {
	return db.traces.SealBytes(t.Packed, "traces", t.Pool, t.Reference)
}

// trimTraces deletes what is older than the newest of its kind, every so often. A trim takes at most one batch: what is left
// is the next one's.
func (db *DB) trimTraces(ctx context.Context, tx querier, kind traceKind) error {
	if !db.traceCount.due(kind) {
		return nil
	}
	_, err := tx.ExecContext(ctx, `
		DELETE FROM traces
		WHERE pool = $1 AND reference IN (
			SELECT reference
			FROM traces
			WHERE pool = $1 AND failed = $2
			ORDER BY began DESC, reference DESC
			LIMIT $3 OFFSET $4
		)`,
		kind.pool, kind.failed, sweepBatch, keptTraces)
	if err != nil {
		return fmt.Errorf("trim traces: %w", err)
	}
	return nil
}

// Trace reads a trace by its reference, in whichever pool it is. It fails with userpool.ErrNotFound when there is none, or it
// has expired.
func (db *DB) Trace(ctx context.Context, reference string) (trace.Trace, error) {
	var pool string
	var sealed []byte
	err := db.read().QueryRowContext(ctx, `
		SELECT
			pool,
			document
		FROM traces
		WHERE reference = $1 AND expires > $2
		LIMIT 1`,
		reference, micros(db.now())).Scan(&pool, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return trace.Trace{}, userpool.ErrNotFound
	}
	if err != nil {
		return trace.Trace{}, fmt.Errorf("read a trace: %w", err)
	}
	return db.openTrace(sealed, pool, reference)
}

// TraceOf reads a trace of one pool.
func (db *DB) TraceOf(ctx context.Context, pool userpool.ID, reference string) (trace.Trace, error) {
	var sealed []byte
	err := db.read().QueryRowContext(ctx, `SELECT document FROM traces WHERE pool = $1 AND reference = $2 AND expires > $3`,
		pool, reference, micros(db.now())).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return trace.Trace{}, userpool.ErrNotFound
	}
	if err != nil {
		return trace.Trace{}, fmt.Errorf("read a trace: %w", err)
	}
	return db.openTrace(sealed, string(pool), reference)
}

// Traces lists the newest traces of a pool, newest first, at most limit.
func (db *DB) Traces(ctx context.Context, pool userpool.ID, limit int) ([]trace.Trace, error) {
	var list []trace.Trace
	for _, failed := range []bool{false, true} {
		kind, err := db.tracesOfKind(ctx, traceKind{string(pool), failed}, limit)
		if err != nil {
			return nil, fmt.Errorf("list traces: %w", err)
		}
		list = append(list, kind...)
	}
	trace.Newest(list)
	return list[:min(len(list), limit)], nil
}

func (db *DB) tracesOfKind(ctx context.Context, kind traceKind, limit int) ([]trace.Trace, error) {
	rows, err := db.read().QueryContext(ctx, `
		SELECT
			reference,
			document
		FROM traces
		WHERE pool = $1 AND failed = $2 AND expires > $3
		ORDER BY began DESC, reference DESC
		LIMIT $4`,
		kind.pool, kind.failed, micros(db.now()), min(limit, maxTraces))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []trace.Trace
	for rows.Next() {
		var reference string
		var sealed []byte
		if err := rows.Scan(&reference, &sealed); err != nil {
			return nil, err
		}
		t, err := db.openTrace(sealed, kind.pool, reference)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

func (db *DB) openTrace(sealed []byte, pool, reference string) (trace.Trace, error) {
	packed, err := db.traces.OpenBytes(sealed, "traces", pool, reference)
	if err != nil {
		return trace.Trace{}, fmt.Errorf("trace %s of user pool %s: %w", reference, pool, err)
	}
	return trace.Unpack(packed)
}
