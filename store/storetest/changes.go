package storetest

import (
	"time"

	"portico/userpool"
)

func changes() []check {
	return []check{
		{name: "ChangeWritesWhatItNames", run: changeWritesWhatItNames},
		{name: "StaleVersionIsAConflict", run: staleVersionIsAConflict},
		{name: "FailedChangeChangesNothing", run: failedChangeChangesNothing},
	}
}

func changeWritesWhatItNames(s *suite) {
	n := person(1)
	n.Aliases = []userpool.Alias{{Kind: userpool.AliasEmail, Key: "old@example.com"}}
	n.Password = &userpool.Password{Hash: "hash", Changed: noon()}
	s.must(s.db.CreateUser(s.ctx, key(1), n))
	later := noon().Add(time.Hour)

	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 1, Modified: later}))
	want := n.User
	want.Version, want.Modified = 2, later
	s.userIs(want)
	s.aliasIs("old@example.com", sub(1))

	attributes, aliases := map[string]string{"email": "new@example.com"}, []userpool.Alias{{Kind: userpool.AliasEmail, Key: "new@example.com"}}
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{
		Pool: poolA, Sub: sub(1), Version: 2, Status: userpool.ResetRequired, Attributes: attributes, Aliases: &aliases, Modified: later,
	}))
	want.Version, want.Status, want.Attributes = 3, userpool.ResetRequired, attributes
	s.userIs(want)
	s.aliasIs("old@example.com", "")
	s.aliasIs("new@example.com", sub(1))

	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{
		Pool: poolA, Sub: sub(1), Version: 3, Attributes: map[string]string{}, Aliases: &[]userpool.Alias{}, Modified: later,
	}))
	want.Version, want.Attributes = 4, map[string]string{}
	s.userIs(want)
	s.aliasIs("new@example.com", "")
	got, err := s.db.Password(s.ctx, poolA, sub(1))
	s.must(err)
	s.same(got, *n.Password)
}

func (s *suite) userIs(want userpool.User) {
	s.Helper()
	got, err := s.db.UserBySub(s.ctx, want.Pool, want.Sub)
	s.must(err)
	s.same(got, want)
}

// aliasIs complains unless an e-mail address leads to a user, or to nobody.
func (s *suite) aliasIs(email string, want userpool.Sub) {
	s.Helper()
	got, err := s.db.UserByAlias(s.ctx, poolA, userpool.AliasEmail, email)
	if want == "" {
		s.wants(err, userpool.ErrNotFound)
		return
	}
	s.must(err)
	s.same(got.Sub, want)
}

func staleVersionIsAConflict(s *suite) {
	want := s.create(1)
	change := userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 1, Modified: noon()}
	s.must(s.db.ChangeUser(s.ctx, change))
	want.Version = 2
	for _, version := range []int64{0, 1, 3} {
		change.Version, change.Status = version, userpool.Unconfirmed
		s.wants(s.db.ChangeUser(s.ctx, change), userpool.ErrConflict)
	}
	s.userIs(want)
	change.Sub = sub(2)
	s.wants(s.db.ChangeUser(s.ctx, change), userpool.ErrNotFound)
	change.Sub, change.Pool = sub(1), poolB
	s.wants(s.db.ChangeUser(s.ctx, change), userpool.ErrNotFound)
}

func failedChangeChangesNothing(s *suite) {
	first, second := person(1), person(2)
	first.Aliases = []userpool.Alias{{Kind: userpool.AliasEmail, Key: "first@example.com"}}
	second.Aliases = []userpool.Alias{{Kind: userpool.AliasEmail, Key: "second@example.com"}}
	s.must(s.db.CreateUser(s.ctx, key(1), first))
	s.must(s.db.CreateUser(s.ctx, key(2), second))
	aliases := []userpool.Alias{{Kind: userpool.AliasEmail, Key: "another@example.com"}, first.Aliases[0]}
	s.wants(s.db.ChangeUser(s.ctx, userpool.UserChange{
		Pool: poolA, Sub: sub(2), Version: 1, Status: userpool.ResetRequired, Aliases: &aliases,
		Attributes: map[string]string{}, Modified: noon().Add(time.Hour),
	}), userpool.ErrAliasTaken)
	s.userIs(second.User)
	s.aliasIs("second@example.com", sub(2))
	s.aliasIs("another@example.com", "")
	s.aliasIs("first@example.com", sub(1))
}
