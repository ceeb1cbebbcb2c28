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

// Lives of the steps of a second factor: Cognito's three minutes for each, and eight for somebody who must find an authenticator
// app first. Sealing a step again gives it its time again, so there is an end for all of them: the most Cognito gives a session.
const (
	SecondLife      = 3 * time.Minute
	SetUpLife       = directory.TOTPSetupLife
	secondLifeInAll = 15 * time.Minute
)

const (
	secondKind challengeKind = "second-factor"
	// secondPurpose names challenges among the values that may be used once.
	secondPurpose = "second-factor"
)

// Seconds asks for second factors; the directory does.
type Seconds interface {
	SendSecond(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, user userpool.User, to *directory.Delivery) error
	CheckSecond(ctx context.Context, pool *userpool.Pool, user userpool.User, to *directory.Delivery, code string) (directory.Second, error)
	SecondGiven(ctx context.Context, pool *userpool.Pool, sub userpool.Sub)
	VerifiedBySecond(pool *userpool.Pool, user userpool.User, factor userpool.Factor) *userpool.UserChange
	SetsUp(pool *userpool.Pool) []userpool.Factor
	NewDelivery(pool *userpool.Pool, user userpool.User, factor userpool.Factor, typed string) (*directory.Delivery, error)
	ConfirmDelivery(pool *userpool.Pool, user userpool.User, factor userpool.Factor, to *directory.Delivery) userpool.UserChange
	BeginTOTP(pool *userpool.Pool, client *userpool.AppClient, user userpool.User) (directory.TOTPSetup, error)
	OpenTOTP(pool *userpool.Pool, client *userpool.AppClient, user userpool.User, sealed string) (directory.TOTPSetup, error)
	ConfirmTOTP(ctx context.Context, pool *userpool.Pool, user userpool.User, sealed, code, name string) (userpool.UserChange, error)
	Notify(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, user userpool.User, what notify.Kind)
}

var _ Seconds = (*directory.Directory)(nil)

// Waiting is a person who gave a first factor and owes a second: what the steps below have in common.
type Waiting struct {
	Authorization *Authorization
	User          userpool.User
	Challenge     string        // sealed; who brings it back has given the first factor
	Life          time.Duration // of the challenge where it was sealed just now; 0 where it was opened
	// Remember: the person agrees that this device is remembered (AsksToRemember). The page says so before it answers the step.
	Remember bool
	asked    second
}

// Linking reports whether the second factor is asked for to attach a provider's account (Prove), and not to sign in with the
// pool.
func (w *Waiting) Linking() bool { return w.asked.Link != nil }

// SecondFactor: one second factor is asked for (SMS_MFA, EMAIL_OTP, SOFTWARE_TOKEN_MFA).
type SecondFactor struct {
	Waiting
	Factor  userpool.Factor
	Factors []userpool.Factor   // that may be used, Factor among them
	To      *directory.Delivery // where the code went; nil for an authenticator app
	Sent    time.Time           // when the latest code was; zero where none was
	Unsent  error               // why the latest was not: directory.ErrTooSoon (an earlier one works), ErrLimit, ErrUndelivered
}

// ChooseFactor: the person chooses one of several second factors (SELECT_MFA_TYPE).
type ChooseFactor struct {
	Waiting
	Factors []userpool.Factor
}

func (*SecondFactor) step() {}
func (*ChooseFactor) step() {}

// second is what is sealed. It names the user as it was: whatever has changed since, a password or a factor, ends it.
type second struct {
	ID      string          `json:"i"` // the same in all steps of a sign-in; spent by the right answer
	Sub     userpool.Sub    `json:"s"`
	Version int64           `json:"v"`
	By      userpool.Factor `json:"b,omitempty"` // the first factor
	Proved  int64           `json:"p"`           // when it was given, in Unix seconds
	Link    []byte          `json:"l,omitempty"` // Pending.hash, where this proves an account
	Factor  userpool.Factor `json:"f,omitempty"` // that is asked for, or set up; empty where it must be chosen yet
	SetUp   bool            `json:"u,omitempty"`
	To      string          `json:"t,omitempty"` // set-up: the address that was typed
	App     string          `json:"o,omitempty"` // set-up: directory.TOTPSetup.Sealed
	Sent    int64           `json:"n,omitempty"` // Unix seconds
	Unsent  string          `json:"x,omitempty"`
}

