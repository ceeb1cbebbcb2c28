package trace

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Limits of failed attempts. A person's failure is read by somebody; thousands in a minute are an attack or an outage, which
// sixty of them explain as well.
const (
	queueLength = 64
	perMinute   = 60
	// strangersPerMinute is for attempts that anybody can begin and that did not even leave: when a provider is down, the first
	// few say so as well as the rest.
	strangersPerMinute = 10
)

// Saver stores a trace; the store does.
type Saver interface {
	SaveTrace(ctx context.Context, t Stored) error
}

// Queue takes the traces of failed attempts. It never makes anybody wait: what exceeds its length or the minute's budget of
// its pool is dropped and counted.
type Queue struct {
	saver Saver
	now   func() time.Time
	log   *slog.Logger
	queue chan Stored

	dropped atomic.Int64

	mu      sync.Mutex // guards what follows
	minute  int64
	offered map[string]int // by account, in this minute
}

// NewQueue makes a queue. Run must run for anything to be stored.
func NewQueue(saver Saver, now func() time.Time, log *slog.Logger) *Queue {
	return &Queue{saver: saver, now: now, log: log, queue: make(chan Stored, queueLength), offered: map[string]int{}}
}

// Offer takes the trace of an attempt that was this server's own, or drops it. A nil queue drops everything.
func (q *Queue) Offer(t Stored) { q.offer(t, t.Pool, perMinute) }

// OfferStranger takes the trace of an attempt that anybody could have begun, or drops it.
func (q *Queue) OfferStranger(t Stored) { q.offer(t, "stranger "+t.Pool, strangersPerMinute) }

// Save stores a trace at once, beside the queue: for an operator who waits for it.
func (q *Queue) Save(ctx context.Context, t Stored) error { return q.saver.SaveTrace(ctx, t) }

func (q *Queue) offer(t Stored, account string, budget int) {
	if q == nil {
		return
	}
	if !q.affordable(account, budget) {
		q.dropped.Add(1)
		return
	}
	select {
	case q.queue <- t:
	default:
		q.dropped.Add(1)
	}
}

// affordable takes one from the minute's budget of an account.
func (q *Queue) affordable(account string, budget int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if minute := q.now().Unix() / 60; minute != q.minute {
		q.minute = minute
		clear(q.offered)
	}
	if q.offered[account] >= budget {
		return false
	}
	q.offered[account]++
	return true
}

// Dropped is how many traces were not stored since the start.
func (q *Queue) Dropped() int64 {
	if q == nil {
		return 0
	}
	return q.dropped.Load()
}

// Run stores what was offered, one after the other, until the context ends; then it stores what is waiting.
func (q *Queue) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			q.drain(context.WithoutCancel(ctx))
			return
		case t := <-q.queue:
			q.save(ctx, t)
		}
	}
}

func (q *Queue) drain(ctx context.Context) {
	for {
		select {
		case t := <-q.queue:
			q.save(ctx, t)
		default:
			return
		}
	}
}

// save stores one. A trace that cannot be stored is no reason to fail anything.
func (q *Queue) save(ctx context.Context, t Stored) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := q.saver.SaveTrace(ctx, t); err != nil {
		q.dropped.Add(1)
		q.log.WarnContext(ctx, "a trace could not be stored", "reference", t.Reference, "err", err)
	}
}
