package login

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"portico/federation"
	"portico/federation/trace"
	"portico/userpool"
	"portico/userpool/oauth"
)

// AttemptLife is how long a person may stay at a provider: Cognito's five minutes.
const AttemptLife = 5 * time.Minute

// maxAttempt is the largest sealed attempt, in characters: with its name and attributes it must fit a cookie of 4,096
// bytes (RFC 6265 §6.1).
const maxAttempt = 3800

// attempt is what must be remembered while the browser is at a provider. It is sealed and travels in a cookie, so that
// nothing is written for sign-ins that are never finished, and so that it is bound to the browser that began it.
type attempt struct {
	Query    string            `json:"q"` // the app's request, as a query without its id_token_hint
	Provider string            `json:"p"`
	Memory   federation.Memory `json:"m"`
	Issued   int64             `json:"i"`           // Unix seconds
	Hinted   userpool.Sub      `json:"h,omitempty"` // of id_token_hint, which would be too long
	Replaces []byte            `json:"o,omitempty"` // Authorization.replaces: a cross-site post brings no session cookie
	Trace    *trace.Departure  `json:"t,omitempty"`
	LinkTo   userpool.Sub      `json:"l,omitempty"` // who links the account; Replaces is the session it was begun in
	Trial    bool              `json:"x,omitempty"` // a connection test: it has no query and signs nobody in
}

// Depart sends the browser to a provider.
func (l *Login) Depart(ctx context.Context, a *Authorization, provider *userpool.IdentityProvider) (*Depart, error) {
	l.traceAbout(ctx, a, provider)
	depart, err := l.depart(ctx, a, provider)
	if err != nil {
		l.traceStuck(ctx, a.Pool, provider, err)
	}
	return depart, err
}

func (l *Login) depart(ctx context.Context, a *Authorization, provider *userpool.IdentityProvider) (*Depart, error) {
	protocol, err := l.Protocols.Protocol(a.Pool, provider)
	if err != nil {
		return nil, a.back(oauth.Errorf(oauth.ServerError, "", "provider %s: %w", provider.Name, err))
	}
	now := l.Now()
	handle := l.newHandle()
	departure, memory, err := protocol.Begin(ctx, federation.Start{
		Handle: handle, LoginHint: a.LoginHint, Prompt: a.upstreamPrompt(), MaxAge: a.maxAge(),
	})
	if err != nil {
		return nil, a.failed(provider, err)
	}
	query, hinted := l.remembered(a)
	packed, err := pack(attempt{
		Query: query, Hinted: hinted, Replaces: a.replaces, Provider: provider.Name, Memory: memory, Issued: now.Unix(),
		LinkTo: a.linkingTo(), Trace: trace.From(ctx).Leave(),
	})
	if err != nil {
		return nil, a.Fault(err)
	}
	sealed := l.Attempts.Seal(packed, string(a.Pool.ID), handle)
	if len(sealed) > maxAttempt {
		return nil, a.back(oauth.Errorf(oauth.InvalidRequest, "", "request is too long to carry through a provider"))
	}
	return &Depart{Authorization: a, Provider: provider, Departure: departure, Handle: handle, Attempt: sealed}, nil
}

// remembered is the app's request as it is sealed: with the person of id_token_hint in place of the token.
func (l *Login) remembered(a *Authorization) (query string, hinted userpool.Sub) {
	hinted, _ = l.meant(a)
	q := a.Query()
	q.Del("id_token_hint")
	return q.Encode(), hinted
}

// newHandle names a round trip to a provider: short, random, safe in URLs and cookie names. The time in front lets web drop the
// oldest cookies.
func (l *Login) newHandle() string { return strconv.FormatInt(l.Now().Unix(), 36) + "." + l.random(16) }

// Callback is a provider's answer as web received it.
type Callback struct {
	Handle  string // state or RelayState
	Attempt string // the cookie of that handle; empty if the browser has none
	SAML    bool   // which of the two callback addresses was used
	Form    url.Values
	Post    bool
}

// Finish ends a sign-in at a provider. A callback without its attempt is refused with InvalidState: it came from another
// browser, or twice (login CSRF, replay).
func (l *Login) Finish(ctx context.Context, pool *userpool.Pool, back Callback) (*Done, error) {
	tried, err := l.openAttempt(pool, back)
	came := l.traceBack(ctx, pool, tried)
	if err == nil && tried.Trial {
		came.End(nil)
		return nil, l.finishTrial(ctx, pool, back, tried)
	}
	came.End(err)
	var done *Done
	if err == nil {
		done, err = l.finish(ctx, pool, back, tried)
	}
	if err != nil {
		l.traceFailed(ctx, pool, tried.Provider, err)
	}
	return done, err
}

