package directory

import (
	"context"
	"errors"

	"portico/userpool"
)

// AttributeCodeLife is how long a code for an address or a number works: Cognito's 24 hours.
func AttributeCodeLife() (hours int) { return int(signUpCodeLife.Hours()) }

// ErrNothingToVerify: the person has no such address or number, and none waits.
var ErrNothingToVerify = errors.New("there is nothing to verify")

// Waiting is the new value of an attribute that waits for its code; empty where none does.
func (d *Directory) Waiting(ctx context.Context, pool *userpool.Pool, sub userpool.Sub, attribute string) (string, error) {
	if attribute != userpool.AliasEmail && attribute != userpool.AliasPhone {
		return "", nil
	}
	return d.Storage.PendingValue(ctx, pool.ID, sub, attributePurpose(attribute), d.Now())
}

// RequestAttributeCode sends another code for the person's address or number, or for the new one that waits
// (GetUserAttributeVerificationCode). It fails with ErrNothingToVerify, *AttributeError, ErrLimit, ErrTooSoon or
// ErrUndelivered.
func (d *Directory) RequestAttributeCode(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub, attribute string) (*Delivery, error) {
	user, err := d.Storage.UserBySub(ctx, pool.ID, sub)
	if err != nil {
		return nil, err
	}
	to, pending, err := d.toVerify(ctx, pool, user, attribute)
	if err != nil {
		return nil, err
	}
	if err := d.reachable(to); err != nil {
		return to, err
	}
	if err := d.Meter.allow(ctx, pool.ID, actAttribute, string(sub)+" "+attribute, d.Now()); err != nil {
		return to, err
	}
	r := renewal{to: to, code: d.newCode(codeDigits)}
	if err := d.Storage.SaveCode(ctx, d.attributeCode(user, &r, pending), d.Now().Add(-resendWait)); err != nil {
		return to, err
	}
	return to, d.deliver(ctx, pool, client, attributePurpose(attribute), to, r.code)
}

// toVerify is what a code of an attribute proves: the value that waits, or else the one the person has.
func (d *Directory) toVerify(ctx context.Context, pool *userpool.Pool, user userpool.User, attribute string) (to *Delivery, pending string, err error) {
	if attribute != userpool.AliasEmail && attribute != userpool.AliasPhone {
		return nil, "", ErrNothingToVerify
	}
	pending, err = d.Waiting(ctx, pool, user.Sub, attribute)
	if err != nil {
		return nil, "", err
	}
	if pending != "" {
		user = user.Clone()
		if user.Attributes == nil {
			user.Attributes = map[string]string{}
		}
		user.Attributes[attribute] = pending
	}
	if to = delivery(user, attribute); to == nil {
		return nil, "", ErrNothingToVerify
	}
	return to, pending, nil
}

// VerifyAttribute takes the code for an address or a number (VerifyUserAttribute): it counts as verified from then on, a value
// that waited takes the place of the old one, and the person signs in with it where the pool has it so; all in one commit. A
// code is bound to the value it was sent to, so it proves no other.
//
// It fails with ErrNothingToVerify, ErrCodeMismatch, ErrCodeExpired, ErrLimit, or userpool.ErrAliasTaken where somebody else
// verified the same value: that is told to whoever proved to own it, and to nobody before.
func (d *Directory) VerifyAttribute(ctx context.Context, pool *userpool.Pool, sub userpool.Sub, attribute, code string) (userpool.User, error) {
	if err := d.Meter.allow(ctx, pool.ID, actVerify, string(sub)+" "+attribute, d.Now()); err != nil {
		return userpool.User{}, err
	}
	return d.takeCode(ctx, pool, sub, attributePurpose(attribute), code, func(user userpool.User) (userpool.UserChange, *Delivery, error) {
		to, _, err := d.toVerify(ctx, pool, user, attribute)
		if err != nil {
			return userpool.UserChange{}, nil, err
		}
		changed := user.Clone()
		if changed.Attributes == nil {
			changed.Attributes = map[string]string{}
		}
		changed.Attributes[attribute], changed.Attributes[attribute+"_verified"] = to.Destination, "true"
		return userpool.UserChange{
			Pool: pool.ID, Sub: sub, Version: user.Version, Attributes: changed.Attributes, Aliases: aliasesOf(pool, changed), Modified: d.Now(),
		}, to, nil
	})
}
