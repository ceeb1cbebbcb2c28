package login_test

import (
	"errors"
	"testing"

	"portico/userpool"
	"portico/userpool/login"
	"portico/userpool/token"
)

// hints are ID tokens by their text.
type hints map[string]userpool.Sub

func (h hints) VerifyHint(_ *userpool.Pool, raw string) (token.Hint, error) {
	sub, ok := h[raw]
	if !ok {
		return token.Hint{}, token.ErrHint
	}
	return token.Hint{Sub: sub}, nil
}

// OpenID Connect Core §3.1.2.1, id_token_hint: a session of somebody else does not answer, and with prompt=none the app is
// told login_required (§3.1.2.2).
func TestHintOfAnotherPerson(t *testing.T) {
	h := newHouse(t)
	ada, ben := h.member(t, "ada"), h.member(t, "ben")
	h.Login.Hints = hints{"of ada": ada.Sub, "of ben": ben.Sub}
	done := h.signedIn(t)
	for _, c := range []struct{ hint, silently, asked string }{
		{"of ada", "done", "done"},
		{"of ben", "app: login_required", "choose"},
		{"of nobody we know", "app: login_required", "choose"}, // expired keys, another issuer, a forgery
	} {
		if got := walk(h.Login.Begin(t.Context(), h.ask(t, "prompt", "none", "id_token_hint", c.hint), done.SessionID)); got != c.silently {
			t.Errorf("silently, %s: %s, want %s", c.hint, got, c.silently)
		}
		if got := walk(h.Login.Begin(t.Context(), h.ask(t, "id_token_hint", c.hint), done.SessionID)); got != c.asked {
			t.Errorf("authorize, %s: %s, want %s", c.hint, got, c.asked)
		}
		if got := walk(h.Visit(t.Context(), h.ask(t, "id_token_hint", c.hint), done.SessionID)); got != c.asked {
			t.Errorf("sign-in page, %s: %s, want %s", c.hint, got, c.asked)
		}
	}
	h.Login.Hints = nil
	if h.silently(t, done.SessionID, "id_token_hint", "of ada") {
		t.Error("a hint is believed without anybody to read it")
	}
}

// Whoever signs in must be the one the app means, by password and through a provider, where the hint travels as a name: the
// token itself would not fit the attempt's cookie. Nobody is signed in otherwise.
func TestSignInOfAnotherPersonThanTheHint(t *testing.T) {
	h := newHouse(t)
	ada, ben := h.member(t, "ada"), h.member(t, "ben")
	kofi, err := h.through(t, "Harbor")
	if err != nil {
		t.Fatal(err)
	}
	long := incompressible() + incompressible()
	h.Login.Hints = hints{"of ada": ada.Sub, "of ben": ben.Sub, "of kofi": kofi.Session.Sub, long: kofi.Session.Sub}
	password := func(hint string) func() error {
		return func() error {
			_, err := h.Password(t.Context(), h.ask(t, "id_token_hint", hint), "ada", "x")
			return err
		}
	}
	confirmed := func() error {
		_, err := h.Confirmed(t.Context(), h.ask(t, "id_token_hint", "of ben"), ada)
		return err
	}
	provider := func(hint string) func() error {
		return func() error { _, err := h.through(t, "Harbor", "id_token_hint", hint); return err }
	}
	for name, c := range map[string]struct {
		signIn  func() error
		refused bool
	}{
		"the one that is meant":              {password("of ada"), false},
		"another":                            {password("of ben"), true},
		"a hint nobody can read":             {password("garbage"), false},
		"confirmed, another":                 {confirmed, true},
		"provider, the one that is meant":    {provider("of kofi"), false},
		"provider, the longest of ID tokens": {provider(long), false},
		"provider, another":                  {provider("of ada"), true},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			n := h.commits(func() { err = c.signIn() })
			var told *login.Return
			switch {
			case !c.refused && (err != nil || n != 1):
				t.Errorf("%v, %d commits", err, n)
			case c.refused && (!errors.As(err, &told) || told.Err.Code != "login_required" || n != 0):
				t.Errorf("%v, %d commits, want login_required and none", err, n)
			}
		})
	}
	// Somebody who was never here is not the one of an ID token.
	h.asserts(person("new", "new@people.example"))
	_, err = h.through(t, "Harbor", "id_token_hint", "of ada")
	if got := walk(nil, err); got != "app: login_required" {
		t.Errorf("a new person: %s", got)
	}
	if _, err := h.db.UserByIdentity(t.Context(), acmeID, "Harbor", "new"); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("the new person was made a user: %v", err)
	}
}
