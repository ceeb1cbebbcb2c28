package login

import (
	"context"
	"errors"
	"fmt"

	"portico/userpool"
	"portico/userpool/directory"
)

// AskPasskey are the options, in JSON, for a passkey of anybody: the authenticator says who it is. nil where the client takes no
// passkeys.
func (l *Login) AskPasskey(a *Authorization) ([]byte, error) {
	if !a.Chooses() || !a.Pool.TakesFirst(userpool.FactorPasskey) {
		return nil, nil
	}
	return l.First.AskPasskey(a.Pool, a.Client, "")
}

// Passkey signs a person in with an authenticator's answer, in JSON, to AskPasskey's or ChooseFirst's options. The challenge and
// the authenticator's count are spent in the commit that signs in. Errors are those of directory.ProvePasskey.
func (l *Login) Passkey(ctx context.Context, a *Authorization, answer []byte) (Step, error) {
	if !a.Chooses() {
		return nil, directory.ErrPasskeysOff
	}
	given, err := l.First.ProvePasskey(ctx, a.Pool, a.Client, answer)
	if err != nil {
		return nil, err
	}
	step, err := l.proved(ctx, a, proof{
		user: given.User, by: userpool.FactorPasskey, verified: given.Verified,
		change: &userpool.UserChange{Pool: a.Pool.ID, Sub: given.User.Sub, Spends: given.Spends},
	})
	switch {
	case errors.Is(err, userpool.ErrSpent):
		return nil, directory.ErrPasskeyChallenge
	case errors.Is(err, userpool.ErrConflict):
		return nil, fmt.Errorf("%w: it was used elsewhere at the same moment, or removed", directory.ErrPasskeyRefused)
	}
	return step, err
}
