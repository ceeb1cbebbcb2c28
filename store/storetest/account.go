package storetest

import (
	"time"

	"portico/userpool"
	"portico/userpool/login"
)

// account is what a person sees and ends of the own account.
func account() []check {
	return []check{
		{name: "SessionsAreListedOfTheirPerson", run: sessionsAreListedOfTheirPerson},
		{name: "AppsAreListedWhileTheirTokensLive", run: appsAreListedWhileTheirTokensLive},
		{name: "EndPresenceIsOfItsPersonAlone", run: endPresenceIsOfItsPersonAlone},
		{name: "EndElsewhereKeepsOne", run: endElsewhereKeepsOne},
		{name: "ChangeEndsOthers", run: changeEndsOthers},
		{name: "ChangeRemovesAPasskey", run: changeRemovesAPasskey},
		{name: "SessionKnowsASecondFactor", run: sessionKnowsASecondFactor},
		{name: "DeletedUserLeavesNoWayIn", run: deletedUserLeavesNoWayIn},
		{name: "SignInHoldsTheVersionOfItsProof", run: signInHoldsTheVersionOfItsProof},
		{name: "ChangeUnlinksOfItsPersonAlone", run: changeUnlinksOfItsPersonAlone},
		{name: "PendingValueWaitsWithItsCode", run: pendingValueWaitsWithItsCode},
		{name: "DeletedUserLeavesNothing", run: deletedUserLeavesNothing},
	}
}

// opened signs a person in under a cookie.
func (s *suite) opened(i int, cookie string, change func(*login.Session)) login.Session {
	s.Helper()
	want := session(i, cookie)
	if change != nil {
		change(&want)
	}
	s.must(s.db.SignIn(s.ctx, login.SignIn{Session: want}))
	return want
}

func (s *suite) listed(i int, now time.Time) (cookies []string) {
	s.Helper()
	list, err := s.db.SessionsOfUser(s.ctx, poolA, sub(i), now)
	s.must(err)
	for _, one := range list {
		cookies = append(cookies, string(one.Hash))
	}
	return cookies
}

func sessionsAreListedOfTheirPerson(s *suite) {
	s.create(1)
	s.create(2)
	known := login.Browser{Name: "Firefox", System: "Windows"}
	first := s.opened(1, "first", func(one *login.Session) { one.Browser, one.Factor = known, userpool.FactorPassword })
	s.opened(1, "later", func(one *login.Session) { one.AuthTime = one.AuthTime.Add(time.Minute) })
	s.opened(2, "of another", nil)
	s.same(s.listed(1, noon()), []string{string(hash("later")), string(hash("first"))})
	s.same(len(s.listed(1, first.Expires)), 0)
	list, err := s.db.SessionsOfUser(s.ctx, poolA, sub(1), noon())
	s.must(err)
	s.same(list[1].Browser, known)
	s.same(list[1].Factor, userpool.FactorPassword)
	got, err := s.db.Session(s.ctx, poolA, hash("first"))
	s.must(err)
	s.same(got.Browser, known)
}

func appsAreListedWhileTheirTokensLive(s *suite) {
	s.create(1)
	s.create(2)
	alive, ended, foreign := redemption(1, "", "alive").Family, redemption(1, "", "ended").Family, redemption(2, "", "foreign").Family
	s.must(s.db.StartFamily(s.ctx, alive))
	s.must(s.db.StartFamily(s.ctx, foreign))
	ended.Client = "ended"
	s.must(s.db.StartFamily(s.ctx, ended))
	s.must(s.db.EndFamily(s.ctx, poolA, "ended", noon()))
	list, err := s.db.AppsOfUser(s.ctx, poolA, sub(1), noon())
	s.must(err)
	s.same(list, []login.App{{Client: alive.Client, Since: alive.Issued, Used: maxTime(alive.Issued, alive.Rotated)}})
	list, err = s.db.AppsOfUser(s.ctx, poolA, sub(1), alive.Expires)
	s.must(err)
	s.same(len(list), 0)
}

