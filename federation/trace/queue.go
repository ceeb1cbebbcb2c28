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
	offered map[string]int // by pool, in this minute
}

// NewQueue makes a queue. Run must run for anything to be stored.
func NewQueue(saver Saver, now func() time.Time, log *slog.Logger) *Queue {
	return &Queue{saver: saver, now: now, log: log, queue: make(chan Stored, queueLength), offered: map[string]int{}}
}

// Offer takes a trace, or drops it. A nil queue drops everything.
func (q *Queue) Offer(t Stored) {
	if q == nil {
		return
	}
	if !q.affordable(t.Pool) {
		q.dropped.Add(1)
		return
	}
	select {
	case q.queue <- t:
	default:
		q.dropped.Add(1)
	}
}

// affordable takes one from the minute's budget of a pool.
func (q *Queue) affordable(pool string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if minute := q.now().Unix() / 60; minute != q.minute {
		q.minute = minute
		clear(q.offered)
	}
	if q.offered[pool] >= perMinute {
		return false
	}
	q.offered[pool]++
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
