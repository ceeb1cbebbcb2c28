package userpool

import "errors"

// Errors that the rooms and the store agree on. They are compared with errors.Is.
var (
	// ErrNotFound: no such row. The caller knows what it asked for and says so.
	ErrNotFound = errors.New("not found")
	// ErrUsernameTaken: another user of the pool holds the user name.
	ErrUsernameTaken = errors.New("user name taken")
	// ErrAliasTaken: another user of the pool signs in with this e-mail address, phone number or preferred user name.
	ErrAliasTaken = errors.New("alias taken")
	// ErrIdentityTaken: the provider's identity already belongs to a user of the pool.
	ErrIdentityTaken = errors.New("identity taken")
	// ErrPasskeyTaken: the authenticator's name for the key is that of another passkey of the pool.
	ErrPasskeyTaken = errors.New("passkey taken")
	// ErrPasskeyLimit: the user has MaxPasskeys passkeys.
	ErrPasskeyLimit = errors.New("as many passkeys as there may be")
	// ErrNoDevice: the device was forgotten.
	ErrNoDevice = errors.New("Device does not exist.") //nolint:staticcheck // Cognito's text, which its clients match
	// ErrSpent: a value that may be used once was used before.
	ErrSpent = errors.New("already used")
	// ErrConflict: the row changed since it was read; read it again and retry.
	ErrConflict = errors.New("changed meanwhile")
)
