package storetest

import (
	"strings"
	"time"

	"portico/store"
	"portico/userpool"
)

func users() []check {
	return []check{
		{name: "UserComesBackWhole", run: userComesBackWhole},
		{name: "NobodyIsNotFound", run: nobodyIsNotFound},
		{name: "PoolsAreApart", run: poolsAreApart},
		{name: "UsernameIsTakenOnce", run: usernameIsTakenOnce},
		{name: "AliasIsTakenOnce", run: aliasIsTakenOnce},
		{name: "IdentityIsTakenOnce", run: identityIsTakenOnce},
		{name: "ProviderUserIDsAreCaseSensitive", run: providerUserIDsAreCaseSensitive},
		{name: "GroupsAreMadeOnce", run: groupsAreMadeOnce},
		{name: "PasswordComesBack", run: passwordComesBack},
		{name: "UserWithoutPool", run: userWithoutPool},
	}
}

func userComesBackWhole(s *suite) {
	n := person(1)
	n.User.Attributes["custom:nul"] = "a\x00b \U0001F511 <&>"
	n.User.Identities = []userpool.Identity{
		{Provider: "Okta", Type: userpool.TypeSAML, UserID: "Zoë@Example", Issuer: "https://idp.example", Primary: true, Attached: noon()},
		{Provider: "Google", Type: userpool.TypeGoogle, UserID: "1181", Attached: noon()},
		{Provider: "Apple", Type: userpool.TypeApple, UserID: "000.1", Attached: noon().Add(-time.Hour)},
	}
	n.User.Groups = []userpool.Group{
		{Name: "b", Description: "second", RoleARN: "arn:aws:iam::1:role/b", Precedence: new(0)},
		{Name: "a"},
		{Name: "B", Precedence: new(7)},
	}
	n.Aliases = []userpool.Alias{{Kind: userpool.AliasEmail, Key: "user1@example.com"}, {Kind: userpool.AliasPhone, Key: "+15550001"}}
	s.must(s.db.CreateUser(s.ctx, "user1", n))

	want := n.User
	want.Identities = []userpool.Identity{n.User.Identities[2], n.User.Identities[0], n.User.Identities[1]}
	want.Groups = []userpool.Group{n.User.Groups[2], n.User.Groups[1], n.User.Groups[0]}
	for name, find := range map[string]func() (userpool.User, error){
		"sub":      func() (userpool.User, error) { return s.db.UserBySub(s.ctx, poolA, sub(1)) },
		"username": func() (userpool.User, error) { return s.db.UserByUsername(s.ctx, poolA, "user1") },
		"email": func() (userpool.User, error) {
			return s.db.UserByAlias(s.ctx, poolA, userpool.AliasEmail, "user1@example.com")
		},
		"phone":    func() (userpool.User, error) { return s.db.UserByAlias(s.ctx, poolA, userpool.AliasPhone, "+15550001") },
		"identity": func() (userpool.User, error) { return s.db.UserByIdentity(s.ctx, poolA, "Okta", "Zoë@Example") },
	} {
		got, err := find()
		if err != nil {
			s.Errorf("by %s: %v", name, err)
			continue
		}
		s.same(got, want)
	}
}

func nobodyIsNotFound(s *suite) {
	s.create(1)
	for _, odd := range []string{"nobody", "", "a\x00b", "\xff\xfe", strings.Repeat("x", 10_000), "user_", "user%"} {
		_, err := s.db.UserByUsername(s.ctx, poolA, odd)
		s.wants(err, userpool.ErrNotFound)
		_, err = s.db.UserByAlias(s.ctx, poolA, userpool.AliasEmail, odd)
		s.wants(err, userpool.ErrNotFound)
		_, err = s.db.UserByIdentity(s.ctx, poolA, "Google", odd)
		s.wants(err, userpool.ErrNotFound)
	}
	_, err := s.db.UserBySub(s.ctx, poolA, sub(2))
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.Password(s.ctx, poolA, sub(1))
	s.wants(err, userpool.ErrNotFound)
}

// poolsAreApart: nothing of one pool is found through another, and both may hold the same names.
func poolsAreApart(s *suite) {
	n := person(1)
	n.User.Identities = []userpool.Identity{{Provider: "Google", Type: userpool.TypeGoogle, UserID: "1", Attached: noon()}}
	n.Aliases = []userpool.Alias{{Kind: userpool.AliasEmail, Key: "user1@example.com"}}
	s.must(s.db.CreateUser(s.ctx, "user1", n))
	_, err := s.db.UserBySub(s.ctx, poolB, sub(1))
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.UserByUsername(s.ctx, poolB, "user1")
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.UserByAlias(s.ctx, poolB, userpool.AliasEmail, "user1@example.com")
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.UserByIdentity(s.ctx, poolB, "Google", "1")
	s.wants(err, userpool.ErrNotFound)
	n.User.Pool = poolB
	s.wants(s.db.CreateUser(s.ctx, "user1", n), nil)
}

