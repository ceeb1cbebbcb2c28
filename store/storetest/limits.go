package storetest

import (
	"context"
	"fmt"
	"time"

	"portico/federation"
	"portico/store"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

func limits() []check {
	return []check{
		{name: "SweepDeletesWhatExpired", run: sweepDeletesWhatExpired},
		{name: "SweepWorksInBatches", run: sweepWorksInBatches},
		{name: "EndedContextWritesNothing", run: endedContextWritesNothing},
		{name: "ClosedStoreWritesNothing", run: closedStoreWritesNothing},
		{name: "OneCommitEach", run: oneCommitEach},
	}
}

// day is a time in whole milliseconds, as documents hold it.
func day() time.Time { return noon().Truncate(time.Millisecond) }

func sweepDeletesWhatExpired(s *suite) {
	s.create(1)
	in := login.SignIn{Session: session(1, "cookie"), Spend: []federation.Once{{Purpose: "p", ID: "1", Until: noon().Add(time.Hour)}}}
	s.must(s.db.SignIn(s.ctx, in))
	s.must(s.db.SaveCode(s.ctx, code(1, "right"), noon()))
	r := redemption(1, "code", "family")
	r.Until, r.Family.Expires = noon().Add(time.Hour), noon().Add(time.Hour)
	s.must(s.db.Redeem(s.ctx, r))

	s.swept(noon().Add(time.Hour-time.Microsecond), 0)
	s.swept(noon().Add(time.Hour), 4) // session, code, two spent values
	_, err := s.db.Session(s.ctx, poolA, hash("cookie"))
	s.wants(err, userpool.ErrNotFound)
	s.wants(s.db.TakeCode(s.ctx, take(1, "right"), confirm(1, 1)), directory.ErrCodeExpired)
	// Tokens of an expired family live on for a day at most, and revocation is looked up in it.
	s.familyIs(r.Family)
	s.swept(noon().Add(25*time.Hour-time.Microsecond), 0)
	s.familyIs(r.Family)
	s.swept(noon().Add(25*time.Hour), 1)
	_, err = s.db.Family(s.ctx, poolA, "family")
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.UserBySub(s.ctx, poolA, sub(1))
	s.wants(err, nil)
}

func (s *suite) swept(now time.Time, want int) {
	s.Helper()
	n, err := s.db.Sweep(s.ctx, now)
	s.must(err)
	s.same(n, want)
	before := s.db.Commits()
	_, err = s.db.Sweep(s.ctx, now)
	s.must(err)
	if n := s.db.Commits() - before; n != 0 {
		s.Errorf("a sweep that finds nothing waits for the disk %d times", n)
	}
}

func sweepWorksInBatches(s *suite) {
	s.create(1)
	const many = 1203
	in := login.SignIn{Session: session(1, "cookie")}
	for i := range many {
		in.Spend = append(in.Spend, federation.Once{Purpose: "p", ID: fmt.Sprint(i), Until: noon()})
	}
	s.must(s.db.SignIn(s.ctx, in))
	before := s.db.Commits()
	s.swept(noon(), many)
	if n := s.db.Commits() - before; n < 3 {
		s.Errorf("%d rows were deleted in %d commits", many, n)
	}
}

func endedContextWritesNothing(s *suite) {
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	s.wants(s.db.CreateUser(ctx, key(1), person(1)), context.Canceled)
	s.absent(1)
	_, err := s.db.Sweep(ctx, noon())
	s.wants(err, context.Canceled)
}

func closedStoreWritesNothing(s *suite) {
	s.must(s.db.Close())
	s.wants(s.db.CreateUser(s.ctx, key(1), person(1)), store.ErrClosed)
	if _, err := s.db.UserBySub(s.ctx, poolA, sub(1)); err == nil {
		s.Error("a closed store answers")
	}
	s.must(s.db.Close())
}

// oneCommitEach holds the table of doc.go.
func oneCommitEach(s *suite) {
	s.create(1)
	none := func(name string, f func() error) { s.costs(name, 0, f) }
	one := func(name string, f func() error) { s.costs(name, 1, f) }
	one("CreateUser", func() error { return s.db.CreateUser(s.ctx, key(2), person(2)) })
	one("ChangeUser", func() error {
		return s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 1, Modified: noon()})
	})
	one("SaveCode", func() error { return s.db.SaveCode(s.ctx, code(1, "right"), noon()) })
	one("TakeCode", func() error { return s.db.TakeCode(s.ctx, take(1, "right"), confirm(1, 2)) })
	one("first SignIn", func() error { return s.db.SignIn(s.ctx, firstSignIn(3, "cookie", "_1")) })
	one("Redeem", func() error { return s.db.Redeem(s.ctx, redemption(1, "code", "family")) })
	one("SpendCode", func() error { return s.db.SpendCode(s.ctx, poolA, "other", noon(), noon()) })
	one("Rotate", func() error { _, err := s.db.Rotate(s.ctx, poolA, "family", 0, noon()); return err })
	one("EndFamily", func() error { return s.db.EndFamily(s.ctx, poolA, "family", noon()) })
	none("UserBySub", func() error { _, err := s.db.UserBySub(s.ctx, poolA, sub(1)); return err })
	none("Session", func() error { _, err := s.db.Session(s.ctx, poolA, hash("cookie")); return err })
	none("SessionAlive", func() error { _, err := s.db.SessionAlive(s.ctx, poolA, hash("cookie")); return err })
	none("Family", func() error { _, err := s.db.Family(s.ctx, poolA, "family"); return err })
	none("Declarations", func() error { _, err := s.db.Declarations(s.ctx); return err })
	one("EndSession", func() error { return s.db.EndSession(s.ctx, poolA, hash("cookie")) })
}

func (s *suite) costs(name string, want int64, f func() error) {
	s.Helper()
	before := s.db.Commits()
	if err := f(); err != nil {
		s.Errorf("%s: %v", name, err)
	}
	if n := s.db.Commits() - before; n != want {
		s.Errorf("%s made %d durable commits, want %d", name, n, want)
	}
}
