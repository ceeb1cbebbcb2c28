package login_test

import (
	"strings"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/login"
)

// plant has a device remembered of somebody, and returns what its browser holds.
func (w *town) plant(t *testing.T, sub userpool.Sub) string {
	t.Helper()
	secret, now := strings.Repeat("s", 43), w.Now()
	err := w.db.SignIn(t.Context(), login.SignIn{
		Session: login.Session{Hash: []byte("planted"), Pool: w.pool.ID, Sub: sub, Client: "client", AuthTime: now, Expires: now.Add(time.Hour)},
		Device:  &userpool.Device{Pool: w.pool.ID, Sub: sub, Key: "us-east-1_planted", Secret: login.HashDevice(secret), Created: now, Used: now},
	})
	if err != nil {
		t.Fatal(err)
	}
	return login.MarkOf(w.pool.ID, sub) + secret
}

// A device of before does not carry somebody past the second factor on the way from a temporary password, which whoever chose
// it may know: the new password ends it.
func TestAttackDeviceAtATemporaryPassword(t *testing.T) {
	w := newcomer(t)
	w.pool.MFA = userpool.MFAPolicy{Mode: userpool.MFAOn, Factors: []userpool.Factor{mail}}
	w.pool.Devices = userpool.Devices{Remember: true, ReplaceMFA: true, Lifetime: 30 * dayLong}
	lena, err := w.staff.Find(t.Context(), w.pool, "lena@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	asked := w.prove(t)
	asked.Authorization.Knowing(w.plant(t, lena.Sub))
	step, err := w.ReplacePassword(t.Context(), asked, chosen, map[string]string{"family_name": "Lindqvist"})
	if _, ok := step.(*login.SecondFactor); !ok {
		t.Errorf("%T, %v", step, err)
	}
}

// A set-up makes the device another one: what was remembered before it stands for less than what is asked for now.
func TestSetUpOnARememberedDevice(t *testing.T) {
	w := guarded(t, userpool.MFAOn, app)
	w.pool.Devices = userpool.Devices{Remember: true, ReplaceMFA: true, Lifetime: 30 * dayLong}
	planted := w.plant(t, w.ines.Sub)
	step, err := w.Password(t.Context(), w.known(t, planted), "ines@acme.example", inesPassword)
	setUp, ok := step.(*login.SetUpFactor)
	if !ok {
		t.Fatalf("%T, %v", step, err)
	}
	before := w.db.Commits()
	done, err := w.FinishSetUp(t.Context(), setUp, w.code(t, setUp.App.Secret.Reveal()), "Phone")
	w.signedIn(t, done, err)
	if n := w.db.Commits() - before; n != 1 {
		t.Errorf("the set-up made %d commits", n)
	}
	w.asked(t, "the device of before", planted)
	if again, _ := w.signIn(t, done.Devices); again == nil || len(w.devices(t)) != 1 {
		t.Error("the device of the set-up does not count")
	}
}
