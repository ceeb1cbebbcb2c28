package login_test

import (
	"strings"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/login"
)

const dayLong = 24 * time.Hour

// reminding is a town with authenticator apps that remembers devices in place of them; it returns the secret of ines's app.
func reminding(t *testing.T) (*town, string) {
	t.Helper()
	w := guarded(t, userpool.MFAOptional, app)
	w.pool.Devices = userpool.Devices{Remember: true, ReplaceMFA: true, Lifetime: 30 * dayLong}
	return w, w.giveApp(t)
}

// known is a request of a browser that holds this.
func (w *town) known(t *testing.T, held string) *login.Authorization {
	t.Helper()
	a := w.ask(t)
	a.Knowing(held)
	return a
}

// signIn gives ines's password in a browser that holds this; there is no step where it signed her in.
func (w *town) signIn(t *testing.T, held string) (*login.Done, *login.SecondFactor) {
	t.Helper()
	return w.goes(t, w.known(t, held))
}

func (w *town) goes(t *testing.T, a *login.Authorization) (*login.Done, *login.SecondFactor) {
	t.Helper()
	step, err := w.Password(t.Context(), a, "ines@acme.example", inesPassword)
	if err != nil {
		t.Fatal(err)
	}
	done, _ := step.(*login.Done)
	second, _ := step.(*login.SecondFactor)
	if done == nil && second == nil {
		t.Fatalf("the password leads to %T", step)
	}
	return done, second
}

// remember signs ines in with her app in a browser that holds this, and returns what it holds then.
func (w *town) remember(t *testing.T, secret, held string) string {
	t.Helper()
	w.wait(time.Minute) // for another code
	_, second := w.signIn(t, held)
	if second == nil {
		t.Fatal("no second factor is asked for")
	}
	second.Remember = true
	done, err := w.Answer(t.Context(), second, w.code(t, secret), nil)
	w.signedIn(t, done, err)
	return done.Devices
}

func (w *town) devices(t *testing.T) []userpool.Device {
	t.Helper()
	list, err := w.staff.ListDevices(t.Context(), w.pool, w.ines.Sub)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// asked complains unless a browser that holds this is asked for the second factor.
func (w *town) asked(t *testing.T, why, held string) {
	t.Helper()
	if done, _ := w.signIn(t, held); done != nil {
		t.Errorf("%s: signed in without a second factor", why)
	}
}

func TestDeviceTakesThePlaceOfTheSecondFactor(t *testing.T) {
	w, secret := reminding(t)
	before := w.db.Commits()
	held := w.remember(t, secret, "")
	if n := w.db.Commits() - before; n != 1 {
		t.Errorf("remembering made %d commits", n)
	}
	list := w.devices(t)
	if len(list) != 1 || !strings.HasPrefix(list[0].Key, "us-east-1_") || len(list[0].Key) != len("us-east-1_")+36 || strings.Contains(held, string(list[0].Secret)) {
		t.Fatalf("remembered %+v", list)
	}
	before = w.db.Commits()
	done, _ := w.signIn(t, held)
	if done == nil || done.Session.Device != list[0].Key || done.Session.Factor != userpool.FactorPassword {
		t.Fatalf("the device leads to %+v", done)
	}
	if n := w.db.Commits() - before; n != 1 || done.Devices != "" {
		t.Errorf("the sign-in made %d commits and left %q", n, done.Devices)
	}
	w.asked(t, "another browser", "")
	if n := len(w.devices(t)); n != 1 {
		t.Errorf("%d devices", n)
	}
}

func TestPoolRemembersNoDevices(t *testing.T) {
	w, secret := reminding(t)
	w.pool.Devices = userpool.Devices{}
	if held := w.remember(t, secret, ""); held != "" {
		t.Errorf("left %q", held)
	}
	w.pool.Devices = userpool.Devices{Remember: true, Lifetime: dayLong}
	if n := len(w.devices(t)); n != 0 {
		t.Errorf("%d devices", n)
	}
}

func TestDeviceIsOnlyListed(t *testing.T) {
	w, secret := reminding(t)
	w.pool.Devices.ReplaceMFA = false
	held := w.remember(t, secret, "")
	w.asked(t, "only listed", held)
	// The factor again, on the same device: it is the same one.
	if again := w.remember(t, secret, held); again != "" || len(w.devices(t)) != 1 {
		t.Errorf("left %q, %d devices", again, len(w.devices(t)))
	}
}

func TestDeviceIsRememberedOnPromptAlone(t *testing.T) {
	w, secret := reminding(t)
	w.pool.Devices.OnPrompt = true
	_, second := w.signIn(t, "")
	if asks, err := w.AsksToRemember(t.Context(), &second.Waiting); err != nil || !asks {
		t.Errorf("asks %v, %v", asks, err)
	}
	done, err := w.Answer(t.Context(), second, w.code(t, secret), nil)
	w.signedIn(t, done, err)
	if done.Devices != "" || len(w.devices(t)) != 0 {
		t.Error("remembered though the person did not agree")
	}
	held := w.remember(t, secret, "")
	if done, _ := w.signIn(t, held); done == nil {
		t.Error("not remembered though the person agreed")
	}
	w.pool.Devices.OnPrompt = false
	_, second = w.signIn(t, "")
	if asks, err := w.AsksToRemember(t.Context(), &second.Waiting); err != nil || asks {
		t.Errorf("without a prompt it asks %v, %v", asks, err)
	}
}

// A device ends a month after its last use, and a use is written once a day, in the commit of the sign-in.
func TestDeviceEndsWithoutUse(t *testing.T) {
	w, secret := reminding(t)
	held := w.remember(t, secret, "")
	first := w.devices(t)[0].Used
	w.wait(23 * time.Hour)
	if done, _ := w.signIn(t, held); done == nil || done.Devices != "" || !w.devices(t)[0].Used.Equal(first) {
		t.Errorf("within a day: %+v, used %s", done, w.devices(t)[0].Used)
	}
	w.wait(2 * time.Hour)
	before := w.db.Commits()
	done, _ := w.signIn(t, held)
	if done == nil || done.Devices != held || !w.devices(t)[0].Used.After(first) || w.db.Commits()-before != 1 {
		t.Fatalf("after a day: %+v, used %s", done, w.devices(t)[0].Used)
	}
	w.wait(30*dayLong - time.Hour)
	if done, _ := w.signIn(t, held); done == nil {
		t.Error("forgotten early")
	}
	w.wait(30 * dayLong)
	w.asked(t, "a month without use", held)
	if n := len(w.devices(t)); n != 0 {
		t.Errorf("%d devices are listed", n)
	}
}

// One browser remembers five people, the latest of them, and each of them once.
func TestBrowserRemembersFivePeople(t *testing.T) {
	w, secret := reminding(t)
	held := ""
	for range 7 { // ines forgets the device each time: what the browser holds of her is replaced
		held = w.remember(t, secret, held)
		if err := w.staff.ForgetDevices(t.Context(), w.pool, w.ines.Sub); err != nil {
			t.Fatal(err)
		}
	}
	if len(held) != 51 {
		t.Errorf("of one person it holds %d characters", len(held))
	}
	others := ""
	for i := range 5 {
		others += "." + strings.Repeat(string(rune('a'+i)), 51)
	}
	held = w.remember(t, secret, others[1:])
	if len(held) != 5*51+4 || strings.Contains(held, "aaaa") || !strings.Contains(held, "eeee") {
		t.Errorf("it holds %q", held)
	}
	if done, _ := w.signIn(t, held); done == nil {
		t.Error("the latest is not remembered")
	}
}
