package login

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"portico/federation"
	"portico/federation/trace"
	"portico/userpool"
	"portico/userpool/seal"
)

// TrialLife is how long a link that tests a provider works, and how long its outcome can be looked at.
const TrialLife = 10 * time.Minute

// Contexts that bind sealed trials, beside the pool.
const (
	trialLink   = "link"
	trialResult = "result"
)

// ticket permits one thing of a trial: to begin it at a provider, or to see a trace.
type ticket struct {
	Name    string `json:"n"` // of the provider, or the trace's reference
	Expires int64  `json:"e"` // Unix seconds
}

// SealTrial makes the ticket of a link that tests a provider: whoever opens the link signs in there, and nobody is signed in
// here. trials is MasterKey.For(seal.TestLink).
func SealTrial(trials seal.Sealer, pool userpool.ID, provider string, now time.Time) string {
	return sealTicket(trials, pool, trialLink, provider, now)
}

func sealTicket(trials seal.Sealer, pool userpool.ID, use, name string, now time.Time) string {
	plain, err := json.Marshal(ticket{Name: name, Expires: now.Add(TrialLife).Unix()})
	if err != nil {
		return "" // unreachable: a text and a number
	}
	return trials.Seal(plain, string(pool), use)
}

// openTicket fails with a *Refusal.
func (l *Login) openTicket(pool *userpool.Pool, use, sealed string) (string, error) {
	plain, err := l.Trials.Open(sealed, string(pool.ID), use)
	var t ticket
	if err != nil || json.Unmarshal(plain, &t) != nil {
		return "", &Refusal{Kind: InvalidState, Err: errors.New("the test link is not ours")}
	}
	if l.Now().Unix() >= t.Expires {
		return "", &Refusal{Kind: Expired, Err: errors.New("the test link is too old")}
	}
	return t.Name, nil
}

// Tried is not a failure but the end of a trial: whatever came of it is in its trace, and nobody was signed in. It is an error
// so that no caller can take it for a sign-in.
type Tried struct{ Result string } // Result is sealed: it permits to see the trace

func (e *Tried) Error() string { return "a connection test ended; nobody was signed in" }

// Trial begins a test of the provider that a sealed link names. No app client is involved: the provider need not be offered
// by any. It fails with a *Refusal for a link that is not ours, and with *Tried where the browser cannot even leave.
func (l *Login) Trial(ctx context.Context, pool *userpool.Pool, link string) (*Depart, error) {
	name, err := l.openTicket(pool, trialLink, link)
	if err != nil {
		return nil, err
	}
	r := trace.From(ctx)
	r.Test()
	provider, ok := pool.Provider(name)
	if !ok {
		return nil, &Refusal{Kind: InvalidState, Err: errors.New("the provider is gone")}
	}
	r.About(string(pool.ID), provider.Name, string(provider.Type), "")
	protocol, err := l.Protocols.Protocol(pool, provider)
	if err != nil {
		return nil, l.tried(ctx, pool, provider, federation.Refuse("settings", "", "%w", err))
	}
	now, handle := l.Now(), l.newHandle()
	departure, memory, err := protocol.Begin(ctx, federation.Start{Handle: handle})
	if err != nil {
		return nil, l.tried(ctx, pool, provider, err)
	}
	packed, err := pack(attempt{Provider: provider.Name, Memory: memory, Issued: now.Unix(), Trace: r.Leave(), Trial: true})
	if err != nil {
		return nil, err
	}
	return &Depart{
		Authorization: &Authorization{Pool: pool, Client: &userpool.AppClient{Name: "Connection test"}},
		Provider:      provider, Departure: departure, Handle: handle, Attempt: l.Attempts.Seal(packed, string(pool.ID), handle),
	}, nil
}

// finishTrial verifies the answer and maps it for nobody. It writes nothing but the trace, and always ends in an error.
func (l *Login) finishTrial(ctx context.Context, pool *userpool.Pool, back Callback, tried attempt) error {
	r := trace.From(ctx)
	r.Test()
	provider, ok := pool.Provider(tried.Provider)
	if !ok || back.SAML != (provider.Type == userpool.TypeSAML) {
		return &Refusal{Kind: InvalidState, Err: errors.New("the attempt's provider does not answer here")}
	}
	r.About(string(pool.ID), provider.Name, string(provider.Type), "")
	return l.tried(ctx, pool, provider, l.rehearse(ctx, pool, provider, back, tried))
}

// rehearse does everything that a first sign-in through a client that may write every attribute does, except to write.
func (l *Login) rehearse(ctx context.Context, pool *userpool.Pool, provider *userpool.IdentityProvider, back Callback, tried attempt) error {
	protocol, err := l.Protocols.Protocol(pool, provider)
	if err != nil {
		return federation.Refuse("settings", "", "%w", err)
	}
	assertion, err := protocol.Finish(ctx, federation.Answer{Memory: tried.Memory, Form: back.Form, Post: back.Post})
	if err != nil {
		return err
	}
	trace.From(ctx).Said(saidBy(provider), assertion.Subject, assertion.Claims)
	a := &Authorization{Pool: pool, Client: &userpool.AppClient{}}
	found := trace.Start(ctx, "login", "Attributes mapped for a first sign-in").Note("No user was looked for.")
	in, err := l.provision(a, provider, assertion)
	traceMapping(ctx, a, provider, assertion, match{rehearsed: true}, in, err)
	found.End(err)
	return err
}

// tried ends the trace of a trial, stores it, and permits this browser to see it.
func (l *Login) tried(ctx context.Context, pool *userpool.Pool, provider *userpool.IdentityProvider, err error) error {
	r := trace.From(ctx)
	if err != nil {
		refuseTrace(r, pool, provider.Name, provider, err)
	} else {
		r.Tested()
	}
	stored, packed := r.Pack()
	if packed != nil {
		return packed
	}
	if stored == nil || l.Traces == nil {
		return errors.New("no trace is kept of the connection test")
	}
	if err := l.Traces.Save(ctx, *stored); err != nil {
		return err
	}
	return &Tried{Result: sealTicket(l.Trials, pool.ID, trialResult, stored.Reference, l.Now())}
}

// TrialResult opens what Tried sealed: the reference of the trace to show.
func (l *Login) TrialResult(pool *userpool.Pool, sealed string) (reference string, err error) {
	return l.openTicket(pool, trialResult, strings.TrimSpace(sealed))
}
