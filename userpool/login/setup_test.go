package login_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

// setUp signs ines in with her password, as far as the set-up of a second factor.
func (w *town) setUp(t *testing.T) *login.SetUpFactor {
	t.Helper()
	step, err := w.Password(t.Context(), w.ask(t), "ines@acme.example", inesPassword)
	setUp, ok := step.(*login.SetUpFactor)
	if !ok {
		t.Fatalf("the password leads to %T, %v", step, err)
	}
	return setUp
}

// unreachable is a town that requires a second factor of ines, who has neither a phone nor a verified address.
func unreachable(t *testing.T, offers ...userpool.Factor) *town {
	t.Helper()
	w := guarded(t, userpool.MFAOn, offers...)
	attributes := w.reload(t).Clone().Attributes
	attributes["email_verified"] = "false"
	w.change(t, userpool.UserChange{Attributes: attributes})
	return w
}

func TestAppIsSetUpAtSignIn(t *testing.T) {
	w := unreachable(t, app)
	before := w.db.Commits()
	step := w.setUp(t)
	if step.Factor != app || step.App == nil || step.Life != login.SetUpLife {
		t.Fatalf("the only thing to set up is begun at once: %+v", step)
	}
	if uri := step.App.URI.Reveal(); !strings.HasPrefix(uri, "otpauth://totp/App:ines@acme.example?secret=") || !strings.HasSuffix(uri, "&issuer=App") {
		t.Errorf("URI %s", uri)
	}
	opened, err := w.OpenSecond(t.Context(), w.ask(t), step.Challenge)
	if err != nil {
		t.Fatal(err)
	}
	step = opened.(*login.SetUpFactor) // shown again, the secret is the same
	secret := step.App.Secret.Reveal()
	_, err = w.FinishSetUp(t.Context(), step, "000000", "")
	refused(t, directory.ErrCodeMismatch, err)
	var attribute *directory.AttributeError
	if _, err := w.FinishSetUp(t.Context(), step, w.code(t, secret), strings.Repeat("é", directory.MaxFactorName+1)); !errors.As(err, &attribute) {
		t.Errorf("a name without end: %v", err)
	}
	if n := w.db.Commits() - before; n != 0 {
		t.Errorf("%d commits before the set-up is finished", n)
	}
	done, err := w.FinishSetUp(t.Context(), step, w.code(t, secret), "Phone")
	w.signedIn(t, done, err)
	if n := w.db.Commits() - before; n != 1 {
		t.Errorf("the set-up made %d commits", n)
	}
	user := w.reload(t)
	token, err := w.db.SoftwareToken(t.Context(), w.pool.ID, user.Sub)
	if err != nil || token.Name != "Phone" || !slices.Equal(user.MFA.Factors, []userpool.Factor{app}) {
		t.Errorf("%+v, %+v, %v", token, user.MFA, err)
	}
	w.wait(time.Minute)
	done, err = w.Answer(t.Context(), w.second(t, app), w.code(t, secret), nil)
	w.signedIn(t, done, err)
}

func TestPhoneIsSetUpAtSignIn(t *testing.T) {
	w := unreachable(t, app, sms)
	step := w.setUp(t)
	if step.Factor != "" || !slices.Equal(step.Factors, []userpool.Factor{app, sms}) {
		t.Fatalf("%+v", step)
	}
	step, err := w.BeginSetUp(t.Context(), step, sms, "")
	if err != nil || step.To != nil || step.Factor != sms {
		t.Fatalf("it asks for a number: %+v, %v", step, err)
	}
	var attribute *directory.AttributeError
	if _, err := w.BeginSetUp(t.Context(), step, sms, "call me"); !errors.As(err, &attribute) {
		t.Errorf("no number: %v", err)
	}
	if step, err = w.BeginSetUp(t.Context(), step, sms, inesPhone); err != nil || step.To.Destination != inesPhone {
		t.Fatalf("%+v, %v", step, err)
	}
	if _, there := w.reload(t).Attributes["phone_number"]; there {
		t.Error("the number is the user's before it was proved")
	}
	opened, err := w.OpenSecond(t.Context(), w.ask(t), step.Challenge)
	if err != nil {
		t.Fatal(err)
	}
	before := w.db.Commits()
	done, err := w.FinishSetUp(t.Context(), opened.(*login.SetUpFactor), w.received(t, inesPhone), "")
	w.signedIn(t, done, err)
	if n := w.db.Commits() - before; n != 1 {
		t.Errorf("the set-up made %d commits", n)
	}
	user := w.reload(t)
	if user.Attributes["phone_number"] != inesPhone || user.Attributes["phone_number_verified"] != "true" || !slices.Equal(user.MFA.Factors, []userpool.Factor{sms}) {
		t.Errorf("%+v", user)
	}
}

