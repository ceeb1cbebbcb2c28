// Package admission keeps a server useful that is asked for more than it can do. A gate lets a bounded number work at once
// and a bounded number wait for their turn; everybody else is refused on the spot, for an answer that comes too late is work
// done for nobody, and whoever is told at once can come back later.
package admission

import (
	"context"
	"errors"
	"time"
)

// ErrBusy: there was no place. Nothing was done; trying again in a moment may succeed (HTTP 503, or 429).
var ErrBusy = errors.New("too much is asked for at once")

// Gate lets callers in. It is safe for concurrent use.
type Gate struct {
	places   chan struct{} // held by those who work and those who wait
	work     chan struct{} // held by those who work
	patience time.Duration
}

// New makes a gate for as many callers at once as working says, with room for as many to wait as waiting says, each for at
// most patience. Those who wait are let in in the order they came.
func New(working, waiting int, patience time.Duration) *Gate {
	return &Gate{places: make(chan struct{}, working+waiting), work: make(chan struct{}, working), patience: patience}
}

// Enter waits for a turn. The caller must call leave when its work is done. It fails with ErrBusy at once where too many
// wait already, and after patience where the turn does not come; with the context's error when that ends first.
func (g *Gate) Enter(ctx context.Context) (leave func(), err error) {
	select {
	case g.places <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	select {
	case g.work <- struct{}{}: // as it mostly is: without a timer
		return g.leave, nil
	default:
	}
	if err := g.wait(ctx); err != nil {
		<-g.places
		return nil, err
	}
	return g.leave, nil
}

// wait stands in the queue, which is the channel's own: senders that block are served in the order they came.
func (g *Gate) wait(ctx context.Context) error {
	timer := time.NewTimer(g.patience)
	defer timer.Stop()
	select {
	case g.work <- struct{}{}:
		return nil
	case <-timer.C:
		return ErrBusy
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *Gate) leave() { <-g.work; <-g.places }
