package login

import (
	"context"
	"crypto/sha256"
	"time"

	"portico/userpool"
)

// newSession makes a session under a fresh ID, so that an ID planted in a browser before is never one that is signed in
// (session fixation).
func (l *Login) newSession(ctx context.Context, a *Authorization, sub userpool.Sub) (Session, string) {
	id, now := l.random(32), l.Now()
	return Session{
		Hash: sessionHash(id), Pool: a.Pool.ID, Sub: sub, Client: a.Client.ID, AuthTime: now, Used: now,
		Expires: now.Add(a.Pool.Sessions.Lifetime), Browser: browserOf(ctx),
	}, id
}

func sessionHash(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	return sum[:]
}

// Replacing says what the session cookie of this browser holds; empty without one. A sign-in ends that session: the browser
// will not know it any more, so no sign-out could end it, and only a stolen copy of the cookie would still be of use.
func (a *Authorization) Replacing(sessionID string) {
	a.replaces = nil
	if sessionID != "" {
		a.replaces = sessionHash(sessionID)
	}
}

// Resume finds the session a cookie stands for. userpool.ErrNotFound: there is none, it is over, or its user is gone or
// disabled.
func (l *Login) Resume(ctx context.Context, pool *userpool.Pool, sessionID string) (Session, error) {
	if sessionID == "" {
		return Session{}, userpool.ErrNotFound
	}
	session, err := l.Storage.Session(ctx, pool.ID, sessionHash(sessionID))
	if err != nil {
		return Session{}, err
	}
	if session.over(pool.Sessions, l.Now()) {
		return Session{}, userpool.ErrNotFound
	}
	if session.Disabled {
		return Session{}, userpool.ErrNotFound
	}
	return session, nil
}

// answering finds the session that answers a request without the person being asked, and notes its use.
// userpool.ErrNotFound: there is none.
func (l *Login) answering(ctx context.Context, a *Authorization, provider *userpool.IdentityProvider, sessionID string) (Session, error) {
	session, err := l.Resume(ctx, a.Pool, sessionID)
	if err != nil {
		return Session{}, err
	}
	if !a.resumes(session, provider) || !a.recent(session, l.Now()) || !l.mayBe(a, session.Sub) {
		return Session{}, userpool.ErrNotFound
	}
	return session, l.use(ctx, a.Pool, session)
}

// resumes reports whether a session comes from where the request wants it: from anywhere where no provider is named, else
// from the same provider (COGNITO means the pool's own users).
func (a *Authorization) resumes(s Session, provider *userpool.IdentityProvider) bool {
	if provider != nil {
		return s.Provider == provider.Name
	}
	return a.IdentityProvider == "" || s.Provider == ""
}

// over reports whether a session has ended by itself: its lifetime is up, or nobody has used it for too long. The row holds
// the end of its lifetime; the idle time is the pool's of today.
func (s Session) over(policy userpool.SessionPolicy, now time.Time) bool {
	if !now.Before(s.Expires) {
		return true
	}
	return policy.Idle > 0 && !now.Before(s.lastUse().Add(policy.Idle))
}

// lastUse is the last use that is known. Rows from before uses were recorded have the time of the sign-in alone.
func (s Session) lastUse() time.Time {
	if s.Used.IsZero() {
		return s.AuthTime
	}
	return s.Used
}

// idleParts is how exactly uses are recorded: a use within the last sixteenth of the idle time, counted from the one that is
// recorded, is not. So a session may end up to a sixteenth of the idle time early, and never late.
const idleParts = 16

// use records that a session was used, in a durable commit at most sixteen times in an idle time, and never in pools where
// use does not matter.
func (l *Login) use(ctx context.Context, pool *userpool.Pool, s Session) error {
	idle, now := pool.Sessions.Idle, l.Now()
	if idle <= 0 || now.Sub(s.lastUse()) < idle/idleParts {
		return nil
	}
	return l.Storage.UseSession(ctx, pool.ID, s.Hash, now)
}
