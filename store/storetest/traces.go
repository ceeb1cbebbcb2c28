package storetest

import (
	"fmt"
	"time"

	"portico/federation/trace"
	"portico/userpool"
)

func traces() []check {
	return []check{
		{name: "TraceOfASuccessCostsNoCommit", run: traceOfASuccessCostsNoCommit},
		{name: "TraceOfAFailureComesBack", run: traceOfAFailureComesBack},
		{name: "TraceFailsNoSignIn", run: traceFailsNoSignIn},
		{name: "FirstTraceOfAReferenceStays", run: firstTraceOfAReferenceStays},
		{name: "TracesExpire", run: tracesExpire},
		{name: "TracesAreCounted", run: tracesAreCounted},
		{name: "TracesAreListed", run: tracesAreListed},
	}
}

// reference makes the reference of a number.
func reference(i int) string { return fmt.Sprintf("AAAA-%04d", i) }

// attempt is trace number i, of poolA: each began a second after the one before, long ago enough for the store's clock.
func (s *suite) attempt(i int, outcome trace.Outcome) trace.Stored {
	s.Helper()
	began := time.Now().UTC().Truncate(time.Microsecond).Add(time.Duration(i)*time.Second - time.Hour)
	t := trace.Trace{Reference: reference(i), Pool: string(poolA), Provider: "Okta", Type: "SAML", Began: began, Ended: began, Outcome: outcome}
	stored, err := trace.Pack(t)
	s.must(err)
	return stored
}

func traceOfASuccessCostsNoCommit(s *suite) {
	in := firstSignIn(1, "cookie", "_assertion")
	stored := s.attempt(1, trace.Succeeded)
	in.Trace = &stored
	before := s.db.Commits()
	s.must(s.db.SignIn(s.ctx, in))
	s.same(s.db.Commits()-before, int64(1))
	got, err := s.db.Trace(s.ctx, reference(1))
	s.must(err)
	s.same(got.Outcome, trace.Succeeded)
	got, err = s.db.TraceOf(s.ctx, poolA, reference(1))
	s.must(err)
	s.same(got.Provider, "Okta")
	_, err = s.db.TraceOf(s.ctx, poolB, reference(1))
	s.wants(err, userpool.ErrNotFound)
}

func traceOfAFailureComesBack(s *suite) {
	s.must(s.db.SaveTrace(s.ctx, s.attempt(1, trace.Failed)))
	got, err := s.db.Trace(s.ctx, reference(1))
	s.must(err)
	s.same(got.Outcome, trace.Failed)
	_, err = s.db.Trace(s.ctx, reference(2))
	s.wants(err, userpool.ErrNotFound)
	other := s.attempt(2, trace.Failed)
	other.Pool = "us-east-1_Nowhere"
	s.wants(s.db.SaveTrace(s.ctx, other), userpool.ErrNotFound)
}

// A reference that is taken, or a trace that fails before, is no reason to refuse a person.
func traceFailsNoSignIn(s *suite) {
	s.must(s.db.SaveTrace(s.ctx, s.attempt(1, trace.Failed)))
	in := firstSignIn(1, "cookie", "_assertion")
	stored := s.attempt(1, trace.Succeeded)
	in.Trace = &stored
	s.must(s.db.SignIn(s.ctx, in))
	got, err := s.db.Trace(s.ctx, reference(1))
	s.must(err)
	s.same(got.Outcome, trace.Succeeded)
}

func firstTraceOfAReferenceStays(s *suite) {
	in := firstSignIn(1, "cookie", "_assertion")
	stored := s.attempt(1, trace.Succeeded)
	in.Trace = &stored
	s.must(s.db.SignIn(s.ctx, in))
	s.must(s.db.SaveTrace(s.ctx, s.attempt(1, trace.Failed)))
	got, err := s.db.Trace(s.ctx, reference(1))
	s.must(err)
	s.same(got.Outcome, trace.Succeeded)
}

func tracesExpire(s *suite) {
	old := s.attempt(1, trace.Failed)
	s.must(s.db.SaveTrace(s.ctx, old))
	gone := s.attempt(2, trace.Failed)
	gone.Expires = time.Now().Add(-time.Second)
	s.must(s.db.SaveTrace(s.ctx, gone))
	_, err := s.db.Trace(s.ctx, reference(2))
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.TraceOf(s.ctx, poolA, reference(2))
	s.wants(err, userpool.ErrNotFound)
	n, err := s.db.Sweep(s.ctx, old.Expires.Add(-time.Microsecond))
	s.must(err)
	s.same(n, 1)
	_, err = s.db.Trace(s.ctx, reference(1))
	s.must(err)
	n, err = s.db.Sweep(s.ctx, old.Expires)
	s.must(err)
	s.same(n, 1)
}

// tracesAreCounted: the newest of each kind stay, about five hundred of it, and successes push out no failure.
func tracesAreCounted(s *suite) {
	s.must(s.db.SaveTrace(s.ctx, s.attempt(0, trace.Failed)))
	const many = 700
	for i := 1; i <= many; i++ {
		s.must(s.db.SaveTrace(s.ctx, s.attempt(i, trace.Succeeded)))
	}
	list, err := s.db.Traces(s.ctx, poolA, 5000)
	s.must(err)
	if len(list) < 501 || len(list) > 501+32 {
		s.Errorf("%d traces are kept", len(list))
	}
	s.same(list[0].Reference, reference(many))
	s.same(list[len(list)-1].Outcome, trace.Failed)
}

func tracesAreListed(s *suite) {
	for i := range 5 {
		s.must(s.db.SaveTrace(s.ctx, s.attempt(i, trace.Failed)))
	}
	list, err := s.db.Traces(s.ctx, poolA, 2)
	s.must(err)
	if len(list) != 2 || list[0].Reference != reference(4) || list[1].Reference != reference(3) {
		s.Errorf("%+v", list)
	}
}