func (l *Login) finish(ctx context.Context, pool *userpool.Pool, back Callback, tried attempt) (*Done, error) {
	query, err := url.ParseQuery(tried.Query)
	if err != nil {
		return nil, err
	}
	a, err := Check(pool, ParseRequest(query)) // settings may have changed meanwhile
	if err != nil {
		return nil, err
	}
	a.hinted, a.replaces = tried.Hinted, tried.Replaces
	if tried.LinkTo != "" {
		if err := l.resumeLinking(ctx, a, tried.LinkTo); err != nil {
			return nil, err
		}
	}
	trace.From(ctx).About(string(pool.ID), tried.Provider, "", string(a.Client.ID))
	provider, ok := pool.Provider(tried.Provider)
	if !ok || !a.Client.Offers(provider.Name) || back.SAML != (provider.Type == userpool.TypeSAML) {
		return nil, &Refusal{Kind: InvalidState, Client: a.Client, Err: errors.New("the attempt's provider does not answer here")}
	}
	l.traceAbout(ctx, a, provider)
	protocol, err := l.Protocols.Protocol(pool, provider)
	if err != nil {
		return nil, a.back(oauth.Errorf(oauth.ServerError, "", "provider %s: %w", provider.Name, err))
	}
	assertion, err := protocol.Finish(ctx, federation.Answer{Memory: tried.Memory, Form: back.Form, Post: back.Post})
	if err != nil {
		return nil, a.failed(provider, err)
	}
	trace.From(ctx).Said(saidBy(provider), assertion.Subject, assertion.Claims)
	if a.maxAge() != nil {
		err := a.checkFresh(assertion, time.Unix(tried.Issued, 0))
		trace.Passed(ctx, federation.CheckOf(err), "freshness")
		if err != nil {
			return nil, a.failed(provider, err)
		}
	}
	spend := append(assertion.Spend, federation.Once{
		Purpose: "attempt", ID: back.Handle, Until: time.Unix(tried.Issued, 0).Add(AttemptLife),
	})
	return l.admit(ctx, a, provider, assertion, spend, choice{linkTo: a.linkingTo(), own: a.linking != nil})
}

// openAttempt opens the cookie of the handle. It returns an attempt that took too long beside its error.
func (l *Login) openAttempt(pool *userpool.Pool, back Callback) (attempt, error) {
	plain, err := l.Attempts.Open(back.Attempt, string(pool.ID), back.Handle)
	if err != nil {
		if l.stale(back.Handle) {
			return attempt{}, &Refusal{Kind: Expired, Err: errors.New("the attempt's cookie is gone and its handle is old")}
		}
		return attempt{}, &Refusal{Kind: InvalidState, Err: errors.New("no attempt of this browser belongs to the callback")}
	}
	tried, err := unpack(plain)
	if err != nil {
		return attempt{}, err
	}
	if !l.Now().Before(time.Unix(tried.Issued, 0).Add(AttemptLife)) {
		return tried, &Refusal{Kind: Expired, Again: tried.Query, Err: errors.New("the attempt is too old")}
	}
	return tried, nil
}

// stale reports whether a handle says of itself that it is old. It is unauthenticated, so it only picks kinder words.
func (l *Login) stale(handle string) bool {
	stamp, _, ok := strings.Cut(handle, ".")
	issued, err := strconv.ParseInt(stamp, 36, 64)
	return ok && err == nil && issued > 0 && !l.Now().Before(time.Unix(issued, 0).Add(AttemptLife))
}

// UnderWay counts the attempts, by their handles, that can still be finished.
func (l *Login) UnderWay(handles []string) int {
	count := 0
	for _, handle := range handles {
		if !l.stale(handle) {
			count++
		}
	}
	return count
}

// failed turns what a protocol says went wrong into what the app is told.
func (a *Authorization) failed(provider *userpool.IdentityProvider, err error) *Return {
	var told *oauth.Error
	if e, ok := federation.AsError(err); ok {
		told = &oauth.Error{Code: oauth.Code(e.Code), Description: e.Description, Err: err}
		if e.Cause != nil {
			told.Err = errors.Join(err, e.Cause)
		}
	} else {
		told = a.Fault(err).Err
	}
	back := a.back(told)
	back.Provider = provider.Name
	return back
}

// pack writes an attempt.
func pack(t attempt) ([]byte, error) {
	plain, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	return squeeze(plain)
}

func unpack(packed []byte) (attempt, error) {
	plain, err := unsqueeze(packed)
	if err != nil {
		return attempt{}, err
	}
	var t attempt
	return t, json.Unmarshal(plain, &t)
}

// Marks in front of what is squeezed.
const (
	asIs     = 'p'
	deflated = 'd'
)

// enoughRoom is up to where a text fits a cookie as it is, sealing and base64 included: most do, and making a compressor costs
// more than all the rest.
const enoughRoom = 2600

// squeeze makes a text small that would not fit a cookie: an app's long state is mostly base64, which deflates by a quarter,
// and that is what sealing adds again. The secrets beside it are fresh each time, so its length tells nothing.
func squeeze(plain []byte) ([]byte, error) {
	if len(plain) <= enoughRoom {
		return append([]byte{asIs}, plain...), nil
	}
	var b bytes.Buffer
	b.WriteByte(deflated)
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// maxUnpacked bounds what is unpacked; only we can have packed it.
const maxUnpacked = 64 << 10

func unsqueeze(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	mark, rest := packed[0], packed[1:]
	if mark == asIs {
		return rest, nil
	}
	return io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(rest)), maxUnpacked))
}
