package login

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/seal"
)

// oneSession remembers one session. Whatever else is asked of it panics: a sign-out needs nothing else.
type oneSession struct {
	Storage
	session Session
	ended   bool
}

func (o *oneSession) Session(_ context.Context, _ userpool.ID, hash []byte) (Session, error) {
	if o.ended || !bytes.Equal(hash, o.session.Hash) {
		return Session{}, userpool.ErrNotFound
	}
	return o.session, nil
}

func (o *oneSession) EndSession(context.Context, userpool.ID, []byte) error {
	o.ended = true
	return nil
}

// leaver signs people out.
type leaver struct {
	departing
	out     federation.SignOut
	verdict error
}

func (l *leaver) SignOut(_ context.Context, out federation.SignOut) (federation.Departure, bool) {
	l.out = out
	return federation.Departure{URL: "https://provider.example/logout"}, true
}

func (l *leaver) FinishSignOut(context.Context, string, federation.Answer) error { return l.verdict }

func (l *leaver) Protocol(*userpool.Pool, *userpool.IdentityProvider) (federation.Protocol, error) {
	return l, nil
}

func TestSignOutReachesTheProvider(t *testing.T) {
	pool := companies("North")
	pool.Providers["North"].Details = userpool.ProviderDetails{"IDPSignout": "true"}
	now := time.Unix(1_800_000_000, 0)
	remembered := &oneSession{session: Session{Hash: sessionHash("cookie"), Provider: "North", Upstream: map[string]string{"name_id": "ines"}}}
	upstream := &leaver{verdict: errors.New("bad signature")}
	l := &Login{Storage: remembered, Protocols: upstream, Attempts: seal.NewMasterKey().For(seal.Attempt), Now: func() time.Time { return now }}

	session, err := l.SignOut(t.Context(), pool, "cookie")
	if err != nil || !remembered.ended || session.Provider != "North" {
		t.Fatalf("session %+v, %v", session, err)
	}
	leave, ok := l.SignOutUpstream(t.Context(), pool, session, "https://app.example/bye")
	if !ok || upstream.out.Session["name_id"] != "ines" || upstream.out.Return != "https://id.example/saml2/logout" || upstream.out.State != leave.State {
		t.Fatalf("%+v, asked for %+v", leave, upstream.out)
	}
	finish := func(state, sealed string) (string, error) {
		return l.FinishSignOut(t.Context(), pool, SignOutCallback{State: state, Sealed: sealed, Form: url.Values{}})
	}
	// Whatever the provider answers, the person goes on; the log learns of it.
	if to, err := finish(leave.State, leave.Sealed); to != "https://app.example/bye" || err == nil {
		t.Errorf("sent to %q, %v", to, err)
	}
	// Open redirect: only what this server sealed for this state says where to.
	for name, forged := range map[string][2]string{
		"no cookie": {leave.State, ""}, "another state": {"x." + leave.State, leave.Sealed}, "made up": {leave.State, "aGVsbG8"},
	} {
		if to, _ := finish(forged[0], forged[1]); to != "" {
			t.Errorf("%s: sent to %q", name, to)
		}
	}
	// Signing out twice, or without a session, is no error and goes nowhere else.
	if again, err := l.SignOut(t.Context(), pool, "cookie"); err != nil || again.Provider != "" {
		t.Errorf("again: %+v, %v", again, err)
	}
	// A provider that was not told to sign people out is left alone.
	pool.Providers["North"].Details = nil
	if _, ok := l.SignOutUpstream(t.Context(), pool, session, "https://app.example/bye"); ok {
		t.Error("the provider was not asked to sign people out")
	}
}
