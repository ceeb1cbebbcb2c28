package login_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"portico/federation"
	"portico/store"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

// walk names a step in one word, or an error that goes to the app.
func walk(step login.Step, err error) string {
	var told *login.Return
	if errors.As(err, &told) {
		return "app: " + string(told.Err.Code)
	}
	if err != nil {
		return "error: " + err.Error()
	}
	switch s := step.(type) {
	case *login.Choose:
		if s.Err != nil {
			return "choose, not offered"
		}
		return "choose"
	case *login.Depart:
		return "depart to " + s.Provider.Name
	case *login.Done:
		return "done"
	}
	return fmt.Sprintf("%T", step)
}

// Where a request goes, by what it asks for and by who is signed in.
func TestBegin(t *testing.T) {
	h := newHouse(t)
	h.member(t, "ada")
	native, err := h.Password(t.Context(), h.ask(t), "ada", "x")
	if err != nil {
		t.Fatal(err)
	}
	federated, err := h.through(t, "Harbor")
	if err != nil {
		t.Fatal(err)
	}
	sessions := map[string]string{"nobody": "", "native": native.SessionID, "of Harbor": federated.SessionID}
	for _, c := range []struct {
		asked                     []string
		nobody, native, fromThere string
	}{
		{nil, "choose", "done", "done"},
		{[]string{"prompt", "login"}, "choose", "choose", "choose"},
		{[]string{"prompt", "none"}, "app: login_required", "done", "done"},
		{[]string{"prompt", "consent"}, "choose", "done", "done"},
		{[]string{"identity_provider", "Harbor"}, "depart to Harbor", "depart to Harbor", "done"},
		{[]string{"identity_provider", "Harbor", "prompt", "login"}, "depart to Harbor", "depart to Harbor", "depart to Harbor"},
		{[]string{"identity_provider", "Harbor", "prompt", "none"}, "app: login_required", "app: login_required", "done"},
		{[]string{"identity_provider", "Northwind"}, "depart to Northwind", "depart to Northwind", "depart to Northwind"},
		{[]string{"identity_provider", "COGNITO"}, "choose", "done", "choose"},
		{[]string{"identity_provider", "COGNITO", "prompt", "none"}, "app: login_required", "done", "app: login_required"},
		{[]string{"idp_identifier", "Harbor.EXAMPLE"}, "depart to Harbor", "depart to Harbor", "done"},
		{[]string{"idp_identifier", "nowhere.example"}, "choose, not offered", "choose, not offered", "choose, not offered"},
		{[]string{"identity_provider", "Spare"}, "choose, not offered", "choose, not offered", "choose, not offered"}, // not the client's
		{[]string{"identity_provider", "harbor"}, "choose, not offered", "choose, not offered", "choose, not offered"},
		{[]string{"identity_provider", "COGNITO", "client_id", "federated"}, "choose, not offered", "choose, not offered", "choose, not offered"},
		{[]string{"identity_provider", "Harbor", "client_id", "native"}, "choose, not offered", "choose, not offered", "choose, not offered"},
		{[]string{"client_id", "lone"}, "depart to Harbor", "done", "done"}, // nothing to choose
		{[]string{"client_id", "federated"}, "choose", "done", "done"},
		{[]string{"client_id", "native"}, "choose", "done", "done"}, // one session for all clients of the pool
		// Nothing may be shown: a page in the app's hidden frame would leave the app waiting (OpenID Connect Core §3.1.2.1).
		{[]string{"identity_provider", "Spare", "prompt", "none"}, "app: login_required", "app: login_required", "app: login_required"},
	} {
		for who, want := range map[string]string{"nobody": c.nobody, "native": c.native, "of Harbor": c.fromThere} {
			if got := walk(h.Login.Begin(t.Context(), h.ask(t, c.asked...), sessions[who])); got != want {
				t.Errorf("%v with session %q: %s, want %s", c.asked, who, got, want)
			}
		}
	}
}

