//go:build system

package store

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"portico/internal/pgtest"
	"portico/userpool/admission"
	"portico/userpool/seal"
)

func openShared(t *testing.T) *shared {
	t.Helper()
	db, err := Open(t.Context(), Options{URL: pgtest.Database(t), Key: seal.NewMasterKey(), MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	e := db.engine.(*shared)
	if err := e.update(t.Context(), func(ctx context.Context, tx querier) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE numbers (n BIGINT PRIMARY KEY, held BIGINT)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestDeadlockIsTriedAgain: two transactions that take two rows in opposite order; PostgreSQL undoes one of them.
func TestDeadlockIsTriedAgain(t *testing.T) {
	e := openShared(t)
	if err := e.update(t.Context(), func(ctx context.Context, tx querier) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO numbers VALUES (0, 0), (1, 0)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	holds := []chan struct{}{make(chan struct{}), make(chan struct{})}
	errs, tries := make(chan error), make(chan int, 2)
	for i := range 2 {
		go func() {
			n := 0
			errs <- e.update(t.Context(), func(ctx context.Context, tx querier) error {
				n++
				if _, err := tx.ExecContext(ctx, `UPDATE numbers SET held = held + 1 WHERE n = $1`, i); err != nil {
					return err
				}
				if n == 1 {
					close(holds[i])
					<-holds[1-i]
				}
				_, err := tx.ExecContext(ctx, `UPDATE numbers SET held = held + 1 WHERE n = $1`, 1-i)
				return err
			})
			tries <- n
		}()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if n := <-tries + <-tries; n < 3 {
		t.Errorf("%d tries: there was no deadlock", n)
	}
	var sum int
	if err := e.db.QueryRow(`SELECT sum(held) FROM numbers`).Scan(&sum); err != nil || sum != 4 {
		t.Errorf("rows were changed %d times (%v), want 4", sum, err)
	}
}

func TestRetriesAreBounded(t *testing.T) {
	e := openShared(t)
	tries := 0
	err := e.update(t.Context(), func(context.Context, querier) error {
		tries++
		return &pgconn.PgError{Code: pgSerializationFailure}
	})
	if !isTransient(err) || tries != maxAttempts {
		t.Errorf("%d tries, then %v", tries, err)
	}
	tries = 0
	refused := errors.New("refused")
	if err := e.update(t.Context(), func(context.Context, querier) error { tries++; return refused }); !errors.Is(err, refused) || tries != 1 {
		t.Errorf("%d tries of a job that was refused: %v", tries, err)
	}
}

// TestPoolThatIsTakenIsBusy: whoever waits too long for a connection is told so, and nothing is written.
func TestPoolThatIsTakenIsBusy(t *testing.T) {
	e := openShared(t)
	for range 4 {
		conn, err := e.db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	err := e.update(t.Context(), func(context.Context, querier) error {
		t.Error("the job was run")
		return nil
	})
	if !errors.Is(err, admission.ErrBusy) {
		t.Errorf("update: %v", err)
	}
}
