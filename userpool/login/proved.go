package login

import (
	"context"

	"portico/userpool"
)

// proof is a person who gave a first factor.
type proof struct {
	user userpool.User
	by   userpool.Factor // what was given; empty for the code of a sign-up
	// verified: a passkey that verified the person, by a finger, a face or a screen lock.
	verified bool
	// change is what becomes of the user by it; it is written in the commit that signs in, or before a second factor is asked
	// for. nil changes nothing.
	change *userpool.UserChange
}

// proved decides what follows a first factor: every way to sign in with the pool itself ends here.
func (l *Login) proved(ctx context.Context, a *Authorization, p proof) (Step, error) {
	done, err := l.open(ctx, a, p)
	if err != nil {
		return nil, err // and not a *Done that is nil
	}
	return done, nil
}
