package directory_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/directory"
)

// remembers is a pool's policy with a history and a life of temporary passwords in days.
func remembers(size, days int32) func(*userpool.Declaration) {
	return func(d *userpool.Declaration) {
		d.Pool.Policies = &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{
			MinimumLength: new(int32(8)), PasswordHistorySize: &size, TemporaryPasswordValidityDays: days,
		}}
	}
}

// recover asks for a recovery code.
func (o *office) recover(t *testing.T, name string) string {
	t.Helper()
	*o.clock = o.clock.Add(time.Hour)
	o.settle() // what the reset before told
	sent := o.inbox.Count()
	if err := o.Forgot(t.Context(), o.pool, o.client, name); err != nil {
		t.Fatal(err)
	}
	o.settle()
	if o.inbox.Count() != sent+1 {
		t.Fatal("no code was sent")
	}
	return o.lastCode(t)
}

// The latest passwords, the current one included, cannot be chosen again; older ones can. A refused choice costs no code.
func TestPasswordHistory(t *testing.T) {
	o := newOffice(t, remembers(3, 0))
	o.confirmedPerson(t, "ines@acme.example") // with goodPassword
	reset := func(code, password string) error {
		return o.ConfirmForgot(t.Context(), o.pool, o.client, "ines@acme.example", code, password)
	}
	for n := 1; n <= 2; n++ {
		if err := reset(o.recover(t, "ines@acme.example"), fmt.Sprintf("password-%d", n)); err != nil {
			t.Fatal(err)
		}
	}
	code := o.recover(t, "ines@acme.example")
	for _, old := range []string{goodPassword, "password-1", "password-2", goodPassword, "password-2", "password-1"} { // more often than a code may be wrong
		if err := reset(code, old); !errors.Is(err, directory.ErrReused) {
			t.Errorf("%s again: %v", old, err)
		}
	}
	if err := reset(code, "password-3"); err != nil {
		t.Fatalf("the code after refused choices: %v", err)
	}
	if err := reset(o.recover(t, "ines@acme.example"), goodPassword); err != nil {
		t.Errorf("the fourth before: %v", err)
	}
}

// Without the code nobody learns whether a password was used before, nor makes the server compare it.
func TestAttackHistoryTellsNothingToStrangers(t *testing.T) {
	o := newOffice(t, remembers(24, 0))
	o.confirmedPerson(t, "ines@acme.example")
	code := o.recover(t, "ines@acme.example")
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	for _, password := range []string{goodPassword, "never-used-before"} {
		if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "ines@acme.example", wrong, password); !errors.Is(err, directory.ErrCodeMismatch) {
			t.Errorf("%s with a wrong code: %v", password, err)
		}
	}
}

