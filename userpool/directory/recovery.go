package directory

import (
	"context"
	"errors"
	"slices"
	"time"

	"portico/userpool"
	"portico/userpool/notify"
)

// backgroundTime bounds what a hidden recovery does after the page has been answered.
const backgroundTime = 30 * time.Second

// Forgot sends a recovery code to the address the pool recovers by. Where the client hides users it succeeds for every
// name, in the same time: everything after the look-up happens after the answer, the user's own rate included, and the rate
// that is told is that of the name as it was typed; and no sooner than Pace says. Otherwise it fails with ErrNoUser, ErrNoRecovery, ErrNotResettable,
// ErrTooSoon or ErrUndelivered. ErrLimit comes either way.
func (d *Directory) Forgot(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed string) error {
	if err := d.Meter.allow(ctx, pool.ID, actForgot, nobody(pool, typed), d.Now()); err != nil {
		return err
	}
	defer d.evenly(client)(ctx)
	user, err := d.Find(ctx, pool, typed)
	if err != nil && !errors.Is(err, userpool.ErrNotFound) {
		return err
	}
	if !client.HideUsers {
		if err != nil {
			return ErrNoUser
		}
		return d.sendRecovery(ctx, pool, client, user)
	}
	if err != nil {
		return nil // the client hides whether there is such a user
	}
	d.later(ctx, pool, "recovery code", func(ctx context.Context) {
		if err := d.sendRecovery(ctx, pool, client, user); err != nil {
			d.Log.Info("recovery code not sent", "pool", pool.ID, "sub", user.Sub, "err", err)
		}
	})
	return nil
}

func (d *Directory) sendRecovery(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, user userpool.User) error {
	if !user.Enabled {
		return ErrNotResettable
	}
	switch user.Status {
	case userpool.Confirmed, userpool.ResetRequired, userpool.Unconfirmed:
	default: // no password to reset, or an administrator's temporary one
		return ErrNotResettable
	}
	delivery := d.recoveryDelivery(pool, user)
	if delivery == nil {
		return ErrNoRecovery
	}
	if d.exhausted(userpool.CodeRecovery, delivery) {
		return ErrLimit
	}
	if err := d.Meter.allowAccount(ctx, pool.ID, actForgot, string(user.Sub), d.Now()); err != nil {
		return err
	}
	code := d.newCode(codeDigits)
	if err := d.Storage.SaveCode(ctx, d.confirmationCode(user, userpool.CodeRecovery, delivery, code), d.Now().Add(-resendWait)); err != nil {
		return err
	}
	return d.deliver(ctx, pool, client, userpool.CodeRecovery, delivery, code)
}

// recoveryDelivery is the first verified address or number the pool recovers by. What serves the user as a second factor never
// serves recovery (Cognito's rule): whoever has the phone would need nothing else.
func (d *Directory) recoveryDelivery(pool *userpool.Pool, user userpool.User) *Delivery {
	seconds := pool.SecondFactors(user)
	for _, attribute := range d.RecoversBy(pool) {
		if slices.ContainsFunc(seconds, func(f userpool.Factor) bool { return f.Attribute() == attribute }) {
			continue
		}
		if user.Attributes[attribute+"_verified"] == "true" {
			if to := delivery(user, attribute); to != nil && (to.Medium != userpool.MediumSMS || d.Texts.reaches(to.Destination)) {
				return to
			}
		}
	}
	return nil
}

// ConfirmForgot sets a new password with a recovery code. It fails with *PasswordError or ErrCompromised (nothing was
// tried), ErrReused (the code still works), ErrCodeMismatch, ErrCodeExpired, ErrLimit, ErrBusy or ErrNoUser. Where the client
// hides users, every wrong code of every name is ErrCodeMismatch, no sooner than Pace says.
func (d *Directory) ConfirmForgot(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed, code, password string) error {
	if err := d.Meter.allow(ctx, pool.ID, actReset, nobody(pool, typed), d.Now()); err != nil {
		return err
	}
	wait := d.evenly(client)
	err := d.confirmForgot(ctx, pool, client, typed, code, password)
	if err != nil {
		wait(ctx)
	}
	return err
}

func (d *Directory) confirmForgot(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed, code, password string) error {
	user, err := d.Find(ctx, pool, typed)
	if err != nil && !errors.Is(err, userpool.ErrNotFound) {
		return err
	}
	// Hashing comes first: it is slow, tells a bad password before a code is used up, and takes as long for nobody.
	stored, hashErr := d.chosenPassword(ctx, pool, user.Username, password)
	if hashErr != nil {
		return hashErr
	}
	if err != nil {
		if client.HideUsers {
			return ErrCodeMismatch
		}
		return ErrNoUser
	}
	err = d.reset(ctx, pool, user, code, password, stored)
	if client.HideUsers && (errors.Is(err, ErrCodeExpired) || errors.Is(err, userpool.ErrNotFound)) {
		return ErrCodeMismatch
	}
	if err == nil {
		d.Lockout.Succeed(pool.ID, string(user.Sub))
		d.Notify(ctx, pool, client, user, notify.PasswordChanged)
	}
	return err
}

// reset takes the code and sets the password. The history is looked at between checking the code and taking it: before, it
// would tell strangers about the user's passwords, and let them cause two dozen hashes with every request; after, a person
// who chose an old password would have to ask for a new code.
//
// Every session and refresh token ends with it: whoever recovers an account may do so because somebody else is in it.
func (d *Directory) reset(ctx context.Context, pool *userpool.Pool, user userpool.User, code, password string, stored *userpool.Password) error {
	if pool.Passwords.History > 0 {
		via := d.recoveryDelivery(pool, user)
		if via == nil {
			return ErrCodeMismatch
		}
		check := TakeCode{
			Pool: pool.ID, Sub: user.Sub, Purpose: userpool.CodeRecovery, MAC: d.codeMAC(pool.ID, user.Sub, userpool.CodeRecovery, via, code), Now: d.Now(),
		}
		if err := d.Storage.CheckCode(ctx, check); err != nil {
			return err
		}
		if err := d.refuseReused(ctx, pool, user.Sub, password); err != nil {
			return err
		}
	}
	_, err := d.takeCode(ctx, pool, user.Sub, userpool.CodeRecovery, code, func(user userpool.User) (userpool.UserChange, *Delivery, error) {
		via := d.recoveryDelivery(pool, user)
		if via == nil { // where the code went counts no more
			return userpool.UserChange{}, nil, ErrCodeMismatch
		}
		change := confirmed(pool, user, via, d.Now())
		change.Password, change.Earlier = stored, pool.Passwords.Kept()
		change.EndOthers = &userpool.EndOthers{}
		return change, via, nil
	})
	return err
}
