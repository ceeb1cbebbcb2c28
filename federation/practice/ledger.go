package practice

import (
	"sync"
	"time"
)

// ledgerSize bounds what a provider remembers: codes and access tokens of one developer or one test run.
const ledgerSize = 4096

// ledger holds values until a time. When it is full the value that ends first makes room. It is safe for concurrent use.
type ledger[T any] struct {
	mu      sync.Mutex
	entries map[string]entry[T] // mu owns it
}

type entry[T any] struct {
	value T
	until time.Time
}

func newLedger[T any]() *ledger[T] { return &ledger[T]{entries: map[string]entry[T]{}} }

func (l *ledger[T]) put(key string, value T, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.entries) >= ledgerSize {
		delete(l.entries, l.first())
	}
	l.entries[key] = entry[T]{value, until}
}

// first is the key whose value ends first. The caller holds mu.
func (l *ledger[T]) first() string {
	var key string
	var until time.Time
	for k, e := range l.entries {
		if key == "" || e.until.Before(until) {
			key, until = k, e.until
		}
	}
	return key
}

// get returns a value that has not ended.
func (l *ledger[T]) get(key string, now time.Time) (T, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.entries[key]
	if !ok || !now.Before(e.until) {
		var zero T
		return zero, false
	}
	return e.value, true
}

// take returns a value that has not ended and forgets it, so that of several takers one gets it.
func (l *ledger[T]) take(key string, now time.Time) (T, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.entries[key]
	delete(l.entries, key)
	if !ok || !now.Before(e.until) {
		var zero T
		return zero, false
	}
	return e.value, true
}

func (l *ledger[T]) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.entries, key)
}