func usernameIsTakenOnce(s *suite) {
	s.create(1)
	second := person(2)
	second.Aliases = []userpool.Alias{{Kind: userpool.AliasEmail, Key: "second@example.com"}}
	s.wants(s.db.CreateUser(s.ctx, "user1", second), userpool.ErrUsernameTaken)
	s.absent(2)
	long := strings.Repeat("ü", 5000)
	s.must(s.db.CreateUser(s.ctx, long, person(3)))
	s.wants(s.db.CreateUser(s.ctx, long, person(4)), userpool.ErrUsernameTaken)
	s.must(s.db.CreateUser(s.ctx, long+"x", person(5)))
}

// absent complains if a failed creation left something of person(i).
func (s *suite) absent(i int) {
	s.Helper()
	_, err := s.db.UserBySub(s.ctx, poolA, sub(i))
	s.wants(err, userpool.ErrNotFound)
}

func aliasIsTakenOnce(s *suite) {
	email := userpool.Alias{Kind: userpool.AliasEmail, Key: "shared@example.com"}
	first, second, third := person(1), person(2), person(3)
	first.Aliases = []userpool.Alias{email, email} // twice in one list is once
	second.Aliases = []userpool.Alias{{Kind: userpool.AliasPhone, Key: "+15550002"}, email}
	third.Aliases = []userpool.Alias{{Kind: userpool.AliasPreferred, Key: email.Key}} // another kind
	s.must(s.db.CreateUser(s.ctx, key(1), first))
	s.wants(s.db.CreateUser(s.ctx, key(2), second), userpool.ErrAliasTaken)
	s.absent(2)
	_, err := s.db.UserByAlias(s.ctx, poolA, userpool.AliasPhone, "+15550002")
	s.wants(err, userpool.ErrNotFound)
	s.wants(s.db.CreateUser(s.ctx, key(3), third), nil)
}

func identityIsTakenOnce(s *suite) {
	first, second := person(1), person(2)
	first.User.Identities = []userpool.Identity{{Provider: "Google", Type: userpool.TypeGoogle, UserID: "1", Primary: true, Attached: noon()}}
	second.User.Identities = first.User.Identities
	s.must(s.db.CreateUser(s.ctx, key(1), first))
	s.wants(s.db.CreateUser(s.ctx, key(2), second), userpool.ErrIdentityTaken)
	s.absent(2)
}

func providerUserIDsAreCaseSensitive(s *suite) {
	long := strings.Repeat("n", 4000) // a SAML NameID may be as long as the provider likes
	for i, id := range []string{"AbC", "abc", long, long + "N"} {
		n := person(i)
		n.User.Identities = []userpool.Identity{{Provider: "Okta", Type: userpool.TypeSAML, UserID: id, Attached: noon()}}
		s.must(s.db.CreateUser(s.ctx, key(i), n))
		found, err := s.db.UserByIdentity(s.ctx, poolA, "Okta", id)
		s.must(err)
		s.same(found.Sub, sub(i))
		s.same(found.Identities, n.User.Identities)
	}
	_, err := s.db.UserByIdentity(s.ctx, poolA, "Okta", "ABC")
	s.wants(err, userpool.ErrNotFound)
}

// groupsAreMadeOnce: a group that exists keeps what its operator gave it.
func groupsAreMadeOnce(s *suite) {
	first, second := person(1), person(2)
	first.User.Groups = []userpool.Group{{Name: "staff", Description: "first", Precedence: new(3)}}
	second.User.Groups = []userpool.Group{{Name: "staff", Description: "second"}}
	s.must(s.db.CreateUser(s.ctx, key(1), first))
	s.must(s.db.CreateUser(s.ctx, key(2), second))
	got, err := s.db.UserBySub(s.ctx, poolA, sub(2))
	s.must(err)
	s.same(got.Groups, first.User.Groups)
}

func passwordComesBack(s *suite) {
	n := person(1)
	n.Password = &userpool.Password{
		Hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", SRPSalt: []byte{0, 1, 255},
		SRPVerifier: userpool.NewSecret("\x00\xff verifier"), Temporary: true, Changed: noon(),
	}
	s.must(s.db.CreateUser(s.ctx, key(1), n))
	got, err := s.db.Password(s.ctx, poolA, sub(1))
	s.must(err)
	s.same(got, *n.Password)
	_, err = s.db.Password(s.ctx, poolB, sub(1))
	s.wants(err, userpool.ErrNotFound)

	next := userpool.Password{Hash: "$argon2id$next", Changed: noon().Add(time.Minute)}
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 1, Password: &next, Modified: noon()}))
	got, err = s.db.Password(s.ctx, poolA, sub(1))
	s.must(err)
	s.same(got, next)
}

func userWithoutPool(s *suite) {
	n := person(1)
	n.User.Pool = "us-east-1_Missing"
	s.wants(s.db.CreateUser(s.ctx, key(1), n), userpool.ErrNotFound)
	bad := person(2)
	bad.User.Username = "nul\x00"
	s.wants(s.db.CreateUser(s.ctx, key(2), bad), store.ErrMalformed)
	bad = person(3)
	bad.User.Identities = []userpool.Identity{{Provider: "Okta", UserID: "\xff", Attached: noon()}}
	s.wants(s.db.CreateUser(s.ctx, key(3), bad), store.ErrMalformed)
	s.absent(3)
}
