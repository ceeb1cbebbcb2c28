package login_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"portico/store"
	"portico/userpool"
	"portico/userpool/login"
	"portico/userpool/seal"
)

// signedIn signs ada in and returns what came of it.
func (h *house) signedIn(t testing.TB, changes ...string) *login.Done {
	t.Helper()
	done, err := h.Password(t.Context(), h.ask(t, changes...), "ada", "x")
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// silently asks with a session and no page; it reports whether the session answered.
func (h *house) silently(t testing.TB, sessionID string, changes ...string) bool {
	t.Helper()
	step, err := h.Login.Begin(t.Context(), h.ask(t, append(changes, "prompt", "none")...), sessionID)
	switch got := walk(step, err); got {
	case "done":
		return true
	case "app: login_required":
		return false
	default:
		t.Fatal(got)
		return false
	}
}

func TestSessionLastsAsLongAsThePoolSays(t *testing.T) {
	h := newHouse(t)
	h.member(t, "ada")
	for _, lifetime := range []time.Duration{5 * time.Minute, 90 * 24 * time.Hour} {
		h.pool.Sessions = userpool.SessionPolicy{Lifetime: lifetime}
		done := h.signedIn(t)
		h.advance(lifetime - time.Second)
		if n := h.commits(func() {
			if !h.silently(t, done.SessionID) {
				t.Errorf("%s: over a second early", lifetime)
			}
		}); n != 0 {
			t.Errorf("%s: %d durable commits for a use, where use does not matter", lifetime, n)
		}
		h.advance(time.Second)
		if h.silently(t, done.SessionID) {
			t.Errorf("%s: not over", lifetime)
		}
	}
}

// Use keeps a session alive up to its lifetime, and no longer.
func TestSessionThatNobodyUsesEnds(t *testing.T) {
	h := newHouse(t)
	h.member(t, "ada")
	h.pool.Sessions = userpool.SessionPolicy{Lifetime: 2 * time.Hour, Idle: 32 * time.Minute}
	unused := h.signedIn(t)
	h.advance(32*time.Minute - time.Second)
	if _, err := h.Resume(t.Context(), h.pool, unused.SessionID); err != nil {
		t.Errorf("a second before the idle time is up: %v", err)
	}
	h.advance(time.Second)
	if h.silently(t, unused.SessionID) {
		t.Error("nobody used it for half an hour, and it goes on")
	}

	used := h.signedIn(t)
	for range 3 {
		h.advance(31 * time.Minute)
		if !h.silently(t, used.SessionID) {
			t.Fatal("it was used within the idle time, and is over")
		}
	}
	h.advance(27 * time.Minute)
	if h.silently(t, used.SessionID) {
		t.Error("use made it outlive its lifetime")
	}
}

// Uses are recorded once in a sixteenth of the idle time. So a session may end that much early, and never late.
func TestUseOfASessionIsRecordedNowAndThen(t *testing.T) {
	h := newHouse(t)
	h.member(t, "ada")
	h.pool.Sessions = userpool.SessionPolicy{Lifetime: 24 * time.Hour, Idle: 32 * time.Minute}
	done := h.signedIn(t)
	if n := h.commits(func() {
		for range 32 * 60 { // a use every second for half an hour
			h.advance(time.Second)
			if !h.silently(t, done.SessionID) {
				t.Fatal("a session in use is over")
			}
		}
	}); n != 16 {
		t.Errorf("%d durable commits in an idle time of use, want 16", n)
	}
	h.advance(2*time.Minute - time.Second) // a use that is not recorded
	if n := h.commits(func() { h.silently(t, done.SessionID) }); n != 0 {
		t.Errorf("%d durable commits for a use shortly after another", n)
	}
	h.advance(30*time.Minute + time.Second - time.Nanosecond)
	if _, err := h.Resume(t.Context(), h.pool, done.SessionID); err != nil {
		t.Errorf("more than a sixteenth early: %v", err)
	}
	h.advance(time.Nanosecond)
	if _, err := h.Resume(t.Context(), h.pool, done.SessionID); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("late: %v", err)
	}
}

