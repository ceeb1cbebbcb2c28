package login

import (
	"context"
	"errors"
	"fmt"

	"portico/userpool"
)

// proof is a person who gave a first factor.
type proof struct {
	user userpool.User
	by   userpool.Factor // what was given; empty for the code of a sign-up
	// verified: a passkey that verified the person, by a finger, a face or a screen lock.
	verified bool
	second   bool // a second factor was given as well
	// device is the remembered device that it was given on; nil where it is none, and where that does not count.
	device *userpool.Device
	// change is what becomes of the user by it; it is written in the commit that signs in, or before a second factor is asked
	// for. nil changes nothing.
	change *userpool.UserChange
}

// both reports whether two factors were given: a first and a second, or a passkey that counts as both
// (MULTI_FACTOR_WITH_USER_VERIFICATION: the device, and what unlocks it).
func (p proof) both(pool *userpool.Pool) bool {
	return p.second || (p.by == userpool.FactorPasskey && p.verified && pool.Passkeys.SecondFactor)
}

// ErrAnotherFirst: a one-time code cannot sign in somebody who is asked for a second factor. It is ErrNotOffered, and told only to
// who has the code.
var ErrAnotherFirst = fmt.Errorf("%w: a one-time code does not go with a second factor", ErrNotOffered)

// proved decides what follows a first factor: every way to sign in with the pool itself ends here.
func (l *Login) proved(ctx context.Context, a *Authorization, p proof) (Step, error) {
	var err error
	if a.takesDevices() {
		if p.device, err = l.device(ctx, a, p.user.Sub); err != nil {
			return nil, err
		}
	}
	step, err := l.goOn(ctx, a, p)
	if errors.Is(err, userpool.ErrNoDevice) { // forgotten since it was read, or by the change; nothing was written
		p.device = nil
		return l.goOn(ctx, a, p)
	}
	return step, err
}

// takesDevices reports whether a remembered device counts. It does not where a person signs in to do what an account is kept
// safe by (Visitor.Again).
func (a *Authorization) takesDevices() bool { return a.Page == "" || !a.prompt("login") }

func (l *Login) goOn(ctx context.Context, a *Authorization, p proof) (Step, error) {
	after := changedBy(p.user, p.change)
	due := dueAfter(a.Pool, after, p)
	if due.need == needNothing {
		done, err := l.openFirst(ctx, a, p)
		if err != nil {
			return nil, err // and not a *Done that is nil
		}
		return done, nil
	}
	if due.need == needAnother {
		return nil, ErrAnotherFirst
	}
	if p.change != nil {
		if err := l.Storage.ChangeUser(ctx, *p.change); err != nil {
			return nil, err
		}
	}
	return l.askSecond(ctx, a, after, p, due, nil)
}

// openFirst opens the session of somebody who needs no more than a first factor.
func (l *Login) openFirst(ctx context.Context, a *Authorization, p proof) (*Done, error) {
	in := SignIn{Change: p.change}
	if p.device != nil {
		return l.openOn(ctx, a, p, in, p.device)
	}
	return l.open(ctx, a, p, in)
}

// changedBy is a user as a change will leave it.
func changedBy(user userpool.User, change *userpool.UserChange) userpool.User {
	if change == nil {
		return user
	}
	if !change.Modified.IsZero() { // else nothing is written to the user, only spent
		user.Version++
	}
	if change.Status != "" {
		user.Status = change.Status
	}
	if change.Attributes != nil {
		user.Attributes = change.Attributes
	}
	if change.MFA != nil {
		user.MFA = *change.MFA
	}
	return user
}
