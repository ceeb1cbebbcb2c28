package storetest

import (
	"errors"
	"fmt"
	"time"

	"portico/store"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/grant"
	"portico/userpool/login"
)

func races() []check {
	return []check{
		{name: "RaceForOneConfirmationCode", run: raceForOneConfirmationCode},
		{name: "RaceOfGuesses", run: raceOfGuesses},
		{name: "RaceForOneAuthorizationCode", run: raceForOneAuthorizationCode},
		{name: "RaceOfFirstSignIns", run: raceOfFirstSignIns},
		{name: "RaceForOneAlias", run: raceForOneAlias},
		{name: "RaceForEachOthersAlias", run: raceForEachOthersAlias},
		{name: "RaceForOneUsername", run: raceForOneUsername},
		{name: "RaceOfRotations", run: raceOfRotations},
		{name: "RaceWithOneAssertion", run: raceWithOneAssertion},
		{name: "RaceOfChanges", run: raceOfChanges},
		{name: "RaceToSendACode", run: raceToSendACode},
		{name: "RaceToCreateAPool", run: raceToCreateAPool, empty: true},
		{name: "EverybodyAtOnce", run: everybodyAtOnce},
	}
}

func raceForOneConfirmationCode(s *suite) {
	s.createUnconfirmed(1)
	s.must(s.db.SaveCode(s.ctx, code(1, "right"), noon()))
	errs := s.race(func(int) error { return s.db.TakeCode(s.ctx, take(1, "right"), confirm(1, 1)) })
	s.oneWins(errs, directory.ErrCodeExpired)
	got, err := s.db.UserBySub(s.ctx, poolA, sub(1))
	s.must(err)
	s.same(got.Version, int64(2))
}

// raceOfGuesses: trying at the same time gives no more attempts.
func raceOfGuesses(s *suite) {
	s.createUnconfirmed(1)
	s.must(s.db.SaveCode(s.ctx, code(1, "right"), noon()))
	mismatches := 0
	for _, err := range s.race(func(int) error { return s.db.TakeCode(s.ctx, take(1, "wrong"), confirm(1, 1)) }) {
		if errors.Is(err, directory.ErrCodeMismatch) {
			mismatches++
		} else {
			s.wants(err, directory.ErrCodeExpired)
		}
	}
	s.same(mismatches, directory.MaxCodeAttempts)
}

func raceForOneAuthorizationCode(s *suite) {
	s.create(1)
	errs := s.race(func(i int) error { return s.db.Redeem(s.ctx, redemption(1, "code", fmt.Sprint("family", i))) })
	winner := s.oneWins(errs, userpool.ErrSpent)
	for i := range crowd {
		f, err := s.db.Family(s.ctx, poolA, fmt.Sprint("family", i))
		if i != winner {
			s.wants(err, userpool.ErrNotFound)
			continue
		}
		s.must(err)
		if f.Ended.IsZero() {
			s.Error("the code was used twenty times and its family lives")
		}
	}
}

func raceOfFirstSignIns(s *suite) {
	errs := s.race(func(i int) error {
		in := firstSignIn(1, fmt.Sprint("cookie", i), fmt.Sprint("_assertion", i))
		in.NewUser.User.Sub, in.Session.Sub = sub(100+i), sub(100+i)
		return s.db.SignIn(s.ctx, in)
	})
	winner := s.oneWins(errs, userpool.ErrIdentityTaken, userpool.ErrUsernameTaken)
	for i := range crowd {
		_, err := s.db.UserBySub(s.ctx, poolA, sub(100+i))
		_, sessionErr := s.db.Session(s.ctx, poolA, hash(fmt.Sprint("cookie", i)))
		if i == winner {
			s.must(err)
			s.must(sessionErr)
		} else {
			s.wants(err, userpool.ErrNotFound)
			s.wants(sessionErr, userpool.ErrNotFound)
		}
	}
}

func raceForOneAlias(s *suite) {
	for i := range crowd {
		s.create(i)
	}
	aliases := []userpool.Alias{{Kind: userpool.AliasEmail, Key: "shared@example.com"}}
	errs := s.race(func(i int) error {
		return s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(i), Version: 1, Aliases: &aliases, Modified: noon()})
	})
	s.aliasIs("shared@example.com", sub(s.oneWins(errs, userpool.ErrAliasTaken)))
}

