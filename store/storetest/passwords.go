package storetest

import (
	"fmt"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
)

func passwords() []check {
	return []check{
		{name: "EarlierPasswordsAreKeptAsTold", run: earlierPasswordsAreKeptAsTold},
		{name: "DroppedPasswordLeavesNoHash", run: droppedPasswordLeavesNoHash},
		{name: "FailedChangeKeepsThePasswords", run: failedChangeKeepsThePasswords},
		{name: "CheckedCodeIsStillThere", run: checkedCodeIsStillThere},
	}
}

// choose sets the n-th password of a user whose version is n, and keeps as many earlier ones as told.
func (s *suite) choose(n int64, keep int) error {
	at := noon().Add(time.Duration(n) * time.Hour)
	return s.db.ChangeUser(s.ctx, userpool.UserChange{
		Pool: poolA, Sub: sub(1), Version: n, Modified: at, Earlier: keep,
		Password: &userpool.Password{Hash: fmt.Sprintf("hash%d", n), Changed: at},
	})
}

func (s *suite) earlierAre(want ...string) {
	s.Helper()
	got, err := s.db.EarlierPasswords(s.ctx, poolA, sub(1))
	s.must(err)
	s.same(got, want)
}

// earlierPasswordsAreKeptAsTold: the latest first, the current one not among them, and no more than the policy looks at.
func earlierPasswordsAreKeptAsTold(s *suite) {
	s.create(1)
	s.earlierAre()
	s.must(s.choose(1, 2))
	s.earlierAre()
	for n := int64(2); n <= 4; n++ {
		s.must(s.choose(n, 2))
	}
	s.earlierAre("hash3", "hash2")
	s.must(s.choose(5, 1)) // a policy that was made shorter
	s.earlierAre("hash4")
	s.must(s.choose(6, 0))
	s.earlierAre()
	stored, err := s.db.Password(s.ctx, poolA, sub(1))
	s.must(err)
	s.same(stored.Hash, "hash6")
	s.must(s.choose(7, userpool.MaxPasswordHistory-1))
	got, err := s.db.EarlierPasswords(s.ctx, poolB, sub(1))
	s.must(err)
	s.same(got, []string(nil))
	s.earlierAre("hash6")
}

func droppedPasswordLeavesNoHash(s *suite) {
	s.create(1)
	s.must(s.choose(1, 5))
	s.must(s.choose(2, 5))
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 3, DropPassword: true, Modified: noon()}))
	s.earlierAre()
}

func failedChangeKeepsThePasswords(s *suite) {
	s.create(1)
	s.must(s.choose(1, 5))
	s.wants(s.choose(7, 5), userpool.ErrConflict)
	s.earlierAre()
	stored, err := s.db.Password(s.ctx, poolA, sub(1))
	s.must(err)
	s.same(stored.Hash, "hash1")
}

// checkedCodeIsStillThere: a right code that was only looked at is as good as new, and wrong ones are counted.
func checkedCodeIsStillThere(s *suite) {
	s.createUnconfirmed(1)
	s.wants(s.db.CheckCode(s.ctx, take(1, "right")), directory.ErrCodeExpired)
	s.must(s.db.SaveCode(s.ctx, code(1, "right"), noon()))
	for range 2 * directory.MaxCodeAttempts {
		s.must(s.db.CheckCode(s.ctx, take(1, "right")))
	}
	s.costs("to look at a right code", 0, func() error { return s.db.CheckCode(s.ctx, take(1, "right")) })
	for range directory.MaxCodeAttempts - 1 {
		s.wants(s.db.CheckCode(s.ctx, take(1, "wrong")), directory.ErrCodeMismatch)
	}
	s.must(s.db.CheckCode(s.ctx, take(1, "right")))
	s.must(s.db.TakeCode(s.ctx, take(1, "right"), confirm(1, 1)))
	s.wants(s.db.CheckCode(s.ctx, take(1, "right")), directory.ErrCodeExpired)

	s.must(s.db.SaveCode(s.ctx, code(1, "other"), noon()))
	for range directory.MaxCodeAttempts {
		s.wants(s.db.CheckCode(s.ctx, take(1, "wrong")), directory.ErrCodeMismatch)
	}
	s.wants(s.db.CheckCode(s.ctx, take(1, "other")), directory.ErrCodeExpired)
}
