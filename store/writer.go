package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"portico/userpool/admission"
)

// Limits of the writer. A batch is bounded so that the first job of it need not wait for a hundred others; the queue is
// bounded so that a server that gets more than it can write makes callers wait instead of growing.
const (
	maxBatch = 64
	maxQueue = 256
)

// maxWait bounds how long a write waits for its turn, at the writer or for a connection. A disk that takes a tenth of a
// second for each commit serves thousands of writes in it.
const maxWait = 5 * time.Second

// withPatience bounds a wait. When it ends, context.Cause is admission.ErrBusy, or what ended the caller's own context.
func withPatience(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, maxWait, admission.ErrBusy)
}

// writer is the one goroutine that writes to SQLite. It takes whatever waits and commits it together: a durable commit
// waits for the disk, and sixteen rows in one commit cost hardly more than one row.
type writer struct {
	conn  querier // owned by run
	queue chan *pending
	ended chan struct{} // closed when run has returned

	mu     sync.RWMutex // held for reading while sending to queue, for writing while closing it
	closed bool

	committed atomic.Int64
}

// States of a pending job. Only one side can move it away from waiting.
const (
	waiting   int32 = iota
	taken           // by the writer
	abandoned       // by its caller
)

type pending struct {
	ctx      context.Context
	do       job
	state    atomic.Int32
	done     chan struct{} // closed when err and panicked are set
	err      error
	panicked any
}

func startWriter(conn querier) *writer {
	w := &writer{conn: conn, queue: make(chan *pending, maxQueue), ended: make(chan struct{})}
	go w.run()
	return w
}

// update hands a job to the writer and waits until it is durable or undone. It fails with admission.ErrBusy, and nothing is
// written, if the writer does not get to it in time.
func (w *writer) update(ctx context.Context, do job) error {
	ctx, cancel := withPatience(ctx)
	defer cancel()
	p := &pending{ctx: ctx, do: do, done: make(chan struct{})}
	if err := w.enqueue(p); err != nil {
		return err
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		if p.state.CompareAndSwap(waiting, abandoned) {
			return context.Cause(ctx)
		}
		<-p.done // it runs already; what it does must be known
	}
	if p.panicked != nil {
		panic(p.panicked)
	}
	return p.err
}

func (w *writer) enqueue(p *pending) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	if p.ctx.Err() != nil {
		return context.Cause(p.ctx)
	}
	select {
	case w.queue <- p:
		return nil
	case <-p.ctx.Done():
		return context.Cause(p.ctx)
	}
}

// close finishes what was accepted and ends the goroutine.
func (w *writer) close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.ended
}

func (w *writer) run() {
	defer close(w.ended)
	for first := range w.queue {
		w.commit(w.collect(first))
	}
}

// collect takes what waits at this moment, and waits for nothing.
func (w *writer) collect(first *pending) []*pending {
	batch := []*pending{first}
	for len(batch) < maxBatch {
		select {
		case p, open := <-w.queue:
			if !open {
				return batch
			}
			batch = append(batch, p)
		default:
			return batch
		}
	}
	return batch
}

// commit runs a batch in one transaction and answers everybody in it.
func (w *writer) commit(batch []*pending) {
	ran, err := w.transaction(batch)
	for _, p := range ran {
		if err != nil {
			// Even a job that failed on its own is told this: it may have failed because of a row that is gone now.
			p.err = fmt.Errorf("commit: %w", err)
		}
		close(p.done)
	}
}

// transaction returns the jobs that were not abandoned, and the error that undid them all.
func (w *writer) transaction(batch []*pending) (ran []*pending, err error) {
	for _, p := range batch {
		if !p.state.CompareAndSwap(waiting, taken) {
			continue
		}
		if p.err = context.Cause(p.ctx); p.err != nil {
			close(p.done)
			continue
		}
		ran = append(ran, p)
	}
	if len(ran) == 0 {
		return nil, nil
	}
	if err := w.exec(`BEGIN IMMEDIATE`); err != nil {
		if isLocked(err) {
			err = fmt.Errorf("%w: %w", admission.ErrBusy, err)
		}
		return ran, err
	}
	wrote := false
	for _, p := range ran {
		if err := w.attempt(p); err != nil {
			return ran, errors.Join(err, w.exec(`ROLLBACK`))
		}
		wrote = wrote || p.err == nil && p.panicked == nil
	}
	if err := w.exec(`COMMIT`); err != nil {
		_ = w.exec(`ROLLBACK`) // says no more than the failed commit
		return ran, err
	}
	if wrote {
		w.committed.Add(1)
	}
	return ran, nil
}

// attempt runs one job in a savepoint of its own, so that its failure undoes it alone. The error it returns is the
// transaction's, not the job's.
func (w *writer) attempt(p *pending) error {
	if err := w.exec(`SAVEPOINT job`); err != nil {
		return err
	}
	w.call(p)
	if p.err != nil || p.panicked != nil {
		if err := w.exec(`ROLLBACK TO job`); err != nil {
			return errors.Join(p.err, err)
		}
	}
	return w.exec(`RELEASE job`)
}

// call keeps a panic from ending the writer, and with it the program; the caller gets it.
func (w *writer) call(p *pending) {
	defer func() { p.panicked = recover() }()
	// SQLite undoes the whole transaction when a statement is interrupted, so a job that has begun is not.
	p.err = p.do(context.WithoutCancel(p.ctx), w.conn)
}

func (w *writer) exec(statement string) error {
	_, err := w.conn.ExecContext(context.Background(), statement)
	return err
}
