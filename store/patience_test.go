package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"

	"portico/userpool/admission"
	"portico/userpool/seal"
)

// nowhere is a connection on which every statement succeeds.
type nowhere struct{ querier }

func (nowhere) ExecContext(context.Context, string, ...any) (sql.Result, error) { return nil, nil }

// TestWriterShedsWhatWaitsTooLong: the disk stands still. Whoever waits is told in time, in the queue or before it, and
// nothing of theirs is written when the disk comes back.
func TestWriterShedsWhatWaitsTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWriter(nowhere{})
		defer w.close()
		stuck, held := make(chan struct{}), make(chan error)
		go func() {
			held <- w.update(t.Context(), func(context.Context, querier) error { <-stuck; return nil })
		}()
		synctest.Wait()
		var crowd sync.WaitGroup
		for range maxQueue + 50 {
			crowd.Go(func() {
				err := w.update(t.Context(), func(context.Context, querier) error {
					t.Error("a job that was given up was run")
					return nil
				})
				if !errors.Is(err, admission.ErrBusy) {
					t.Errorf("a job that waited too long: %v", err)
				}
			})
		}
		crowd.Wait()
		close(stuck)
		if err := <-held; err != nil {
			t.Errorf("the job that ran: %v", err)
		}
		if err := w.update(t.Context(), func(context.Context, querier) error { return nil }); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// TestLockedDatabaseIsBusy: another process writes for longer than we wait.
func TestLockedDatabaseIsBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.db")
	db, err := Open(t.Context(), Options{URL: path, Key: seal.NewMasterKey()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e := db.engine.(*embedded)
	if _, err := e.conn.ExecContext(t.Context(), `PRAGMA busy_timeout = 1`); err != nil {
		t.Fatal(err)
	}
	other, err := openPool(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil) // BEGIN IMMEDIATE
	if err != nil {
		t.Fatal(err)
	}
	if err := e.update(t.Context(), run(`SELECT 1`)); !errors.Is(err, admission.ErrBusy) {
		t.Errorf("while another process writes: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := e.update(t.Context(), run(`SELECT 1`)); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
