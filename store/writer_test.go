package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"portico/userpool/seal"
)

// newWriter opens a store with a table of numbers.
func newWriter(t *testing.T) (*writer, *embedded) {
	t.Helper()
	db, err := Open(t.Context(), Options{URL: filepath.Join(t.TempDir(), "w.db"), Key: seal.NewMasterKey()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	e := db.engine.(*embedded)
	if err := e.update(t.Context(), run(`CREATE TABLE numbers (n BIGINT PRIMARY KEY)`)); err != nil {
		t.Fatal(err)
	}
	return e.writer, e
}

func run(statement string, args ...any) job {
	return func(ctx context.Context, tx querier) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	}
}

func insert(n int) job { return run(`INSERT INTO numbers VALUES ($1)`, n) }

// together hands jobs to the writer as one batch and returns their errors.
func together(w *writer, jobs ...job) []error {
	batch := make([]*pending, len(jobs))
	for i, do := range jobs {
		batch[i] = &pending{ctx: context.Background(), do: do, done: make(chan struct{})}
	}
	// A job that waits inside the writer lets the batch gather behind it.
	hold, held := make(chan struct{}), make(chan struct{})
	go func() {
		_ = w.update(context.Background(), func(context.Context, querier) error { close(held); <-hold; return nil })
	}()
	<-held
	for _, p := range batch {
		if err := w.enqueue(p); err != nil {
			panic(err)
		}
	}
	close(hold)
	errs := make([]error, len(jobs))
	for i, p := range batch {
		<-p.done
		errs[i] = p.err
	}
	return errs
}

func numbers(t *testing.T, e *embedded) []int {
	t.Helper()
	rows, err := e.reads.Query(`SELECT n FROM numbers ORDER BY n`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []int
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	return all
}

func TestBatchIsOneCommit(t *testing.T) {
	w, e := newWriter(t)
	before := w.committed.Load()
	for i, err := range together(w, insert(1), insert(2), insert(3)) {
		if err != nil {
			t.Errorf("job %d: %v", i, err)
		}
	}
	if n := w.committed.Load() - before; n != 2 { // one of the job that held them back
		t.Errorf("%d commits, want 2", n)
	}
	if got := fmt.Sprint(numbers(t, e)); got != "[1 2 3]" {
		t.Error(got)
	}
}

func TestFailingJobUndoesItselfOnly(t *testing.T) {
	w, e := newWriter(t)
	refused := errors.New("refused")
	half := func(ctx context.Context, tx querier) error {
		return errors.Join(insert(10)(ctx, tx), refused)
	}
	errs := together(w, insert(1), half, insert(1), insert(2))
	if errs[0] != nil || !errors.Is(errs[1], refused) || errs[2] == nil || errs[3] != nil {
		t.Error(errs)
	}
	if got := fmt.Sprint(numbers(t, e)); got != "[1 2]" {
		t.Error(got)
	}
}

func TestFailingCommitFailsAll(t *testing.T) {
	w, e := newWriter(t)
	// Deferred, a foreign key is looked at by the commit alone.
	orphan := func(ctx context.Context, tx querier) error {
		return errors.Join(run(`PRAGMA defer_foreign_keys = 1`)(ctx, tx),
			run(`INSERT INTO spent (pool, purpose, hash, family, until) VALUES ('none', '', '', '', 0)`)(ctx, tx))
	}
	refused := errors.New("refused")
	errs := together(w, insert(1), orphan, func(context.Context, querier) error { return refused }, insert(2))
	for i, err := range errs {
		if !isForeignKey(err) {
			t.Errorf("job %d: %v", i, err)
		}
	}
	if got := numbers(t, e); got != nil {
		t.Errorf("%v were written", got)
	}
	if errs := together(w, insert(1)); errs[0] != nil {
		t.Errorf("the next batch: %v", errs[0])
	}
}

// TestLostTransactionFailsAll: some errors (a full disk) make SQLite undo the whole transaction on its own.
func TestLostTransactionFailsAll(t *testing.T) {
	w, e := newWriter(t)
	for i, err := range together(w, insert(1), run(`ROLLBACK`), insert(2)) {
		if err == nil {
			t.Errorf("job %d was acknowledged", i)
		}
	}
	if got := numbers(t, e); got != nil {
		t.Errorf("%v were written", got)
	}
	if errs := together(w, insert(3)); errs[0] != nil {
		t.Errorf("the next batch: %v", errs[0])
	}
}

func TestAbandonedJobDoesNotRun(t *testing.T) {
	w, e := newWriter(t)
	hold, held := make(chan struct{}), make(chan struct{})
	var first sync.WaitGroup
	first.Go(func() {
		_ = w.update(context.Background(), func(context.Context, querier) error { close(held); <-hold; return nil })
	})
	<-held
	ctx, cancel := context.WithCancel(context.Background())
	answer := make(chan error)
	go func() { answer <- w.update(ctx, insert(1)) }()
	cancel()
	if err := <-answer; !errors.Is(err, context.Canceled) {
		t.Errorf("abandoned: %v", err)
	}
	close(hold)
	first.Wait()
	if errs := together(w, insert(2)); errs[0] != nil {
		t.Error(errs[0])
	}
	if got := fmt.Sprint(numbers(t, e)); got != "[2]" {
		t.Error(got)
	}
}

// TestRunningJobIsFinished: an interrupted statement would undo the whole batch.
func TestRunningJobIsFinished(t *testing.T) {
	w, e := newWriter(t)
	ctx, cancel := context.WithCancel(context.Background())
	err := w.update(ctx, func(ctx context.Context, tx querier) error {
		cancel()
		return insert(1)(ctx, tx)
	})
	if err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(numbers(t, e)); got != "[1]" {
		t.Error(got)
	}
}

func TestPanicReachesItsCaller(t *testing.T) {
	w, e := newWriter(t)
	func() {
		defer func() {
			if got := recover(); got != "oops" {
				t.Errorf("recovered %v", got)
			}
		}()
		_ = w.update(context.Background(), func(ctx context.Context, tx querier) error {
			_ = insert(1)(ctx, tx)
			panic("oops")
		})
	}()
	if errs := together(w, insert(2)); errs[0] != nil {
		t.Error(errs[0])
	}
	if got := fmt.Sprint(numbers(t, e)); got != "[2]" {
		t.Error(got)
	}
}

// TestCloseFinishesWhatWasAccepted: a job is answered with its true outcome or with ErrClosed, never left waiting.
func TestCloseFinishesWhatWasAccepted(t *testing.T) {
	w, e := newWriter(t)
	const many = 400 // more than the queue holds
	errs := make([]error, many)
	var writing sync.WaitGroup
	for i := range many {
		writing.Go(func() { errs[i] = w.update(context.Background(), insert(i)) })
	}
	w.close()
	writing.Wait()
	written := map[int]bool{}
	for _, n := range numbers(t, e) {
		written[n] = true
	}
	for i, err := range errs {
		if written[i] != (err == nil) || err != nil && !errors.Is(err, ErrClosed) {
			t.Errorf("job %d: written %t, error %v", i, written[i], err)
		}
	}
}

func TestReadersCannotWrite(t *testing.T) {
	_, e := newWriter(t)
	if err := insert(1)(t.Context(), e.reader()); err == nil {
		t.Error("a reader wrote")
	}
}

func TestDurabilityIsOn(t *testing.T) {
	_, e := newWriter(t)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000"} {
		var got string
		if err := e.conn.QueryRowContext(t.Context(), `PRAGMA `+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", pragma, got, err, want)
		}
	}
}

// TestSnapshotIsOneMoment: what is written between two reads of a snapshot is not seen.
func TestSnapshotIsOneMoment(t *testing.T) {
	w, e := newWriter(t)
	count := func(tx querier) (n int) {
		if err := tx.QueryRowContext(t.Context(), `SELECT count(*) FROM numbers`).Scan(&n); err != nil {
			t.Error(err)
		}
		return n
	}
	err := e.snapshot(t.Context(), func(_ context.Context, tx querier) error {
		before := count(tx)
		if errs := together(w, insert(1)); errs[0] != nil {
			t.Error(errs[0])
		}
		if after := count(tx); after != before {
			t.Errorf("%d rows became %d", before, after)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if n := count(e.reader()); n != 1 {
		t.Errorf("%d rows after the snapshot", n)
	}
}
