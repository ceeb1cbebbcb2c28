package login

import (
	"context"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
)

// ChooseLife is how long a person has to choose how to sign in, after naming an account.
const ChooseLife = 8 * time.Minute

// chooseKind binds sealed challenges of this kind.
const chooseKind challengeKind = "choose"

// FirstFactors prove people by other means than passwords; the directory does.
type FirstFactors interface {
	WaysIn(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed string) (directory.Ways, error)
	WaysAgain(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed string) (directory.Ways, error)
	SendOneTimeCode(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed string, factor userpool.Factor) error
	ProveOneTimeCode(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, typed string, factor userpool.Factor, code string) (directory.OneTimeProof, error)
	AskPasskey(pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub) ([]byte, error)
	ProvePasskey(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, answer []byte) (directory.PasskeyProof, error)
}

var _ FirstFactors = (*directory.Directory)(nil)

// ChooseFirst: the person named an account and chooses how to sign in to it (SELECT_CHALLENGE).
type ChooseFirst struct {
	Authorization *Authorization
	Typed         string          // the name, as it was typed
	Ways          []directory.Way // in the order to offer them
	// Passkey are the options for a passkey of this account, in JSON, where that is a way; nobody else's passkey answers them.
	Passkey   []byte
	Challenge string // sealed; it holds the name alone, so it proves nothing
}

// GivePassword: the password is how this person signs in, by choice or because there is nothing else.
type GivePassword struct {
	Authorization *Authorization
	Typed         string
}

func (*ChooseFirst) step()  {}
func (*GivePassword) step() {}

// chosen is what is sealed. The ways are looked up anew, so that what has been taken from a user is not offered.
type chosen struct {
	Typed string `json:"t"`
}

// Chooses reports whether people name their account first and choose then how to sign in.
func (a *Authorization) Chooses() bool {
	return a.Client.Offers(userpool.COGNITO) && a.Pool.Chooses(a.Client)
}

// Named decides how somebody who named an account goes on: *ChooseFirst, or straight to the only way there is. Errors are those
// of directory.WaysIn and directory.SendOneTimeCode.
func (l *Login) Named(ctx context.Context, a *Authorization, typed string) (Step, error) {
	ways, err := l.First.WaysIn(ctx, a.Pool, a.Client, typed)
	if err != nil {
		return nil, err
	}
	choice, err := l.choices(a, typed, ways)
	if err != nil {
		return nil, err
	}
	if only := choice.Ways[0].Factor; len(choice.Ways) == 1 && only != userpool.FactorPasskey {
		return l.Choose(ctx, choice, only)
	}
	return choice, nil
}

// OpenChoice opens a sealed choice again, for another page of the same client. It fails with ErrChallengeOver.
func (l *Login) OpenChoice(ctx context.Context, a *Authorization, sealed string) (*ChooseFirst, error) {
	var was chosen
	if err := l.openChallenge(a, chooseKind, sealed, &was); err != nil {
		return nil, err
	}
	if !a.Chooses() {
		return nil, ErrChallengeOver
	}
	ways, err := l.First.WaysAgain(ctx, a.Pool, a.Client, was.Typed)
	if err != nil {
		return nil, err
	}
	return l.choices(a, was.Typed, ways)
}

func (l *Login) choices(a *Authorization, typed string, ways directory.Ways) (*ChooseFirst, error) {
	sealed, err := l.sealChallenge(a, chooseKind, ChooseLife, chosen{Typed: typed})
	if err != nil {
		return nil, err
	}
	choice := &ChooseFirst{Authorization: a, Typed: typed, Ways: ways.Open, Challenge: sealed}
	if _, open := ways.Of(userpool.FactorPasskey); open {
		if choice.Passkey, err = l.First.AskPasskey(a.Pool, a.Client, ways.Sub); err != nil {
			return nil, err
		}
	}
	return choice, nil
}

// Choose goes the way that was chosen. A way that is not open leads back to the choice, and is no error (as recorded of
// Cognito's PREFERRED_CHALLENGE); so does the passkey, which is asked for by the page of the choice itself.
func (l *Login) Choose(ctx context.Context, c *ChooseFirst, factor userpool.Factor) (Step, error) {
	for _, way := range c.Ways {
		switch {
		case way.Factor != factor || factor == userpool.FactorPasskey:
		case factor == userpool.FactorPassword:
			return &GivePassword{Authorization: c.Authorization, Typed: c.Typed}, nil
		default:
			asked, err := l.sendOneTime(ctx, c.Authorization, c.Typed, way)
			if err != nil {
				return nil, err // and not a *OneTimeCode that is nil
			}
			return asked, nil
		}
	}
	return c, nil
}
