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

func TestPasskeySignsIn(t *testing.T) {
	c := newChoosers(t, true)
	key := c.enrol(t)
	options, err := c.AskPasskey(c.ask(t))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.browser.Get(key, options)
	if err != nil {
		t.Fatal(err)
	}
	before := c.db.Commits()
	step, err := c.Passkey(t.Context(), c.ask(t), answer)
	done, ok := step.(*login.Done)
	if err != nil || !ok || done.Session.Sub != c.ines.Sub {
		t.Fatalf("%T, %v", step, err)
	}
	if n := c.db.Commits() - before; n != 1 {
		t.Errorf("it took %d durable commits, want 1", n)
	}
	user, err := c.staff.Find(t.Context(), c.pool, "ines@acme.example")
	if err != nil || user.Version != c.ines.Version || !user.Modified.Equal(c.ines.Modified) {
		t.Errorf("the sign-in modified the user: %v", err)
	}
}

// One assertion opens one session, in however many tabs it is posted at the same time.
func TestAttackReplayedAssertionInTwoTabs(t *testing.T) {
	c := newChoosers(t, true)
	key := c.enrol(t)
	options, err := c.AskPasskey(c.ask(t))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.browser.Get(key, options)
	if err != nil {
		t.Fatal(err)
	}
	opened := c.race(t, func() error {
		_, err := c.Passkey(t.Context(), c.ask(t), answer)
		return err
	}, directory.ErrPasskeyChallenge)
	if opened != 1 {
		t.Errorf("%d sessions were opened", opened)
	}
}

// race does something four times at once, and counts how often it succeeds; the others must fail so. Five failures would lock
// the account.
func (c *choosers) race(t *testing.T, do func() error, want error) int {
	t.Helper()
	var tabs sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		tabs.Go(func() { errs[i] = do() })
	}
	tabs.Wait()
	opened := 0
	for _, err := range errs {
		switch {
		case err == nil:
			opened++
		case !errors.Is(err, want):
			t.Errorf("%v, want %v", err, want)
		}
	}
	return opened
}

// The choice of one person is not answered by the passkey of another, whoever holds both.
func TestAttackChoiceAnsweredBySomebodyElse(t *testing.T) {
	c := newChoosers(t, true)
	key := c.enrol(t)
	if err := c.staff.CreateDeclared(t.Context(), c.pool, userpool.DeclaredUser{Username: "tomas@acme.example", Password: inesPassword}); err != nil {
		t.Fatal(err)
	}
	tomas, err := c.staff.Find(t.Context(), c.pool, "tomas@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	options, err := c.staff.AskPasskey(c.pool, c.pool.Clients["client"], tomas.Sub)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.browser.Get(key, options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Passkey(t.Context(), c.ask(t), answer); !errors.Is(err, directory.ErrPasskeyRefused) {
		t.Error(err)
	}
}

// Five guesses, and the code is gone: eight digits are not found by trying them.
func TestAttackOneTimeCodeGuessing(t *testing.T) {
	c := newChoosers(t, false)
	asked := c.coded(t, "ines@acme.example")
	for range directory.MaxCodeAttempts {
		if _, err := c.AnswerOneTime(t.Context(), asked, "00000000"); !errors.Is(err, directory.ErrCodeMismatch) {
			t.Fatal(err)
		}
	}
	var locked *directory.LockedError
	if _, err := c.AnswerOneTime(t.Context(), asked, c.code()); !errors.As(err, &locked) {
		t.Errorf("after five guesses: %v", err)
	}
	c.clock = c.clock.Add(2 * time.Second) // the lock is over, the code is not back
	if _, err := c.AnswerOneTime(t.Context(), asked, c.code()); !errors.Is(err, directory.ErrCodeExpired) {
		t.Errorf("after the lock: %v", err)
	}
}

