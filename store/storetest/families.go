package storetest

import (
	"time"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/grant"
	"portico/userpool/login"
)

func families() []check {
	return []check{
		{name: "FamilyComesBack", run: familyComesBack},
		{name: "FamilyWithoutACode", run: familyWithoutACode},
		{name: "ReplayedAuthorizationCodeEndsTheFamily", run: replayedCodeEndsTheFamily},
		{name: "SpentAuthorizationCodeIsRefused", run: spentCodeIsRefused},
		{name: "ProviderCannotSpendAnAuthorizationCode", run: providerCannotSpendACode},
		{name: "SpendingARedeemedCodeEndsTheFamily", run: spendingARedeemedCodeEndsTheFamily},
		{name: "RotationCountsGenerations", run: rotationCountsGenerations},
		{name: "EndedFamilyDoesNotRotate", run: endedFamilyDoesNotRotate},
		{name: "RedemptionForNobody", run: redemptionForNobody},
	}
}

func redemption(i int, codeID, family string) grant.Redemption {
	return grant.Redemption{CodeID: codeID, Until: noon().Add(5 * time.Minute), Family: grant.Family{
		ID: family, Pool: poolA, Client: "client1", Sub: sub(i), Scopes: []string{"openid", "https://api.example/read"},
		Resource: "https://api.example/",
		AuthTime: noon().Add(-time.Minute), Issued: noon(), Expires: noon().Add(30 * 24 * time.Hour),
	}}
}

func (s *suite) familyIs(want grant.Family) {
	s.Helper()
	got, err := s.db.Family(s.ctx, want.Pool, want.ID)
	s.must(err)
	s.same(got, want)
}

func familyComesBack(s *suite) {
	s.create(1)
	r := redemption(1, "code", "family")
	s.must(s.db.Redeem(s.ctx, r))
	s.familyIs(r.Family)
	_, err := s.db.Family(s.ctx, poolB, "family")
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.Family(s.ctx, poolA, "another")
	s.wants(err, userpool.ErrNotFound)
	bare := redemption(1, "code2", "bare")
	bare.Family.Scopes, bare.Family.Resource = nil, ""
	s.must(s.db.Redeem(s.ctx, bare))
	s.familyIs(bare.Family)
}

// familyWithoutACode: tokens that are issued at once spend no code.
func familyWithoutACode(s *suite) {
	s.create(1)
	family := redemption(1, "", "family").Family
	s.must(s.db.StartFamily(s.ctx, family))
	s.familyIs(family)
	s.must(s.db.EndFamily(s.ctx, poolA, "family", noon()))
	family.Ended = noon()
	s.familyIs(family)
	stranger := redemption(9, "", "another").Family
	s.wants(s.db.StartFamily(s.ctx, stranger), userpool.ErrNotFound)
}

// replayedCodeEndsTheFamily: RFC 6749 §4.1.2.
func replayedCodeEndsTheFamily(s *suite) {
	s.create(1)
	first := redemption(1, "code", "family")
	s.must(s.db.Redeem(s.ctx, first))
	replay := redemption(1, "code", "second")
	replay.Family.Issued = noon().Add(time.Minute)
	s.wants(s.db.Redeem(s.ctx, replay), userpool.ErrSpent)
	first.Family.Ended = replay.Family.Issued
	s.familyIs(first.Family)
	_, err := s.db.Family(s.ctx, poolA, "second")
	s.wants(err, userpool.ErrNotFound)
	// The end stays where it was.
	replay.Family.Issued = noon().Add(time.Hour)
	s.wants(s.db.Redeem(s.ctx, replay), userpool.ErrSpent)
	s.familyIs(first.Family)
}

func spentCodeIsRefused(s *suite) {
	s.create(1)
	r := redemption(1, "code", "family")
	s.must(s.db.SpendCode(s.ctx, poolA, "code", r.Until, noon()))
	s.wants(s.db.Redeem(s.ctx, r), userpool.ErrSpent)
	_, err := s.db.Family(s.ctx, poolA, "family")
	s.wants(err, userpool.ErrNotFound)
	s.wants(s.db.SpendCode(s.ctx, poolA, "code", r.Until, noon()), nil)
	s.must(s.db.SpendCode(s.ctx, poolB, "another", r.Until, noon()))
	r.CodeID = "another"
	s.wants(s.db.Redeem(s.ctx, r), nil)
}

// providerCannotSpendACode: whatever a provider calls the values it wants spent, they are not our codes.
func providerCannotSpendACode(s *suite) {
	s.create(1)
	for _, purpose := range []string{"authorization-code", "code", ""} {
		s.must(s.db.SignIn(s.ctx, login.SignIn{
			Session: session(1, "cookie"+purpose), Spend: []federation.Once{{Purpose: purpose, ID: "code", Until: noon()}},
		}))
	}
	s.wants(s.db.Redeem(s.ctx, redemption(1, "code", "family")), nil)
}

func spendingARedeemedCodeEndsTheFamily(s *suite) {
	s.create(1)
	r := redemption(1, "code", "family")
	s.must(s.db.Redeem(s.ctx, r))
	s.must(s.db.SpendCode(s.ctx, poolA, "code", r.Until, noon().Add(time.Second)))
	r.Family.Ended = noon().Add(time.Second)
	s.familyIs(r.Family)
}

func rotationCountsGenerations(s *suite) {
	s.create(1)
	want := redemption(1, "code", "family").Family
	s.must(s.db.Redeem(s.ctx, redemption(1, "code", "family")))
	at := noon().Add(time.Hour)
	for generation := range 3 {
		at = at.Add(time.Minute)
		got, err := s.db.Rotate(s.ctx, poolA, "family", generation, at)
		s.must(err)
		want.Generation, want.Rotated = generation+1, at
		s.same(got, want)
	}
	// An older generation and one that is not there yet change nothing, and see what is.
	for _, generation := range []int{0, 2, 4, -1} {
		got, err := s.db.Rotate(s.ctx, poolA, "family", generation, at.Add(time.Hour))
		s.must(err)
		s.same(got, want)
	}
	s.familyIs(want)
	_, err := s.db.Rotate(s.ctx, poolA, "unknown", 0, at)
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.Rotate(s.ctx, poolB, "family", 3, at)
	s.wants(err, userpool.ErrNotFound)
}

func endedFamilyDoesNotRotate(s *suite) {
	s.create(1)
	for _, id := range []string{"family", "old"} {
		s.must(s.db.Redeem(s.ctx, redemption(1, id, id)))
	}
	want := redemption(1, "", "family").Family
	s.must(s.db.EndFamily(s.ctx, poolA, "family", noon().Add(time.Second)))
	s.must(s.db.EndFamily(s.ctx, poolA, "family", noon().Add(time.Hour)))
	s.must(s.db.EndFamily(s.ctx, poolA, "unknown", noon()))
	s.must(s.db.EndFamily(s.ctx, poolB, "old", noon()))
	want.Ended = noon().Add(time.Second)
	got, err := s.db.Rotate(s.ctx, poolA, "family", 0, noon().Add(time.Minute))
	s.must(err)
	s.same(got, want)
	// Expired is over, too.
	want = redemption(1, "", "old").Family
	got, err = s.db.Rotate(s.ctx, poolA, "old", 0, want.Expires)
	s.must(err)
	s.same(got, want)
}

func redemptionForNobody(s *suite) {
	r := redemption(1, "code", "family")
	s.wants(s.db.Redeem(s.ctx, r), userpool.ErrNotFound)
	s.create(1)
	s.wants(s.db.Redeem(s.ctx, r), nil) // the failed one spent nothing
}
