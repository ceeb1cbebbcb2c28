package login_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

func TestAppIsAskedFor(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app)
	secret := w.giveApp(t)
	before := w.db.Commits()
	step := w.second(t, app)
	if n := w.db.Commits() - before; n != 0 {
		t.Errorf("asking made %d commits", n)
	}
	_, err := w.Answer(t.Context(), step, "000000", nil)
	refused(t, directory.ErrCodeMismatch, err)
	opened, err := w.OpenSecond(t.Context(), w.ask(t), step.Challenge) // a wrong code leaves the challenge
	if err != nil {
		t.Fatal(err)
	}
	code := w.code(t, secret)
	done, err := w.Answer(t.Context(), opened.(*login.SecondFactor), code[:3]+" "+code[3:], nil)
	w.signedIn(t, done, err)
	if n := w.db.Commits() - before; n != 1 {
		t.Errorf("the sign-in made %d commits", n)
	}
}

func TestTextMessageIsAskedForAndVerifiesThePhone(t *testing.T) {
	w := guarded(t, userpool.MFAOn, sms)
	w.givePhone(t)
	step := w.second(t, sms)
	if step.To.Destination != inesPhone || step.Unsent != nil || step.Sent.IsZero() {
		t.Errorf("the step is %+v", step)
	}
	code := w.received(t, inesPhone)
	wrong := "1" + code[1:]
	if code[0] == '1' {
		wrong = "2" + code[1:]
	}
	_, err := w.Answer(t.Context(), step, wrong, nil)
	refused(t, directory.ErrCodeMismatch, err)
	before := w.db.Commits()
	done, err := w.Answer(t.Context(), step, code, nil)
	w.signedIn(t, done, err)
	if n := w.db.Commits() - before; n != 1 {
		t.Errorf("the answer made %d commits", n)
	}
	if user := w.reload(t); user.Attributes["phone_number_verified"] != "true" {
		t.Errorf("the phone is not verified: %v", user.Attributes)
	}
}

