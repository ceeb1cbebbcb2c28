package login_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

// A code is of use once, and so is a challenge: whoever saw either go by, or copied the cookie, gets nothing.
func TestAttackReplayedSecondFactor(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app)
	secret := w.giveApp(t)
	first, other := w.second(t, app), w.second(t, app)
	code := w.code(t, secret)
	done, err := w.Answer(t.Context(), first, code, nil)
	w.signedIn(t, done, err)
	_, err = w.Answer(t.Context(), other, code, nil) // the code again, on a challenge of its own
	refused(t, directory.ErrCodeUsed, err)
	w.wait(30 * time.Second)
	_, err = w.Answer(t.Context(), first, w.code(t, secret), nil) // the challenge again, with a code of its own
	refused(t, login.ErrChallengeOver, err)
}

// The code that proved an app when it was set up does not sign in as well.
func TestAttackReplayedSetUpCode(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app)
	secret := w.giveApp(t)
	w.wait(-time.Minute) // back to the moment of the set-up
	_, err := w.Answer(t.Context(), w.second(t, app), w.code(t, secret), nil)
	refused(t, directory.ErrCodeUsed, err)
}

// A challenge opens for its client and its time only, and no other sealed text passes for one.
func TestAttackForgedSecondFactor(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app)
	w.giveApp(t)
	step := w.second(t, app)
	other := *w.pool.Clients["client"]
	other.ID = "another"
	foreign := w.ask(t)
	foreign.Client = &other
	_, err := w.OpenSecond(t.Context(), foreign, step.Challenge)
	refused(t, login.ErrChallengeOver, err)
	plain := fmt.Sprintf(`{"e":99999999999,"a":{"i":"x","s":%q,"v":%d,"p":%d,"f":"SOFTWARE_TOKEN_MFA"}}`, w.ines.Sub, w.reload(t).Version, w.Now().Unix())
	for _, sealed := range []string{
		"", "x", step.Challenge[:len(step.Challenge)-1],
		w.Attempts.Seal([]byte(plain), string(w.pool.ID), "client", "second-factor"),
		w.Challenges.Seal([]byte(plain), string(w.pool.ID), "client", "new-password"),
	} {
		_, err := w.OpenSecond(t.Context(), w.ask(t), sealed)
		refused(t, login.ErrChallengeOver, err)
	}
	_, err = w.OpenNewPassword(t.Context(), w.ask(t), step.Challenge)
	refused(t, login.ErrChallengeOver, err)
	w.wait(login.SecondLife)
	_, err = w.OpenSecond(t.Context(), w.ask(t), step.Challenge)
	refused(t, login.ErrChallengeOver, err)
}

// Asking for codes over and over does not keep a challenge alive for ever.
func TestAttackSecondFactorForEver(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app, mail)
	w.giveApp(t)
	if err := w.staff.SetMFAPreference(t.Context(), w.pool, w.ines.Sub, map[userpool.Factor]directory.MFASetting{mail: {Enabled: true}, app: {Enabled: true, Preferred: true}}); err != nil {
		t.Fatal(err)
	}
	step := w.second(t, app)
	for range 7 {
		w.wait(2 * time.Minute)
		next, err := w.UseFactor(t.Context(), step.Waiting, app)
		if err != nil {
			t.Fatal(err)
		}
		step = next
	}
	if step.Life > time.Minute {
		t.Errorf("after 14 minutes the step lives for %v", step.Life)
	}
	w.wait(2 * time.Minute)
	_, err := w.UseFactor(t.Context(), step.Waiting, app)
	refused(t, login.ErrChallengeOver, err)
}

// Whatever happens to the user, the factor or the pool's policy between the password and the code ends the challenge.
func TestAttackSecondFactorAfterTheWorldChanged(t *testing.T) {
	for name, happens := range map[string]func(t *testing.T, w *town){
		"the password changes": func(t *testing.T, w *town) {
			w.change(t, userpool.UserChange{Password: &userpool.Password{Hash: "another", Changed: w.Now()}})
		},
		"the app is removed": func(t *testing.T, w *town) {
			if err := w.staff.RemoveTOTP(t.Context(), w.pool, nil, w.ines.Sub); err != nil {
				t.Fatal(err)
			}
		},
		"another app takes its place":    func(t *testing.T, w *town) { w.giveApp(t) },
		"the user is disabled":           func(_ *testing.T, w *town) { w.Login.Storage = disabledPeople{w.Login.Storage} },
		"the pool asks for nothing more": func(_ *testing.T, w *town) { w.pool.MFA.Mode = userpool.MFAOff },
		"the user is gone":               func(_ *testing.T, w *town) { w.Login.Storage = nobody{w.Login.Storage} },
	} {
		t.Run(name, func(t *testing.T) {
			w := guarded(t, userpool.MFAOptional, app)
			w.giveApp(t)
			step := w.second(t, app)
			happens(t, w)
			_, err := w.OpenSecond(t.Context(), w.ask(t), step.Challenge)
			refused(t, login.ErrChallengeOver, err)
		})
	}
}

