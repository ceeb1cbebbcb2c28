package directory

import (
	"context"
	"errors"

	"portico/userpool"
)

// Authenticate checks a user name (or alias) and password. The order is Cognito's: resolve, lockout, disabled,
// password, status; so that a status is told only to somebody who knows the password.
//
// It fails with ErrIncorrect (ErrNoUser where the client does not hide users), *LockedError, ErrDisabled,
// ErrUnconfirmed (the user is returned with it), ErrResetRequired, ErrMustChange or ErrBusy.
func (d *Directory) Authenticate(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed, password string) (userpool.User, error) {
	now := d.Now()
	user, err := d.Find(ctx, pool, typed)
	if errors.Is(err, userpool.ErrNotFound) {
		return userpool.User{}, d.refuseUnknown(ctx, pool, client, typed, password)
	}
	if err != nil {
		return userpool.User{}, err
	}
	if err := d.Lockout.Check(pool.ID, string(user.Sub), now); err != nil {
		return userpool.User{}, err
	}
	ok, err := d.passwordMatches(ctx, user, password)
	if err != nil {
		return userpool.User{}, err
	}
	if !ok {
		d.Lockout.Fail(pool.ID, string(user.Sub), now)
		return userpool.User{}, ErrIncorrect
	}
	d.Lockout.Succeed(pool.ID, string(user.Sub))
	if !user.Enabled {
		if client.HideUsers {
			return userpool.User{}, ErrIncorrect
		}
		return userpool.User{}, ErrDisabled
	}
	switch user.Status {
	case userpool.Unconfirmed:
		return user, ErrUnconfirmed
	case userpool.ResetRequired:
		return user, ErrResetRequired
	case userpool.ForceChangePassword:
		return user, ErrMustChange
	}
	return user, nil
}

// refuseUnknown answers about nobody in the same time, and with the same lock, as about somebody.
func (d *Directory) refuseUnknown(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed, password string) error {
	now, name := d.Now(), "?"+pool.UsernameKey(typed)
	if err := d.Lockout.Check(pool.ID, name, now); err != nil {
		return err
	}
	if err := d.Hasher.Spend(ctx, password); err != nil {
		return err
	}
	d.Lockout.Fail(pool.ID, name, now)
	if client.HideUsers {
		return ErrIncorrect
	}
	return ErrNoUser
}

// passwordMatches is false, after the same work, for a person who has no password.
func (d *Directory) passwordMatches(ctx context.Context, user userpool.User, password string) (bool, error) {
	stored, err := d.Storage.Password(ctx, user.Pool, user.Sub)
	if errors.Is(err, userpool.ErrNotFound) {
		return false, d.Hasher.Spend(ctx, password)
	}
	if err != nil {
		return false, err
	}
	return d.Hasher.Verify(ctx, stored.Hash, password)
}

// newPassword hashes a password, and keeps its SRP verifier where a client of the pool signs in by SRP.
func (d *Directory) newPassword(ctx context.Context, pool *userpool.Pool, username, password string) (*userpool.Password, error) {
	if missing := pool.Passwords.Missing(password); len(missing) > 0 {
		return nil, &PasswordError{Missing: missing}
	}
	hash, err := d.Hasher.Hash(ctx, password)
	if err != nil {
		return nil, err
	}
	stored := &userpool.Password{Hash: hash, Changed: d.Now()}
	for _, client := range pool.Clients {
		if client.SRP {
			stored.SRPSalt = newSRPSalt()
			stored.SRPVerifier = userpool.NewSecret(string(srpVerifier(pool.ID, username, password, stored.SRPSalt)))
			break
		}
	}
	return stored, nil
}
