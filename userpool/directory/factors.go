package directory

import (
	"context"
	"errors"
	"slices"
	"time"

	"portico/userpool"
	"portico/userpool/notify"
)

// Errors of turning second factors on and off, in the manner of Cognito's texts.
var (
	// ErrFactorOff: the pool does not offer the factor.
	ErrFactorOff = errors.New("This MFA method is not enabled for the user pool.") //nolint:staticcheck // in the manner of Cognito's texts
	// ErrNoToken: there is no authenticator app yet; it must be set up first.
	ErrNoToken = errors.New("User has not verified software token mfa") //nolint:staticcheck // in the manner of Cognito's texts
	// ErrNoDelivery: there is no phone number, or no verified e-mail address, that codes could go to.
	ErrNoDelivery = errors.New("User does not have delivery config set to turn on this MFA method.") //nolint:staticcheck // in the manner of Cognito's texts
	// ErrPreferred: more than one factor, or one that is off, is to be preferred.
	ErrPreferred = errors.New("Only one MFA method that is turned on can be preferred.") //nolint:staticcheck // in the manner of Cognito's texts
	// ErrLastFactor: the pool requires a second factor, and this is the last one.
	ErrLastFactor = errors.New("The last MFA method cannot be turned off: the user pool requires one.") //nolint:staticcheck // in the manner of Cognito's texts
)

// MFASetting is what becomes of one factor (SMSMfaSettingsType and its like).
type MFASetting struct{ Enabled, Preferred bool }

// SetMFAPreference turns second factors of a user on and off and says which is preferred (SetUserMFAPreference). Factors that
// are not named stay as they are, but for the preference, which there is one of. It fails with ErrFactorOff, ErrNoToken,
// ErrNoDelivery, ErrPreferred or ErrLastFactor, and then nothing was changed.
func (d *Directory) SetMFAPreference(ctx context.Context, pool *userpool.Pool, sub userpool.Sub, wish map[userpool.Factor]MFASetting) error {
	return d.changeFactors(ctx, pool, sub, func(user userpool.User) (userpool.UserChange, error) {
		settings, err := d.wished(ctx, pool, user, wish)
		return userpool.UserChange{MFA: &settings}, err
	})
}

// wished are a user's settings after a wish.
func (d *Directory) wished(ctx context.Context, pool *userpool.Pool, user userpool.User, wish map[userpool.Factor]MFASetting) (userpool.MFASettings, error) {
	settings, preferred := user.MFA, userpool.Factor("")
	for factor, set := range wish {
		if set.Preferred && (!set.Enabled || preferred != "") {
			return settings, ErrPreferred
		}
		if !set.Enabled {
			settings = settings.Without(factor)
			continue
		}
		if err := d.mayEnable(ctx, pool, user, factor); err != nil {
			return settings, err
		}
		settings = settings.With(factor)
		switch {
		case set.Preferred:
			preferred = factor
		case settings.Preferred == factor:
			settings.Preferred = ""
		}
	}
	if preferred != "" {
		settings.Preferred = preferred
	}
	return settings, nil
}

func (d *Directory) mayEnable(ctx context.Context, pool *userpool.Pool, user userpool.User, factor userpool.Factor) error {
	if !pool.MFA.Enables(factor) {
		return ErrFactorOff
	}
	switch factor {
	case userpool.FactorTOTP:
		_, err := d.Storage.SoftwareToken(ctx, pool.ID, user.Sub)
		if errors.Is(err, userpool.ErrNotFound) {
			return ErrNoToken
		}
		return err
	case userpool.FactorEmailOTP:
		if user.Attributes[userpool.AliasEmail+"_verified"] != "true" {
			return ErrNoDelivery
		}
	}
	if SecondDelivery(user, factor) == nil {
		return ErrNoDelivery
	}
	return nil
}

// RemoveTOTP forgets a user's authenticator app, which is not asked for any more, and tells the person (Notify). It fails with
// userpool.ErrNotFound where there is no such user, or with ErrLastFactor.
func (d *Directory) RemoveTOTP(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub) error {
	var owner userpool.User
	err := d.changeFactors(ctx, pool, sub, func(user userpool.User) (userpool.UserChange, error) {
		owner = user
		settings := user.MFA.Without(userpool.FactorTOTP)
		return userpool.UserChange{MFA: &settings, DropToken: true}, nil
	})
	if err == nil {
		d.Notify(ctx, pool, client, owner, notify.AuthenticatorRemoved)
	}
	return err
}

// changeFactors writes a change of a user's second factors, again if somebody else wrote the user meanwhile.
func (d *Directory) changeFactors(ctx context.Context, pool *userpool.Pool, sub userpool.Sub, decide func(userpool.User) (userpool.UserChange, error)) error {
	for try := 0; ; try++ {
		user, err := d.Storage.UserBySub(ctx, pool.ID, sub)
		if err != nil {
			return err
		}
		change, err := decide(user)
		if err != nil {
			return err
		}
		if pool.MFA.Mode == userpool.MFAOn && len(user.MFA.Factors) > 0 && len(change.MFA.Factors) == 0 {
			return ErrLastFactor
		}
		change.Pool, change.Sub, change.Version, change.Modified = pool.ID, sub, user.Version, d.Now()
		err = d.Storage.ChangeUser(ctx, change)
		if !errors.Is(err, userpool.ErrConflict) || try >= conflictRetries {
			return err
		}
	}
}

// FactorState is how one of the pool's second factors stands with a user.
type FactorState struct {
	Factor             userpool.Factor
	Enabled, Preferred bool
	Ready              bool      // it can be turned on as it is: an app is set up, or there is an address for codes
	To                 *Delivery // where codes go; nil for authenticator apps, and without an address
	Name               string    // what the person calls the app; may be empty
	Added              time.Time // when the app was set up; zero without one
}

// Factors lists the second factors of the pool, in its order, as they stand with a user. An app that was set up stays in the
// list where the pool does not offer apps any more.
func (d *Directory) Factors(ctx context.Context, pool *userpool.Pool, user userpool.User) ([]FactorState, error) {
	token, err := d.Storage.SoftwareToken(ctx, pool.ID, user.Sub)
	if err != nil && !errors.Is(err, userpool.ErrNotFound) {
		return nil, err
	}
	var list []FactorState
	for _, factor := range []userpool.Factor{userpool.FactorTOTP, userpool.FactorSMS, userpool.FactorEmailOTP} {
		state := FactorState{
			Factor: factor, Enabled: slices.Contains(user.MFA.Factors, factor), Preferred: user.MFA.Preferred == factor,
			To: SecondDelivery(user, factor),
		}
		state.Ready = state.To != nil && (factor != userpool.FactorEmailOTP || user.Attributes[userpool.AliasEmail+"_verified"] == "true")
		if factor == userpool.FactorTOTP {
			state.Ready, state.Name, state.Added = err == nil, token.Name, token.Added
		}
		if pool.MFA.Enables(factor) || (factor == userpool.FactorTOTP && state.Ready) {
			list = append(list, state)
		}
	}
	return list, nil
}

// SetsUp are the second factors that people of the pool can set up here: those the pool offers, but for codes that this server
// cannot send.
func (d *Directory) SetsUp(pool *userpool.Pool) []userpool.Factor {
	var list []userpool.Factor
	for _, factor := range pool.MFA.Factors {
		if pool.MFA.Enables(factor) && (factor == userpool.FactorTOTP || d.carries(factor.Attribute())) {
			list = append(list, factor)
		}
	}
	return list
}
