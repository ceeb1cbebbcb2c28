package login_test

import (
	"net/url"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/login"
)

// visits is ines on the account page with a session.
func (w *town) visits(t *testing.T, sessionID string) *login.Visitor {
	t.Helper()
	a, err := login.Check(w.pool, login.RequestFor(login.PageAccount, url.Values{"client_id": {"client"}}))
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.Enter(t.Context(), a, sessionID)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// What is sensitive wants the second factor of whoever has one: a session that the password alone opened is sent to sign in with
// the pool, where it is asked for, and one that had it is not.
func TestFreshWantsTheSecondFactor(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app)
	step, err := w.Password(t.Context(), w.ask(t), "ines@acme.example", inesPassword)
	before, ok := step.(*login.Done)
	if !ok {
		t.Fatalf("%T, %v", step, err)
	}
	if v := w.visits(t, before.SessionID); !w.Fresh(v) {
		t.Error("somebody without a second factor is asked for one")
	}
	secret := w.giveApp(t)
	v := w.visits(t, before.SessionID)
	if w.Fresh(v) || v.Again().IdentityProvider != userpool.COGNITO || v.Again().Prompt != "login" {
		t.Errorf("the password alone will do: fresh %v, again %+v", w.Fresh(v), v.Again())
	}
	second := w.second(t, app)
	done, err := w.Answer(t.Context(), second, w.code(t, secret), nil)
	w.signedIn(t, done, err)
	if v := w.visits(t, done.SessionID); !w.Fresh(v) {
		t.Error("the code of a moment ago does not count")
	}
	w.wait(login.FreshFor + time.Second)
	if v := w.visits(t, done.SessionID); w.Fresh(v) {
		t.Error("the code counts for ever")
	}
}

// An account at a provider that is linked gets around the second factor at a sign-in, as in Cognito; it does not take the factor
// away.
func TestAttackSecondFactorRemovedThroughAProvider(t *testing.T) {
	w := guarded(t, userpool.MFAOptional, app)
	w.giveApp(t)
	for provider, fresh := range map[string]bool{"Harbor": false, "": false} {
		v := &login.Visitor{
			Authorization: w.ask(t), User: w.reload(t),
			Session: login.Session{Pool: w.pool.ID, Sub: w.ines.Sub, Provider: provider, AuthTime: w.Now()},
		}
		if w.Fresh(v) != fresh || v.Again().IdentityProvider != userpool.COGNITO {
			t.Errorf("by %q: fresh %v, again by %q", provider, w.Fresh(v), v.Again().IdentityProvider)
		}
	}
	outsider := &login.Visitor{Authorization: w.ask(t), User: userpool.User{Status: userpool.ExternalProvider}, Session: login.Session{AuthTime: w.Now()}}
	if !w.Fresh(outsider) {
		t.Error("who lives at a provider owes no second factor here")
	}
}

// The offer after a sign-in goes on with the app's request, without asking for the sign-in again.
func TestAnsweredRequestAsksForNoSignIn(t *testing.T) {
	w := guarded(t, userpool.MFAOff)
	for _, c := range []struct{ prompt, age, wantPrompt, wantAge string }{
		{"login", "", "", ""}, {"login select_account", "600", "select_account", "600"}, {"", "0", "", ""}, {"select_account", "1", "select_account", "1"},
	} {
		a := w.ask(t)
		request := a.Request
		request.Prompt, request.MaxAge = c.prompt, c.age
		a, err := login.Check(w.pool, request)
		if err != nil {
			t.Fatal(err)
		}
		got := (&login.Visitor{Authorization: a}).Answered()
		if got.Prompt != c.wantPrompt || got.MaxAge != c.wantAge || got.State != a.State || got.RedirectURI != a.RedirectURI {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}
