package login

import (
	"bytes"
	"context"
	"errors"
	"time"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/directory"
)

// finishSecond commits the right answer: the challenge is spent with it, and with it the whole sign-in.
func (l *Login) finishSecond(ctx context.Context, w Waiting, in SignIn, linking *Pending) (*Done, error) {
	in.Spend = []federation.Once{{Purpose: secondPurpose, ID: w.asked.ID, Until: w.ends()}}
	var done *Done
	var err error
	if w.Linking() {
		if linking == nil || !bytes.Equal(linking.hash, w.asked.Link) || linking.User.Sub != w.User.Sub {
			return nil, ErrChallengeOver
		}
		chosen := choice{linkTo: w.User.Sub, second: in.Second, spend: in.Spend}
		done, err = l.admit(ctx, linking.Authorization, linking.Provider, linking.assertion, linking.spend, chosen)
	} else {
		done, err = l.openSecond(ctx, w, in)
	}
	switch {
	case errors.Is(err, userpool.ErrSpent), errors.Is(err, userpool.ErrConflict), errors.Is(err, userpool.ErrNotFound):
		return nil, ErrChallengeOver // answered before, or the user has changed since
	case err != nil:
		return nil, err
	}
	l.Seconds.SecondGiven(ctx, w.Authorization.Pool, w.User.Sub)
	return done, nil
}

// ends is when the last step of a second factor must be over.
func (w *Waiting) ends() time.Time { return time.Unix(w.asked.Proved, 0).Add(secondLifeInAll) }

// seal makes the challenge of a step. It fails with ErrChallengeOver where the person took too long over all steps.
func (l *Login) seal(w *Waiting, life time.Duration) error {
	if w.Life = min(life, w.ends().Sub(l.Now())); w.Life <= 0 {
		return ErrChallengeOver
	}
	var err error
	w.Challenge, err = l.sealChallenge(w.Authorization, secondKind, w.Life, w.asked)
	return err
}

// SendSecondAgain sends another code, and says in the step whether it did. A step without codes stays as it is.
func (l *Login) SendSecondAgain(ctx context.Context, step *SecondFactor) (*SecondFactor, error) {
	return l.askFactor(ctx, step.Waiting, step.Factor, step.Factors)
}

// Why a code was not sent, as it is sealed.
const (
	unsentSoon  = "soon"
	unsentLimit = "limit"
	unsentMail  = "undelivered"
)

// send sends a code and records whether that worked: the page comes with a redirect, and tells it.
func (l *Login) send(ctx context.Context, w *Waiting, to *directory.Delivery) error {
	err := l.Seconds.SendSecond(ctx, w.Authorization.Pool, w.Authorization.Client, w.User, to)
	var attribute *directory.AttributeError
	switch {
	case err == nil:
		w.asked.Sent, w.asked.Unsent = l.Now().Unix(), ""
	case errors.Is(err, directory.ErrTooSoon):
		w.asked.Unsent = unsentSoon
	case errors.Is(err, directory.ErrLimit):
		w.asked.Unsent = unsentLimit
	case errors.Is(err, directory.ErrUndelivered), errors.As(err, &attribute):
		w.asked.Unsent = unsentMail
	default:
		return err
	}
	return nil
}

func unsent(why string) error {
	switch why {
	case unsentSoon:
		return directory.ErrTooSoon
	case unsentLimit:
		return directory.ErrLimit
	case unsentMail:
		return directory.ErrUndelivered
	}
	return nil
}

func sentAt(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
