package storetest

import (
	"time"

	"portico/userpool"
	"portico/userpool/login"
)

func sessions() []check {
	return []check{
		{name: "SessionUseIsRecorded", run: sessionUseIsRecorded},
		{name: "UseDoesNotBringBackASession", run: useDoesNotBringBackASession},
		{name: "SignInEndsTheSessionItReplaces", run: signInEndsTheSessionItReplaces},
		{name: "SessionOfADisabledUser", run: sessionOfADisabledUser},
		{name: "RaceOfUses", run: raceOfUses},
	}
}

func sessionUseIsRecorded(s *suite) {
	s.create(1)
	want := session(1, "cookie")
	want.Used = noon()
	s.must(s.db.SignIn(s.ctx, login.SignIn{Session: want}))
	s.sessionIs(want, "cookie")
	want.Used = noon().Add(20 * time.Minute)
	s.must(s.db.UseSession(s.ctx, poolA, hash("cookie"), want.Used))
	s.must(s.db.UseSession(s.ctx, poolA, hash("cookie"), want.Used.Add(-time.Minute))) // a replica whose clock is behind
	s.must(s.db.UseSession(s.ctx, poolB, hash("cookie"), want.Used.Add(time.Minute)))
	s.sessionIs(want, "cookie")
}

func (s *suite) sessionIs(want login.Session, cookie string) {
	s.Helper()
	got, err := s.db.Session(s.ctx, poolA, hash(cookie))
	s.must(err)
	s.same(got, want)
}

func useDoesNotBringBackASession(s *suite) {
	s.create(1)
	s.must(s.db.SignIn(s.ctx, login.SignIn{Session: session(1, "cookie")}))
	s.must(s.db.EndSession(s.ctx, poolA, hash("cookie")))
	s.must(s.db.UseSession(s.ctx, poolA, hash("cookie"), noon().Add(time.Minute)))
	_, err := s.db.Session(s.ctx, poolA, hash("cookie"))
	s.wants(err, userpool.ErrNotFound)
}

func signInEndsTheSessionItReplaces(s *suite) {
	s.create(1)
	s.create(2)
	for _, cookie := range []string{"old", "elsewhere"} {
		s.must(s.db.SignIn(s.ctx, login.SignIn{Session: session(1, cookie)}))
	}
	// A sign-in that fails ends nothing.
	s.wants(s.db.SignIn(s.ctx, login.SignIn{Session: session(9, "nobody"), Replaces: hash("old")}), userpool.ErrNotFound)
	s.sessionIs(session(1, "old"), "old")

	s.must(s.db.SignIn(s.ctx, login.SignIn{Session: session(2, "new"), Replaces: hash("old")}))
	_, err := s.db.Session(s.ctx, poolA, hash("old"))
	s.wants(err, userpool.ErrNotFound)
	s.sessionIs(session(2, "new"), "new")
	s.sessionIs(session(1, "elsewhere"), "elsewhere")
	// One that is gone already is no error.
	s.must(s.db.SignIn(s.ctx, login.SignIn{Session: session(1, "again"), Replaces: hash("old")}))
}

func sessionOfADisabledUser(s *suite) {
	n := person(1)
	n.User.Enabled = false
	s.must(s.db.CreateUser(s.ctx, key(1), n))
	want := session(1, "cookie")
	s.must(s.db.SignIn(s.ctx, login.SignIn{Session: want}))
	want.Disabled = true
	s.sessionIs(want, "cookie")
}

// raceOfUses: the latest of uses at the same time stays.
func raceOfUses(s *suite) {
	s.create(1)
	s.must(s.db.SignIn(s.ctx, login.SignIn{Session: session(1, "cookie")}))
	for _, err := range s.race(func(i int) error {
		return s.db.UseSession(s.ctx, poolA, hash("cookie"), noon().Add(time.Duration(i)*time.Second))
	}) {
		s.must(err)
	}
	want := session(1, "cookie")
	want.Used = noon().Add((crowd - 1) * time.Second)
	s.sessionIs(want, "cookie")
}
