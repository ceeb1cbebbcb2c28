package directory

import (
	"context"
	"errors"

	"portico/userpool"
)

// ErrNoPasswordHere: the person's account lives at an identity provider and has no password here (status EXTERNAL_PROVIDER).
var ErrNoPasswordHere = errors.New("the account signs in at its identity provider")

// PasswordChange is a person's wish for another password.
type PasswordChange struct {
	Sub      userpool.Sub
	Previous string // of no account where the person has none
	Proposed string
	// EndOthers ends the sessions and refresh tokens of whoever else may have known the previous one; nil, as in the API, ends
	// none.
	EndOthers *userpool.EndOthers
}

// HasPassword reports whether a person has a password, and when it was set.
func (d *Directory) HasPassword(ctx context.Context, pool *userpool.Pool, sub userpool.Sub) (userpool.Password, bool, error) {
	stored, err := d.Storage.Password(ctx, pool.ID, sub)
	if errors.Is(err, userpool.ErrNotFound) {
		return userpool.Password{}, false, nil
	}
	return stored, err == nil, err
}

// ChangePassword gives a person another password (ChangePassword), or a first one; who sets a first one must have signed in a
// short while ago, which is the caller's to hold. The user is CONFIRMED then. One commit, other sessions included.
//
// It fails with ErrIncorrect (the previous password is wrong), *LockedError, *PasswordError, ErrCompromised, ErrReused,
// ErrNoPasswordHere, ErrLimit or ErrBusy, and then nothing was changed.
func (d *Directory) ChangePassword(ctx context.Context, pool *userpool.Pool, p PasswordChange) (userpool.User, error) {
	user, err := d.Storage.UserBySub(ctx, pool.ID, p.Sub)
	if err != nil {
		return userpool.User{}, err
	}
	if user.Status == userpool.ExternalProvider {
		return userpool.User{}, ErrNoPasswordHere
	}
	if err := conforms(pool, p.Proposed); err != nil {
		return userpool.User{}, err // costs nothing, and says nothing about the person
	}
	if err := d.Meter.allow(ctx, pool.ID, actPassword, string(p.Sub), d.Now()); err != nil {
		return userpool.User{}, err
	}
	before, err := d.knowsPrevious(ctx, pool, user, p.Previous)
	if err != nil {
		return userpool.User{}, err
	}
	if err := d.refuseReused(ctx, pool, p.Sub, p.Proposed); err != nil {
		return userpool.User{}, err
	}
	stored, err := d.chosenPassword(ctx, pool, user.Username, p.Proposed)
	if err != nil {
		return userpool.User{}, err
	}
	return user, d.putPassword(ctx, pool, user, before, stored, p.EndOthers)
}

// knowsPrevious holds the previous password of whoever has one, and returns it. Wrong ones count for the lock, as at a sign-in: a session
// somebody left open is no place to guess.
func (d *Directory) knowsPrevious(ctx context.Context, pool *userpool.Pool, user userpool.User, previous string) (userpool.Password, error) {
	stored, has, err := d.HasPassword(ctx, pool, user.Sub)
	if err != nil || !has {
		return userpool.Password{}, err
	}
	now := d.Now()
	if err := d.Lockout.Check(pool.ID, string(user.Sub), now); err != nil {
		return userpool.Password{}, err
	}
	ok, err := d.Hasher.Verify(ctx, stored.Hash, previous)
	if err != nil {
		return userpool.Password{}, err
	}
	if !ok {
		d.Lockout.Fail(pool.ID, string(user.Sub), now)
		return userpool.Password{}, ErrIncorrect
	}
	d.Lockout.Succeed(pool.ID, string(user.Sub))
	return stored, nil
}

// putPassword commits the change. Somebody else may have written to the user while the password was hashed; only where that was
// another password does the proof of the one before no longer hold.
func (d *Directory) putPassword(ctx context.Context, pool *userpool.Pool, user userpool.User, before userpool.Password, stored *userpool.Password, end *userpool.EndOthers) error {
	for try := 0; ; try++ {
		err := d.Storage.ChangeUser(ctx, userpool.UserChange{
			Pool: pool.ID, Sub: user.Sub, Version: user.Version, Status: userpool.Confirmed, Password: stored, Earlier: pool.Passwords.Kept(),
			EndOthers: end, Modified: d.Now(),
		})
		if !errors.Is(err, userpool.ErrConflict) || try >= conflictRetries {
			return err
		}
		if user, err = d.Storage.UserBySub(ctx, pool.ID, user.Sub); err != nil {
			return err
		}
		if now, _, err := d.HasPassword(ctx, pool, user.Sub); err != nil || !now.Changed.Equal(before.Changed) {
			return errors.Join(userpool.ErrConflict, err)
		}
	}
}
