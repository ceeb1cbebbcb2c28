package login

import (
	"context"
	"errors"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
)

// oneTimeKind binds sealed challenges of this kind.
const oneTimeKind challengeKind = "one-time-code"

// OneTimeCode: a code is on its way to an address of the person, and signs in (EMAIL_OTP, SMS_OTP). Where the client hides users
// there may be nobody, and then no code is right.
type OneTimeCode struct {
	Authorization *Authorization
	Typed         string
	Way           directory.Way
	Sent          time.Time // in whole seconds
	Challenge     string    // sealed; it proves nothing, the code does
}

func (*OneTimeCode) step() {}

type oneTime struct {
	Typed  string          `json:"t"`
	Factor userpool.Factor `json:"f"`
	Sent   int64           `json:"n"` // Unix seconds
}

// sendOneTime sends a code and asks for it.
func (l *Login) sendOneTime(ctx context.Context, a *Authorization, typed string, way directory.Way) (*OneTimeCode, error) {
	err := l.First.SendOneTimeCode(ctx, a.Pool, a.Client, typed, way.Factor)
	if err != nil && !errors.Is(err, directory.ErrTooSoon) { // too soon: the code that is on its way still works
		return nil, err
	}
	sent := l.Now().Truncate(time.Second)
	sealed, err := l.sealChallenge(a, oneTimeKind, directory.OneTimeLife, oneTime{Typed: typed, Factor: way.Factor, Sent: sent.Unix()})
	if err != nil {
		return nil, err
	}
	return &OneTimeCode{Authorization: a, Typed: typed, Way: way, Sent: sent, Challenge: sealed}, nil
}

// OpenOneTime opens a sealed challenge again, for another page of the same client. It fails with ErrChallengeOver.
func (l *Login) OpenOneTime(ctx context.Context, a *Authorization, sealed string) (*OneTimeCode, error) {
	var was oneTime
	if err := l.openChallenge(a, oneTimeKind, sealed, &was); err != nil {
		return nil, err
	}
	if !a.Chooses() {
		return nil, ErrChallengeOver
	}
	ways, err := l.First.WaysAgain(ctx, a.Pool, a.Client, was.Typed)
	if errors.Is(err, directory.ErrNoUser) || errors.Is(err, directory.ErrDisabled) {
		return nil, ErrChallengeOver
	}
	if err != nil {
		return nil, err
	}
	way, open := ways.Of(was.Factor)
	if !open || way.To == nil {
		return nil, ErrChallengeOver
	}
	return &OneTimeCode{Authorization: a, Typed: was.Typed, Way: way, Sent: time.Unix(was.Sent, 0), Challenge: sealed}, nil
}

// SendAgain sends a new code, at most every half minute. It fails with directory.ErrTooSoon, and as directory.SendOneTimeCode
// does; the code that was sent before works on then.
func (l *Login) SendAgain(ctx context.Context, c *OneTimeCode) (*OneTimeCode, error) {
	// The directory knows when it sent a code; of nobody it sent none. So that both are told the same, the challenge is asked.
	if l.Now().Before(c.Sent.Add(directory.ResendWait())) {
		return nil, directory.ErrTooSoon
	}
	return l.sendOneTime(ctx, c.Authorization, c.Typed, c.Way)
}

// AnswerOneTime signs a person in with the code. A wrong one leaves the challenge open, the right one is taken in the commit
// that signs in. Errors are those of directory.ProveOneTimeCode.
func (l *Login) AnswerOneTime(ctx context.Context, c *OneTimeCode, code string) (Step, error) {
	a := c.Authorization
	for try := 0; ; try++ {
		given, err := l.First.ProveOneTimeCode(ctx, a.Pool, a.Client, c.Typed, c.Way.Factor, code)
		if err != nil {
			return nil, err
		}
		step, err := l.proved(ctx, a, proof{user: given.User, by: c.Way.Factor, change: &given.Change})
		switch {
		case errors.Is(err, userpool.ErrConflict) && try < admitRetries: // something else of the user was written meanwhile
			continue
		case errors.Is(err, userpool.ErrSpent): // the same code in another tab was faster
			return nil, directory.ErrCodeExpired
		}
		return step, err
	}
}
