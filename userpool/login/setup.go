package login

import (
	"context"
	"errors"
	"slices"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/notify"
)

// SetUpFactor: the pool requires a second factor and the person has none, so one is set up now (MFA_SETUP).
type SetUpFactor struct {
	Waiting
	Factors []userpool.Factor // that can be set up
	Factor  userpool.Factor   // that was chosen; empty before
	App     *directory.TOTPSetup
	To      *directory.Delivery // where the code went; nil for an authenticator app, and while the address is not known
	Sent    time.Time           // as in SecondFactor
	Unsent  error
}

func (*SetUpFactor) step() {}

// askSetUp leads to the choice of what to set up, or at once to the only thing there is.
func (l *Login) askSetUp(w Waiting) (Step, error) {
	factors := l.Seconds.SetsUp(w.Authorization.Pool)
	if len(factors) == 0 {
		return nil, w.Authorization.Fault(errors.New("the pool requires a second factor, and none can be set up"))
	}
	w.asked.SetUp = true
	step := &SetUpFactor{Waiting: w, Factors: factors}
	if len(factors) == 1 {
		step.asked.Factor = factors[0]
	}
	step.Factor = step.asked.Factor
	life := SecondLife
	if step.Factor == userpool.FactorTOTP {
		life = SetUpLife
		if err := l.beginApp(step); err != nil {
			return nil, err
		}
	}
	return step, l.seal(&step.Waiting, life)
}

func (l *Login) beginApp(step *SetUpFactor) error {
	a := step.Authorization
	app, err := l.Seconds.BeginTOTP(a.Pool, a.Client, step.User)
	if err != nil {
		return err
	}
	step.App, step.asked.App = &app, app.Sealed
	return nil
}

func (l *Login) openSetUp(w Waiting) (Step, error) {
	a := w.Authorization
	step := &SetUpFactor{
		Waiting: w, Factors: l.Seconds.SetsUp(a.Pool), Factor: w.asked.Factor, Sent: sentAt(w.asked.Sent), Unsent: unsent(w.asked.Unsent),
	}
	if step.Factor == "" {
		return step, nil
	}
	if !slices.Contains(step.Factors, step.Factor) {
		return nil, ErrChallengeOver
	}
	var err error
	switch {
	case step.Factor == userpool.FactorTOTP:
		var app directory.TOTPSetup
		app, err = l.Seconds.OpenTOTP(a.Pool, a.Client, w.User, w.asked.App)
		step.App = &app
	case w.asked.To != "":
		step.To, err = l.Seconds.NewDelivery(a.Pool, w.User, step.Factor, w.asked.To)
	}
	if err != nil {
		return nil, ErrChallengeOver // the app's time is over, or the pool's rules for addresses are others now
	}
	return step, nil
}

// BeginSetUp begins to set a factor up: it makes the secret of an authenticator app, or sends a code to the address the person
// has, else to the one that was typed. Without a factor it goes back to the choice; without an address it asks for one. It fails
// with *directory.AttributeError, or with ErrChallengeOver for a factor that cannot be set up.
func (l *Login) BeginSetUp(ctx context.Context, step *SetUpFactor, factor userpool.Factor, typed string) (*SetUpFactor, error) {
	if factor != "" && !slices.Contains(step.Factors, factor) {
		return nil, ErrChallengeOver
	}
	next := &SetUpFactor{Waiting: step.Waiting, Factors: step.Factors, Factor: factor}
	next.asked.Factor, next.asked.App, next.asked.To, next.asked.Unsent = factor, "", "", ""
	life := SecondLife
	switch {
	case factor == "":
	case factor == userpool.FactorTOTP:
		life = SetUpLife
		if err := l.beginApp(next); err != nil {
			return nil, err
		}
	case typed != "" || directory.SecondDelivery(next.User, factor) != nil:
		to, err := l.Seconds.NewDelivery(step.Authorization.Pool, step.User, factor, typed)
		if err != nil {
			return nil, err
		}
		if err := l.send(ctx, &next.Waiting, to); err != nil {
			return nil, err
		}
		next.To, next.asked.To = to, to.Destination
		next.Sent, next.Unsent = sentAt(next.asked.Sent), unsent(next.asked.Unsent)
	}
	return next, l.seal(&next.Waiting, life)
}

// FinishSetUp gives a set-up its first code, by which the factor is the person's, and signs the person in: in one commit. name
// is what the person calls an authenticator app. It fails as Answer does, and with *directory.AttributeError (the name is too
// long) or userpool.ErrAliasTaken (somebody else signs in with the number or address).
func (l *Login) FinishSetUp(ctx context.Context, step *SetUpFactor, code, name string) (*Done, error) {
	pool := step.Authorization.Pool
	if step.App != nil {
		change, err := l.Seconds.ConfirmTOTP(ctx, pool, step.User, step.App.Sealed, code, name)
		if errors.Is(err, directory.ErrSetupOver) {
			return nil, ErrChallengeOver
		}
		if err != nil {
			return nil, err
		}
		done, err := l.finishSecond(ctx, step.Waiting, SignIn{Change: &change}, nil)
		if err == nil {
			l.Seconds.Notify(ctx, pool, step.Authorization.Client, step.User, notify.AuthenticatorAdded)
		}
		return done, err
	}
	if step.To == nil {
		return nil, ErrChallengeOver
	}
	given, err := l.Seconds.CheckSecond(ctx, pool, step.User, step.To, code)
	if err != nil {
		return nil, err
	}
	change := l.Seconds.ConfirmDelivery(pool, step.User, step.Factor, step.To)
	return l.finishSecond(ctx, step.Waiting, SignIn{Change: &change, Second: &given}, nil)
}
