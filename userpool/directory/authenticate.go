package directory

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"portico/userpool"
)

// Authenticate checks a user name (or alias) and password. The order is Cognito's: resolve, lockout, disabled,
// password, status; so that a status is told only to somebody who knows the password.
//
// It fails with ErrIncorrect (ErrNoUser where the client does not hide users), *LockedError, ErrDisabled,
// ErrUnconfirmed (the user is returned with it), ErrResetRequired, *MustChangeError (with the user as well), ErrTemporaryOver
// or ErrBusy.
func (d *Directory) Authenticate(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed, password string) (userpool.User, error) {
	now := d.Now()
	if err := d.Meter.allowAddress(ctx, pool.ID, actSignIn, now); err != nil {
		return userpool.User{}, locked(err)
	}
	user, err := d.Find(ctx, pool, typed)
	if errors.Is(err, userpool.ErrNotFound) {
		return userpool.User{}, d.refuseUnknown(ctx, pool, client, typed, password)
	}
	if err != nil {
		return userpool.User{}, err
	}
	if err := d.mayTry(ctx, pool.ID, string(user.Sub), now); err != nil {
		return userpool.User{}, err
	}
	stored, ok, err := d.passwordMatches(ctx, user, password)
	if err != nil {
		return userpool.User{}, err
	}
	if !ok {
		d.Lockout.Fail(pool.ID, string(user.Sub), now)
		return userpool.User{}, ErrIncorrect
	}
	d.Lockout.Succeed(pool.ID, string(user.Sub))
	d.Meter.forgive(ctx, pool.ID, actSignIn, now)
	d.Meter.forgive(ctx, pool.ID, actName, now)
	if !user.Enabled {
		if client.HideUsers {
			return userpool.User{}, ErrIncorrect
		}
		return userpool.User{}, ErrDisabled
	}
	return user, d.standing(pool, user, stored)
}

// standing is what the status of somebody who knows the password says about signing in.
func (d *Directory) standing(pool *userpool.Pool, user userpool.User, stored userpool.Password) error {
	switch user.Status {
	case userpool.Unconfirmed:
		return ErrUnconfirmed
	case userpool.ResetRequired:
		return ErrResetRequired
	case userpool.ForceChangePassword:
		if !d.Now().Before(stored.Changed.Add(pool.Passwords.TemporaryLife)) {
			return ErrTemporaryOver
		}
		return &MustChangeError{Set: stored.Changed}
	}
	return nil
}

// mayTry holds an account's lock and rate. The rate comes after the lock, which lets through a dozen wrong passwords in the
// first minute: so a stranger who guesses meets the lock, and never uses up the rate.
func (d *Directory) mayTry(ctx context.Context, pool userpool.ID, name string, now time.Time) error {
	if err := d.Lockout.Check(pool, name, now); err != nil {
		return err
	}
	return locked(d.Meter.allowAccount(ctx, pool, actSignIn, name, now))
}

// locked puts a sign-in's rate in the words of the lock.
func locked(err error) error {
	var limit *LimitError
	if errors.As(err, &limit) {
		return &LockedError{For: limit.For}
	}
	return err
}

// refuseUnknown answers about nobody in the same time, and with the same lock, as about somebody.
func (d *Directory) refuseUnknown(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed, password string) error {
	now, name := d.Now(), nobody(pool, typed)
	if err := d.mayTry(ctx, pool.ID, name, now); err != nil {
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

// nobody names somebody by what was typed, for tables in which users stand by their sub. It is short, whatever was typed.
func nobody(pool *userpool.Pool, typed string) string {
	sum := sha256.Sum256([]byte(pool.UsernameKey(typed)))
	return "?" + string(sum[:16])
}

// passwordMatches is false, after the same work, for a person who has no password.
func (d *Directory) passwordMatches(ctx context.Context, user userpool.User, password string) (userpool.Password, bool, error) {
	stored, err := d.Storage.Password(ctx, user.Pool, user.Sub)
	if errors.Is(err, userpool.ErrNotFound) {
		return userpool.Password{}, false, d.Hasher.Spend(ctx, password)
	}
	if err != nil {
		return userpool.Password{}, false, err
	}
	ok, err := d.Hasher.Verify(ctx, stored.Hash, password)
	return stored, ok, err
}
