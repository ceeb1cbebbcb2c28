package login_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

// A stolen device is one factor: without the password it leads nowhere.
func TestAttackStolenDeviceWithoutPassword(t *testing.T) {
	w, secret := reminding(t)
	held := w.remember(t, secret, "")
	a := w.known(t, held)
	if _, err := w.Password(t.Context(), a, "ines@acme.example", "Another-Lantern-7"); !errors.Is(err, directory.ErrIncorrect) {
		t.Errorf("a wrong password: %v", err)
	}
	step, err := w.Begin(t.Context(), a, held)
	if _, ok := step.(*login.Choose); !ok || err != nil {
		t.Errorf("no password: %T, %v", step, err)
	}
}

// A device counts for the person who had it remembered, whatever mark its secret is brought under.
func TestAttackDeviceOfAnotherUser(t *testing.T) {
	w, secret := reminding(t)
	held := w.remember(t, secret, "")
	if err := w.staff.CreateDeclared(t.Context(), w.pool, userpool.DeclaredUser{Username: "kofi@acme.example", Password: inesPassword, SoftwareTokenSecret: "KOFIKOFIKOFIKOFIKOFIKOFIKOFIKOFI"}); err != nil {
		t.Fatal(err)
	}
	kofi, err := w.staff.Find(t.Context(), w.pool, "kofi@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, held := range []string{held, login.MarkOf(w.pool.ID, kofi.Sub) + held[8:]} {
		step, err := w.Password(t.Context(), w.known(t, held), "kofi@acme.example", inesPassword)
		if _, ok := step.(*login.SecondFactor); !ok || err != nil {
			t.Errorf("another user's device leads to %T, %v", step, err)
		}
	}
}

// The same person's device at another pool is no device of this one.
func TestAttackDeviceOfAnotherPool(t *testing.T) {
	w, secret := reminding(t)
	held := w.remember(t, secret, "")
	other, theirs := reminding(t)
	for _, held := range []string{held, login.MarkOf(other.pool.ID, other.ines.Sub) + held[8:]} {
		other.asked(t, "a device of another pool", held)
	}
	if done, _ := other.signIn(t, other.remember(t, theirs, held)); done == nil {
		t.Error("the own device beside it does not count")
	}
}

// A forged device is none, and thousands of them cost no more than five.
func TestAttackForgedDevice(t *testing.T) {
	w, secret := reminding(t)
	held := w.remember(t, secret, "")
	mark := login.MarkOf(w.pool.ID, w.ines.Sub)
	device := w.devices(t)[0]
	for why, forged := range map[string]string{
		"no secret":        mark,
		"another secret":   mark + strings.Repeat("A", 43),
		"a bit of it":      held[:len(held)-1],
		"more than it":     held + "A",
		"the key":          device.Key,
		"the stored hash":  mark + string(device.Secret),
		"nothing":          "....",
		"beyond the fifth": strings.Repeat(strings.Repeat("x", 51)+".", 5) + held,
		"a later one":      mark + strings.Repeat("A", 43) + "." + held,
		"thousands":        strings.Repeat(mark+strings.Repeat("A", 43)+".", 5000) + held,
	} {
		w.asked(t, why, forged)
	}
	if done, _ := w.signIn(t, held); done == nil {
		t.Error("the device itself does not count")
	}
}

