package login_test

import (
	"context"
	"errors"
	"testing"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

// meanwhile is a directory in which something happens just after a password was found right.
type meanwhile struct {
	*directory.Directory
	happens func()
}

func (m *meanwhile) Authenticate(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed, password string) (userpool.User, error) {
	user, err := m.Directory.Authenticate(ctx, pool, client, typed, password)
	if happens := m.happens; err == nil && happens != nil {
		m.happens = nil
		happens()
	}
	return user, err
}

// Whoever knows the old password signs in at the very moment the owner recovers the account: the recovery ends all sessions, and the
// sign-in must not open one just after it.
func TestAttackSignInDuringARecovery(t *testing.T) {
	w := newTown(t, userpool.LinkingAsk, nil)
	client := w.pool.Clients["client"]
	racing := &meanwhile{Directory: w.staff}
	w.Passwords = racing
	recovers := func() {
		if err := w.staff.Forgot(t.Context(), w.pool, client, "ines@acme.example"); err != nil {
			t.Fatal(err)
		}
		for range cap(w.staff.Later) { // the code is sent after the answer
			w.staff.Later <- struct{}{}
		}
		for range cap(w.staff.Later) {
			<-w.staff.Later
		}
		if err := w.staff.ConfirmForgot(t.Context(), w.pool, client, "ines@acme.example", w.received(t, "ines@acme.example"), "Another-Lantern-8"); err != nil {
			t.Fatal(err)
		}
	}
	racing.happens = recovers
	step, err := w.Password(t.Context(), w.ask(t), "ines@acme.example", inesPassword)
	if !errors.Is(err, directory.ErrIncorrect) {
		t.Errorf("the old password leads to %T, %v", step, err)
	}
	// What else is written at that moment keeps nobody out.
	racing.happens = func() { w.givePhone(t) }
	step, err = w.Password(t.Context(), w.ask(t), "ines@acme.example", "Another-Lantern-8")
	if _, ok := step.(*login.Done); !ok || err != nil {
		t.Errorf("the new password leads to %T, %v", step, err)
	}
}
