package storetest

import (
	"bytes"
	"crypto/rand"
	"sync"

	"portico/userpool"
)

func samlKeys() []check {
	return []check{
		{name: "SAMLKeysComeBack", run: samlKeysComeBack},
		{name: "FirstSAMLKeyOfAGenerationStays", run: firstSAMLKeyOfAGenerationStays},
		{name: "DroppedSAMLKeysAreGone", run: droppedSAMLKeysAreGone},
	}
}

func (s *suite) samlKey(pool userpool.ID, provider string, generation int64) userpool.SAMLKey {
	s.Helper()
	key, err := userpool.NewSAMLKey(userpool.SAMLKeyOwner{Pool: pool, Provider: provider}, generation, noon(), rand.Reader)
	s.must(err)
	return key
}

// samlKeysAre complains unless the store holds these keys, their private halves included.
func (s *suite) samlKeysAre(want ...userpool.SAMLKey) {
	s.Helper()
	got, err := s.db.SAMLKeys(s.ctx)
	s.must(err)
	if len(got) != len(want) {
		s.Fatalf("%d SAML keys, want %d", len(got), len(want))
	}
	for i := range want {
		s.same(got[i].Owner(), want[i].Owner())
		s.same(got[i].Generation, want[i].Generation)
		s.same(got[i].Created, want[i].Created)
		s.same(got[i].Certificate.Raw, want[i].Certificate.Raw)
		private, err := got[i].MarshalPrivate()
		s.must(err)
		wanted, err := want[i].MarshalPrivate()
		s.must(err)
		s.same(bytes.Equal(private, wanted), true)
	}
}

func samlKeysComeBack(s *suite) {
	signing, encryption, other := s.samlKey(poolA, "", 1), s.samlKey(poolA, "Okta", 1), s.samlKey(poolB, "", 1)
	before, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	for _, key := range []userpool.SAMLKey{encryption, other, signing} {
		s.must(s.db.AddSAMLKey(s.ctx, key))
	}
	s.samlKeysAre(other, signing, encryption) // poolB sorts first
	after, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	s.same(after, before+3)
	s.wants(s.db.AddSAMLKey(s.ctx, s.samlKey("us-east-1_Nobody", "", 1)), userpool.ErrNotFound)
}

// firstSAMLKeyOfAGenerationStays: replicas that start together each make a key, and all of them use one.
func firstSAMLKeyOfAGenerationStays(s *suite) {
	first := s.samlKey(poolA, "Okta", 1)
	s.must(s.db.AddSAMLKey(s.ctx, first))
	before, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	late := s.samlKey(poolA, "Okta", 1)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() { s.wants(s.db.AddSAMLKey(s.ctx, late), nil) })
	}
	group.Wait()
	s.samlKeysAre(first)
	after, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	s.same(after, before)
}

func droppedSAMLKeysAreGone(s *suite) {
	one, two, other := s.samlKey(poolA, "Okta", 1), s.samlKey(poolA, "Okta", 2), s.samlKey(poolA, "", 1)
	for _, key := range []userpool.SAMLKey{one, two, other} {
		s.must(s.db.AddSAMLKey(s.ctx, key))
	}
	s.must(s.db.DropSAMLKeys(s.ctx, two.Owner(), 2))
	s.samlKeysAre(other, two)
}