// raceForEachOthersAlias would be a deadlock if nobody gave way: each holds what the other wants.
func raceForEachOthersAlias(s *suite) {
	alias := func(i int) []userpool.Alias {
		return []userpool.Alias{{Kind: userpool.AliasEmail, Key: fmt.Sprintf("held%d@example.com", i)}}
	}
	for i := range crowd {
		n := person(i)
		n.Aliases = alias(i)
		s.must(s.db.CreateUser(s.ctx, key(i), n))
	}
	errs := s.race(func(i int) error {
		wanted := alias(i ^ 1)
		return s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(i), Version: 1, Aliases: &wanted, Modified: noon()})
	})
	for _, err := range errs {
		if err != nil {
			s.wants(err, userpool.ErrAliasTaken)
		}
	}
}

func raceForOneUsername(s *suite) {
	s.oneWins(s.race(func(i int) error { return s.db.CreateUser(s.ctx, "wanted", person(i)) }), userpool.ErrUsernameTaken)
}

func raceOfRotations(s *suite) {
	s.create(1)
	s.must(s.db.Redeem(s.ctx, redemption(1, "code", "family")))
	after := make([]grant.Family, crowd)
	at := func(i int) time.Time { return noon().Add(time.Duration(i+1) * time.Microsecond) }
	for _, err := range s.race(func(i int) (err error) {
		after[i], err = s.db.Rotate(s.ctx, poolA, "family", 0, at(i))
		return err
	}) {
		s.must(err)
	}
	winners := 0
	for i, f := range after {
		s.same(f, after[0])
		if f.Rotated.Equal(at(i)) {
			winners++
		}
	}
	s.same(winners, 1)
	s.same(after[0].Generation, 1)
}

func raceWithOneAssertion(s *suite) {
	s.create(1)
	errs := s.race(func(i int) error {
		in := firstSignIn(1, "", "_assertion")
		return s.db.SignIn(s.ctx, login.SignIn{Session: session(1, fmt.Sprint("cookie", i)), Spend: in.Spend})
	})
	winner := s.oneWins(errs, userpool.ErrSpent)
	for i := range crowd {
		alive, err := s.db.SessionAlive(s.ctx, poolA, hash(fmt.Sprint("cookie", i)))
		s.must(err)
		s.same(alive, i == winner)
	}
}

func raceOfChanges(s *suite) {
	s.create(1)
	s.oneWins(s.race(func(i int) error {
		return s.db.ChangeUser(s.ctx, userpool.UserChange{
			Pool: poolA, Sub: sub(1), Version: 1, Attributes: map[string]string{"name": fmt.Sprint(i)}, Modified: noon(),
		})
	}), userpool.ErrConflict)
}

func raceToSendACode(s *suite) {
	s.createUnconfirmed(1)
	s.oneWins(s.race(func(i int) error {
		return s.db.SaveCode(s.ctx, code(1, fmt.Sprint(i)), noon().Add(-time.Minute))
	}), directory.ErrTooSoon)
}

func raceToCreateAPool(s *suite) {
	s.oneWins(s.race(func(int) error { return s.db.CreatePool(s.ctx, declaration(poolA), nil) }), store.ErrExists)
}

// everybodyAtOnce: different people, all they do, and each finds everything afterwards.
func everybodyAtOnce(s *suite) {
	for i, err := range s.race(func(i int) error { return s.liveThrough(i) }) {
		if err != nil {
			s.Errorf("person %d: %v", i, err)
		}
	}
}

func (s *suite) liveThrough(i int) error {
	cookie, family := fmt.Sprint("cookie", i), fmt.Sprint("family", i)
	if err := s.db.SignIn(s.ctx, firstSignIn(i, cookie, fmt.Sprint("_", i))); err != nil {
		return err
	}
	if _, err := s.db.Session(s.ctx, poolA, hash(cookie)); err != nil {
		return fmt.Errorf("own session: %w", err)
	}
	if err := s.db.Redeem(s.ctx, redemption(i, fmt.Sprint("code", i), family)); err != nil {
		return err
	}
	for generation := range 3 {
		f, err := s.db.Rotate(s.ctx, poolA, family, generation, noon().Add(time.Duration(generation)*time.Second))
		if err != nil {
			return err
		}
		if f.Generation != generation+1 {
			return fmt.Errorf("rotation %d came to generation %d", generation, f.Generation)
		}
	}
	if _, err := s.db.UserByIdentity(s.ctx, poolA, "Okta", key(i)); err != nil {
		return fmt.Errorf("own user: %w", err)
	}
	return s.db.EndSession(s.ctx, poolA, hash(cookie))
}
