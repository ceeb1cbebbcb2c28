package directory_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/internal/authenticator"
	"portico/userpool"
	"portico/userpool/directory"
)

// newKeyring is a keyOffice whose pool takes no one-time codes, and whose ines has so many passkeys and no password.
func newKeyring(t *testing.T, n int) (*keyOffice, []*authenticator.Key) {
	t.Helper()
	k := newKeyOffice(t, func(d *userpool.Declaration) {
		d.Pool.Policies.SignInPolicy.AllowedFirstAuthFactors = []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeWebAuthn}
	})
	var keys []*authenticator.Key
	for range n {
		keys = append(keys, k.enrol(t, k.ines))
	}
	user := k.user(t, k.ines.Sub)
	if err := k.Storage.ChangeUser(t.Context(), userpool.UserChange{Pool: k.pool.ID, Sub: user.Sub, Version: user.Version, DropPassword: true, Modified: *k.clock}); err != nil {
		t.Fatal(err)
	}
	return k, keys
}

func (k *keyOffice) removeOwn(t *testing.T, sub userpool.Sub, key *authenticator.Key) error {
	return k.RemoveOwnPasskey(t.Context(), k.pool, k.client, sub, key.ID, nil)
}

// Two tabs remove the last two passkeys at the same moment: one of them stays, and it signs in.
func TestAttackLastPasskeyFromTwoTabs(t *testing.T) {
	k, keys := newKeyring(t, 2)
	failed := make(chan error, 2)
	for _, key := range keys {
		go func() { failed <- k.removeOwn(t, k.ines.Sub, key) }()
	}
	one, two := <-failed, <-failed
	if (one == nil) == (two == nil) || !errors.Is(errors.Join(one, two), directory.ErrLastWay) {
		t.Errorf("%v and %v", one, two)
	}
	if left, err := k.Passkeys(t.Context(), k.pool, k.ines.Sub); err != nil || len(left) != 1 {
		t.Errorf("left are %d, %v", len(left), err)
	}
}

// Somebody else's passkey is not found, not by its name in a page's address and not by its own.
func TestAttackSomebodyElsesPasskeyInTheDirectory(t *testing.T) {
	k, keys := newKeyring(t, 2)
	if _, err := k.OwnPasskey(t.Context(), k.pool, k.tomas.Sub, directory.PasskeyName(keys[0].ID)); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("found: %v", err)
	}
	if own, err := k.OwnPasskey(t.Context(), k.pool, k.ines.Sub, directory.PasskeyName(keys[0].ID)); err != nil || string(own.ID) != string(keys[0].ID) {
		t.Errorf("the owner finds %v, %v", own.ID, err)
	}
	k.enrol(t, k.tomas) // so that it is not the last way in that keeps him from it
	if err := k.removeOwn(t, k.tomas.Sub, keys[0]); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("removed: %v", err)
	}
	if left, err := k.Passkeys(t.Context(), k.pool, k.ines.Sub); err != nil || len(left) != 2 {
		t.Errorf("left are %d, %v", len(left), err)
	}
}

// Each passkey counts, and codes where they go; but not where no app lets people choose, nor beside a second factor.
func TestWaysToSignIn(t *testing.T) {
	k := newKeyOffice(t, nil)
	ways := func(want int) {
		t.Helper()
		got, err := k.WaysToSignIn(t.Context(), k.pool, k.user(t, k.ines.Sub))
		if err != nil || got != want {
			t.Errorf("%d ways, %v; want %d", got, err, want)
		}
	}
	ways(2) // the password, and a code by e-mail
	k.enrol(t, k.ines)
	k.enrol(t, k.ines)
	ways(4)
	k.pool.MFA = userpool.MFAPolicy{Mode: userpool.MFAOptional, Factors: []userpool.Factor{mail}}
	ways(4)
	if err := k.TurnOnFactor(t.Context(), k.pool, k.client, k.ines.Sub, mail); err != nil {
		t.Fatal(err)
	}
	ways(3)
	for _, client := range k.pool.Clients {
		client.Choice = false
	}
	ways(1)
}