// Looking at the sign-in page, being refused and leaving for a provider are no uses.
func TestPagesAreNoUseOfASession(t *testing.T) {
	h := newHouse(t)
	h.member(t, "ada")
	h.pool.Sessions = userpool.SessionPolicy{Lifetime: 24 * time.Hour, Idle: 32 * time.Minute}
	done := h.signedIn(t)
	h.advance(20 * time.Minute)
	if n := h.commits(func() {
		for _, asked := range [][]string{{"prompt", "login"}, {"identity_provider", "Harbor"}, {"max_age", "60"}} {
			if got := walk(h.Login.Begin(t.Context(), h.ask(t, asked...), done.SessionID)); got == "done" {
				t.Errorf("%v: %s", asked, got)
			}
			if got := walk(h.Visit(t.Context(), h.ask(t, asked...), done.SessionID)); got != "choose" {
				t.Errorf("%v: %s", asked, got)
			}
		}
	}); n != 0 {
		t.Errorf("%d durable commits for pages", n)
	}
}

// A sign-in takes the place of the session that the browser had: a copy of the old cookie is worth nothing then, however the
// person signed in, and though a provider's cross-site post brings no session cookie.
func TestSignInEndsTheSessionItReplaces(t *testing.T) {
	for name, again := range map[string]func(h *house, old string) error{
		"password": func(h *house, old string) error {
			a := h.ask(t, "prompt", "login")
			a.Replacing(old)
			_, err := h.Password(t.Context(), a, "ada", "x")
			return err
		},
		"provider": func(h *house, old string) error {
			step, err := h.Login.Begin(t.Context(), h.ask(t, "prompt", "login", "identity_provider", "Harbor"), old)
			if err != nil {
				return err
			}
			_, err = h.Login.Finish(t.Context(), h.pool, back(step.(*login.Depart)))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.member(t, "ada")
			old, elsewhere := h.signedIn(t), h.signedIn(t)
			if err := again(h, old.SessionID); err != nil {
				t.Fatal(err)
			}
			if h.silently(t, old.SessionID) {
				t.Error("the old cookie is still good")
			}
			if !h.silently(t, elsewhere.SessionID) {
				t.Error("the session of another browser ended")
			}
		})
	}
}

// A sign-in that fails ends nothing.
func TestFailedSignInKeepsTheSession(t *testing.T) {
	h := newHouse(t)
	h.member(t, "ada")
	old := h.signedIn(t)
	a := h.ask(t, "prompt", "login")
	a.Replacing(old.SessionID)
	h.typed = errors.New("wrong")
	if _, err := h.Password(t.Context(), a, "ada", "y"); err == nil {
		t.Fatal("signed in")
	}
	if !h.silently(t, old.SessionID) {
		t.Error("the session ended with a sign-in that failed")
	}
}

// Sessions, their ends and their last uses survive a restart.
func TestSessionsSurviveARestart(t *testing.T) {
	h := newHouse(t)
	key, file := seal.NewMasterKey(), filepath.Join(t.TempDir(), "restart.db")
	restart := func() {
		t.Helper()
		if h.db.Close() != nil {
			t.Fatal("the store does not close")
		}
		db, err := store.Open(t.Context(), store.Options{URL: file, Key: key, Now: h.clock})
		if err != nil {
			t.Fatal(err)
		}
		h.db, h.Login.Storage = db, db
	}
	restart()
	t.Cleanup(func() { _ = h.db.Close() })
	if err := h.db.CreatePool(t.Context(), declare(acmeID), nil); err != nil {
		t.Fatal(err)
	}
	h.member(t, "ada")
	h.pool.Sessions = userpool.SessionPolicy{Lifetime: 24 * time.Hour, Idle: time.Hour}
	kept, left := h.signedIn(t), h.signedIn(t)
	if _, err := h.SignOut(t.Context(), h.pool, left.SessionID); err != nil {
		t.Fatal(err)
	}
	h.advance(40 * time.Minute)
	h.silently(t, kept.SessionID)
	restart()
	h.advance(40 * time.Minute) // which the use before the restart makes possible
	if !h.silently(t, kept.SessionID) {
		t.Error("the session is gone")
	}
	if h.silently(t, left.SessionID) {
		t.Error("the restart brought back a session that was signed out")
	}
	h.advance(time.Hour)
	restart()
	if h.silently(t, kept.SessionID) {
		t.Error("the restart made an unused session last")
	}
}
