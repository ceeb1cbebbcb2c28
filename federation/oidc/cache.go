package oidc

import (
	"context"
	"sync"
	"time"
)

// failurePause is how long a failed fetch is remembered, so that a provider that is down is not asked once for each
// person who tries, and is found again soon after it is back.
const failurePause = 3 * time.Second

// renewPause is the least time between two fetches that unknown keys ask for: whoever can make tokens with key IDs of
// their choice must not make us a source of requests.
const renewPause = 10 * time.Second

// cache holds one document of the provider. Any number of callers wait for one fetch.
type cache[T any] struct {
	fetch func(context.Context) (T, error) // bounded by the HTTP client's timeout
	now   func() time.Time
	fresh time.Duration // age up to which the value is used without asking again
	stale time.Duration // age up to which it is used when asking again fails

	mu      sync.Mutex // guards what follows
	held    version[T]
	fetches int       // that have ended
	err     error     // of the last one, if it failed
	failed  time.Time // when that was
	renewed time.Time // when renew last asked
	flight  chan struct{}
}

// version is a value with the number of the fetch that brought it; 0 means none yet.
type version[T any] struct {
	value   T
	number  int
	fetched time.Time
}

// get returns the value, fetching it if need be.
func (c *cache[T]) get(ctx context.Context) (version[T], error) {
	c.mu.Lock()
	held, now, fetches, err := c.held, c.now(), c.fetches, c.err
	resting := err != nil && now.Sub(c.failed) < failurePause
	c.mu.Unlock()
	age := now.Sub(held.fetched)
	if held.number > 0 && age < c.fresh {
		return held, nil
	}
	if !resting {
		var got version[T]
		if got, err = c.load(ctx, fetches); err == nil {
			return got, nil
		}
	}
	if held.number > 0 && age < c.stale {
		return held, nil
	}
	return version[T]{}, err
}

// renew returns a value newer than the given version: the one held now if it is newer, else a fetched one. ok is false
// when it is too early to fetch again.
func (c *cache[T]) renew(ctx context.Context, than int) (got version[T], ok bool, err error) {
	c.mu.Lock()
	held, now, fetches := c.held, c.now(), c.fetches
	wanted := held.number <= than
	if wanted && c.flight == nil {
		if !c.renewed.IsZero() && now.Sub(c.renewed) < renewPause {
			c.mu.Unlock()
			return version[T]{}, false, nil
		}
		c.renewed = now
	}
	c.mu.Unlock()
	if !wanted {
		return held, true, nil
	}
	got, err = c.load(ctx, fetches)
	return got, err == nil, err
}

// load fetches, unless a fetch has ended since the caller looked (it knew of so many), or joins the one in flight. The
// fetch serves everybody, so it does not end with the request that happened to start it.
func (c *cache[T]) load(ctx context.Context, known int) (version[T], error) {
	c.mu.Lock()
	if c.fetches == known {
		flight := c.flight
		if flight == nil {
			flight = make(chan struct{})
			c.flight = flight
			go c.run(context.WithoutCancel(ctx), flight)
		}
		c.mu.Unlock()
		select {
		case <-ctx.Done():
			return version[T]{}, ctx.Err()
		case <-flight:
		}
		c.mu.Lock()
	}
	defer c.mu.Unlock()
	return c.held, c.err
}

func (c *cache[T]) run(ctx context.Context, flight chan struct{}) {
	value, err := c.fetch(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err, c.flight = err, nil
	c.fetches++
	if err != nil {
		c.failed = c.now()
	} else {
		c.held = version[T]{value: value, number: c.held.number + 1, fetched: c.now()}
	}
	close(flight)
}
