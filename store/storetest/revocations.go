package storetest

import (
	"fmt"
	"time"

	"portico/userpool"
	"portico/userpool/grant"
	"portico/userpool/login"
)

func revocations() []check {
	return []check{
		{name: "GlobalSignOutEndsTheUsersFamilies", run: globalSignOut},
		{name: "GlobalSignOutEndsSessionsWhereWanted", run: globalSignOutOfBrowsers},
		{name: "RevokingAClientGoesInBatches", run: revokingAClient},
		{name: "RevokingAClientSparesLaterSignIns", run: revokingAClientSparesLater},
		{name: "RaceOfRevocations", run: raceOfRevocations},
	}
}

func revokedUser(i int, sessions bool) grant.UserRevocation {
	at := noon().Add(time.Minute)
	return grant.UserRevocation{
		Pool: poolA, Sub: sub(i), Sessions: sessions, Now: at,
		Audit: userpool.Audit{ID: "audit", At: at, Sub: sub(i), Actor: "administrator", Action: "tokens revoked", Detail: "all app clients"},
	}
}

func globalSignOut(s *suite) {
	s.create(1)
	s.create(2)
	for i, id := range map[int]string{1: "one", 2: "other"} {
		s.must(s.db.Redeem(s.ctx, redemption(i, id, id)))
	}
	second := redemption(1, "two", "two")
	second.Family.Client = "client2"
	s.must(s.db.Redeem(s.ctx, second))
	s.must(s.db.Redeem(s.ctx, redemption(1, "ended", "ended")))
	s.must(s.db.EndFamily(s.ctx, poolA, "ended", noon().Add(time.Second)))
	s.must(s.db.SignIn(s.ctx, login.SignIn{Session: session(1, "cookie")}))

	before := s.db.Commits()
	done, err := s.db.EndFamiliesOfUser(s.ctx, revokedUser(1, false))
	s.must(err)
	s.same(done, grant.Revoked{Families: 2})
	s.same(s.db.Commits()-before, int64(1))
	for id, ended := range map[string]time.Time{
		"one": noon().Add(time.Minute), "two": noon().Add(time.Minute), "ended": noon().Add(time.Second), "other": {},
	} {
		f, err := s.db.Family(s.ctx, poolA, id)
		s.must(err)
		s.same(f.Ended, ended)
	}
	s.sessionIs(session(1, "cookie"), "cookie")
	records, err := s.db.Audit(s.ctx, poolA, sub(1), 10)
	s.must(err)
	s.same(records, []userpool.Audit{revokedUser(1, false).Audit})

	again := revokedUser(1, false)
	again.Audit.ID = "another"
	done, err = s.db.EndFamiliesOfUser(s.ctx, again)
	s.must(err)
	s.same(done, grant.Revoked{})
}

func globalSignOutOfBrowsers(s *suite) {
	s.create(1)
	s.create(2)
	for i, cookies := range map[int][]string{1: {"desk", "phone"}, 2: {"other"}} {
		for _, cookie := range cookies {
			s.must(s.db.SignIn(s.ctx, login.SignIn{Session: session(i, cookie)}))
		}
	}
	done, err := s.db.EndFamiliesOfUser(s.ctx, revokedUser(1, true))
	s.must(err)
	s.same(done, grant.Revoked{Sessions: 2})
	for cookie, want := range map[string]bool{"desk": false, "phone": false, "other": true} {
		alive, err := s.db.SessionAlive(s.ctx, poolA, hash(cookie))
		s.must(err)
		s.same(alive, want)
	}
}

// endClient ends what a client was given, batch by batch, and returns how many families each batch ended.
func (s *suite) endClient(now time.Time, batch int) (ended []int) {
	s.Helper()
	for after := ""; ; {
		before := s.db.Commits()
		n, next, err := s.db.EndFamiliesOfClient(s.ctx, grant.ClientRevocation{Pool: poolA, Client: "client1", Now: now}, after, batch)
		s.must(err)
		s.same(s.db.Commits()-before, int64(1))
		ended = append(ended, n)
		if next == "" {
			return ended
		}
		after = next
	}
}

func revokingAClient(s *suite) {
	s.create(1)
	for i := range 7 {
		s.must(s.db.Redeem(s.ctx, redemption(1, fmt.Sprint("code", i), fmt.Sprint("family", i))))
	}
	other := redemption(1, "other", "family3b")
	other.Family.Client = "client2"
	s.must(s.db.Redeem(s.ctx, other))
	s.must(s.db.EndFamily(s.ctx, poolA, "family5", noon().Add(time.Second)))
	at := noon().Add(time.Minute)
	s.same(s.endClient(at, 2), []int{2, 2, 2, 0})
	s.same(s.endClient(at, 2), []int{0})
	for i := range 7 {
		f, err := s.db.Family(s.ctx, poolA, fmt.Sprint("family", i))
		s.must(err)
		want := at
		if i == 5 {
			want = noon().Add(time.Second)
		}
		s.same(f.Ended, want)
	}
	s.familyIs(other.Family)
	n, next, err := s.db.EndFamiliesOfClient(s.ctx, grant.ClientRevocation{Pool: poolB, Client: "client1", Now: at}, "", 10)
	s.must(err)
	s.same(n, 0)
	s.same(next, "")
}

func revokingAClientSparesLater(s *suite) {
	s.create(1)
	later := redemption(1, "later", "b-later")
	later.Family.Issued = noon().Add(2 * time.Minute)
	for _, r := range []grant.Redemption{redemption(1, "a", "a"), later, redemption(1, "c", "c")} {
		s.must(s.db.Redeem(s.ctx, r))
	}
	s.same(s.endClient(noon().Add(time.Minute), 10), []int{2})
	s.familyIs(later.Family)
}

// raceOfRevocations: everybody ends everything at once, in both ways, while the tokens rotate; each family ends once and
// nobody deadlocks.
func raceOfRevocations(s *suite) {
	s.create(1)
	const many = 30
	for i := range many {
		s.must(s.db.Redeem(s.ctx, redemption(1, fmt.Sprint("code", i), fmt.Sprintf("family%02d", i))))
	}
	counted := make([]int, crowd)
	for _, err := range s.race(func(i int) (err error) {
		at := noon().Add(time.Duration(i) * time.Second)
		switch i % 3 {
		case 0:
			end := revokedUser(1, true)
			end.Audit.ID = fmt.Sprint("audit", i)
			done, err := s.db.EndFamiliesOfUser(s.ctx, end)
			counted[i] = done.Families
			return err
		case 1:
			counted[i], _, err = s.db.EndFamiliesOfClient(s.ctx, grant.ClientRevocation{Pool: poolA, Client: "client1", Now: at}, "", many)
			return err
		}
		_, err = s.db.Rotate(s.ctx, poolA, fmt.Sprintf("family%02d", i), 0, at)
		return err
	}) {
		s.wants(err, nil)
	}
	total := 0
	for _, n := range counted {
		total += n
	}
	s.same(total, many)
}
