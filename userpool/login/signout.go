package login

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"portico/federation"
	"portico/userpool"
)

// SignOut ends the session of a cookie and returns it: what it knows of the provider is needed to sign out there too. A cookie
// without a session is no error.
func (l *Login) SignOut(ctx context.Context, pool *userpool.Pool, sessionID string) (Session, error) {
	if sessionID == "" {
		return Session{}, nil
	}
	session, err := l.Storage.Session(ctx, pool.ID, sessionHash(sessionID))
	if errors.Is(err, userpool.ErrNotFound) {
		return Session{}, nil
	}
	if err != nil {
		return Session{}, err
	}
	return session, l.Storage.EndSession(ctx, pool.ID, session.Hash)
}

// signOutContext binds sealed sign-outs, beside pool and state; attempts are never sealed with it.
const signOutContext = "sign-out"

// Leaving is a sign-out that goes by way of the provider.
type Leaving struct {
	Provider  *userpool.IdentityProvider
	Departure federation.Departure
	State     string
	Sealed    string // for the cookie of that state
}

// leaving is what must be remembered until the browser is back.
type leaving struct {
	Provider string `json:"p"`
	To       string `json:"t"` // where the app wants the person; checked already
	Issued   int64  `json:"i"`
}

// SignOutUpstream says how to sign the person out at the provider as well, where the provider's IDPSignout detail is "true" and
// it has a way. It reports false otherwise: signing out here never depends on it. to is where the browser goes in the end.
func (l *Login) SignOutUpstream(ctx context.Context, pool *userpool.Pool, session Session, to string) (*Leaving, bool) {
	provider, ok := pool.Provider(session.Provider)
	if !ok || !provider.Details.True("IDPSignout") {
		return nil, false
	}
	protocol, err := l.Protocols.Protocol(pool, provider)
	if err != nil {
		return nil, false
	}
	outer, ok := protocol.(federation.SignOuter)
	if !ok {
		return nil, false
	}
	path := userpool.PathIDPLogout
	if provider.Type == userpool.TypeSAML {
		path = userpool.PathSAMLLogout
	}
	state := l.newHandle()
	departure, ok := outer.SignOut(ctx, federation.SignOut{Session: session.Upstream, Return: pool.At.URL(path), State: state})
	if !ok {
		return nil, false
	}
	plain, err := json.Marshal(leaving{Provider: provider.Name, To: to, Issued: l.Now().Unix()})
	if err != nil {
		return nil, false
	}
	sealed := l.Attempts.Seal(plain, string(pool.ID), signOutContext, state)
	return &Leaving{Provider: provider, Departure: departure, State: state, Sealed: sealed}, len(sealed) <= maxAttempt
}

// SignOutCallback is a provider's answer to a sign-out.
type SignOutCallback struct {
	State  string
	Sealed string // the cookie of that state; empty if the browser has none
	Form   url.Values
	Post   bool
	// RawQuery is the query of a GET as it came (federation.Answer).
	RawQuery string
}

// FinishSignOut returns where the browser goes now; empty if this browser began no sign-out of that state. An error beside an
// address is for the log: the provider's answer was not in order, but the person is signed out here.
func (l *Login) FinishSignOut(ctx context.Context, pool *userpool.Pool, back SignOutCallback) (string, error) {
	plain, err := l.Attempts.Open(back.Sealed, string(pool.ID), signOutContext, back.State)
	if err != nil {
		return "", errors.New("no sign-out of this browser belongs to the callback")
	}
	var left leaving
	if err := json.Unmarshal(plain, &left); err != nil {
		return "", err
	}
	if !l.Now().Before(time.Unix(left.Issued, 0).Add(AttemptLife)) {
		return left.To, errors.New("the provider took too long to sign the person out")
	}
	provider, ok := pool.Provider(left.Provider)
	if !ok {
		return left.To, errors.New("the provider is gone")
	}
	protocol, err := l.Protocols.Protocol(pool, provider)
	if err != nil {
		return left.To, err
	}
	finisher, ok := protocol.(federation.SignOutFinisher)
	if !ok {
		return left.To, nil
	}
	return left.To, finisher.FinishSignOut(ctx, back.State, federation.Answer{Form: back.Form, Post: back.Post, RawQuery: back.RawQuery})
}