// Two people may know one number; whoever verified it first signs in with it, and the other still signs in.
func TestPhoneOfSomebodyElseStaysUnverified(t *testing.T) {
	w := guarded(t, userpool.MFAOn, sms)
	w.pool.Aliases = []string{userpool.AliasPhone}
	other := userpool.DeclaredUser{Username: "kofi@acme.example", Password: inesPassword}
	if err := w.staff.CreateDeclared(t.Context(), w.pool, other); err != nil {
		t.Fatal(err)
	}
	kofi, err := w.staff.Find(t.Context(), w.pool, "kofi@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	kofi = kofi.Clone()
	kofi.Attributes["phone_number"], kofi.Attributes["phone_number_verified"] = inesPhone, "true"
	aliases := w.pool.AliasesOf(kofi.Attributes)
	change := userpool.UserChange{Pool: w.pool.ID, Sub: kofi.Sub, Version: kofi.Version, Attributes: kofi.Attributes, Aliases: &aliases, Modified: w.Now()}
	if err := w.db.ChangeUser(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	w.givePhone(t)
	step := w.second(t, sms)
	done, err := w.Answer(t.Context(), step, w.received(t, inesPhone), nil)
	w.signedIn(t, done, err)
	if w.reload(t).Attributes["phone_number_verified"] == "true" {
		t.Error("one number is verified twice")
	}
}

func TestFactorIsChosenAndChanged(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app, sms, mail)
	w.givePhone(t)
	secret := w.giveApp(t)
	wish := map[userpool.Factor]directory.MFASetting{sms: {Enabled: true}, mail: {Enabled: true}}
	if err := w.staff.SetMFAPreference(t.Context(), w.pool, w.ines.Sub, wish); err != nil {
		t.Fatal(err)
	}
	step, err := w.Password(t.Context(), w.ask(t), "ines@acme.example", inesPassword)
	choose, ok := step.(*login.ChooseFactor)
	if !ok || len(choose.Factors) != 3 {
		t.Fatalf("%T %+v, %v", step, step, err)
	}
	if n := w.inbox.Count(); n != 0 {
		t.Errorf("%d messages before a choice", n)
	}
	chosen, err := w.UseFactor(t.Context(), choose.Waiting, mail)
	if err != nil || chosen.To.Destination != "ines@acme.example" {
		t.Fatalf("%+v, %v", chosen, err)
	}
	w.received(t, "ines@acme.example")
	another, err := w.UseFactor(t.Context(), chosen.Waiting, app)
	if err != nil {
		t.Fatal(err)
	}
	done, err := w.Answer(t.Context(), another, w.code(t, secret), nil)
	w.signedIn(t, done, err)
	// One answer ends all steps of the sign-in.
	_, err = w.Answer(t.Context(), chosen, w.received(t, "ines@acme.example"), nil)
	refused(t, login.ErrChallengeOver, err)

	wish = map[userpool.Factor]directory.MFASetting{app: {Enabled: true, Preferred: true}}
	if err := w.staff.SetMFAPreference(t.Context(), w.pool, w.ines.Sub, wish); err != nil {
		t.Fatal(err)
	}
	if step := w.second(t, app); len(step.Factors) != 3 {
		t.Errorf("beside the preferred factor: %v", step.Factors)
	}
}

func TestNewCodeIsSentAtMostEveryHalfMinute(t *testing.T) {
	w := guarded(t, userpool.MFAOn, mail)
	step := w.second(t, mail)
	first := w.received(t, "ines@acme.example")
	again, err := w.SendSecondAgain(t.Context(), step)
	if err != nil || !errors.Is(again.Unsent, directory.ErrTooSoon) || w.inbox.Count() != 1 {
		t.Fatalf("%+v, %v, %d messages", again, err, w.inbox.Count())
	}
	w.wait(31 * time.Second)
	if again, err = w.SendSecondAgain(t.Context(), step); err != nil || again.Unsent != nil || w.inbox.Count() != 2 {
		t.Fatalf("%+v, %v, %d messages", again, err, w.inbox.Count())
	}
	if first != w.received(t, "ines@acme.example") {
		_, err = w.Answer(t.Context(), again, first, nil)
		refused(t, directory.ErrCodeMismatch, err)
	}
	done, err := w.Answer(t.Context(), again, w.received(t, "ines@acme.example"), nil)
	w.signedIn(t, done, err)
}

// What was due before a second factor is written before it is asked for: the password that was chosen stays, whatever becomes
// of the rest.
func TestNewPasswordLeadsToTheSecondFactor(t *testing.T) {
	w := newcomer(t)
	w.pool.MFA = userpool.MFAPolicy{Mode: userpool.MFAOn, Factors: []userpool.Factor{mail}}
	step, err := w.ReplacePassword(t.Context(), w.prove(t), chosen, map[string]string{"family_name": "Lindqvist"})
	second, ok := step.(*login.SecondFactor)
	if !ok {
		t.Fatalf("%T, %v", step, err)
	}
	if _, err := w.OpenSecond(t.Context(), w.ask(t), second.Challenge); err != nil {
		t.Fatal(err)
	}
	done, err := w.Answer(t.Context(), second, w.received(t, "lena@acme.example"), nil)
	if err != nil || done.SessionID == "" {
		t.Fatalf("%+v, %v", done, err)
	}
}

// The code of a sign-up is one factor: what is asked for after a password is asked for after it as well.
func TestSignUpLeadsToTheSecondFactor(t *testing.T) {
	w := guarded(t, userpool.MFAOn, app)
	step, err := w.Confirmed(t.Context(), w.ask(t), w.ines)
	if _, ok := step.(*login.SetUpFactor); !ok {
		t.Fatalf("%T, %v", step, err)
	}
}

// People who come through a provider are never asked: their provider is.
func TestProviderNeedsNoSecondFactor(t *testing.T) {
	w := guarded(t, userpool.MFAOn, app)
	if done, err := w.arrive(t, "u-1", verified("kofi@acme.example")); err != nil || done.SessionID == "" {
		t.Fatalf("%+v, %v", done, err)
	}
}

func TestAnswersAtTheSameMoment(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app)
	secret := w.giveApp(t)
	steps := []*login.SecondFactor{w.second(t, app), w.second(t, app), w.second(t, app)}
	var all sync.WaitGroup
	won := make(chan *login.Done, len(steps))
	for _, step := range steps {
		all.Go(func() {
			done, err := w.Answer(t.Context(), step, w.code(t, secret), nil)
			if err == nil {
				won <- done
			} else if !errors.Is(err, directory.ErrCodeUsed) {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if len(won) != 1 {
		t.Errorf("one code signed in %d times", len(won))
	}
}
