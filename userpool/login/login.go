package login

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"time"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/notify"
	"portico/userpool/oauth"
	"portico/userpool/seal"
)

// Passwords checks what people type; the directory does.
type Passwords interface {
	Authenticate(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed, password string) (userpool.User, error)
	ReplaceTemporary(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, r directory.Replacement) (userpool.User, userpool.UserChange, error)
}

var _ Passwords = (*directory.Directory)(nil)

// Notices tells the owner of an account what happened to it; the directory does.
type Notices interface {
	Notify(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, user userpool.User, what notify.Kind)
}

// Protocols finds the protocol of a provider; federation.Broker does.
type Protocols interface {
	Protocol(pool *userpool.Pool, provider *userpool.IdentityProvider) (federation.Protocol, error)
}

// Login decides sign-ins. Its fields are set once, before use; it is safe for concurrent use.
type Login struct {
	Storage   Storage
	Upstream  Upstream
	Passwords Passwords
	Seconds   Seconds
	First     FirstFactors // what people sign in with beside passwords
	Protocols Protocols
	Notices   Notices     // told of linked accounts; nil: nobody is
	Attempts  seal.Sealer // MasterKey.For(seal.Attempt)
	// Challenges is MasterKey.For(seal.Challenge): what a person must still answer before being signed in.
	Challenges seal.Sealer
	Now        func() time.Time
	Rand       io.Reader // nil means crypto/rand
	NewSub     func() userpool.Sub
	Traces     Traces      // keeps what sign-ins at providers were made of; nil keeps none of failures
	Trials     seal.Sealer // MasterKey.For(seal.TestLink)
	Hints      Hints       // reads id_token_hint; nil believes none
}

// Step is what a sign-in comes to next: *Choose, *ChooseFirst, *GivePassword, *OneTimeCode, *NewPassword, *SecondFactor, *ChooseFactor,
// *SetUpFactor, *Depart or *Done.
type Step interface{ step() }

// Choose: the person chooses how to sign in.
type Choose struct {
	Authorization *Authorization
	Err           error // ErrNotOffered, or nil
}

// Depart: the browser goes to an identity provider. The attempt travels with it, in a cookie named by the handle.
type Depart struct {
	Authorization *Authorization
	Provider      *userpool.IdentityProvider
	Departure     federation.Departure
	Handle        string
	Attempt       string // sealed
}

// Done: the person is signed in.
type Done struct {
	Authorization *Authorization
	Session       Session
	SessionID     string // for the session cookie; empty where an existing session was used
	Devices       string // what the browser is to hold of people who had it remembered (Knowing); empty: no change
}

func (*Choose) step() {}
func (*Depart) step() {}
func (*Done) step()   {}

// Begin decides how a checked request goes on. sessionID is what the session cookie holds, or empty. Every error is a *Return:
// there is an app that can be told.
func (l *Login) Begin(ctx context.Context, a *Authorization, sessionID string) (Step, error) {
	a.Replacing(sessionID)
	provider, err := a.asked()
	if err != nil && a.prompt("none") { // nothing may be shown, not even that (OpenID Connect Core §3.1.2.1)
		return nil, a.back(oauth.Errorf(oauth.LoginRequired, "", "the provider is not offered"))
	}
	if err != nil {
		return &Choose{Authorization: a, Err: err}, nil //nolint:nilerr // the page tells it
	}
	session, err := l.answering(ctx, a, provider, sessionID)
	if err == nil {
		return &Done{Authorization: a, Session: session}, nil
	}
	if !errors.Is(err, userpool.ErrNotFound) {
		return nil, a.Fault(err)
	}
	if a.prompt("none") {
		return nil, a.back(oauth.Errorf(oauth.LoginRequired, "", "no session to go on with"))
	}
	if provider == nil && a.IdentityProvider == "" {
		provider = a.routed()
	}
	if provider != nil {
		return l.Depart(ctx, a, provider)
	}
	return &Choose{Authorization: a}, nil
}

// Visit decides what the sign-in page does when it is opened: it goes on with a session, or is drawn. It never leaves for a
// provider: whoever opens the page by hand wants to see it.
func (l *Login) Visit(ctx context.Context, a *Authorization, sessionID string) (Step, error) {
	provider, err := a.asked()
	if err != nil {
		return &Choose{Authorization: a, Err: err}, nil //nolint:nilerr // the page tells it
	}
	session, err := l.answering(ctx, a, provider, sessionID)
	if errors.Is(err, userpool.ErrNotFound) {
		return &Choose{Authorization: a}, nil
	}
	if err != nil {
		return nil, err
	}
	return &Done{Authorization: a, Session: session}, nil
}

// Password signs a person in with user name and password: *Done, or another step where more is asked of the person. Errors are
// directory's; *Unconfirmed comes with the user, who proved to know the password.
func (l *Login) Password(ctx context.Context, a *Authorization, typed, password string) (Step, error) {
	for try := 0; ; try++ {
		step, err := l.password(ctx, a, typed, password)
		// The user was written, or deleted, after the password was proved. It may be another one now: whoever knows the old one must
		// not be signed in by it just after the owner recovered the account, which ended all sessions there were.
		changed := errors.Is(err, userpool.ErrConflict) || errors.Is(err, userpool.ErrNotFound)
		if !changed || try >= admitRetries {
			return step, err
		}
	}
}

func (l *Login) password(ctx context.Context, a *Authorization, typed, password string) (Step, error) {
	user, err := l.Passwords.Authenticate(ctx, a.Pool, a.Client, typed, password)
	var must *directory.MustChangeError
	switch {
	case errors.Is(err, directory.ErrUnconfirmed):
		return nil, &Unconfirmed{User: user}
	case errors.As(err, &must):
		return l.askForPassword(a, user, must)
	case err != nil:
		return nil, err
	}
	return l.proved(ctx, a, proof{user: user, by: userpool.FactorPassword})
}

// Confirmed signs in a person who has just confirmed the account: the code counts as the sign-in, as in Cognito's pages.
// The caller vouches that this browser knew the password (it signed up, or tried to sign in).
func (l *Login) Confirmed(ctx context.Context, a *Authorization, user userpool.User) (Step, error) {
	return l.proved(ctx, a, proof{user: user})
}

// open opens a session for one of the pool's own users, in one commit with what comes with it.
func (l *Login) open(ctx context.Context, a *Authorization, p proof, in SignIn) (*Done, error) {
	if l.isAnother(a, p.user.Sub) {
		return nil, a.back(oauth.Errorf(oauth.LoginRequired, saidAnother, "id_token_hint is of another user"))
	}
	var id string
	in.Session, id = l.newSession(ctx, a, p.user.Sub)
	in.Session.Factor, in.Session.Device, in.Session.TwoFactors, in.Replaces = p.by, p.replacing(a.Pool), p.both(a.Pool), a.replaces
	if p.by == userpool.FactorPassword && (in.Change == nil || in.Change.Modified.IsZero()) {
		in.Version = p.user.Version
	}
	if err := l.Storage.SignIn(ctx, in); err != nil {
		return nil, err
	}
	return &Done{Authorization: a, Session: in.Session, SessionID: id}, nil
}

// random is n random bytes as base64url text.
func (l *Login) random(n int) string {
	source := l.Rand
	if source == nil {
		source = rand.Reader
	}
	raw := make([]byte, n)
	if _, err := io.ReadFull(source, raw); err != nil {
		panic("login: no randomness: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}
