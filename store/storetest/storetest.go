package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"portico/store"
	"portico/userpool"
)

const (
	// patience ends a test that is stuck, as one would be that waits for a second connection.
	patience = time.Minute
	// crowd is how many race each other.
	crowd = 20
)

// Run runs the suite. Open gives a fresh, empty database each time and closes it when its test ends.
func Run(t *testing.T, open func(t *testing.T) *store.DB) {
	for _, group := range [][]check{users(), changes(), codes(), signIns(), families(), traces(), pools(), limits(), races(), samlKeys(), upstream(), keys(), clientSecrets(), sessions(), revocations(), refreshes(), passwords(), passkeys(), brandings(), account(), seconds(), devices()} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				s := &suite{T: t, ctx: ctx, db: open(t)}
				if !c.empty {
					s.must(s.db.CreatePool(ctx, declaration(poolA), nil))
					s.must(s.db.CreatePool(ctx, declaration(poolB), nil))
				}
				c.run(s)
			})
		}
	}
}

type check struct {
	name  string
	run   func(s *suite)
	empty bool // without the two pools
}

// suite is one test with its database.
type suite struct {
	*testing.T
	ctx context.Context
	db  *store.DB
}

// must ends the test on an error.
func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// wants complains unless err is the one that is wanted; nil is wanted too.
func (s *suite) wants(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Errorf("got error %v, want %v", err, want)
	}
}

// same complains of differences.
func (s *suite) same(got, want any) {
	s.Helper()
	secrets := cmp.Comparer(func(a, b userpool.Secret) bool { return a.Reveal() == b.Reveal() })
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), secrets); diff != "" {
		s.Errorf("differs (-want +got):\n%s", diff)
	}
}

// race calls f for 0 to crowd-1 at once and returns the errors in that order.
func (s *suite) race(f func(i int) error) []error {
	errs := make([]error, crowd)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i := range crowd {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			errs[i] = f(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return errs
}

// oneWins complains unless exactly one got nil and all others one of the given errors; it returns the winner.
func (s *suite) oneWins(errs []error, losers ...error) int {
	s.Helper()
	winner, winners := 0, 0
	for i, err := range errs {
		if err == nil {
			winner = i
			winners++
			continue
		}
		known := false
		for _, loser := range losers {
			known = known || errors.Is(err, loser)
		}
		if !known {
			s.Errorf("number %d failed with %v", i, err)
		}
	}
	if winners != 1 {
		s.Errorf("%d of %d succeeded, want 1", winners, len(errs))
	}
	return winner
}

// The two pools of every test.
const (
	poolA userpool.ID = "us-east-1_Aaaaaaaaa"
	poolB userpool.ID = "eu-west-1_Bbbbbbbbb"
)

// noon is when everything happens, in whole microseconds as columns hold it.
func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 123456000, time.UTC) }

// sub makes a UUID of a number.
func sub(i int) userpool.Sub { return userpool.Sub(fmt.Sprintf("00000000-0000-4000-8000-%012d", i)) }

// person makes a user of poolA, known as "user<i>".
func person(i int) userpool.NewUser {
	return userpool.NewUser{User: userpool.User{
		Pool: poolA, Sub: sub(i), Username: fmt.Sprintf("User%d", i), Status: userpool.Confirmed, Enabled: true,
		Attributes: map[string]string{"email": fmt.Sprintf("user%d@example.com", i), "email_verified": "true"},
		Created:    noon(), Modified: noon(), Version: 1,
	}}
}

func key(i int) string { return fmt.Sprintf("user%d", i) }

// create makes person(i).
func (s *suite) create(i int) userpool.User {
	s.Helper()
	n := person(i)
	s.must(s.db.CreateUser(s.ctx, key(i), n))
	return n.User
}
