package login

import (
	"context"
	"time"

	"portico/federation"
	"portico/federation/trace"
	"portico/userpool"
	"portico/userpool/directory"
)

// Session is a browser's sign-in at a pool: what the session cookie stands for. The cookie holds a random ID, the row
// its SHA-256, so that a stolen database holds no cookie.
type Session struct {
	Hash     []byte // SHA-256 of the ID in the cookie
	Pool     userpool.ID
	Sub      userpool.Sub
	Client   userpool.ClientID // through which the session was opened
	Provider string            // name of the provider the person came from; empty for the pool's own sign-in
	AuthTime time.Time         // when the person authenticated; at a provider that says so, there
	Expires  time.Time         // fixed at the sign-in by the pool's session lifetime
	Used     time.Time         // last use that was recorded, in pools where sessions end for lack of use (Login.use)
	Disabled bool              // whether the person is, at the moment of reading; never written
	Browser  Browser           // where the person signed in; zero where it is not known
	Factor   userpool.Factor   // what was given to the pool itself; empty for a provider's people and for a sign-up's code
	// TwoFactors: a second factor was part of the sign-in, or a passkey that counts as both, or one was set up since.
	TwoFactors bool
	Device     string            // key of the remembered device that took the place of a second factor; mostly empty
	Upstream   map[string]string // federation.Assertion.Session, for sign-out at the provider; sealed at rest

	// What the provider may name the session by, hashed (markUpstream). They are written and searched for, never read back.
	UpstreamName  []byte // of the provider and the person's name there; nil for the pool's own sign-ins
	UpstreamIndex []byte // of the provider's session; nil if it did not name it
}

// SignIn is the one commit of a sign-in: the session, what changes of the user, and what is used up by it.
type SignIn struct {
	Session     Session
	Replaces    []byte            // hash of the session this browser had, which ends; nil where it had none
	NewUser     *userpool.NewUser // first sign-in through a provider
	UsernameKey string            // Pool.UsernameKey of NewUser's name
	Change      *userpool.UserChange
	// Version is that of the user whose password was proved: another fails with ErrConflict, for the password may be another, too. 0
	// holds none; Change holds its own.
	Version int64
	Bind    *Binding       // an identity that was linked by an attribute, at its first sign-in
	Link    *userpool.Link // an identity attached on proof
	Spend   []federation.Once
	// Second is what gave the second factor; nil where none was asked for. It is taken in this commit: with a wrong code nothing
	// is written but the count of it (directory.ErrCodeMismatch; or ErrCodeExpired, ErrCodeUsed).
	Second *directory.Second
	// Device is remembered from this sign-in on; the user's oldest goes where there are too many. DeviceUse is of one that is
	// remembered already: the sign-in fails with userpool.ErrNoDevice where it was forgotten meanwhile.
	Device    *userpool.Device
	DeviceUse *userpool.DeviceUse
	Trace     *trace.Stored // what the sign-in was made of; nil keeps nothing. It never makes a sign-in fail.
}

// Binding gives a linked identity the provider's own name for the person.
type Binding struct {
	Sub     userpool.Sub
	Linked  userpool.Identity // as it was linked: by an attribute's value
	Subject string
	Issuer  string
}

// Storage is what login remembers. Writes are durable when they return.
type Storage interface {
	// Session returns userpool.ErrNotFound for an unknown or ended session. Expiry is the caller's to judge.
	Session(ctx context.Context, pool userpool.ID, hash []byte) (Session, error)
	// UserBySub and UserByIdentity return userpool.ErrNotFound where there is nobody. The user ID at the provider is
	// compared case-sensitively.
	UserBySub(ctx context.Context, pool userpool.ID, sub userpool.Sub) (userpool.User, error)
	UserByIdentity(ctx context.Context, pool userpool.ID, provider, userID string) (userpool.User, error)
	// UserByLink finds the user that was linked by an attribute's value before the person ever came, and UserByAlias the one
	// who signs in with an address; userpool.ErrNotFound where there is nobody.
	UserByLink(ctx context.Context, pool userpool.ID, provider, attribute, value string) (userpool.User, error)
	UserByAlias(ctx context.Context, pool userpool.ID, kind, key string) (userpool.User, error)
	// ChangeUser writes to a user before a second factor is asked for; see directory.Storage.
	ChangeUser(ctx context.Context, change userpool.UserChange) error
	// SignIn commits a sign-in as a whole or not at all: userpool.ErrSpent if any value was used before, ErrIdentityTaken
	// or ErrUsernameTaken if another first sign-in of the same person came first, ErrAliasTaken, ErrConflict, and as taking a second factor does.
	SignIn(ctx context.Context, in SignIn) error
	// Devices lists a user's devices, at most userpool.MaxDevices; none of a user who is disabled.
	Devices(ctx context.Context, pool userpool.ID, sub userpool.Sub) ([]userpool.Device, error)
	// UseSession records a use of a session; an unknown one is no error, and none is brought back.
	UseSession(ctx context.Context, pool userpool.ID, hash []byte, now time.Time) error
	// EndSession deletes a session; an unknown one is no error.
	EndSession(ctx context.Context, pool userpool.ID, hash []byte) error
	Presences
}