// An address that is known already is where the code goes, whatever is typed: else whoever knows the password would choose it.
func TestAttackSetUpWithAnotherAddress(t *testing.T) {
	w := unreachable(t, mail)
	step := w.setUp(t)
	step, err := w.BeginSetUp(t.Context(), step, mail, "thief@evil.example")
	if err != nil || step.To.Destination != "ines@acme.example" {
		t.Fatalf("%+v, %v", step.To, err)
	}
	done, err := w.FinishSetUp(t.Context(), step, w.received(t, "ines@acme.example"), "")
	w.signedIn(t, done, err)
}

// A code proves the address it went to, and none that is put in its place afterwards.
func TestAttackSetUpCodeOfAnotherPhone(t *testing.T) {
	w := unreachable(t, sms)
	first, err := w.BeginSetUp(t.Context(), w.setUp(t), sms, inesPhone)
	if err != nil {
		t.Fatal(err)
	}
	other, err := w.BeginSetUp(t.Context(), first, sms, "+351900000000")
	if err != nil || !errors.Is(other.Unsent, directory.ErrTooSoon) {
		t.Fatalf("%+v, %v", other, err)
	}
	_, err = w.FinishSetUp(t.Context(), other, w.received(t, inesPhone), "")
	refused(t, directory.ErrCodeMismatch, err)
}

// Whoever else knows the password is shown a secret of his own, and cannot wait for the owner to scan it.
func TestAttackPlantedSecret(t *testing.T) {
	w := unreachable(t, app)
	thief, owner := w.setUp(t), w.setUp(t)
	if thief.App.Secret.Reveal() == owner.App.Secret.Reveal() {
		t.Fatal("two sign-ins share a secret")
	}
	done, err := w.FinishSetUp(t.Context(), owner, w.code(t, owner.App.Secret.Reveal()), "")
	w.signedIn(t, done, err)
	_, err = w.FinishSetUp(t.Context(), thief, w.code(t, thief.App.Secret.Reveal()), "")
	refused(t, login.ErrChallengeOver, err)
	_, err = w.OpenSecond(t.Context(), w.ask(t), thief.Challenge)
	refused(t, login.ErrChallengeOver, err)
	_, err = w.FinishSetUp(t.Context(), owner, w.code(t, owner.App.Secret.Reveal()), "")
	refused(t, login.ErrChallengeOver, err)
}

// Who has a factor does not get around it by setting up another, and who owes a set-up cannot skip it.
func TestAttackStepsExchanged(t *testing.T) {
	w := unreachable(t, app, sms)
	setUp := w.setUp(t)
	_, err := w.UseFactor(t.Context(), setUp.Waiting, app)
	refused(t, login.ErrChallengeOver, err)
	_, err = w.BeginSetUp(t.Context(), setUp, mail, "thief@evil.example") // which the pool does not offer
	refused(t, login.ErrChallengeOver, err)
	begun, err := w.BeginSetUp(t.Context(), setUp, sms, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.FinishSetUp(t.Context(), begun, "000000", "") // before any code was sent
	refused(t, login.ErrChallengeOver, err)

	w.giveApp(t)
	_, err = w.OpenSecond(t.Context(), w.ask(t), setUp.Challenge)
	refused(t, login.ErrChallengeOver, err)
	second := w.second(t, app)
	_, err = w.UseFactor(t.Context(), second.Waiting, sms)
	refused(t, login.ErrChallengeOver, err)
}
