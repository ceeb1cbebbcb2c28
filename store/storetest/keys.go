package storetest

import (
	"crypto"
	"crypto/rand"
	"slices"
	"strconv"
	"time"

	"portico/store"
	"portico/userpool"
	"portico/userpool/token"
)

func keys() []check {
	return []check{
		{name: "KeysComeBack", run: keysComeBack, empty: true},
		{name: "KeyOfAnotherPoolIsRefused", run: keyOfAnotherPoolIsRefused, empty: true},
		{name: "AddedKeysStandBesideTheOthers", run: addedKeysStandBesideTheOthers, empty: true},
		{name: "RotationsFollowOneAnother", run: rotationsFollowOneAnother, empty: true},
		{name: "WaitingKeysAreReplaced", run: waitingKeysAreReplaced, empty: true},
		{name: "ReplacedKeysAreGone", run: replacedKeysAreGone, empty: true},
		{name: "RotationNeedsBothKeysAndAPool", run: rotationNeedsBothKeysAndAPool, empty: true},
		{name: "SweepForgetsKeysWithTheirLastToken", run: sweepForgetsKeysWithTheirLastToken, empty: true},
		{name: "SweepLooksAtEachUseAlone", run: sweepLooksAtEachUseAlone, empty: true},
		{name: "SweepAgreesWithLives", run: sweepAgreesWithLives, empty: true},
	}
}

// pair makes two keys that sign from a moment on.
func (s *suite) pair(pool userpool.ID, signsFrom time.Time) []token.Key {
	s.Helper()
	pair, err := token.NewPair(pool, userpool.SigningES256, noon(), signsFrom, rand.Reader)
	s.must(err)
	return pair
}

// withKeys creates poolA with keys that sign from noon on.
func (s *suite) withKeys() []token.Key {
	s.Helper()
	first := s.pair(poolA, noon())
	s.must(s.db.CreatePool(s.ctx, declaration(poolA), first))
	return first
}

// keysAre complains unless the store holds these keys and no others, whatever their order.
func (s *suite) keysAre(want ...[]token.Key) {
	s.Helper()
	got, err := s.db.Keys(s.ctx)
	s.must(err)
	s.same(names(got), names(slices.Concat(want...)))
}

func names(keys []token.Key) []string {
	var ids []string
	for _, key := range keys {
		ids = append(ids, key.ID)
	}
	slices.Sort(ids)
	return ids
}

func (s *suite) version() int64 {
	s.Helper()
	version, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	return version
}

func keysComeBack(s *suite) {
	long, err := token.NewKey(poolA, token.UseAccess, userpool.SigningRS256, noon(), rand.Reader)
	s.must(err)
	short, err := token.NewKey(poolA, token.UseID, userpool.SigningES256, noon(), rand.Reader)
	s.must(err)
	long.ID, long.SignsFrom = "a+/=", noon().Add(time.Hour)
	short.ID, short.SignsFrom = "b", time.Time{} // as an older program stores it
	want := []token.Key{long, short}
	s.must(s.db.CreatePool(s.ctx, declaration(poolA), want))
	got, err := s.db.Keys(s.ctx)
	s.must(err)
	if len(got) != len(want) {
		s.Fatalf("%d keys, want %d", len(got), len(want))
	}
	for i := range got {
		if !want[i].Signer.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(got[i].Signer.Public()) {
			s.Errorf("another key came back as %s", got[i].ID)
		}
		s.same(got[i].Signer.Alg(), want[i].Signer.Alg())
		got[i].Signer, want[i].Signer = nil, nil
	}
	s.same(got, want)
}

func keyOfAnotherPoolIsRefused(s *suite) {
	if err := s.db.CreatePool(s.ctx, declaration(poolA), s.pair(poolB, noon())); err == nil {
		s.Error("a pool was created with another pool's keys")
	}
	first := s.withKeys()
	if err := s.db.AddKeys(s.ctx, poolA, s.pair(poolB, noon()), noon()); err == nil {
		s.Error("a pool was given another pool's keys")
	}
	s.keysAre(first)
}

func addedKeysStandBesideTheOthers(s *suite) {
	first := s.withKeys()
	before := s.version()
	next := s.pair(poolA, noon().Add(time.Hour))
	s.must(s.db.AddKeys(s.ctx, poolA, next, noon()))
	s.keysAre(first, next)
	if after := s.version(); after <= before {
		s.Error("servers are not told of the new keys")
	}
}

// rotationsFollowOneAnother: of many that begin at once one comes through, and none before its keys sign.
func rotationsFollowOneAnother(s *suite) {
	first := s.withKeys()
	due := noon().Add(time.Hour)
	pairs := make([][]token.Key, crowd)
	for i := range pairs {
		pairs[i] = s.pair(poolA, due)
	}
	won := s.oneWins(s.race(func(i int) error { return s.db.AddKeys(s.ctx, poolA, pairs[i], noon()) }), store.ErrKeysWait)
	s.keysAre(first, pairs[won])

	before := s.version()
	later := s.pair(poolA, due.Add(time.Hour))
	s.wants(s.db.AddKeys(s.ctx, poolA, later, due.Add(-time.Microsecond)), store.ErrKeysWait)
	s.same(s.version(), before)
	s.must(s.db.AddKeys(s.ctx, poolA, later, due))
	s.keysAre(first, pairs[won], later)
}

