package directory

import (
	"context"
	"errors"
	"slices"

	"portico/userpool"
)

// Way is a way to sign in that is open to somebody.
type Way struct {
	Factor userpool.Factor
	To     *Delivery // where a code would go; nil for the others
}

// Ways are the ways to sign in that are open to whoever has a name, in the order to offer them: passkey, code by e-mail, code by
// text message, password. There is always one.
//
// Where the client hides users they are made up for a name that nobody has, and then the same whenever it is asked for.
type Ways struct {
	Sub  userpool.Sub
	Open []Way
	user *userpool.User // nil: made up
}

// Of finds the way of a factor.
func (w Ways) Of(factor userpool.Factor) (Way, bool) {
	for _, way := range w.Open {
		if way.Factor == factor {
			return way, true
		}
	}
	return Way{}, false
}

// WaysIn says how somebody may sign in (USER_AUTH, SELECT_CHALLENGE). It fails with *LockedError where an address asks too often
// and, where the client does not hide users, with ErrNoUser or ErrDisabled.
func (d *Directory) WaysIn(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed string) (Ways, error) {
	if err := d.Meter.allowAddress(ctx, pool.ID, actName, d.Now()); err != nil {
		return Ways{}, locked(err)
	}
	return d.WaysAgain(ctx, pool, client, typed)
}

// WaysAgain is WaysIn for whoever was told them a moment ago, as a sealed challenge says: it is not counted.
func (d *Directory) WaysAgain(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed string) (Ways, error) {
	defer evenlyFor(client, d.Pace/readShare)(ctx)
	return d.waysIn(ctx, pool, client, typed)
}

// waysIn is WaysIn without its limits. It reads as much of nobody as of somebody.
func (d *Directory) waysIn(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed string) (Ways, error) {
	made := d.madeUp(pool, typed)
	user, err := d.Find(ctx, pool, typed)
	if err != nil && !errors.Is(err, userpool.ErrNotFound) {
		return Ways{}, err
	}
	missing := err != nil
	if missing {
		user = userpool.User{Pool: pool.ID, Sub: made.Sub}
	}
	open, err := d.openTo(ctx, pool, user)
	switch {
	case err != nil:
		return Ways{}, err
	case client.HideUsers && (missing || !user.Enabled || len(open) == 0):
		return made, nil //nolint:nilerr // that there is nobody is hidden
	case missing || len(open) == 0: // somebody who signs in at a provider only has no way in here
		return Ways{}, ErrNoUser
	case !user.Enabled:
		return Ways{}, ErrDisabled
	}
	return Ways{Sub: user.Sub, Open: open, user: &user}, nil
}

// openTo lists what the user can use. Whose account is not confirmed, or waits for a new password, has the password alone
// (as recorded of Cognito for FORCE_CHANGE_PASSWORD): it leads on from there.
func (d *Directory) openTo(ctx context.Context, pool *userpool.Pool, user userpool.User) ([]Way, error) {
	held, err := d.Storage.Passkeys(ctx, pool.ID, user.Sub)
	if err != nil {
		return nil, err
	}
	_, err = d.Storage.Password(ctx, pool.ID, user.Sub)
	if err != nil && !errors.Is(err, userpool.ErrNotFound) {
		return nil, err
	}
	var open []Way
	if user.Status == userpool.Confirmed {
		if len(held) > 0 && pool.TakesFirst(userpool.FactorPasskey) {
			open = append(open, Way{Factor: userpool.FactorPasskey})
		}
		for _, factor := range []userpool.Factor{userpool.FactorEmailOTP, userpool.FactorSMSOTP} {
			if to := d.oneTimeDelivery(pool, user, factor); to != nil {
				open = append(open, Way{Factor: factor, To: to})
			}
		}
	}
	if err == nil {
		open = append(open, Way{Factor: userpool.FactorPassword})
	}
	return open, nil
}

// oneTimeDelivery is where a one-time code of a factor goes; nil where the user cannot use it. The address or number must be
// verified, or be the name that people of the pool sign in with: then whoever reads its messages is who the account is of. Codes do not
// go with a second factor (Cognito's rule), so who has one is offered none: it would lead nowhere.
func (d *Directory) oneTimeDelivery(pool *userpool.Pool, user userpool.User, factor userpool.Factor) *Delivery {
	attribute := oneTimeAttribute(factor)
	if !pool.TakesFirst(factor) || !d.carries(attribute) || len(pool.SecondFactors(user)) > 0 {
		return nil
	}
	to := delivery(user, attribute)
	if to == nil || (to.Medium == userpool.MediumSMS && !d.Texts.reaches(to.Destination)) {
		return nil
	}
	if user.Attributes[attribute+"_verified"] != "true" && !slices.Contains(pool.SignInWith, attribute) {
		return nil
	}
	return to
}

// oneTimeAttribute is the attribute that a factor's codes go to.
func oneTimeAttribute(factor userpool.Factor) string {
	if factor == userpool.FactorSMSOTP {
		return userpool.AliasPhone
	}
	return userpool.AliasEmail
}
