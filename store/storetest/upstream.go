package storetest

import (
	"time"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/login"
)

func upstream() []check {
	return []check{
		{name: "ProviderEndsSessionsOfAName", run: providerEndsSessionsOfAName},
		{name: "ProviderEndsNamedSessions", run: providerEndsNamedSessions},
		{name: "RequestToEndSessionsIsUsedOnce", run: requestToEndSessionsIsUsedOnce},
		{name: "SpendIsAllOrNothing", run: spendIsAllOrNothing},
	}
}

// upstreamSession opens a session that a provider can name.
func (s *suite) upstreamSession(cookie, name, index string) {
	s.Helper()
	in := session(1, cookie)
	in.Provider, in.UpstreamName = "Okta", hash(name)
	if index != "" {
		in.UpstreamIndex = hash(index)
	}
	s.must(s.db.SignIn(s.ctx, login.SignIn{Session: in}))
}

func (s *suite) sessionsAre(cookies map[string]bool) {
	s.Helper()
	for cookie, want := range cookies {
		alive, err := s.db.SessionAlive(s.ctx, poolA, hash(cookie))
		s.must(err)
		if alive != want {
			s.Errorf("session %s alive: %v, want %v", cookie, alive, want)
		}
	}
}

func logoutOnce(id string) federation.Once {
	return federation.Once{Purpose: "saml-logout-request", ID: id, Until: noon().Add(time.Minute)}
}

func providerEndsSessionsOfAName(s *suite) {
	s.create(1)
	s.upstreamSession("one", "jane", "i1")
	s.upstreamSession("two", "jane", "")
	s.upstreamSession("other", "ben", "i1")
	s.must(s.db.SignIn(s.ctx, login.SignIn{Session: session(1, "own")}))
	n, err := s.db.EndUpstreamSessions(s.ctx, login.EndSessions{Pool: poolB, Name: hash("jane"), Spend: logoutOnce("b")})
	s.must(err)
	s.same(n, 0)
	n, err = s.db.EndUpstreamSessions(s.ctx, login.EndSessions{Pool: poolA, Name: hash("jane"), Spend: logoutOnce("a")})
	s.must(err)
	s.same(n, 2)
	s.sessionsAre(map[string]bool{"one": false, "two": false, "other": true, "own": true})
}

func providerEndsNamedSessions(s *suite) {
	s.create(1)
	for cookie, index := range map[string]string{"one": "i1", "two": "i2", "three": "i3", "nameless": ""} {
		s.upstreamSession(cookie, "jane", index)
	}
	s.upstreamSession("other", "ben", "i1")
	n, err := s.db.EndUpstreamSessions(s.ctx, login.EndSessions{
		Pool: poolA, Name: hash("jane"), Indexes: [][]byte{hash("i1"), hash("i3"), hash("i9")}, Spend: logoutOnce("a"),
	})
	s.must(err)
	s.same(n, 2)
	s.sessionsAre(map[string]bool{"one": false, "two": true, "three": false, "nameless": true, "other": true})
}

// requestToEndSessionsIsUsedOnce: whoever saw a request cannot sign the person out again later.
func requestToEndSessionsIsUsedOnce(s *suite) {
	s.create(1)
	end := login.EndSessions{Pool: poolA, Name: hash("jane"), Spend: logoutOnce("a")}
	_, err := s.db.EndUpstreamSessions(s.ctx, end)
	s.must(err)
	s.upstreamSession("later", "jane", "i1")
	n, err := s.db.EndUpstreamSessions(s.ctx, end)
	s.wants(err, userpool.ErrSpent)
	s.same(n, 0)
	s.sessionsAre(map[string]bool{"later": true})
}

func spendIsAllOrNothing(s *suite) {
	first, second := logoutOnce("1"), logoutOnce("2")
	s.must(s.db.Spend(s.ctx, poolA, []federation.Once{first}))
	s.wants(s.db.Spend(s.ctx, poolA, []federation.Once{second, first}), userpool.ErrSpent)
	s.must(s.db.Spend(s.ctx, poolA, []federation.Once{second}))
	s.must(s.db.Spend(s.ctx, poolB, []federation.Once{first}))
}
