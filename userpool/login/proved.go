package login

import (
	"context"
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
	after := changedBy(p.user, p.change)
	due := dueAfter(a.Pool, after, p)
	if due.need == needNothing {
		done, err := l.open(ctx, a, p, SignIn{Change: p.change})
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