// The largest history is compared with in full; the figure is what it costs.
func TestLongestHistory(t *testing.T) {
	o := newOffice(t, remembers(userpool.MaxPasswordHistory, 0))
	user := o.confirmedPerson(t, "ines@acme.example")
	for n := range userpool.MaxPasswordHistory {
		hash, err := o.Hasher.Hash(t.Context(), fmt.Sprintf("password-%d", n))
		if err != nil {
			t.Fatal(err)
		}
		*o.clock = o.clock.Add(time.Minute)
		err = o.Storage.ChangeUser(t.Context(), userpool.UserChange{
			Pool: o.pool.ID, Sub: user.Sub, Version: user.Version + int64(n), Modified: *o.clock,
			Password: &userpool.Password{Hash: hash, Changed: *o.clock}, Earlier: o.pool.Passwords.Kept(),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	code := o.recover(t, "ines@acme.example")
	began := time.Now()
	if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "ines@acme.example", code, "password-0"); !errors.Is(err, directory.ErrReused) {
		t.Errorf("the twenty-fourth: %v", err)
	}
	t.Logf("comparing with %d hashes took %v", userpool.MaxPasswordHistory, time.Since(began).Round(time.Millisecond))
	if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "ines@acme.example", code, goodPassword); err != nil {
		t.Errorf("the twenty-fifth: %v", err)
	}
}

// A temporary password works for as long as the pool says, and the person is told when it does not any more.
func TestTemporaryPasswordExpires(t *testing.T) {
	o := newOffice(t, remembers(0, 2))
	declared := userpool.DeclaredUser{Username: "lena@acme.example", TemporaryPassword: goodPassword}
	if err := o.CreateDeclared(t.Context(), o.pool, declared); err != nil {
		t.Fatal(err)
	}
	set := *o.clock
	var must *directory.MustChangeError
	*o.clock = set.Add(48*time.Hour - time.Second)
	if user, err := o.Authenticate(t.Context(), o.pool, o.client, "lena@acme.example", goodPassword); !errors.As(err, &must) || !must.Set.Equal(set) || user.Sub == "" {
		t.Errorf("in time: %v, %+v", err, user)
	}
	*o.clock = set.Add(48 * time.Hour)
	if _, err := o.Authenticate(t.Context(), o.pool, o.client, "lena@acme.example", goodPassword); !errors.Is(err, directory.ErrTemporaryOver) {
		t.Errorf("too late: %v", err)
	}
	if _, err := o.Authenticate(t.Context(), o.pool, o.client, "lena@acme.example", "wrong"); !errors.Is(err, directory.ErrIncorrect) {
		t.Errorf("too late, to somebody who does not know it: %v", err)
	}
}

// The temporary password is one of the history, so it may be kept only where there is none.
func TestTemporaryPasswordKept(t *testing.T) {
	for size, want := range map[int32]error{0: nil, 1: directory.ErrReused} {
		o := newOffice(t, remembers(size, 0))
		if err := o.CreateDeclared(t.Context(), o.pool, userpool.DeclaredUser{Username: "lena@acme.example", TemporaryPassword: goodPassword}); err != nil {
			t.Fatal(err)
		}
		var must *directory.MustChangeError
		user, err := o.Authenticate(t.Context(), o.pool, o.client, "lena@acme.example", goodPassword)
		if !errors.As(err, &must) {
			t.Fatal(err)
		}
		_, change, err := o.ReplaceTemporary(t.Context(), o.pool, o.client, directory.Replacement{Sub: user.Sub, Set: must.Set, Password: goodPassword})
		if !errors.Is(err, want) || (err == nil && (change.Password.Temporary || change.Status != userpool.Confirmed)) {
			t.Errorf("history of %d: %v, %+v", size, err, change)
		}
	}
}

// leaked is a list of one password.
type leaked string

func (l leaked) Known(_ context.Context, password string) bool { return password == string(l) }

// A password that was found in a breach is refused wherever people choose one, and nothing is written.
func TestCompromisedPasswordIsRefused(t *testing.T) {
	o := newOffice(t, nil)
	o.confirmedPerson(t, "ines@acme.example")
	if err := o.CreateDeclared(t.Context(), o.pool, userpool.DeclaredUser{Username: "lena@acme.example", TemporaryPassword: goodPassword}); err != nil {
		t.Fatal(err)
	}
	code := o.recover(t, "ines@acme.example")
	const bad = "Passw0rd-Passw0rd"
	o.Compromised = leaked(bad)
	if _, _, err := o.SignUp(t.Context(), o.pool, o.client, directory.SignUp{Username: "new@acme.example", Password: bad}); !errors.Is(err, directory.ErrCompromised) {
		t.Errorf("sign-up: %v", err)
	}
	if _, err := o.Find(t.Context(), o.pool, "new@acme.example"); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("a refused sign-up left somebody: %v", err)
	}
	if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "ines@acme.example", code, bad); !errors.Is(err, directory.ErrCompromised) {
		t.Errorf("reset: %v", err)
	}
	var must *directory.MustChangeError
	user, err := o.Authenticate(t.Context(), o.pool, o.client, "lena@acme.example", goodPassword)
	if !errors.As(err, &must) {
		t.Fatal(err)
	}
	r := directory.Replacement{Sub: user.Sub, Set: must.Set, Password: bad}
	if _, _, err := o.ReplaceTemporary(t.Context(), o.pool, o.client, r); !errors.Is(err, directory.ErrCompromised) {
		t.Errorf("forced change: %v", err)
	}
	if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "ines@acme.example", code, "Another-Lantern-8"); err != nil {
		t.Errorf("another password, with the same code: %v", err)
	}
}