func maxTime(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func endPresenceIsOfItsPersonAlone(s *suite) {
	s.create(1)
	s.create(2)
	s.opened(1, "mine", nil)
	s.opened(2, "yours", nil)
	yours := redemption(2, "", "yours").Family
	s.must(s.db.StartFamily(s.ctx, yours))
	s.must(s.db.EndPresence(s.ctx, login.EndPresence{Pool: poolA, Sub: sub(1), Hash: hash("yours"), Now: noon()}))
	s.must(s.db.EndPresence(s.ctx, login.EndPresence{Pool: poolA, Sub: sub(1), Client: yours.Client, Now: noon()}))
	s.same(len(s.listed(2, noon())), 1)
	s.familyIs(yours)
	s.must(s.db.EndPresence(s.ctx, login.EndPresence{Pool: poolA, Sub: sub(2), Hash: hash("yours"), Now: noon()}))
	s.must(s.db.EndPresence(s.ctx, login.EndPresence{Pool: poolA, Sub: sub(2), Client: yours.Client, Now: noon()}))
	yours.Ended = noon()
	s.familyIs(yours)
	s.same(len(s.listed(2, noon())), 0)
	s.same(len(s.listed(1, noon())), 1)
}

func endElsewhereKeepsOne(s *suite) {
	s.create(1)
	s.create(2)
	for _, cookie := range []string{"here", "there", "everywhere"} {
		s.opened(1, cookie, nil)
	}
	s.opened(2, "of another", nil)
	family := redemption(1, "", "family").Family
	s.must(s.db.StartFamily(s.ctx, family))
	s.must(s.db.EndElsewhere(s.ctx, poolA, sub(1), hash("here"), userpool.Audit{ID: "a", At: noon(), Actor: "the person", Action: "x"}))
	s.same(s.listed(1, noon()), []string{string(hash("here"))})
	s.same(len(s.listed(2, noon())), 1)
	family.Ended = noon()
	s.familyIs(family)
	s.must(s.db.EndElsewhere(s.ctx, poolA, sub(1), nil, userpool.Audit{ID: "b", At: noon(), Actor: "the person", Action: "x"}))
	s.same(len(s.listed(1, noon())), 0)
}

// changeEndsOthers: of a change that is refused, nothing ends.
func changeEndsOthers(s *suite) {
	s.create(1)
	s.opened(1, "here", nil)
	s.opened(1, "there", func(one *login.Session) { one.Provider = "Harbor" })
	s.opened(1, "elsewhere", func(one *login.Session) { one.Provider = "Quay" })
	change := userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 7, Modified: noon(), EndOthers: &userpool.EndOthers{Keep: hash("here")}}
	s.wants(s.db.ChangeUser(s.ctx, change), userpool.ErrConflict)
	s.same(len(s.listed(1, noon())), 3)
	change.Version, change.EndOthers = 1, &userpool.EndOthers{Keep: hash("here"), Provider: "Harbor"}
	s.must(s.db.ChangeUser(s.ctx, change))
	s.same(len(s.listed(1, noon())), 2)
	change.Version, change.EndOthers = 2, &userpool.EndOthers{Keep: hash("here")}
	s.must(s.db.ChangeUser(s.ctx, change))
	s.same(s.listed(1, noon()), []string{string(hash("here"))})
}

// signInHoldsTheVersionOfItsProof: a password that was proved before the user was written opens no session.
func signInHoldsTheVersionOfItsProof(s *suite) {
	s.create(1)
	in := login.SignIn{Session: session(1, "here"), Version: 1}
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 1, Modified: noon(), EndOthers: &userpool.EndOthers{}}))
	s.wants(s.db.SignIn(s.ctx, in), userpool.ErrConflict)
	s.same(len(s.listed(1, noon())), 0)
	in.Version = 2
	s.costs("to sign in with a version", 1, func() error { return s.db.SignIn(s.ctx, in) })
	in = login.SignIn{Session: session(7, "nobody"), Version: 1}
	s.wants(s.db.SignIn(s.ctx, in), userpool.ErrNotFound)
}

func changeUnlinksOfItsPersonAlone(s *suite) {
	s.create(1)
	s.create(2)
	linked := userpool.Identity{Provider: "Quay", Type: userpool.TypeOIDC, UserID: "q", Attached: noon()}
	s.must(s.db.LinkIdentity(s.ctx, userpool.Link{Pool: poolA, Sub: sub(1), Identity: linked, Audit: userpool.Audit{ID: "a", At: noon()}}))
	unlink := &userpool.Unlink{Pool: poolA, Provider: "Quay", Value: "q"}
	s.wants(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(2), Version: 1, Modified: noon(), Unlink: unlink}), userpool.ErrNotFound)
	user, err := s.db.UserBySub(s.ctx, poolA, sub(1))
	s.must(err)
	before := len(user.Identities)
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: user.Version, Modified: noon(), Unlink: unlink}))
	user, err = s.db.UserBySub(s.ctx, poolA, sub(1))
	s.must(err)
	s.same(len(user.Identities), before-1)
}

func pendingValueWaitsWithItsCode(s *suite) {
	s.create(1)
	waits := code(1, "mac")
	waits.Purpose, waits.Pending = userpool.CodeEmail, "new@acme.example"
	s.must(s.db.SaveCode(s.ctx, waits, noon()))
	pending := func(want string, now time.Time) {
		s.Helper()
		got, err := s.db.PendingValue(s.ctx, poolA, sub(1), userpool.CodeEmail, now)
		s.must(err)
		s.same(got, want)
	}
	pending("new@acme.example", noon())
	pending("", waits.Expires)
	got, err := s.db.PendingValue(s.ctx, poolA, sub(1), userpool.CodePhone, noon())
	s.must(err)
	s.same(got, "")
	waits.Pending = "" // another code takes the value's place as well
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 1, Modified: noon(), Codes: []userpool.ConfirmationCode{waits}}))
	pending("", noon())
}

func deletedUserLeavesNothing(s *suite) {
	s.create(1)
	s.create(2)
	s.opened(1, "mine", nil)
	s.opened(2, "yours", nil)
	s.must(s.db.StartFamily(s.ctx, redemption(1, "", "family").Family))
	s.must(s.db.SaveCode(s.ctx, code(1, "mac"), noon()))
	record := userpool.Audit{ID: "gone", At: noon(), Actor: "the person", Action: "account deleted"}
	s.must(s.db.DeleteUser(s.ctx, poolA, sub(1), record))
	s.wants(s.db.DeleteUser(s.ctx, poolA, sub(1), record), userpool.ErrNotFound)
	_, err := s.db.UserBySub(s.ctx, poolA, sub(1))
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.Session(s.ctx, poolA, hash("mine"))
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.Family(s.ctx, poolA, "family")
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.Password(s.ctx, poolA, sub(1))
	s.wants(err, userpool.ErrNotFound)
	s.same(len(s.listed(2, noon())), 1)
	kept, err := s.db.Audit(s.ctx, poolA, sub(1), 5)
	s.must(err)
	s.same(len(kept), 1)
	s.create(1) // the name and the addresses are free again
}
