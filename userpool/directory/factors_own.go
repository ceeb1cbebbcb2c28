package directory

import (
	"context"
	"errors"
	"slices"

	"portico/userpool"
	"portico/userpool/notify"
)

// ErrFactorUnverified: codes of a second factor go to what is verified only. The API takes a phone number that is not, whose first
// code verifies it; a person who turns a factor on without a code could be locked out by a wrong number.
var ErrFactorUnverified = errors.New("the address or number is not verified")

// errAsIs: a person asked for what is so already.
var errAsIs = errors.New("it is so already")

// TurnOnFactor has codes asked for after a first factor, on the person's own word, and tells the person (Notify): one commit. It
// fails with ErrFactorUnverified, ErrFactorOff (the pool does not offer it, or this server sends no such codes), or ErrLastWay: the
// person signs in with one-time codes alone, which do not go with a second factor.
func (d *Directory) TurnOnFactor(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub, factor userpool.Factor) error {
	return d.setOwn(ctx, pool, client, sub, func(user userpool.User) (userpool.MFASettings, error) {
		if slices.Contains(user.MFA.Factors, factor) {
			return user.MFA, errAsIs
		}
		if factor.Attribute() == "" || !slices.Contains(d.SetsUp(pool), factor) {
			return user.MFA, ErrFactorOff
		}
		to := SecondDelivery(user, factor)
		if to == nil || user.Attributes[factor.Attribute()+"_verified"] != "true" {
			return user.MFA, ErrFactorUnverified
		}
		if to.Medium == userpool.MediumSMS && !d.Texts.reaches(to.Destination) {
			return user.MFA, ErrFactorOff
		}
		settings, err := d.wished(ctx, pool, user, map[userpool.Factor]MFASetting{factor: {Enabled: true}})
		if err != nil {
			return settings, err
		}
		return settings, d.leavesAWay(ctx, pool, user, settings)
	})
}

// TurnOffFactor has no codes asked for any more, on the person's own word, and tells the person: one commit. It fails with
// ErrLastFactor.
func (d *Directory) TurnOffFactor(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub, factor userpool.Factor) error {
	return d.setOwn(ctx, pool, client, sub, func(user userpool.User) (userpool.MFASettings, error) {
		if factor.Attribute() == "" || !slices.Contains(user.MFA.Factors, factor) {
			return user.MFA, errAsIs
		}
		return user.MFA.Without(factor), nil
	})
}

// PreferFactor has a second factor asked for before others that are on, on the person's own word, and tells the person: one
// commit. It fails with ErrPreferred for one that is off.
func (d *Directory) PreferFactor(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub, factor userpool.Factor) error {
	return d.setOwn(ctx, pool, client, sub, func(user userpool.User) (userpool.MFASettings, error) {
		switch {
		case !slices.Contains(user.MFA.Factors, factor):
			return user.MFA, ErrPreferred
		case user.MFA.Preferred == factor:
			return user.MFA, errAsIs
		}
		settings := user.MFA
		settings.Preferred = factor
		return settings, nil
	})
}

// setOwn writes what a person decided of the own second factors. What is so already is no error, and no news.
func (d *Directory) setOwn(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub, decide func(userpool.User) (userpool.MFASettings, error)) error {
	var owner userpool.User
	err := d.changeFactors(ctx, pool, sub, func(user userpool.User) (userpool.UserChange, error) {
		settings, err := decide(user)
		owner = user
		return userpool.UserChange{MFA: &settings}, err
	})
	if errors.Is(err, errAsIs) {
		return nil
	}
	if err == nil {
		d.Notify(ctx, pool, client, owner, notify.SecondStepChanged)
	}
	return err
}

// leavesAWay holds that a person can still sign in once other second factors count. It fails with ErrLastWay.
func (d *Directory) leavesAWay(ctx context.Context, pool *userpool.Pool, user userpool.User, settings userpool.MFASettings) error {
	after := user
	after.MFA = settings
	ways, err := d.WaysToSignIn(ctx, pool, after)
	if err == nil && ways == 0 {
		return ErrLastWay
	}
	return err
}

// VerifyOwnTOTP is VerifyTOTP on the person's own word, in a session of the person's, which counts as one with a second factor from
// then on. It fails with ErrLastWay as well, as TurnOnFactor does.
func (d *Directory) VerifyOwnTOTP(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, user userpool.User, session []byte, sealed, code, name string) error {
	if err := d.leavesAWay(ctx, pool, user, user.MFA.With(userpool.FactorTOTP)); err != nil {
		return err
	}
	change, err := d.ConfirmTOTP(ctx, pool, user, sealed, code, name)
	if err != nil {
		return err
	}
	change.Proved = session
	return d.putTOTP(ctx, pool, client, user, change)
}