// The same, between opening the challenge and answering it: the commit holds it.
func TestAttackAppRemovedDuringTheAnswer(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app)
	secret := w.giveApp(t)
	step := w.second(t, app)
	w.Login.Seconds = removing{w.staff, w, t}
	_, err := w.Answer(t.Context(), step, w.code(t, secret), nil)
	refused(t, login.ErrChallengeOver, err)
}

// removing is a directory in which the app is removed as soon as its code was checked.
type removing struct {
	*directory.Directory
	w *town
	t *testing.T
}

func (r removing) CheckSecond(ctx context.Context, pool *userpool.Pool, user userpool.User, to *directory.Delivery, code string) (directory.Second, error) {
	second, err := r.Directory.CheckSecond(ctx, pool, user, to, code)
	if err := r.RemoveTOTP(ctx, r.w.pool, nil, user.Sub); err != nil {
		r.t.Error(err)
	}
	return second, err
}

type disabledPeople struct{ login.Storage }

func (d disabledPeople) UserBySub(ctx context.Context, pool userpool.ID, sub userpool.Sub) (userpool.User, error) {
	user, err := d.Storage.UserBySub(ctx, pool, sub)
	user.Enabled = false
	return user, err
}

type nobody struct{ login.Storage }

func (nobody) UserBySub(context.Context, userpool.ID, userpool.Sub) (userpool.User, error) {
	return userpool.User{}, userpool.ErrNotFound
}

// Five wrong codes lock the second factors of the account, all of them, and signing in with the password once more does not
// free them.
func TestAttackGuessedSecondFactor(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app, mail)
	secret := w.giveApp(t)
	if err := w.staff.SetMFAPreference(t.Context(), w.pool, w.ines.Sub, map[userpool.Factor]directory.MFASetting{mail: {Enabled: true}, app: {Enabled: true, Preferred: true}}); err != nil {
		t.Fatal(err)
	}
	step := w.second(t, app)
	for range 3 {
		_, err := w.Answer(t.Context(), step, "000000", nil)
		refused(t, directory.ErrCodeMismatch, err)
	}
	byMail, err := w.UseFactor(t.Context(), w.second(t, app).Waiting, mail)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err := w.Answer(t.Context(), byMail, "x", nil)
		refused(t, directory.ErrCodeMismatch, err)
	}
	var locked *directory.LockedError
	for _, step := range []*login.SecondFactor{step, byMail, w.second(t, app)} {
		if _, err := w.Answer(t.Context(), step, w.code(t, secret), nil); !errors.As(err, &locked) {
			t.Errorf("the right code, while locked: %v", err)
		}
	}
	w.wait(2 * time.Second)
	done, err := w.Answer(t.Context(), w.second(t, app), w.code(t, secret), nil)
	w.signedIn(t, done, err)
	_, err = w.Answer(t.Context(), w.second(t, app), "000000", nil) // the right code has wiped the slate
	refused(t, directory.ErrCodeMismatch, err)
}

// Guesses at the same moment are as few as guesses one after the other.
func TestAttackSimultaneousGuesses(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app)
	w.giveApp(t)
	step := w.second(t, app)
	var all sync.WaitGroup
	var tried atomic.Int64
	for range 50 {
		all.Go(func() {
			if _, err := w.Answer(t.Context(), step, "000000", nil); errors.Is(err, directory.ErrCodeMismatch) {
				tried.Add(1)
			}
		})
	}
	all.Wait()
	if n := tried.Load(); n != 5 {
		t.Errorf("%d of 50 guesses were looked at, want 5", n)
	}
}

// The phone that is asked for a second factor cannot recover the account: it would be the only factor.
func TestAttackRecoveryByTheSecondFactor(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, sms)
	w.pool.RecoverBy = []string{userpool.AliasPhone}
	attributes := w.reload(t).Clone().Attributes
	attributes["phone_number"], attributes["phone_number_verified"] = inesPhone, "true"
	w.change(t, userpool.UserChange{Attributes: attributes})
	client := *w.pool.Clients["client"]
	client.HideUsers = false
	if err := w.staff.Forgot(t.Context(), w.pool, &client, "ines@acme.example"); err != nil {
		t.Fatal(err) // without a second factor it can
	}
	if err := w.staff.SetMFAPreference(t.Context(), w.pool, w.ines.Sub, map[userpool.Factor]directory.MFASetting{sms: {Enabled: true}}); err != nil {
		t.Fatal(err)
	}
	w.wait(time.Hour)
	refused(t, directory.ErrNoRecovery, w.staff.Forgot(t.Context(), w.pool, &client, "ines@acme.example"))
}