// askSecond leads to what is due. link is of the account link that waits for it; nil for a sign-in with the pool.
func (l *Login) askSecond(ctx context.Context, a *Authorization, user userpool.User, p proof, due due, link []byte) (Step, error) {
	waiting := Waiting{Authorization: a, User: user, asked: second{
		ID: l.random(16), Sub: user.Sub, Version: user.Version, By: p.by, Proved: l.Now().Unix(), Link: link,
	}}
	switch due.need {
	case needFactor:
		return l.askFactor(ctx, waiting, due.factors[0], due.factors)
	case needChoice:
		step := &ChooseFactor{Waiting: waiting, Factors: due.factors}
		return step, l.seal(&step.Waiting, SecondLife)
	}
	return l.askSetUp(waiting)
}

// OpenSecond opens a sealed challenge again: *SecondFactor, *ChooseFactor or *SetUpFactor, as it was when it was sealed. It
// fails with ErrChallengeOver, also where the user or the pool's policy is not what it was.
func (l *Login) OpenSecond(ctx context.Context, a *Authorization, sealed string) (Step, error) {
	waiting := Waiting{Authorization: a, Challenge: sealed}
	if err := l.openChallenge(a, secondKind, sealed, &waiting.asked); err != nil {
		return nil, err
	}
	asked := waiting.asked
	user, err := l.Storage.UserBySub(ctx, a.Pool.ID, asked.Sub)
	if errors.Is(err, userpool.ErrNotFound) || (err == nil && (!user.Enabled || user.Version != asked.Version)) {
		return nil, ErrChallengeOver
	}
	if err != nil {
		return nil, err
	}
	waiting.User = user
	due := dueAfter(a.Pool, user, proof{by: asked.By})
	switch {
	case asked.SetUp && due.need == needSetUp:
		return l.openSetUp(waiting)
	case asked.SetUp, asked.Factor != "" && !slices.Contains(due.factors, asked.Factor), len(due.factors) == 0:
		return nil, ErrChallengeOver
	case asked.Factor == "":
		return &ChooseFactor{Waiting: waiting, Factors: due.factors}, nil
	}
	return &SecondFactor{
		Waiting: waiting, Factor: asked.Factor, Factors: due.factors, To: directory.SecondDelivery(user, asked.Factor),
		Sent: sentAt(asked.Sent), Unsent: unsent(asked.Unsent),
	}, nil
}

// UseFactor goes on with one of the factors of a step, and sends its code. It fails with ErrChallengeOver for one that may not be
// used.
func (l *Login) UseFactor(ctx context.Context, waiting Waiting, factor userpool.Factor) (*SecondFactor, error) {
	due := dueAfter(waiting.Authorization.Pool, waiting.User, proof{by: waiting.asked.By})
	if waiting.asked.SetUp || !slices.Contains(due.factors, factor) {
		return nil, ErrChallengeOver
	}
	return l.askFactor(ctx, waiting, factor, due.factors)
}

func (l *Login) askFactor(ctx context.Context, waiting Waiting, factor userpool.Factor, factors []userpool.Factor) (*SecondFactor, error) {
	step := &SecondFactor{Waiting: waiting, Factor: factor, Factors: factors, To: directory.SecondDelivery(waiting.User, factor)}
	step.asked.Factor = factor
	if step.To != nil {
		if err := l.send(ctx, &step.Waiting, step.To); err != nil {
			return nil, err
		}
		step.Sent, step.Unsent = sentAt(step.asked.Sent), unsent(step.asked.Unsent)
	}
	return step, l.seal(&step.Waiting, SecondLife)
}

// Answer gives a step its code, and signs the person in, or attaches the provider that waits for it (nil where none does): in
// one commit with what is taken of the code. It fails with ErrChallengeOver, directory.ErrCodeMismatch, ErrCodeUsed,
// ErrCodeExpired, ErrLimit or *directory.LockedError; the step can be answered again after all but the first.
func (l *Login) Answer(ctx context.Context, step *SecondFactor, code string, linking *Pending) (*Done, error) {
	a := step.Authorization
	given, err := l.Seconds.CheckSecond(ctx, a.Pool, step.User, step.To, code)
	if errors.Is(err, userpool.ErrNotFound) {
		return nil, ErrChallengeOver
	}
	if err != nil {
		return nil, err
	}
	in := SignIn{Second: &given, Change: l.Seconds.VerifiedBySecond(a.Pool, step.User, step.Factor)}
	done, err := l.finishSecond(ctx, step.Waiting, in, linking)
	if errors.Is(err, userpool.ErrAliasTaken) { // somebody else signs in with the number: then it stays unverified here
		in.Change = nil
		done, err = l.finishSecond(ctx, step.Waiting, in, linking)
	}
	return done, err
}
