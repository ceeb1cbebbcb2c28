package directory

import (
	"context"
	"math"
	"sync"
	"time"

	"portico/userpool"
)

// Meter bounds how often things happen, by token buckets: for one address, and for one account. Like Lockout it lives in
// memory and is bounded, and it counts names of nobody like the others.
//
// What strangers do to an account must not keep its owner out. So an account has a bucket for each network that asks for it,
// and one for everybody together that holds crowd times as much: one stranger uses up a bucket that the owner does not need.
// Whoever is refused takes nothing from any bucket, so being refused over and over does not make the wait longer.
type Meter struct {
	Limits userpool.Limits // set once, before use

	mu      sync.Mutex
	buckets map[bucketKey]bucket
	size    int
}

// crowd is how many times an account's rate all networks have together: with Cognito's 5 codes an hour, its 20.
const crowd = 4

// action is what is counted; each has buckets of its own.
type action string

const (
	actSignIn  action = "sign-in"
	actSignUp  action = "sign-up"
	actResend  action = "resend"
	actForgot  action = "forgot"
	actConfirm action = "confirm"
	actReset   action = "reset"
	actName    action = "name" // somebody asks how a name may sign in
	actPasskey action = "passkey"
	actOTP     action = "one-time-code"
	actAnswer  action = "one-time-answer"
	actSecond  action = "second" // answers of a second factor, of whatever kind

	actAttribute  action = "attribute" // codes for an address or number
	actSecondSend action = "second-send"
	actVerify     action = "verify"
	actPassword   action = "password" // changed by somebody who is signed in: 5 an hour, like codes
)

func (a action) of(r userpool.Rates) userpool.Rate {
	switch a {
	case actSignIn, actName, actPasskey:
		return r.SignIn
	case actSignUp:
		return r.SignUp
	case actResend, actForgot, actOTP, actSecondSend, actAttribute, actPassword:
		return r.CodeRequest
	}
	return r.CodeGuess
}

type bucketKey struct {
	pool    userpool.ID
	action  action
	network string // everywhere: all of them
	account string // the user's sub, or the typed name; empty for the network's own bucket
}

const everywhere = "*"

type bucket struct {
	tokens float64
	at     time.Time // when it held them
	full   time.Time // when it will be full again, and worth nothing to remember
}

// NewMeter makes an empty meter with the default limits.
func NewMeter() *Meter {
	return &Meter{Limits: userpool.DefaultLimits(), buckets: map[bucketKey]bucket{}, size: lockoutSize}
}

// allow counts what somebody does about an account. It fails with *LimitError, and counts nothing, where there was too much.
func (m *Meter) allow(ctx context.Context, pool userpool.ID, a action, account string, now time.Time) error {
	return m.take(now, append(m.ofAddress(ctx, pool, a), m.ofAccount(ctx, pool, a, account)...))
}

// allowAddress and allowAccount are the halves of allow.
func (m *Meter) allowAddress(ctx context.Context, pool userpool.ID, a action, now time.Time) error {
	return m.take(now, m.ofAddress(ctx, pool, a))
}

func (m *Meter) allowAccount(ctx context.Context, pool userpool.ID, a action, account string, now time.Time) error {
	return m.take(now, m.ofAccount(ctx, pool, a, account))
}

// forgive gives the address its token back: what went well is no abuse, and an office has one address.
func (m *Meter) forgive(ctx context.Context, pool userpool.ID, a action, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range m.ofAddress(ctx, pool, a) {
		if !w.rate.Bounds() {
			continue
		}
		b := m.bucket(w, now)
		b.tokens = min(b.tokens+1, w.size())
		m.buckets[w.key] = b
	}
}

// want is a token of a bucket.
type want struct {
	key   bucketKey
	rate  userpool.Rate
	times int // how many times the rate the bucket holds
}

func (w want) size() float64 { return float64(w.rate.Count * w.times) }

// regain is how long one token takes.
func (w want) regain() time.Duration { return time.Duration(float64(w.rate.Per) / w.size()) }

func (m *Meter) ofAddress(ctx context.Context, pool userpool.ID, a action) []want {
	from := caller(ctx)
	if from == "" {
		return nil
	}
	return []want{{bucketKey{pool, a, from, ""}, a.of(m.Limits.Address), 1}}
}

func (m *Meter) ofAccount(ctx context.Context, pool userpool.ID, a action, account string) []want {
	rate := a.of(m.Limits.Account)
	return []want{{bucketKey{pool, a, caller(ctx), account}, rate, 1}, {bucketKey{pool, a, everywhere, account}, rate, crowd}}
}

// take takes a token of each bucket, or none.
func (m *Meter) take(now time.Time, wants []want) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var wait time.Duration
	taken := make(map[bucketKey]bucket, len(wants))
	for _, w := range wants {
		if !w.rate.Bounds() {
			continue
		}
		b := m.bucket(w, now)
		if b.tokens < 1 {
			wait = max(wait, time.Duration(math.Ceil((1-b.tokens)*float64(w.regain()))))
		}
		b.tokens--
		b.full = now.Add(time.Duration((w.size() - b.tokens) * float64(w.regain())))
		taken[w.key] = b
	}
	if wait > 0 {
		return &LimitError{For: wait}
	}
	for key, b := range taken {
		if _, known := m.buckets[key]; !known && len(m.buckets) >= m.size {
			m.makeRoom(now)
		}
		m.buckets[key] = b
	}
	return nil
}

// bucket is what a bucket holds now.
func (m *Meter) bucket(w want, now time.Time) bucket {
	b, known := m.buckets[w.key]
	if !known || !now.Before(b.full) {
		return bucket{tokens: w.size(), at: now, full: now}
	}
	if past := now.Sub(b.at); past > 0 { // a clock that was put back regains nothing
		b.tokens, b.at = min(b.tokens+float64(past)/float64(w.regain()), w.size()), now
	}
	return b
}

// makeRoom drops buckets that are full again first: nothing is remembered in them.
func (m *Meter) makeRoom(now time.Time) {
	makeRoom(m.buckets, m.size, func(b bucket) bool { return !now.Before(b.full) }, noneStays)
}
