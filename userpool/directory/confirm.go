package directory

import (
	"context"
	"errors"
	"time"

	"portico/userpool"
)

// resendWait is how long a person waits between two codes. Pages say it; this is what enforces it.
const resendWait = 30 * time.Second

// ResendWait is how long to wait between two codes.
func ResendWait() time.Duration { return resendWait }

// ResendSignUpCode replaces the confirmation code of an unconfirmed user and sends it. It fails with ErrConfirmed,
// ErrTooSoon, ErrLimit, ErrNoRecovery (there is nowhere to send it) or ErrUndelivered.
func (d *Directory) ResendSignUpCode(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub) (*Delivery, error) {
	user, err := d.Storage.UserBySub(ctx, pool.ID, sub)
	if err != nil {
		return nil, err
	}
	if user.Status != userpool.Unconfirmed {
		return nil, ErrConfirmed
	}
	delivery := d.signUpDelivery(pool, user)
	if delivery == nil {
		return nil, ErrNoRecovery
	}
	if d.exhausted(userpool.CodeSignUp, delivery) {
		return delivery, ErrLimit // before a new code takes the place of the one that came
	}
	if err := d.Meter.allow(ctx, pool.ID, actResend, string(sub), d.Now()); err != nil {
		return delivery, err
	}
	code := d.signUpCode(pool, delivery)
	if err := d.Storage.SaveCode(ctx, d.confirmationCode(user, userpool.CodeSignUp, delivery, code), d.Now().Add(-resendWait)); err != nil {
		return delivery, err
	}
	return delivery, d.deliver(ctx, pool, client, userpool.CodeSignUp, delivery, code)
}

// ConfirmSignUp takes the code a person typed and confirms the account: its address counts as verified from then on. It
// fails with ErrCodeMismatch, ErrCodeExpired, ErrLimit, ErrConfirmed, or userpool.ErrAliasTaken where another user verified the same
// address first (Cognito tells of it only now, to the owner of the address).
func (d *Directory) ConfirmSignUp(ctx context.Context, pool *userpool.Pool, sub userpool.Sub, code string) (userpool.User, error) {
	if err := d.Meter.allow(ctx, pool.ID, actConfirm, string(sub), d.Now()); err != nil {
		return userpool.User{}, err
	}
	return d.takeCode(ctx, pool, sub, userpool.CodeSignUp, code, func(user userpool.User) (userpool.UserChange, *Delivery, error) {
		if user.Status != userpool.Unconfirmed {
			return userpool.UserChange{}, nil, ErrConfirmed
		}
		via := d.signUpDelivery(pool, user)
		return confirmed(pool, user, via, d.Now()), via, nil
	})
}

// confirmed is the change that confirms a user and marks as verified the address the code went to.
func confirmed(pool *userpool.Pool, user userpool.User, via *Delivery, now time.Time) userpool.UserChange {
	changed := user.Clone()
	if via != nil {
		changed.Attributes[via.Attribute+"_verified"] = "true"
	}
	aliases := pool.AliasesOf(changed.Attributes)
	return userpool.UserChange{
		Pool: pool.ID, Sub: user.Sub, Version: user.Version, Status: userpool.Confirmed,
		Attributes: changed.Attributes, Aliases: &aliases, Modified: now,
	}
}

// conflictRetries is how often a write is tried again when the user changed between reading and writing.
const conflictRetries = 3

// takeCode reads the user, lets decide make the change and say where the code went, and takes the code with it.
func (d *Directory) takeCode(ctx context.Context, pool *userpool.Pool, sub userpool.Sub, purpose userpool.CodePurpose, code string,
	decide func(userpool.User) (userpool.UserChange, *Delivery, error),
) (userpool.User, error) {
	for try := 0; ; try++ {
		user, err := d.Storage.UserBySub(ctx, pool.ID, sub)
		if err != nil {
			return userpool.User{}, err
		}
		change, via, err := decide(user)
		if err != nil {
			return userpool.User{}, err
		}
		take := TakeCode{Pool: pool.ID, Sub: sub, Purpose: purpose, MAC: d.codeMAC(pool.ID, sub, purpose, via, code), Now: d.Now()}
		err = d.Storage.TakeCode(ctx, take, change)
		if errors.Is(err, userpool.ErrConflict) && try < conflictRetries {
			continue
		}
		if err != nil {
			return userpool.User{}, err
		}
		if change.Status != "" {
			user.Status = change.Status
		}
		user.Attributes, user.Modified, user.Version = change.Attributes, change.Modified, user.Version+1
		return user, nil
	}
}