// The sign-in page itself never leaves for a provider, and goes on with a session as authorize does.
func TestVisit(t *testing.T) {
	h := newHouse(t)
	federated, err := h.through(t, "Harbor")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		asked               []string
		nobody, fromHarbour string
	}{
		{nil, "choose", "done"},
		{[]string{"prompt", "login"}, "choose", "choose"},
		{[]string{"identity_provider", "Harbor"}, "choose", "done"},
		{[]string{"identity_provider", "Northwind"}, "choose", "choose"},
		{[]string{"identity_provider", "COGNITO"}, "choose", "choose"},
		{[]string{"identity_provider", "Spare"}, "choose, not offered", "choose, not offered"},
		{[]string{"client_id", "lone"}, "choose", "done"},
	} {
		for session, want := range map[string]string{"": c.nobody, federated.SessionID: c.fromHarbour} {
			if got := walk(h.Visit(t.Context(), h.ask(t, c.asked...), session)); got != want {
				t.Errorf("%v with session %t: %s, want %s", c.asked, session != "", got, want)
			}
		}
	}
}

// A session is fixed to one hour, to its pool, and to a person who may still sign in.
func TestResume(t *testing.T) {
	h := newHouse(t)
	user := h.member(t, "ada")
	done, err := h.Password(t.Context(), h.ask(t), "ada", "x")
	if err != nil {
		t.Fatal(err)
	}
	if done.Session.Provider != "" || done.Session.Expires.Sub(done.Session.AuthTime) != time.Hour || done.Session.Sub != user.Sub {
		t.Errorf("the session is %+v", done.Session)
	}
	resume := func(pool *userpool.Pool, id string) error { _, err := h.Resume(t.Context(), pool, id); return err }
	for name, id := range map[string]string{"no cookie": "", "another ID": done.SessionID + "x", "the hash in its place": string(done.Session.Hash)} {
		if err := resume(h.pool, id); !errors.Is(err, userpool.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := resume(h.other, done.SessionID); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("at another pool: %v", err)
	}
	h.advance(time.Hour - time.Second)
	if err := resume(h.pool, done.SessionID); err != nil {
		t.Errorf("after 59 minutes: %v", err)
	}
	h.advance(time.Second) // using it has not extended it
	if err := resume(h.pool, done.SessionID); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("after an hour: %v", err)
	}

	done, err = h.Password(t.Context(), h.ask(t), "ada", "x")
	if err != nil {
		t.Fatal(err)
	}
	h.Login.Storage = withoutPeople{h.db}
	if err := resume(h.pool, done.SessionID); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("of a disabled person: %v", err)
	}
}

// What travels to a provider, and what is remembered of it: bounded, sealed, different every time, nothing written.
func TestDepart(t *testing.T) {
	h := newHouse(t)
	var first, second *login.Depart
	if n := h.commits(func() {
		first = h.leave(t, "Harbor", "login_hint", "kofi@people.example", "prompt", "login consent")
		second = h.leave(t, "Harbor")
	}); n != 0 {
		t.Errorf("%d durable commits before anybody signed in", n)
	}
	if start := h.starts[0]; start.Handle != first.Handle || start.LoginHint != "kofi@people.example" || start.Prompt != "login consent" {
		t.Errorf("the provider was given %+v", start)
	}
	if first.Handle == second.Handle || len(first.Handle) > 40 || url.QueryEscape(first.Handle) != first.Handle {
		t.Errorf("handles %q, %q", first.Handle, second.Handle)
	}
	if strings.Contains(first.Attempt, "nonce") || strings.Contains(first.Attempt, "app.example") {
		t.Error("the attempt can be read")
	}
	// Handles sort by time, so that the oldest can be dropped.
	h.advance(time.Second)
	if third := h.leave(t, "Harbor"); third.Handle <= first.Handle {
		t.Errorf("%q comes after %q", third.Handle, first.Handle)
	}
	// It must fit a cookie of 4,096 bytes, and a load balancer's state of three kilobytes must fit it.
	noise := strings.Repeat("q8F7zN_2kXw-", 250)
	if d := h.leave(t, "Harbor", "state", noise[:2000]); len(d.Attempt) > 3800 {
		t.Errorf("an attempt of %d characters", len(d.Attempt))
	}
	_, err := h.Login.Begin(t.Context(), h.ask(t, "identity_provider", "Harbor", "state", incompressible()), "")
	if got := walk(nil, err); got != "app: invalid_request" {
		t.Errorf("a request that is too long: %s", got)
	}
}

