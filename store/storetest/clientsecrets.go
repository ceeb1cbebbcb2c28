package storetest

import (
	"fmt"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
)

func clientSecrets() []check {
	return []check{
		{name: "SecondClientSecretComesBack", run: secondClientSecretComesBack},
		{name: "ThirdClientSecretIsRefused", run: thirdClientSecretIsRefused},
		{name: "EitherClientSecretCanBeDeleted", run: eitherClientSecretCanBeDeleted},
		{name: "LastClientSecretStays", run: lastClientSecretStays},
		{name: "PublicClientGetsNoSecret", run: publicClientGetsNoSecret},
		{name: "OneClientSecretOfManyIsAdded", run: oneClientSecretOfManyIsAdded},
		{name: "OneClientSecretOfTwoIsLeft", run: oneClientSecretOfTwoIsLeft},
		{name: "ClientSecretsOneCommitEach", run: clientSecretsOneCommitEach},
	}
}

// The clients of poolA: one with the secret "s3cr3t", one without.
func confidential() userpool.ClientID { return userpool.ClientID(clientID(poolA, 2)) }
func public() userpool.ClientID       { return userpool.ClientID(clientID(poolA, 1)) }

func (s *suite) addSecret(value string) userpool.ClientSecret {
	s.Helper()
	added, err := s.db.AddClientSecret(s.ctx, poolA, confidential(), userpool.NewSecret(value))
	s.must(err)
	return added
}

// secretsAre complains unless the client has these secrets, by all ways of asking: one works for sign-ins if it is in the
// assembled client.
func (s *suite) secretsAre(values ...string) []userpool.ClientSecret {
	s.Helper()
	list, err := s.db.ClientSecrets(s.ctx, poolA, confidential())
	s.must(err)
	var got []string
	ids := map[string]bool{}
	for _, secret := range list {
		got = append(got, secret.Value.Reveal())
		ids[secret.ID] = true
		if secret.Pool != poolA || secret.Client != confidential() || secret.ID == "" || secret.Created.IsZero() {
			s.Errorf("secret %+v", secret)
		}
	}
	if diff := cmp.Diff(values, got); diff != "" || len(ids) != len(values) {
		s.Fatalf("secrets (-want +got), with %d IDs:\n%s", len(ids), diff)
	}
	declarations, err := s.db.Declarations(s.ctx)
	s.must(err)
	for _, d := range declarations {
		pool := userpool.Assemble(d, userpool.Addresses{})
		for id, c := range pool.Clients {
			for _, value := range []string{"s3cr3t", "second", "third"} {
				want := false
				for _, v := range values {
					want = want || id == confidential() && v == value
				}
				if pool.ID == poolA && c.Authenticates(value) != want {
					s.Errorf("client %s authenticates with %s: %v", id, value, !want)
				}
			}
		}
	}
	return list
}

func secondClientSecretComesBack(s *suite) {
	first := s.secretsAre("s3cr3t")[0]
	before, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	added := s.addSecret("second")
	list := s.secretsAre("s3cr3t", "second")
	s.same(list[0], first)
	s.same(list[1], added)
	after, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	s.same(after, before+1)
	_, err = s.db.AddClientSecret(s.ctx, poolB, confidential(), userpool.NewSecret("third"))
	s.wants(err, userpool.ErrNotFound)
	_, err = s.db.ClientSecrets(s.ctx, poolB, confidential())
	s.wants(err, userpool.ErrNotFound)
}

func thirdClientSecretIsRefused(s *suite) {
	_, err := s.db.AddClientSecret(s.ctx, poolA, confidential(), userpool.NewSecret("s3cr3t"))
	s.wants(err, userpool.ErrSecretExists)
	s.addSecret("second")
	before, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	_, err = s.db.AddClientSecret(s.ctx, poolA, confidential(), userpool.NewSecret("third"))
	s.wants(err, userpool.ErrSecretLimit)
	s.secretsAre("s3cr3t", "second")
	after, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	s.same(after, before)
}

func eitherClientSecretCanBeDeleted(s *suite) {
	second := s.addSecret("second")
	s.must(s.db.DeleteClientSecret(s.ctx, poolA, confidential(), second.ID))
	first := s.secretsAre("s3cr3t")[0]
	second = s.addSecret("second")
	before, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	s.must(s.db.DeleteClientSecret(s.ctx, poolA, confidential(), first.ID))
	after, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	s.same(after, before+1)
	s.same(s.secretsAre("second")[0], second) // with its name and date
	s.addSecret("third")
	s.secretsAre("second", "third")
	s.must(s.db.DeleteClientSecret(s.ctx, poolA, confidential(), second.ID))
	s.secretsAre("third")
}

func lastClientSecretStays(s *suite) {
	first := s.secretsAre("s3cr3t")[0]
	s.wants(s.db.DeleteClientSecret(s.ctx, poolA, confidential(), first.ID), userpool.ErrLastSecret)
	s.wants(s.db.DeleteClientSecret(s.ctx, poolA, confidential(), "nothing"), userpool.ErrNotFound)
	s.wants(s.db.DeleteClientSecret(s.ctx, poolB, confidential(), first.ID), userpool.ErrNotFound)
	s.secretsAre("s3cr3t")
}

func publicClientGetsNoSecret(s *suite) {
	_, err := s.db.AddClientSecret(s.ctx, poolA, public(), userpool.NewSecret("second"))
	s.wants(err, userpool.ErrPublicClient)
	list, err := s.db.ClientSecrets(s.ctx, poolA, public())
	s.must(err)
	s.same(list, []userpool.ClientSecret{})
}

func oneClientSecretOfManyIsAdded(s *suite) {
	winner := s.oneWins(s.race(func(i int) error {
		_, err := s.db.AddClientSecret(s.ctx, poolA, confidential(), userpool.NewSecret(fmt.Sprintf("racer %d", i)))
		return err
	}), userpool.ErrSecretLimit)
	s.secretsAre("s3cr3t", fmt.Sprintf("racer %d", winner))
}

// oneClientSecretOfTwoIsLeft: whoever deletes one and whoever deletes the other do not leave the client without any.
func oneClientSecretOfTwoIsLeft(s *suite) {
	s.addSecret("second")
	both := s.secretsAre("s3cr3t", "second")
	s.oneWins(s.race(func(i int) error {
		return s.db.DeleteClientSecret(s.ctx, poolA, confidential(), both[i%2].ID)
	}), userpool.ErrLastSecret, userpool.ErrNotFound)
	list, err := s.db.ClientSecrets(s.ctx, poolA, confidential())
	s.must(err)
	s.same(len(list), 1)
}

func clientSecretsOneCommitEach(s *suite) {
	before := s.db.Commits()
	added := s.addSecret("second")
	s.same(s.db.Commits(), before+1)
	s.must(s.db.DeleteClientSecret(s.ctx, poolA, confidential(), added.ID))
	s.same(s.db.Commits(), before+2)
	_, err := s.db.ClientSecrets(s.ctx, poolA, confidential())
	s.must(err)
	s.same(s.db.Commits(), before+2)
}
