package storetest

import (
	"portico/userpool"
	"portico/userpool/login"
)

// changeRemovesAPasskey: with what was opened by a passkey, and of its owner alone.
func changeRemovesAPasskey(s *suite) {
	s.create(1)
	s.create(2)
	s.must(s.db.AddPasskey(s.ctx, passkey(1, 1), challenge("a")))
	s.must(s.db.AddPasskey(s.ctx, passkey(1, 2), challenge("b")))
	for cookie, factor := range map[string]userpool.Factor{"here": userpool.FactorPasskey, "there": userpool.FactorPasskey, "typed": userpool.FactorPassword} {
		s.opened(1, cookie, func(one *login.Session) { one.Factor = factor })
	}
	remove := userpool.UserChange{
		Pool: poolA, Sub: sub(2), Version: 1, Modified: noon(), DropPasskey: passkey(1, 1).ID,
		EndOthers: &userpool.EndOthers{Keep: hash("here"), Factor: userpool.FactorPasskey},
	}
	s.wants(s.db.ChangeUser(s.ctx, remove), userpool.ErrNotFound)
	remove.Sub, remove.Version = sub(1), 9
	s.wants(s.db.ChangeUser(s.ctx, remove), userpool.ErrConflict)
	s.same(len(s.listed(1, noon())), 3)
	remove.Version = 1
	s.must(s.db.ChangeUser(s.ctx, remove))
	left, err := s.db.Passkeys(s.ctx, poolA, sub(1))
	s.must(err)
	s.same(left, []userpool.Passkey{passkey(1, 2)})
	s.same(len(s.listed(1, noon())), 2) // "there" is over
	_, err = s.db.Session(s.ctx, poolA, hash("there"))
	s.wants(err, userpool.ErrNotFound)
}

// sessionKnowsASecondFactor: from the sign-in, or from a change that proved one in it; and no other session of the person's does.
func sessionKnowsASecondFactor(s *suite) {
	s.create(1)
	s.create(2)
	s.opened(1, "both", func(one *login.Session) { one.TwoFactors = true })
	s.opened(1, "one", nil)
	s.opened(1, "other", nil)
	s.opened(2, "of another", nil)
	knows := func(cookie string, want bool) {
		s.Helper()
		session, err := s.db.Session(s.ctx, poolA, hash(cookie))
		s.must(err)
		s.same(session.TwoFactors, want)
	}
	knows("both", true)
	knows("one", false)
	prove := userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 1, Modified: noon(), Token: new(softwareToken(1)), Proved: hash("one")}
	s.must(s.db.ChangeUser(s.ctx, prove))
	knows("one", true)
	knows("other", false)
	prove.Version, prove.Proved = 2, hash("of another")
	s.must(s.db.ChangeUser(s.ctx, prove))
	knows("of another", false)
}

// deletedUserLeavesNoWayIn: passkeys and the secret of an authenticator app go with their owner, and nobody else's do.
func deletedUserLeavesNoWayIn(s *suite) {
	for i := 1; i <= 2; i++ {
		s.createWithToken(i)
		s.must(s.db.AddPasskey(s.ctx, passkey(i, 1), challenge("of "+string(sub(i)))))
	}
	s.must(s.db.DeleteUser(s.ctx, poolA, sub(1), userpool.Audit{ID: "a", At: noon(), Actor: "the person", Action: "account deleted"}))
	_, err := s.db.Passkey(s.ctx, poolA, passkey(1, 1).ID)
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.SoftwareToken(s.ctx, poolA, sub(1))
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.Passkey(s.ctx, poolA, passkey(2, 1).ID)
	s.must(err)
	_, err = s.db.SoftwareToken(s.ctx, poolA, sub(2))
	s.must(err)
}
