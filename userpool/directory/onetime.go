package directory

import (
	"context"
	"errors"

	"portico/userpool"
)

// OneTimeLife is how long a one-time code works.
const OneTimeLife = signInCodeLife

// OneTimeDigits is how many digits it has.
const OneTimeDigits = signInDigits

// SendOneTimeCode sends a code that signs in (EMAIL_OTP, SMS_OTP), in place of one that was sent before. Where the client hides
// users it succeeds for every name, in the same time, and what is done about a user is done after the answer (as in Forgot);
// otherwise it fails with ErrNoUser, ErrTooSoon or ErrUndelivered. *LimitError comes either way.
func (d *Directory) SendOneTimeCode(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed string, factor userpool.Factor) error {
	if err := d.Meter.allow(ctx, pool.ID, actOTP, nobody(pool, typed), d.Now()); err != nil {
		return err
	}
	defer d.evenly(client)(ctx)
	ways, err := d.waysIn(ctx, pool, client, typed)
	if err != nil {
		return err
	}
	if !client.HideUsers {
		return d.sendOneTime(ctx, pool, client, ways, factor)
	}
	if ways.user == nil {
		return nil
	}
	d.later(ctx, pool, "one-time code", func(ctx context.Context) {
		if err := d.sendOneTime(ctx, pool, client, ways, factor); err != nil {
			d.Log.Info("one-time code not sent", "pool", pool.ID, "sub", ways.Sub, "err", err)
		}
	})
	return nil
}

func (d *Directory) sendOneTime(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, ways Ways, factor userpool.Factor) error {
	way, open := ways.Of(factor)
	if !open || way.To == nil {
		return ErrNoUser
	}
	if d.exhausted(userpool.CodeSignIn, way.To) {
		return ErrLimit
	}
	if err := d.Meter.allowAccount(ctx, pool.ID, actOTP, string(ways.Sub), d.Now()); err != nil {
		return err
	}
	code := d.newCode(signInDigits)
	stored := d.confirmationCode(*ways.user, userpool.CodeSignIn, way.To, code)
	if err := d.Storage.SaveCode(ctx, stored, d.Now().Add(-resendWait)); err != nil {
		return err
	}
	return d.deliver(ctx, pool, client, userpool.CodeSignIn, way.To, code)
}

// OneTimeProof is a person who had a one-time code: a change that takes the code, for the commit that it leads to, and marks
// the address it went to as verified where it was not.
type OneTimeProof struct {
	User   userpool.User
	Change userpool.UserChange
}

// ProveOneTimeCode checks a code that was sent by SendOneTimeCode. A wrong one leaves the right one working, five times; a right
// one is taken by the change it returns, which fails with userpool.ErrSpent where it was taken meanwhile.
//
// It fails with ErrCodeMismatch, ErrCodeExpired, *LimitError, *LockedError or ErrNoUser. Where the client hides users every code
// of every name that does not sign in is ErrCodeMismatch, no sooner than Pace says, and names are locked alike.
func (d *Directory) ProveOneTimeCode(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed string, factor userpool.Factor, code string) (OneTimeProof, error) {
	if err := d.Meter.allow(ctx, pool.ID, actAnswer, nobody(pool, typed), d.Now()); err != nil {
		return OneTimeProof{}, err
	}
	wait := d.evenly(client)
	proof, err := d.proveOneTime(ctx, pool, client, typed, factor, code)
	if err != nil {
		wait(ctx)
	}
	if client.HideUsers && (errors.Is(err, ErrCodeExpired) || errors.Is(err, ErrNoUser)) {
		err = ErrCodeMismatch
	}
	return proof, err
}

func (d *Directory) proveOneTime(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed string, factor userpool.Factor, code string) (OneTimeProof, error) {
	ways, err := d.waysIn(ctx, pool, client, typed)
	if err != nil {
		return OneTimeProof{}, err
	}
	name := nobody(pool, typed)
	if ways.user != nil {
		name = string(ways.Sub)
	}
	if err := d.Lockout.Check(pool.ID, name, d.Now()); err != nil {
		return OneTimeProof{}, err
	}
	way, open := ways.Of(factor)
	if ways.user == nil || !open || way.To == nil {
		d.Lockout.Fail(pool.ID, name, d.Now())
		return OneTimeProof{}, ErrNoUser
	}
	take := TakeCode{
		Pool: pool.ID, Sub: ways.Sub, Purpose: userpool.CodeSignIn, MAC: d.codeMAC(pool.ID, ways.Sub, userpool.CodeSignIn, way.To, code), Now: d.Now(),
	}
	if err := d.Storage.CheckCode(ctx, take); err != nil {
		if errors.Is(err, ErrCodeMismatch) || errors.Is(err, ErrCodeExpired) {
			d.Lockout.Fail(pool.ID, name, d.Now())
		}
		return OneTimeProof{}, err
	}
	d.Meter.forgive(ctx, pool.ID, actName, d.Now())
	d.Meter.forgive(ctx, pool.ID, actAnswer, d.Now())
	change := userpool.UserChange{Pool: pool.ID, Sub: ways.Sub}
	if ways.user.Attributes[way.To.Attribute+"_verified"] != "true" {
		change = confirmed(pool, *ways.user, way.To, d.Now())
	}
	change.Spends.Code = &userpool.SpentCode{Purpose: take.Purpose, MAC: take.MAC}
	return OneTimeProof{User: *ways.user, Change: change}, nil
}