// What a person does because of a thief ends what the thief holds.
func TestAttackDeviceAfterTheAccountWasSecured(t *testing.T) {
	for why, secure := range map[string]func(*testing.T, *town, string){
		"password change": func(t *testing.T, w *town, _ string) {
			change := directory.PasswordChange{Sub: w.ines.Sub, Previous: inesPassword, Proposed: "Another-Lantern-8"}
			for range 2 { // and back, which the helpers sign in with
				if _, err := w.staff.ChangePassword(t.Context(), w.pool, change); err != nil {
					t.Fatal(err)
				}
				change.Previous, change.Proposed = change.Proposed, change.Previous
			}
		},
		"password reset": func(t *testing.T, w *town, _ string) {
			client := w.pool.Clients["client"]
			if err := w.staff.Forgot(t.Context(), w.pool, client, "ines@acme.example"); err != nil {
				t.Fatal(err)
			}
			code := w.received(t, "ines@acme.example")
			if err := w.staff.ConfirmForgot(t.Context(), w.pool, client, "ines@acme.example", code, inesPassword); err != nil {
				t.Fatal(err)
			}
		},
		"forgotten": func(t *testing.T, w *town, _ string) {
			if err := w.staff.ForgetDevice(t.Context(), w.pool, w.ines.Sub, w.devices(t)[0].Key); err != nil {
				t.Fatal(err)
			}
		},
		"all forgotten": func(t *testing.T, w *town, _ string) {
			if err := w.staff.ForgetDevices(t.Context(), w.pool, w.ines.Sub); err != nil {
				t.Fatal(err)
			}
		},
		"signed out everywhere": func(t *testing.T, w *town, held string) {
			done, _ := w.signIn(t, held)
			v, err := w.Enter(t.Context(), w.ask(t), done.SessionID)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.SignOutElsewhere(t.Context(), v); err != nil {
				t.Fatal(err)
			}
		},
		"a factor more": func(t *testing.T, w *town, _ string) {
			w.pool.MFA.Factors = append(w.pool.MFA.Factors, mail)
			wish := map[userpool.Factor]directory.MFASetting{mail: {Enabled: true}, app: {Enabled: true, Preferred: true}}
			if err := w.staff.SetMFAPreference(t.Context(), w.pool, w.ines.Sub, wish); err != nil {
				t.Fatal(err)
			}
		},
		"another app": func(t *testing.T, w *town, _ string) { w.giveApp(t) },
	} {
		t.Run(why, func(t *testing.T) {
			w, secret := reminding(t)
			held := w.remember(t, secret, "")
			secure(t, w, held)
			w.asked(t, why, held)
			if n := len(w.devices(t)); n != 0 {
				t.Errorf("%d devices are listed", n)
			}
		})
	}
}

// A factor that was removed and set up again is asked for on the device of before.
func TestAttackDeviceOutlivesTheRemovedFactor(t *testing.T) {
	w, secret := reminding(t)
	held := w.remember(t, secret, "")
	if err := w.staff.RemoveTOTP(t.Context(), w.pool, w.pool.Clients["client"], w.ines.Sub); err != nil {
		t.Fatal(err)
	}
	if done, _ := w.signIn(t, held); done == nil || done.Session.Device != "" {
		t.Errorf("without a factor: %+v", done)
	}
	w.giveApp(t)
	w.asked(t, "set up again", held)
}