// incompressible is a state of 4,096 characters that no packing makes smaller.
func incompressible() string {
	var b strings.Builder
	for x := uint32(1); b.Len() < 4096; x = x*1664525 + 1013904223 {
		b.WriteByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[x>>26])
	}
	return b.String()
}

// A provider that cannot be reached is the app's to know, in the provider's words; its state goes back.
func TestDepartFails(t *testing.T) {
	h := newHouse(t)
	h.begin = &federation.Error{Code: "invalid_request", Description: "Connection reset", Check: "discovery", Cause: errors.New("dial tcp")}
	_, err := h.Login.Begin(t.Context(), h.ask(t, "identity_provider", "Harbor"), "")
	told := sent(t, err, callback+"?error_description=Connection+reset&state=s+t&error=invalid_request")
	if told.Provider != "Harbor" || !strings.Contains(err.Error(), "dial tcp") {
		t.Errorf("the log is told %v of %s", err, told.Provider)
	}
	h.begin = errors.New("anything else")
	_, err = h.Login.Begin(t.Context(), h.ask(t, "identity_provider", "Harbor"), "")
	sent(t, err, callback+"?state=s+t&error=server_error")
}

// A password sign-in is one durable commit, under a session ID that was never seen before (session fixation).
func TestPassword(t *testing.T) {
	h := newHouse(t)
	user := h.member(t, "ada")
	seen := map[string]bool{}
	for range 3 {
		var done *login.Done
		var err error
		if n := h.commits(func() { done, err = h.Password(t.Context(), h.ask(t), "ada", "x") }); n != 1 || err != nil {
			t.Fatalf("%d commits, %v", n, err)
		}
		if seen[done.SessionID] || len(done.SessionID) < 43 || done.Session.Sub != user.Sub || done.Session.Client != "app" {
			t.Errorf("session %q: %+v", done.SessionID, done.Session)
		}
		seen[done.SessionID] = true
	}
	for _, refusal := range []error{directory.ErrIncorrect, directory.ErrDisabled, &directory.LockedError{For: time.Second}, directory.ErrBusy} {
		h.typed = refusal
		var err error
		var step login.Step
		if n := h.commits(func() { step, err = h.Login.Password(t.Context(), h.ask(t), "ada", "x") }); n != 0 || !errors.Is(err, refusal) || step != nil {
			t.Errorf("%v: %d commits, %v", refusal, n, err)
		}
	}
	h.typed = directory.ErrUnconfirmed
	var unconfirmed *login.Unconfirmed
	if _, err := h.Password(t.Context(), h.ask(t), "ada", "x"); !errors.As(err, &unconfirmed) || unconfirmed.User.Sub != user.Sub {
		t.Errorf("unconfirmed: %v", err)
	}
}

// A store that fails lets nobody in.
func TestStoreFails(t *testing.T) {
	h := newHouse(t)
	h.member(t, "ada")
	d := h.leave(t, "Harbor")
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	if step, err := h.Login.Password(t.Context(), h.ask(t), "ada", "x"); !errors.Is(err, store.ErrClosed) || step != nil {
		t.Errorf("password: %T, %v", step, err)
	}
	_, err := h.Login.Begin(t.Context(), h.ask(t, "prompt", "none"), "some-session")
	sent(t, err, callback+"?state=s+t&error=server_error")
	_, err = h.Login.Finish(t.Context(), h.pool, back(d))
	sent(t, err, callback+"?state=s+t&error=server_error")
}
