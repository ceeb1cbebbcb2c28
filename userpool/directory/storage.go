package directory

import (
	"context"
	"errors"
	"time"

	"portico/userpool"
)

// Errors of taking a confirmation code.
var (
	// ErrCodeMismatch: there is a code, and it is another one. The attempt was counted.
	ErrCodeMismatch = errors.New("code mismatch")
	// ErrCodeExpired: there is no code, it is too old, or it was tried too often.
	ErrCodeExpired = errors.New("code expired")
	// ErrTooSoon: a code was sent only moments ago.
	ErrTooSoon = errors.New("a code was sent moments ago")
)

// MaxCodeAttempts is how often a wrong code may be tried before the right one stops working: six digits must not be
// guessed (NIST SP 800-63B §5.2.2 asks for a limit).
const MaxCodeAttempts = 5

// Storage is what the directory remembers. Writes are durable when they return. Every method is safe for concurrent use.
type Storage interface {
	// UserBySub, UserByUsername and UserByAlias return userpool.ErrNotFound where there is nobody. Keys are made by
	// Pool.UsernameKey and Pool.AliasKey.
	UserBySub(ctx context.Context, pool userpool.ID, sub userpool.Sub) (userpool.User, error)
	UserByUsername(ctx context.Context, pool userpool.ID, key string) (userpool.User, error)
	UserByAlias(ctx context.Context, pool userpool.ID, kind, key string) (userpool.User, error)
	UserByIdentity(ctx context.Context, pool userpool.ID, provider, userID string) (userpool.User, error)
	// Password returns userpool.ErrNotFound for a user without one.
	Password(ctx context.Context, pool userpool.ID, sub userpool.Sub) (userpool.Password, error)
	// SoftwareToken returns userpool.ErrNotFound for a user without an authenticator app.
	SoftwareToken(ctx context.Context, pool userpool.ID, sub userpool.Sub) (userpool.SoftwareToken, error)
	// EarlierPasswords returns the hashes of passwords before the current one, the latest first, as many as were kept.
	EarlierPasswords(ctx context.Context, pool userpool.ID, sub userpool.Sub) ([]string, error)

	// CreateUser makes a user. usernameKey is Pool.UsernameKey of the user name. It fails with userpool.ErrUsernameTaken,
	// ErrAliasTaken or ErrIdentityTaken, and then nothing was written.
	CreateUser(ctx context.Context, usernameKey string, user userpool.NewUser) error
	// ChangeUser writes to a user. It fails with userpool.ErrConflict, ErrAliasTaken or ErrNotFound.
	ChangeUser(ctx context.Context, change userpool.UserChange) error

	// LinkIdentity and UnlinkIdentity attach and detach a provider's account, with an audit record; see store.
	LinkIdentity(ctx context.Context, link userpool.Link) error
	UnlinkIdentity(ctx context.Context, unlink userpool.Unlink) (userpool.Sub, error)

	// SaveCode stores a code in place of an earlier one of its purpose, unless that was sent after notSince: then it fails
	// with ErrTooSoon.
	SaveCode(ctx context.Context, code userpool.ConfirmationCode, notSince time.Time) error
	// TakeCode deletes the code and applies the change in one commit. It fails with ErrCodeMismatch (the attempt stays
	// counted) or ErrCodeExpired, or as ChangeUser does (the code is then still there).
	TakeCode(ctx context.Context, take TakeCode, change userpool.UserChange) error
	// PendingValue reads the new value that waits for a code of this purpose; empty where none does.
	PendingValue(ctx context.Context, pool userpool.ID, sub userpool.Sub, purpose userpool.CodePurpose, now time.Time) (string, error)
	// DeleteUser removes a user and everything that is one's, with a record. It fails with userpool.ErrNotFound.
	DeleteUser(ctx context.Context, pool userpool.ID, sub userpool.Sub, record userpool.Audit) error
	// CheckCode fails as TakeCode would for the code's sake, and leaves a right one untouched and uncounted.
	CheckCode(ctx context.Context, take TakeCode) error

	// Devices lists a user's devices, the latest use first; none of a user who is disabled. ForgetDevice fails with
	// userpool.ErrNoDevice; ForgetDevices forgets all of them, also where there are none.
	Devices(ctx context.Context, pool userpool.ID, sub userpool.Sub) ([]userpool.Device, error)
	ForgetDevice(ctx context.Context, pool userpool.ID, sub userpool.Sub, key string) error
	ForgetDevices(ctx context.Context, pool userpool.ID, sub userpool.Sub) error

	// Passkeys lists a user's passkeys, the oldest first; Passkey finds one by the authenticator's name for it, or
	// userpool.ErrNotFound.
	Passkeys(ctx context.Context, pool userpool.ID, sub userpool.Sub) ([]userpool.Passkey, error)
	Passkey(ctx context.Context, pool userpool.ID, id []byte) (userpool.Passkey, error)
	// AddPasskey stores a passkey and spends the challenge it answers. It fails with userpool.ErrSpent, ErrPasskeyTaken,
	// ErrPasskeyLimit or ErrNotFound (no such user), and then nothing was written.
	AddPasskey(ctx context.Context, passkey userpool.Passkey, challenge userpool.Once) error
	// RenamePasskey and RemovePasskey fail with userpool.ErrNotFound where the user has no such passkey.
	RenamePasskey(ctx context.Context, pool userpool.ID, sub userpool.Sub, id []byte, name string) error
	RemovePasskey(ctx context.Context, pool userpool.ID, sub userpool.Sub, id []byte) error
}

// TakeCode names the code to take.
type TakeCode struct {
	Pool    userpool.ID
	Sub     userpool.Sub
	Purpose userpool.CodePurpose
	MAC     []byte
	Now     time.Time
}

// TokenStep names the time step of an authenticator app whose code is to be taken. Taking it fails with ErrCodeUsed where that
// step or a later one was taken, and with userpool.ErrConflict where the app is another, or gone.
type TokenStep struct {
	Pool  userpool.ID
	Sub   userpool.Sub
	Added time.Time // names the app
	Step  int64
}
