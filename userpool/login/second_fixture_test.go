package login_test

import (
	"errors"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

const (
	inesPhone = "+351912345678"
	app       = userpool.FactorTOTP
	sms       = userpool.FactorSMS
	mail      = userpool.FactorEmailOTP
)

// guarded is a town that offers second factors, with a clock that moves by hand.
func guarded(t *testing.T, mode userpool.MFAMode, offers ...userpool.Factor) *town {
	t.Helper()
	w := newTown(t, userpool.LinkingAsk, nil)
	w.pool.MFA = userpool.MFAPolicy{Mode: mode, Factors: offers}
	w.staff.Texts = directory.TextLimits{PerHour: 100}
	w.at(time.Now())
	return w
}

// at sets the clock of everybody in town.
func (w *town) at(now time.Time) {
	w.Now = func() time.Time { return now }
	w.staff.Now = w.Now
}

func (w *town) wait(d time.Duration) { w.at(w.Now().Add(d)) }

// change writes to ines.
func (w *town) change(t *testing.T, c userpool.UserChange) {
	t.Helper()
	user := w.reload(t)
	c.Pool, c.Sub, c.Version, c.Modified = w.pool.ID, user.Sub, user.Version, w.Now()
	if err := w.db.ChangeUser(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func (w *town) reload(t *testing.T) userpool.User {
	t.Helper()
	user, err := w.db.UserBySub(t.Context(), w.pool.ID, w.ines.Sub)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

// givePhone gives ines a number that was never verified.
func (w *town) givePhone(t *testing.T) {
	t.Helper()
	attributes := w.reload(t).Clone().Attributes
	attributes["phone_number"] = inesPhone
	w.change(t, userpool.UserChange{Attributes: attributes})
}

// giveApp sets an authenticator app up for ines and returns its secret; its first code is then half a minute away.
func (w *town) giveApp(t *testing.T) string {
	t.Helper()
	setup, err := w.staff.BeginTOTP(w.pool, w.pool.Clients["client"], w.reload(t))
	if err != nil {
		t.Fatal(err)
	}
	secret := setup.Secret.Reveal()
	if err := w.staff.VerifyTOTP(t.Context(), w.pool, nil, w.ines.Sub, setup.Sealed, w.code(t, secret), "Phone"); err != nil {
		t.Fatal(err)
	}
	w.wait(time.Minute)
	return secret
}

// code is what an app with the secret shows now.
func (w *town) code(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, w.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// received is the code of the latest message to an address.
func (w *town) received(t *testing.T, to string) string {
	t.Helper()
	for _, m := range w.inbox.Messages() {
		if m.To == to {
			return m.Code.Reveal()
		}
	}
	t.Fatalf("no message to %s", to)
	return ""
}

// second signs ines in with her password, as far as a second factor.
func (w *town) second(t *testing.T, factor userpool.Factor) *login.SecondFactor {
	t.Helper()
	step, err := w.Password(t.Context(), w.ask(t), "ines@acme.example", inesPassword)
	second, ok := step.(*login.SecondFactor)
	if !ok || second.Factor != factor || second.Challenge == "" {
		t.Fatalf("the password leads to %T %+v, %v; want %s", step, step, err, factor)
	}
	return second
}

// signedIn complains unless an answer signed ines in.
func (w *town) signedIn(t *testing.T, done *login.Done, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if s, err := w.Resume(t.Context(), w.pool, done.SessionID); err != nil || s.Sub != w.ines.Sub {
		t.Fatalf("the session is %+v, %v", s, err)
	}
}

// refused complains unless every error is the one that is wanted.
func refused(t *testing.T, want error, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}
