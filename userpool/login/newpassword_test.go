package login_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

const (
	temporary = "Temporary-Pass-1"
	chosen    = "Chosen-Pass-22"
)

// ask is a request of the town's app.
func (w *town) ask(t *testing.T) *login.Authorization {
	t.Helper()
	query := url.Values{"client_id": {"client"}, "redirect_uri": {"https://app.example/cb"}, "response_type": {"code"}}
	a, err := login.Check(w.pool, login.ParseRequest(query))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// newcomer is a town with lena in it, who has a temporary password and no family name, which the pool requires.
func newcomer(t *testing.T) *town {
	t.Helper()
	w := newTown(t, userpool.LinkingOff, nil)
	required := w.pool.Schema["family_name"]
	required.Required = true
	w.pool.Schema["family_name"] = required
	err := w.staff.CreateDeclared(t.Context(), w.pool, userpool.DeclaredUser{Username: "lena@acme.example", TemporaryPassword: temporary})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// prove signs lena in as far as her temporary password takes her.
func (w *town) prove(t *testing.T) *login.NewPassword {
	t.Helper()
	step, err := w.Password(t.Context(), w.ask(t), "lena@acme.example", temporary)
	asked, ok := step.(*login.NewPassword)
	if !ok {
		t.Fatalf("a temporary password leads to %T, %v", step, err)
	}
	return asked
}

// A temporary password opens no session. It asks for another one and for what is missing, and then signs in with one commit.
func TestTemporaryPasswordIsReplaced(t *testing.T) {
	w := newcomer(t)
	before := w.db.Commits()
	asked := w.prove(t)
	if n := w.db.Commits() - before; n != 0 {
		t.Errorf("asking made %d commits", n)
	}
	if !slices.Equal(asked.Missing, []string{"family_name"}) {
		t.Errorf("asked for %v", asked.Missing)
	}
	opened, err := w.OpenNewPassword(t.Context(), w.ask(t), asked.Challenge)
	if err != nil {
		t.Fatal(err)
	}
	var weak *directory.PasswordError
	var attribute *directory.AttributeError
	name := map[string]string{"family_name": "Lindqvist"}
	if _, err := w.ReplacePassword(t.Context(), opened, "weak", name); !errors.As(err, &weak) {
		t.Errorf("a weak password: %v", err)
	}
	if _, err := w.ReplacePassword(t.Context(), opened, chosen, nil); !errors.As(err, &attribute) || attribute.Name != "family_name" {
		t.Errorf("without the name: %v", err)
	}
	taken := map[string]string{"family_name": "Lindqvist", "email": "other@acme.example"}
	if _, err := w.ReplacePassword(t.Context(), opened, chosen, taken); !errors.As(err, &attribute) || attribute.Text != "Cannot modify an already provided email" {
		t.Errorf("with an address in place of the one there is: %v", err)
	}
	before = w.db.Commits()
	step, err := w.ReplacePassword(t.Context(), opened, chosen, name)
	if err != nil {
		t.Fatal(err)
	}
	done, ok := step.(*login.Done)
	if n := w.db.Commits() - before; n != 1 || !ok || done.SessionID == "" {
		t.Errorf("%d commits, step %+v", n, step)
	}
	user, err := w.db.UserBySub(t.Context(), w.pool.ID, asked.User.Sub)
	if err != nil || user.Status != userpool.Confirmed || user.Attributes["family_name"] != "Lindqvist" {
		t.Errorf("%+v, %v", user, err)
	}
	if _, err := w.Password(t.Context(), w.ask(t), "lena@acme.example", temporary); !errors.Is(err, directory.ErrIncorrect) {
		t.Errorf("the temporary password afterwards: %v", err)
	}
	if step, err := w.Password(t.Context(), w.ask(t), "lena@acme.example", chosen); err != nil {
		t.Errorf("the chosen one: %T, %v", step, err)
	}
}

// A challenge is of use once, and so is the password it names: whoever copied the cookie, or has the form open twice, changes
// nothing.
func TestAttackReplayedNewPassword(t *testing.T) {
	w := newcomer(t)
	name := map[string]string{"family_name": "Lindqvist"}
	first, second := w.prove(t), w.prove(t)
	if _, err := w.ReplacePassword(t.Context(), first, chosen, name); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*login.NewPassword{first, second} {
		if _, err := w.ReplacePassword(t.Context(), c, "Thieves-Pass-33", nil); !errors.Is(err, login.ErrChallengeOver) {
			t.Errorf("answered again: %v", err)
		}
		if _, err := w.OpenNewPassword(t.Context(), w.ask(t), c.Challenge); !errors.Is(err, login.ErrChallengeOver) {
			t.Errorf("opened again: %v", err)
		}
	}
	if _, err := w.Password(t.Context(), w.ask(t), "lena@acme.example", chosen); err != nil {
		t.Errorf("the chosen password: %v", err)
	}
}

// Two answers at the same moment: one of them signs in, and its password is the one.
func TestAttackRacingNewPasswords(t *testing.T) {
	w := newcomer(t)
	asked := w.prove(t)
	answers := make(chan error, 2)
	for _, password := range []string{chosen, "Thieves-Pass-33"} {
		go func() {
			_, err := w.ReplacePassword(t.Context(), asked, password, map[string]string{"family_name": "Lindqvist"})
			answers <- err
		}()
	}
	won := 0
	for range 2 {
		if err := <-answers; err == nil {
			won++
		} else if !errors.Is(err, login.ErrChallengeOver) {
			t.Errorf("the other answer: %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d answers signed in", won)
	}
}

// A challenge opens for its client and its time only, and no other sealed text passes for one.
func TestAttackForgedNewPassword(t *testing.T) {
	w := newcomer(t)
	asked := w.prove(t)
	other := *w.pool.Clients["client"]
	other.ID = "another"
	foreign := w.ask(t)
	foreign.Client = &other
	if _, err := w.OpenNewPassword(t.Context(), foreign, asked.Challenge); !errors.Is(err, login.ErrChallengeOver) {
		t.Errorf("another client's: %v", err)
	}
	sealed := w.Attempts.Seal([]byte(`{"s":"`+string(w.ines.Sub)+`","p":0,"e":99999999999}`), string(w.pool.ID), "client", "new-password")
	for _, text := range []string{"", "x", asked.Challenge[:len(asked.Challenge)-1], sealed} {
		if _, err := w.OpenNewPassword(t.Context(), w.ask(t), text); !errors.Is(err, login.ErrChallengeOver) {
			t.Errorf("%.10q: %v", text, err)
		}
	}
	w.Now = func() time.Time { return time.Now().Add(login.NewPasswordLife) }
	if _, err := w.OpenNewPassword(t.Context(), w.ask(t), asked.Challenge); !errors.Is(err, login.ErrChallengeOver) {
		t.Errorf("too late: %v", err)
	}
}

// A challenge is about the password that was proved: an administrator who sets another temporary one, or disables the user, ends
// it, and whoever knew the old one is out.
func TestAttackNewPasswordAfterItWasTakenBack(t *testing.T) {
	name := map[string]string{"family_name": "Lindqvist"}
	w := newcomer(t)
	asked := w.prove(t)
	another := &userpool.Password{Hash: "another", Temporary: true, Changed: time.Now().Add(time.Second)}
	change := userpool.UserChange{Pool: w.pool.ID, Sub: asked.User.Sub, Version: asked.User.Version, Password: another, Modified: time.Now()}
	if err := w.db.ChangeUser(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ReplacePassword(t.Context(), asked, chosen, name); !errors.Is(err, login.ErrChallengeOver) {
		t.Errorf("with another temporary password: %v", err)
	}

	w = newcomer(t)
	asked = w.prove(t)
	w.staff.Storage = disabled{w.staff.Storage}
	if _, err := w.ReplacePassword(t.Context(), asked, chosen, name); !errors.Is(err, login.ErrChallengeOver) {
		t.Errorf("disabled: %v", err)
	}
}

// disabled is a store in which everybody has been disabled.
type disabled struct{ directory.Storage }

func (d disabled) UserBySub(ctx context.Context, pool userpool.ID, sub userpool.Sub) (userpool.User, error) {
	user, err := d.Storage.UserBySub(ctx, pool, sub)
	user.Enabled = false
	return user, err
}