func TestAttackOneTimeCodeUsedTwice(t *testing.T) {
	c := newChoosers(t, false)
	asked := c.coded(t, "ines@acme.example")
	opened := c.race(t, func() error {
		_, err := c.AnswerOneTime(t.Context(), asked, c.code())
		return err
	}, directory.ErrCodeExpired)
	if opened != 1 {
		t.Errorf("%d sessions were opened", opened)
	}
}

// A code that resets a password does not sign in, and one that signs in does not reset a password.
func TestAttackCodeOfAnotherPurpose(t *testing.T) {
	c := newChoosers(t, false)
	c.pool.RecoverBy = []string{userpool.AliasEmail}
	asked := c.coded(t, "ines@acme.example")
	signsIn := c.code()
	client := c.pool.Clients["client"]
	if err := c.staff.Forgot(t.Context(), c.pool, client, "ines@acme.example"); err != nil {
		t.Fatal(err)
	}
	resets := c.code()
	if _, err := c.AnswerOneTime(t.Context(), asked, resets); !errors.Is(err, directory.ErrCodeMismatch) {
		t.Errorf("the recovery's code: %v", err)
	}
	if err := c.staff.ConfirmForgot(t.Context(), c.pool, client, "ines@acme.example", signsIn, chosen); !errors.Is(err, directory.ErrCodeMismatch) {
		t.Errorf("the sign-in's code: %v", err)
	}
}

// A code proves the address it went to, and no other.
func TestAttackCodeOfAnotherAddress(t *testing.T) {
	c := newChoosers(t, false)
	asked := c.coded(t, "ines@acme.example")
	aliases := []userpool.Alias{{Kind: userpool.AliasEmail, Key: "ines@acme.example"}}
	change := userpool.UserChange{
		Pool: c.pool.ID, Sub: c.ines.Sub, Version: c.ines.Version, Modified: c.clock, Aliases: &aliases,
		Attributes: map[string]string{"email": "other@acme.example", "email_verified": "true"},
	}
	if err := c.db.ChangeUser(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if _, err := c.AnswerOneTime(t.Context(), asked, c.code()); !errors.Is(err, directory.ErrCodeMismatch) {
		t.Error(err)
	}
}

// A challenge is good for the client and the step that it was made for.
func TestAttackChallengeOfAnotherStep(t *testing.T) {
	c := newChoosers(t, true)
	choice, asked := c.named(t, "ines@acme.example"), c.coded(t, "ines@acme.example")
	if _, err := c.OpenOneTime(t.Context(), c.ask(t), choice.Challenge); !errors.Is(err, login.ErrChallengeOver) {
		t.Errorf("a choice in place of a code: %v", err)
	}
	if _, err := c.OpenChoice(t.Context(), c.ask(t), asked.Challenge); !errors.Is(err, login.ErrChallengeOver) {
		t.Errorf("a code in place of a choice: %v", err)
	}
	other := c.ask(t)
	client := *other.Client
	client.ID = "another"
	other.Client = &client
	if _, err := c.OpenOneTime(t.Context(), other, asked.Challenge); !errors.Is(err, login.ErrChallengeOver) {
		t.Errorf("another client: %v", err)
	}
	c.clock = c.clock.Add(directory.OneTimeLife)
	if _, err := c.OpenOneTime(t.Context(), c.ask(t), asked.Challenge); !errors.Is(err, login.ErrChallengeOver) {
		t.Errorf("too late: %v", err)
	}
}

// Where the client does not let people choose, a passkey signs nobody in.
func TestAttackPasskeyWhereThereIsNoChoice(t *testing.T) {
	c := newChoosers(t, true)
	key := c.enrol(t)
	options, err := c.AskPasskey(c.ask(t))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.browser.Get(key, options)
	if err != nil {
		t.Fatal(err)
	}
	c.pool.Clients["client"].Choice = false
	if _, err := c.Passkey(t.Context(), c.ask(t), answer); !errors.Is(err, directory.ErrPasskeysOff) {
		t.Error(err)
	}
	if options, err := c.AskPasskey(c.ask(t)); err != nil || options != nil {
		t.Errorf("asked for one: %s, %v", options, err)
	}
}
