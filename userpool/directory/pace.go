package directory

import (
	"context"
	"time"

	"portico/userpool"
)

// DefaultPace is a sensible Directory.Pace: several times what a hash and a commit take on a machine that is not overloaded,
// and hardly felt by somebody who waits for an e-mail.
const DefaultPace = 250 * time.Millisecond

// evenly starts the time that an answer takes at least where the client hides users; the wait that it returns ends with it, or
// with the context. What is done about a user differs from what is done about nobody: a wrong code is counted in a commit, for
// instance, and a disk that is waited for is a sign that there is somebody.
func (d *Directory) evenly(client *userpool.AppClient) (wait func(context.Context)) {
	return evenlyFor(client, d.Pace)
}

// readShare is the part of the pace that is enough where nothing is written or hashed: some reads of one row.
const readShare = 5

// evenlyFor is evenly with a pace of its own.
func evenlyFor(client *userpool.AppClient, pace time.Duration) (wait func(context.Context)) {
	if !client.HideUsers || pace <= 0 {
		return func(context.Context) {}
	}
	timer := time.NewTimer(pace)
	return func(ctx context.Context) {
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
}
