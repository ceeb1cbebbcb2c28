package storetest

import (
	"bytes"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

func passkeys() []check {
	return []check{
		{name: "PasskeyIsReadAsItWasAdded", run: passkeyIsReadAsItWasAdded},
		{name: "PasskeyIsOneUsersOfThePool", run: passkeyIsOneUsersOfThePool},
		{name: "PasskeyChallengeWorksOnce", run: passkeyChallengeWorksOnce},
		{name: "PasskeysAreAsManyAsThereMayBe", run: passkeysAreAsManyAsThereMayBe},
		{name: "PasskeyUseIsHeldAgainstItsCount", run: passkeyUseIsHeldAgainstItsCount},
		{name: "PasskeyIsItsOwnersToChange", run: passkeyIsItsOwnersToChange},
		{name: "SpendingAloneLeavesTheUserAsItIs", run: spendingAloneLeavesTheUserAsItIs},
		{name: "SpentCodeIsGoneWithItsSignIn", run: spentCodeIsGoneWithItsSignIn},
		{name: "SpentCodeRace", run: spentCodeRace},
	}
}

// passkey is the n-th of user i.
func passkey(i int, n byte) userpool.Passkey {
	return userpool.Passkey{
		Pool: poolA, Sub: sub(i), ID: []byte{0, 0xff, byte(i), n}, Handle: bytes.Repeat([]byte{byte(i)}, 64), RelyingPartyID: "id.example",
		PublicKey: []byte{1, 0, 2}, SignCount: 1<<32 - 2, BackupEligible: true, Transports: []string{"internal", "hybrid"}, Attachment: "platform",
		AAGUID: make([]byte, 16), Name: "Küche", Created: noon().Add(time.Duration(n) * time.Second),
	}
}

func challenge(id string) userpool.Once {
	return userpool.Once{Purpose: "passkey", ID: id, Until: noon().Add(time.Hour)}
}

func passkeyIsReadAsItWasAdded(s *suite) {
	s.create(1)
	first, second := passkey(1, 1), passkey(1, 2)
	second.ID = bytes.Repeat([]byte{7}, userpool.MaxPasskeyID)
	second.Transports = nil
	s.must(s.db.AddPasskey(s.ctx, second, challenge("b")))
	s.costs("to add a passkey", 1, func() error { return s.db.AddPasskey(s.ctx, first, challenge("a")) })
	list, err := s.db.Passkeys(s.ctx, poolA, sub(1))
	s.must(err)
	s.same(list, []userpool.Passkey{first, second})
	got, err := s.db.Passkey(s.ctx, poolA, second.ID)
	s.must(err)
	s.same(got, second)
	_, err = s.db.Passkey(s.ctx, poolB, second.ID)
	s.wants(err, userpool.ErrNotFound)
	list, err = s.db.Passkeys(s.ctx, poolB, sub(1))
	s.must(err)
	s.same(list, []userpool.Passkey(nil))
}

func passkeyIsOneUsersOfThePool(s *suite) {
	s.create(1)
	s.create(2)
	s.must(s.db.AddPasskey(s.ctx, passkey(1, 1), challenge("a")))
	stolen := passkey(2, 1)
	stolen.ID = passkey(1, 1).ID
	s.wants(s.db.AddPasskey(s.ctx, stolen, challenge("b")), userpool.ErrPasskeyTaken)
	s.wants(s.db.AddPasskey(s.ctx, passkey(1, 1), challenge("b")), userpool.ErrPasskeyTaken) // b was not spent
	s.wants(s.db.AddPasskey(s.ctx, passkey(3, 1), challenge("c")), userpool.ErrNotFound)
	got, err := s.db.Passkey(s.ctx, poolA, stolen.ID)
	s.must(err)
	s.same(got, passkey(1, 1))
}

func passkeyChallengeWorksOnce(s *suite) {
	s.create(1)
	errs := s.race(func(i int) error { return s.db.AddPasskey(s.ctx, passkey(1, byte(i)), challenge("one")) })
	s.oneWins(errs, userpool.ErrSpent)
}

func passkeysAreAsManyAsThereMayBe(s *suite) {
	s.create(1)
	for i := range userpool.MaxPasskeys - 1 {
		s.must(s.db.AddPasskey(s.ctx, passkey(1, byte(100+i)), challenge(string(rune('A'+i)))))
	}
	errs := s.race(func(i int) error { return s.db.AddPasskey(s.ctx, passkey(1, byte(i)), challenge(string(rune('a'+i)))) })
	s.oneWins(errs, userpool.ErrPasskeyLimit)
}

// use is a sign-in of user 1 with the passkey, whose count was read as was.
func (s *suite) use(p userpool.Passkey, was, counted uint32, once string) error {
	session := login.Session{Hash: []byte("session " + once), Pool: poolA, Sub: p.Sub, Client: "c", AuthTime: noon(), Expires: noon().Add(time.Hour)}
	return s.db.SignIn(s.ctx, login.SignIn{Session: session, Change: &userpool.UserChange{
		Pool: poolA, Sub: p.Sub, Spends: userpool.Spends{
			Once:    []userpool.Once{challenge(once)},
			Passkey: &userpool.PasskeyUse{ID: p.ID, Was: was, Counted: counted, BackedUp: true, At: noon().Add(time.Minute)},
		},
	}})
}

func passkeyUseIsHeldAgainstItsCount(s *suite) {
	s.create(1)
	s.create(2)
	p := passkey(1, 1)
	s.must(s.db.AddPasskey(s.ctx, p, challenge("a")))
	s.costs("to sign in with a passkey", 1, func() error { return s.use(p, p.SignCount, 1<<32-1, "b") })
	s.wants(s.use(p, p.SignCount, 1<<32-1, "c"), userpool.ErrConflict)
	s.wants(s.use(p, 1<<32-1, 1<<32-1, "b"), userpool.ErrSpent)
	foreign := p
	foreign.Sub = sub(2)
	s.wants(s.use(foreign, 1<<32-1, 1<<32-1, "d"), userpool.ErrConflict)
	alive, err := s.db.SessionAlive(s.ctx, poolA, []byte("session c"))
	s.must(err)
	s.same(alive, false)
	got, err := s.db.Passkey(s.ctx, poolA, p.ID)
	s.must(err)
	p.SignCount, p.BackedUp, p.Used = 1<<32-1, true, noon().Add(time.Minute)
	s.same(got, p)
	s.must(s.db.RemovePasskey(s.ctx, poolA, sub(1), p.ID))
	s.wants(s.use(p, p.SignCount, p.SignCount, "e"), userpool.ErrConflict)
}

func passkeyIsItsOwnersToChange(s *suite) {
	s.create(1)
	s.create(2)
	p := passkey(1, 1)
	s.must(s.db.AddPasskey(s.ctx, p, challenge("a")))
	s.wants(s.db.RenamePasskey(s.ctx, poolA, sub(2), p.ID, "x"), userpool.ErrNotFound)
	s.wants(s.db.RemovePasskey(s.ctx, poolA, sub(2), p.ID), userpool.ErrNotFound)
	s.wants(s.db.RemovePasskey(s.ctx, poolB, sub(1), p.ID), userpool.ErrNotFound)
	s.costs("to rename a passkey", 1, func() error { return s.db.RenamePasskey(s.ctx, poolA, sub(1), p.ID, "x") })
	got, err := s.db.Passkey(s.ctx, poolA, p.ID)
	s.must(err)
	p.Name = "x"
	s.same(got, p)
	s.costs("to remove a passkey", 1, func() error { return s.db.RemovePasskey(s.ctx, poolA, sub(1), p.ID) })
	_, err = s.db.Passkey(s.ctx, poolA, p.ID)
	s.wants(err, userpool.ErrNotFound)
	s.wants(s.db.RemovePasskey(s.ctx, poolA, sub(1), p.ID), userpool.ErrNotFound)
}

// spendingAloneLeavesTheUserAsItIs: a sign-in is no modification of the user, and needs no version.
func spendingAloneLeavesTheUserAsItIs(s *suite) {
	want := s.create(1)
	spends := userpool.Spends{Once: []userpool.Once{challenge("a")}}
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Spends: spends}))
	s.userIs(want)
	s.wants(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Spends: spends}), userpool.ErrSpent)
}

