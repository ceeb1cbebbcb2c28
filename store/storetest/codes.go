package storetest

import (
	"time"

	"portico/userpool"
	"portico/userpool/directory"
)

func codes() []check {
	return []check{
		{name: "CodeIsTakenOnceWithItsChange", run: codeIsTakenOnceWithItsChange},
		{name: "CodeComesWithAUser", run: codeComesWithAUser},
		{name: "GuessedCodeStopsWorking", run: guessedCodeStopsWorking},
		{name: "ExpiredCodeIsExpired", run: expiredCodeIsExpired},
		{name: "NewCodeReplacesOldUnlessTooSoon", run: newCodeReplacesOldUnlessTooSoon},
		{name: "FailedChangeLeavesTheCode", run: failedChangeLeavesTheCode},
		{name: "CodeOfNobody", run: codeOfNobody},
	}
}

func code(i int, mac string) userpool.ConfirmationCode {
	return userpool.ConfirmationCode{
		Pool: poolA, Sub: sub(i), Purpose: userpool.CodeSignUp, MAC: []byte(mac), Medium: "EMAIL",
		Sent: noon(), Expires: noon().Add(time.Hour),
	}
}

func take(i int, mac string) directory.TakeCode {
	return directory.TakeCode{Pool: poolA, Sub: sub(i), Purpose: userpool.CodeSignUp, MAC: []byte(mac), Now: noon()}
}

// confirm is the change that taking a sign-up code permits.
func confirm(i int, version int64) userpool.UserChange {
	return userpool.UserChange{Pool: poolA, Sub: sub(i), Version: version, Status: userpool.Confirmed, Modified: noon()}
}

func (s *suite) createUnconfirmed(i int) userpool.User {
	s.Helper()
	n := person(i)
	n.User.Status = userpool.Unconfirmed
	s.must(s.db.CreateUser(s.ctx, key(i), n))
	return n.User
}

func codeIsTakenOnceWithItsChange(s *suite) {
	want := s.createUnconfirmed(1)
	s.must(s.db.SaveCode(s.ctx, code(1, "right"), noon()))
	other := take(1, "right")
	other.Purpose = userpool.CodeRecovery
	s.wants(s.db.TakeCode(s.ctx, other, confirm(1, 1)), directory.ErrCodeExpired)
	other = take(1, "right")
	other.Pool = poolB
	s.wants(s.db.TakeCode(s.ctx, other, confirm(1, 1)), directory.ErrCodeExpired)
	s.userIs(want)
	s.must(s.db.TakeCode(s.ctx, take(1, "right"), confirm(1, 1)))
	want.Version, want.Status = 2, userpool.Confirmed
	s.userIs(want)
	s.wants(s.db.TakeCode(s.ctx, take(1, "right"), confirm(1, 2)), directory.ErrCodeExpired)
	s.userIs(want)
}

func codeComesWithAUser(s *suite) {
	n := person(1)
	n.Code = new(code(1, "right"))
	s.must(s.db.CreateUser(s.ctx, key(1), n))
	s.wants(s.db.TakeCode(s.ctx, take(1, "right"), confirm(1, 1)), nil)
}

// guessedCodeStopsWorking: six digits must not be found by trying them all.
func guessedCodeStopsWorking(s *suite) {
	want := s.createUnconfirmed(1)
	s.must(s.db.SaveCode(s.ctx, code(1, "right"), noon()))
	for range directory.MaxCodeAttempts {
		s.wants(s.db.TakeCode(s.ctx, take(1, "wrong"), confirm(1, 1)), directory.ErrCodeMismatch)
	}
	s.wants(s.db.TakeCode(s.ctx, take(1, "right"), confirm(1, 1)), directory.ErrCodeExpired)
	s.userIs(want)
	// Only a new code starts anew.
	again := code(1, "again")
	again.Sent = noon().Add(time.Minute)
	s.must(s.db.SaveCode(s.ctx, again, noon()))
	s.wants(s.db.TakeCode(s.ctx, take(1, "wrong"), confirm(1, 1)), directory.ErrCodeMismatch)
	s.wants(s.db.TakeCode(s.ctx, take(1, "again"), confirm(1, 1)), nil)
}

func expiredCodeIsExpired(s *suite) {
	s.createUnconfirmed(1)
	s.must(s.db.SaveCode(s.ctx, code(1, "right"), noon()))
	late := take(1, "right")
	late.Now = noon().Add(time.Hour)
	s.wants(s.db.TakeCode(s.ctx, late, confirm(1, 1)), directory.ErrCodeExpired)
	late.Now = late.Now.Add(-time.Microsecond)
	s.wants(s.db.TakeCode(s.ctx, late, confirm(1, 1)), nil)
}

func newCodeReplacesOldUnlessTooSoon(s *suite) {
	s.createUnconfirmed(1)
	s.must(s.db.SaveCode(s.ctx, code(1, "old"), noon()))
	second := code(1, "new")
	second.Sent = noon().Add(time.Minute)
	s.wants(s.db.SaveCode(s.ctx, second, noon().Add(-time.Microsecond)), directory.ErrTooSoon)
	s.must(s.db.SaveCode(s.ctx, second, noon()))
	s.wants(s.db.TakeCode(s.ctx, take(1, "old"), confirm(1, 1)), directory.ErrCodeMismatch)
	s.wants(s.db.TakeCode(s.ctx, take(1, "new"), confirm(1, 1)), nil)
	recovery := code(1, "other")
	recovery.Purpose = userpool.CodeRecovery
	s.wants(s.db.SaveCode(s.ctx, recovery, noon().Add(-time.Hour)), nil)
}

func failedChangeLeavesTheCode(s *suite) {
	s.createUnconfirmed(1)
	holder := person(2)
	holder.Aliases = []userpool.Alias{{Kind: userpool.AliasEmail, Key: "held@example.com"}}
	s.must(s.db.CreateUser(s.ctx, key(2), holder))
	s.must(s.db.SaveCode(s.ctx, code(1, "right"), noon()))
	s.wants(s.db.TakeCode(s.ctx, take(1, "right"), confirm(1, 9)), userpool.ErrConflict)
	clash := confirm(1, 1)
	clash.Aliases = &holder.Aliases
	s.wants(s.db.TakeCode(s.ctx, take(1, "right"), clash), userpool.ErrAliasTaken)
	s.wants(s.db.TakeCode(s.ctx, take(1, "right"), confirm(1, 1)), nil)
}

func codeOfNobody(s *suite) {
	s.wants(s.db.SaveCode(s.ctx, code(1, "right"), noon()), userpool.ErrNotFound)
	s.wants(s.db.TakeCode(s.ctx, take(1, "right"), confirm(1, 1)), directory.ErrCodeExpired)
}
