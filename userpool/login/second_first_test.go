package login_test

import (
	"errors"
	"testing"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

// A passkey is one factor, and an app is asked for after it; where the pool counts a passkey that verified the person as two, it
// is not.
func TestPasskeyAndSecondFactor(t *testing.T) {
	c := newChoosers(t, true)
	c.pool.MFA = userpool.MFAPolicy{Mode: userpool.MFAOptional, Factors: []userpool.Factor{app}}
	key := c.enrol(t)
	secret := c.giveApp(t)
	answer := func() []byte {
		t.Helper()
		options, err := c.AskPasskey(c.ask(t))
		if err != nil {
			t.Fatal(err)
		}
		given, err := c.browser.Get(key, options)
		if err != nil {
			t.Fatal(err)
		}
		return given
	}
	first := answer()
	step, err := c.Passkey(t.Context(), c.ask(t), first)
	second, ok := step.(*login.SecondFactor)
	if !ok || second.Factor != app {
		t.Fatalf("%T, %v", step, err)
	}
	opened, err := c.OpenSecond(t.Context(), c.ask(t), second.Challenge)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Passkey(t.Context(), c.ask(t), first); !errors.Is(err, directory.ErrPasskeyChallenge) {
		t.Errorf("the passkey's answer again: %v", err)
	}
	done, err := c.Answer(t.Context(), opened.(*login.SecondFactor), c.town.code(t, secret), nil)
	c.signedIn(t, done, err)

	c.pool.Passkeys.SecondFactor = true
	step, err = c.Passkey(t.Context(), c.ask(t), answer())
	if _, ok := step.(*login.Done); !ok {
		t.Errorf("a verified passkey leads to %T, %v", step, err)
	}
}

// A one-time code is no way around a second factor: neither for somebody who has one, nor where everybody needs one. Codes are not
// offered then, and one that was asked for before signs nobody in.
func TestAttackOneTimeCodeAroundTheSecondFactor(t *testing.T) {
	c := newChoosers(t, true)
	c.pool.MFA = userpool.MFAPolicy{Mode: userpool.MFAOptional, Factors: []userpool.Factor{app}}
	asked := c.coded(t, "ines@acme.example")
	code := c.code()
	c.giveApp(t)
	if step, err := c.AnswerOneTime(t.Context(), asked, code); err == nil {
		t.Errorf("the right code leads to %T", step)
	}
	for _, mode := range []userpool.MFAMode{userpool.MFAOptional, userpool.MFAOn} {
		c.pool.MFA.Mode = mode
		step, err := c.Named(t.Context(), c.ask(t), "ines@acme.example")
		if choice, ok := step.(*login.ChooseFirst); ok || err != nil {
			t.Errorf("%s: offered %+v, %v", mode, choice, err)
		}
	}
}