func waitingKeysAreReplaced(s *suite) {
	first := s.withKeys()
	soon, late := s.pair(poolA, noon().Add(time.Minute)), s.pair(poolA, noon().Add(time.Hour))
	s.must(s.db.AddKeys(s.ctx, poolA, soon, noon()))
	s.must(s.db.AddKeys(s.ctx, poolA, late, noon().Add(time.Minute)))
	instead := s.pair(poolA, noon().Add(2*time.Hour))
	s.must(s.db.ReplaceWaitingKeys(s.ctx, poolA, instead, noon().Add(time.Minute)))
	s.keysAre(first, soon, instead)
}

func replacedKeysAreGone(s *suite) {
	s.withKeys()
	other := s.pair(poolB, noon())
	s.must(s.db.CreatePool(s.ctx, declaration(poolB), other))
	s.must(s.db.AddKeys(s.ctx, poolA, s.pair(poolA, noon().Add(time.Hour)), noon()))
	before := s.version()
	fresh := s.pair(poolA, noon())
	s.must(s.db.ReplaceKeys(s.ctx, poolA, fresh))
	s.keysAre(fresh, other)
	if after := s.version(); after <= before {
		s.Error("servers are not told that keys are gone")
	}
}

func rotationNeedsBothKeysAndAPool(s *suite) {
	first := s.withKeys()
	if err := s.db.ReplaceKeys(s.ctx, poolA, nil); err == nil {
		s.Error("a pool was left without keys")
	}
	if err := s.db.ReplaceKeys(s.ctx, poolA, s.pair(poolA, noon())[:1]); err == nil {
		s.Error("a pool was left without a key for access tokens")
	}
	s.keysAre(first)
	s.wants(s.db.AddKeys(s.ctx, "us-east-1_Nobody", s.pair("us-east-1_Nobody", noon()), noon()), userpool.ErrNotFound)
}

func sweepForgetsKeysWithTheirLastToken(s *suite) {
	first := s.withKeys()
	due := noon().Add(time.Hour)
	next := s.pair(poolA, due)
	s.must(s.db.AddKeys(s.ctx, poolA, next, noon()))
	before := s.version()
	s.swept(due.Add(token.KeptFor-time.Microsecond), 0)
	s.keysAre(first, next)
	s.same(s.version(), before)
	s.swept(due.Add(token.KeptFor), 2)
	s.keysAre(next)
	if after := s.version(); after <= before {
		s.Error("servers are not told that keys are gone")
	}
	s.swept(due.AddDate(100, 0, 0), 0) // what nothing follows stays
	s.keysAre(next)
}

// sweepLooksAtEachUseAlone: a later key for access tokens follows none for ID tokens, nor one of another pool.
func sweepLooksAtEachUseAlone(s *suite) {
	first, other := s.pair(poolA, noon()), s.pair(poolB, noon().Add(time.Hour))
	first[1].SignsFrom = noon().Add(time.Hour)
	s.must(s.db.CreatePool(s.ctx, declaration(poolA), first))
	s.must(s.db.CreatePool(s.ctx, declaration(poolB), other))
	s.swept(noon().AddDate(1, 0, 0), 0)
	s.keysAre(first, other)
}

// sweepAgreesWithLives: the store forgets what token.Lives says is over, ties and rows of an older program included, and
// never the key that signs.
func sweepAgreesWithLives(s *suite) {
	s.withKeys()
	for i, at := range []time.Duration{time.Hour, time.Hour, 30 * time.Hour, 31 * time.Hour, 90 * time.Hour} {
		pair := s.pair(poolA, noon().Add(at))
		if i == 2 {
			for k := range pair {
				pair[k].Created, pair[k].SignsFrom = pair[k].SignsFrom, time.Time{}
			}
		}
		s.must(s.db.AddKeys(s.ctx, poolA, pair, noon().Add(1000*time.Hour)))
	}
	for hour := 20; hour < 130; hour++ {
		now := noon().Add(time.Duration(hour) * time.Hour)
		before, err := s.db.Keys(s.ctx)
		s.must(err)
		var stay []token.Key
		for _, life := range token.Lives(before, now) {
			if life.Until.IsZero() || now.Before(life.Until) {
				stay = append(stay, life.Key)
			}
		}
		_, err = s.db.Sweep(s.ctx, now)
		s.must(err)
		s.keysAre(stay)
		if _, err := token.NewKeySet(stay); err != nil {
			s.Errorf("after %s hours: %v", strconv.Itoa(hour), err)
		}
	}
	left, err := s.db.Keys(s.ctx)
	s.must(err)
	s.same(len(left), 2)
}