// takeAndSignIn takes a sign-up code in a sign-in's commit.
func (s *suite) takeAndSignIn(mac, session string) error {
	change := confirm(1, 1)
	change.Spends.Code = &userpool.SpentCode{Purpose: userpool.CodeSignUp, MAC: []byte(mac)}
	return s.db.SignIn(s.ctx, login.SignIn{
		Session: login.Session{Hash: []byte(session), Pool: poolA, Sub: sub(1), Client: "c", AuthTime: noon(), Expires: noon().Add(time.Hour)},
		Change:  &change,
	})
}

func spentCodeIsGoneWithItsSignIn(s *suite) {
	want := s.createUnconfirmed(1)
	s.must(s.db.SaveCode(s.ctx, code(1, "right"), noon()))
	s.wants(s.takeAndSignIn("wrong", "a"), userpool.ErrSpent)
	s.userIs(want)
	s.costs("to take a code with a sign-in", 1, func() error { return s.takeAndSignIn("right", "b") })
	s.wants(s.db.CheckCode(s.ctx, take(1, "right")), directory.ErrCodeExpired)
}

// spentCodeRace: of many tabs with one right code one signs in.
func spentCodeRace(s *suite) {
	s.createUnconfirmed(1)
	s.must(s.db.SaveCode(s.ctx, code(1, "right"), noon()))
	s.oneWins(s.race(func(i int) error { return s.takeAndSignIn("right", string(rune('a'+i))) }), userpool.ErrSpent)
}