// Two browsers that are remembered at once are two devices, and neither's secret is the other's.
func TestAttackBrowsersRememberedAtOnce(t *testing.T) {
	w, secret := reminding(t)
	steps := make([]*login.SecondFactor, 2)
	for i := range steps {
		_, steps[i] = w.signIn(t, "")
	}
	held := make([]string, len(steps))
	var all sync.WaitGroup
	for i, step := range steps {
		all.Go(func() {
			done, err := w.Answer(t.Context(), step, w.code(t, secret), nil)
			if err == nil {
				held[i] = done.Devices
			} else if !errors.Is(err, directory.ErrCodeUsed) {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if (held[0] == "") == (held[1] == "") || len(w.devices(t)) != 1 {
		t.Fatalf("one code had %q remembered, %d devices", held, len(w.devices(t)))
	}
	first := held[0] + held[1]
	second := w.remember(t, secret, "")
	if first == second || len(w.devices(t)) != 2 {
		t.Error("two browsers are one device")
	}
	for _, held := range []string{first, second} {
		if done, _ := w.signIn(t, held); done == nil {
			t.Error("a browser is not remembered")
		}
	}
}

// forgetful forgets a device between its being read and its being used.
type forgetful struct {
	login.Storage
	forget func()
}

func (f *forgetful) Devices(ctx context.Context, pool userpool.ID, sub userpool.Sub) ([]userpool.Device, error) {
	list, err := f.Storage.Devices(ctx, pool, sub)
	f.forget()
	return list, err
}

func TestAttackDeviceForgottenDuringTheSignIn(t *testing.T) {
	w, secret := reminding(t)
	held := w.remember(t, secret, "")
	w.Storage = &forgetful{w.Storage, func() { _ = w.staff.ForgetDevices(t.Context(), w.pool, w.ines.Sub) }}
	w.asked(t, "forgotten meanwhile", held)
}

// A browser's secrets of before are none of the person who has it remembered next, so who copied them has nothing.
func TestAttackDevicePlantedBefore(t *testing.T) {
	w, secret := reminding(t)
	planted := login.MarkOf(w.pool.ID, w.ines.Sub) + strings.Repeat("A", 43)
	held := w.remember(t, secret, planted)
	w.asked(t, "planted", planted)
	if strings.Contains(held, planted) {
		t.Error("what was planted stays")
	}
}

// Attaching a provider to an account asks for the factor on a remembered device, too, and remembers none.
func TestAttackDeviceInPlaceOfALinkingProof(t *testing.T) {
	w, secret := reminding(t)
	held := w.remember(t, secret, "")
	w.wait(time.Minute)
	_, err := w.arrive(t, "u-1", verified("ines@acme.example"))
	var prove *login.Prove
	if !errors.As(err, &prove) {
		t.Fatalf("no proof is asked for: %v", err)
	}
	waiting, err := w.OpenProof(t.Context(), w.pool, prove.Pending)
	if err != nil {
		t.Fatal(err)
	}
	waiting.Authorization.Knowing(held)
	step, err := w.Link(t.Context(), waiting, inesPassword)
	second, ok := step.(*login.SecondFactor)
	if !ok {
		t.Fatalf("the password alone leads to %T, %v", step, err)
	}
	w.pool.Devices.OnPrompt = true
	second.Authorization.Knowing("")
	if asks, err := w.AsksToRemember(t.Context(), &second.Waiting); err != nil || asks {
		t.Errorf("it asks whether to remember: %v, %v", asks, err)
	}
	second.Remember = true
	done, err := w.Answer(t.Context(), second, w.code(t, secret), waiting)
	w.signedIn(t, done, err)
	if done.Devices != "" || len(w.devices(t)) != 1 {
		t.Errorf("remembered: %q, %d devices", done.Devices, len(w.devices(t)))
	}
}

// What an account is kept safe by is not changed on a device's word: such a session is not fresh, and the sign-in that is to
// make it so asks for the factor.
func TestAttackDeviceForSensitiveChanges(t *testing.T) {
	w, secret := reminding(t)
	held := w.remember(t, secret, "")
	done, _ := w.signIn(t, held)
	v, err := w.Enter(t.Context(), w.ask(t), done.SessionID)
	if err != nil || w.Fresh(v) {
		t.Fatalf("a session by a device is fresh: %v", err)
	}
	request := login.RequestFor(login.PagePassword, url.Values{"client_id": {"client"}})
	request.Prompt = "login"
	page, err := login.Check(w.pool, request)
	if err != nil {
		t.Fatal(err)
	}
	page.Knowing(held)
	w.wait(time.Minute)
	again, second := w.goes(t, page)
	if again != nil {
		t.Fatal("the sign-in for a sensitive page took the device for the factor")
	}
	again, err = w.Answer(t.Context(), second, w.code(t, secret), nil)
	w.signedIn(t, again, err)
	v, err = w.Enter(t.Context(), page, again.SessionID)
	if err != nil || !w.Fresh(v) {
		t.Errorf("after the factor it is not fresh: %v", err)
	}
}
