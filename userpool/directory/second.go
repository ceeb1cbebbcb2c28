package directory

import (
	"context"
	"errors"

	"portico/userpool"
)

// Second is what proved a second factor. It is taken in the commit that it leads to, so it proves it once: one of the two.
type Second struct {
	Code *TakeCode  // that was sent
	Step *TokenStep // of an authenticator app
}

// SecondDelivery is where the codes of a second factor go; nil for authenticator apps, and where the user has no such address.
func SecondDelivery(user userpool.User, factor userpool.Factor) *Delivery {
	attribute := factor.Attribute()
	if attribute == "" {
		return nil
	}
	return delivery(user, attribute)
}

// SendSecond sends a code for the second factor, in place of an earlier one. It fails with ErrTooSoon (the earlier one works
// still), ErrLimit, *AttributeError (no text messages go there) or ErrUndelivered.
func (d *Directory) SendSecond(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, user userpool.User, to *Delivery) error {
	if !d.carries(to.Attribute) || (to.Medium == userpool.MediumSMS && !d.Texts.reaches(to.Destination)) {
		return &AttributeError{to.Attribute, "We cannot send messages to numbers of this country."}
	}
	if d.exhausted(userpool.CodeSecond, to) {
		return ErrLimit // before a new code takes the place of the one that came
	}
	if err := d.Meter.allow(ctx, pool.ID, actSecondSend, string(user.Sub), d.Now()); err != nil {
		return err
	}
	code := d.newCode(codeDigits)
	if err := d.Storage.SaveCode(ctx, d.confirmationCode(user, userpool.CodeSecond, to, code), d.Now().Add(-resendWait)); err != nil {
		return err
	}
	return d.deliver(ctx, pool, client, userpool.CodeSecond, to, code)
}

// CheckSecond checks what a person entered for a second factor; to is where the code went, nil for an authenticator app. What it
// returns must be taken in the commit that signs the person in: only that decides of a code that was sent. It fails with
// *LockedError, ErrLimit, ErrCodeMismatch, ErrCodeUsed, or userpool.ErrNotFound where there is no app any more; committing what it
// returns fails with ErrCodeMismatch, ErrCodeExpired, ErrCodeUsed, or userpool.ErrConflict where the app was removed or replaced.
//
// Every answer counts as a wrong one until SecondGiven says otherwise.
func (d *Directory) CheckSecond(ctx context.Context, pool *userpool.Pool, user userpool.User, to *Delivery, code string) (Second, error) {
	if err := d.mayAnswer(ctx, pool.ID, user.Sub); err != nil {
		return Second{}, err
	}
	if to != nil {
		return Second{Code: &TakeCode{
			Pool: pool.ID, Sub: user.Sub, Purpose: userpool.CodeSecond, MAC: d.codeMAC(pool.ID, user.Sub, userpool.CodeSecond, to, code), Now: d.Now(),
		}}, nil
	}
	token, err := d.Storage.SoftwareToken(ctx, pool.ID, user.Sub)
	if err != nil {
		return Second{}, err
	}
	step, err := matchTOTP(token, code, d.Now())
	if err != nil {
		return Second{}, err
	}
	return Second{Step: &TokenStep{Pool: pool.ID, Sub: user.Sub, Added: token.Added, Step: step}}, nil
}

// SecondGiven forgets the wrong answers of somebody whose right one was committed.
func (d *Directory) SecondGiven(ctx context.Context, pool *userpool.Pool, sub userpool.Sub) {
	d.Lockout.Succeed(pool.ID, secondOf(sub))
	d.Meter.forgive(ctx, pool.ID, actSecond, d.Now())
}

// mayAnswer holds the lock and the rate of an account's second factors, all of them together. The lock is another than that of
// the password: whoever knows that could free it with a sign-in, over and over. An answer is counted before it is looked at, so
// that answers at the same moment count as well.
func (d *Directory) mayAnswer(ctx context.Context, pool userpool.ID, sub userpool.Sub) error {
	if err := d.Lockout.Check(pool, secondOf(sub), d.Now()); err != nil {
		return err
	}
	if err := d.Meter.allow(ctx, pool, actSecond, string(sub), d.Now()); err != nil {
		return err
	}
	return d.Lockout.Try(pool, secondOf(sub), d.Now())
}

// secondOf names an account's second factors in the table of locks; no sub and no name of nobody looks like it.
func secondOf(sub userpool.Sub) string { return "second:" + string(sub) }

// VerifiedBySecond is the change by which a phone counts as verified that answered a code, as in Cognito; nil where nothing
// changes.
func (d *Directory) VerifiedBySecond(pool *userpool.Pool, user userpool.User, factor userpool.Factor) *userpool.UserChange {
	if factor != userpool.FactorSMS || user.Attributes[userpool.AliasPhone+"_verified"] == "true" {
		return nil
	}
	change := reached(pool, user, userpool.AliasPhone, user.Attributes[userpool.AliasPhone])
	change.Modified = d.Now()
	return &change
}

// ConfirmDelivery makes the change by which an address that answered a code becomes the user's, verified, and the second
// factor that is asked for from then on.
func (d *Directory) ConfirmDelivery(pool *userpool.Pool, user userpool.User, factor userpool.Factor, to *Delivery) userpool.UserChange {
	change := reached(pool, user, to.Attribute, to.Destination)
	settings := user.MFA.With(factor)
	change.MFA, change.Modified = &settings, d.Now()
	return change
}

// reached is the change by which an address is the user's, and verified.
func reached(pool *userpool.Pool, user userpool.User, attribute, value string) userpool.UserChange {
	changed := user.Clone()
	if changed.Attributes == nil {
		changed.Attributes = map[string]string{}
	}
	changed.Attributes[attribute], changed.Attributes[attribute+"_verified"] = value, "true"
	aliases := pool.AliasesOf(changed.Attributes)
	return userpool.UserChange{Pool: user.Pool, Sub: user.Sub, Version: user.Version, Attributes: changed.Attributes, Aliases: &aliases}
}

// NewDelivery is where the first code of a set-up by text message or e-mail goes: to the address the user has, else to the one
// that was typed. It fails with *AttributeError.
func (d *Directory) NewDelivery(pool *userpool.Pool, user userpool.User, factor userpool.Factor, typed string) (*Delivery, error) {
	if to := SecondDelivery(user, factor); to != nil {
		return to, nil
	}
	attribute := factor.Attribute()
	if attribute == "" || !d.carries(attribute) {
		return nil, errors.New("no codes are sent for this factor")
	}
	if typed == "" {
		return nil, &AttributeError{attribute, "This is needed."}
	}
	if err := pool.Schema.Check(attribute, typed); err != nil {
		return nil, &AttributeError{attribute, err.Error()}
	}
	there := user.Clone()
	if there.Attributes == nil {
		there.Attributes = map[string]string{}
	}
	there.Attributes[attribute] = typed
	return delivery(there, attribute), nil
}
