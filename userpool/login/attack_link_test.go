package login_test

import (
	"errors"
	"testing"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

// linking is a sign-in at a provider that waits for ines to prove her account.
func (w *town) linking(t *testing.T, subject string) *login.Pending {
	t.Helper()
	_, err := w.arrive(t, subject, verified("ines@acme.example"))
	var prove *login.Prove
	if !errors.As(err, &prove) {
		t.Fatalf("%v, want to be asked for proof", err)
	}
	waiting, err := w.OpenProof(t.Context(), w.pool, prove.Pending)
	if err != nil {
		t.Fatal(err)
	}
	return waiting
}

// The password alone attaches no provider to an account that has a second factor: whoever stole it would have a way in for ever.
func TestAttackLinkWithoutTheSecondFactor(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app)
	secret := w.giveApp(t)
	waiting, other := w.linking(t, "u-1"), w.linking(t, "u-2")
	step, err := w.Link(t.Context(), waiting, inesPassword)
	second, ok := step.(*login.SecondFactor)
	if !ok || !second.Linking() {
		t.Fatalf("%T, %v", step, err)
	}
	opened, err := w.OpenSecond(t.Context(), w.ask(t), second.Challenge)
	if err != nil {
		t.Fatal(err)
	}
	second = opened.(*login.SecondFactor)
	_, err = w.Answer(t.Context(), second, "000000", waiting)
	refused(t, directory.ErrCodeMismatch, err)
	for _, pending := range []*login.Pending{nil, other} { // it neither signs in by itself nor proves another link
		_, err = w.Answer(t.Context(), second, w.code(t, secret), pending)
		refused(t, login.ErrChallengeOver, err)
	}
	if user := w.reload(t); len(user.Identities) != 0 {
		t.Fatalf("attached: %+v", user.Identities)
	}
	before := w.db.Commits()
	done, err := w.Answer(t.Context(), second, w.code(t, secret), waiting)
	w.signedIn(t, done, err)
	if n := w.db.Commits() - before; n != 1 {
		t.Errorf("the proof made %d commits", n)
	}
	if user := w.reload(t); len(user.Identities) != 1 || user.Identities[0].UserID != "u-1" {
		t.Errorf("attached: %+v", user.Identities)
	}
	if done.Session.Provider != "Corp" {
		t.Errorf("the session is of %q", done.Session.Provider)
	}
}

// A sign-in with the pool does not attach a provider on the way.
func TestAttackLinkBySignIn(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app)
	secret := w.giveApp(t)
	waiting := w.linking(t, "u-1")
	done, err := w.Answer(t.Context(), w.second(t, app), w.code(t, secret), waiting)
	w.signedIn(t, done, err)
	if user := w.reload(t); len(user.Identities) != 0 {
		t.Errorf("attached: %+v", user.Identities)
	}
}

// Codes by text message serve for a link as well, and nothing has to be set up for one.
func TestLinkWithATextMessageOrNothing(t *testing.T) {
	w := guarded(t, userpool.MFAOn, sms)
	w.givePhone(t)
	waiting := w.linking(t, "u-1")
	step, err := w.Link(t.Context(), waiting, inesPassword)
	second, ok := step.(*login.SecondFactor)
	if !ok {
		t.Fatalf("%T, %v", step, err)
	}
	done, err := w.Answer(t.Context(), second, w.received(t, inesPhone), waiting)
	w.signedIn(t, done, err)

	w = unreachable(t, app)
	attributes := w.reload(t).Clone().Attributes
	attributes["email_verified"] = "true"
	w.change(t, userpool.UserChange{Attributes: attributes})
	if step, err = w.Link(t.Context(), w.linking(t, "u-1"), inesPassword); err != nil {
		t.Fatal(err)
	}
	if _, ok := step.(*login.Done); !ok {
		t.Errorf("%T", step)
	}
}
