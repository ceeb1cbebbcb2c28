package login

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"portico/federation"
	"portico/federation/trace"
	"portico/userpool"
)

// Traces keeps the traces of attempts that opened no session; trace.Queue does. Those of successes ride the sign-in's commit.
type Traces interface {
	// Offer keeps the trace of an attempt of ours, within a budget.
	Offer(t trace.Stored)
	// OfferStranger keeps the trace of an attempt that anybody could have begun, within a smaller budget.
	OfferStranger(t trace.Stored)
	// Save keeps the trace of a connection test. It is durable when Save returns.
	Save(ctx context.Context, t trace.Stored) error
}

var _ Traces = (*trace.Queue)(nil)

// roomOf is the room that speaks with a provider, as traces name it.
func roomOf(provider *userpool.IdentityProvider) string {
	switch {
	case provider == nil:
		return "federation"
	case provider.Type == userpool.TypeSAML:
		return "federation/saml"
	}
	switch provider.Kind() {
	case userpool.KindFacebook, userpool.KindAmazon, userpool.KindGitHub, userpool.KindX, userpool.KindOAuth2:
		return "federation/oauth2"
	}
	return "federation/oidc"
}

// saidBy names where claims come from.
func saidBy(provider *userpool.IdentityProvider) string {
	if provider.Type == userpool.TypeSAML {
		return "the verified assertion"
	}
	if roomOf(provider) == "federation/oauth2" {
		return "user info, asked for with the token of this attempt"
	}
	return "the verified ID token and user info"
}

func (l *Login) traceAbout(ctx context.Context, a *Authorization, provider *userpool.IdentityProvider) {
	trace.From(ctx).About(string(a.Pool.ID), provider.Name, string(provider.Type), string(a.Client.ID))
}

// traceBack takes up the trace of the request that left, once the sealed attempt was opened. Without one there is no trace:
// strangers cannot make any.
func (l *Login) traceBack(ctx context.Context, pool *userpool.Pool, tried attempt) *trace.Span {
	if tried.Trace == nil {
		return nil
	}
	r := trace.From(ctx)
	came := r.Start("web/endpoint", "Came back from "+tried.Provider).SinceRequest().Note("The attempt is of this browser.")
	provider, _ := pool.Provider(tried.Provider)
	r.Resume(tried.Trace, tried.Provider, roomOf(provider))
	r.About(string(pool.ID), tried.Provider, "", "")
	return came
}

// traceProof takes up the trace of a sign-in that waited for proof.
func (l *Login) traceProof(ctx context.Context, a *Authorization, provider *userpool.IdentityProvider, waiting pending) {
	r := trace.From(ctx)
	came := r.Start("web/hostedui", "The account was to be proved").SinceRequest()
	r.Resume(waiting.Trace, provider.Name+" and the proof", roomOf(provider))
	came.End(nil)
	l.traceAbout(ctx, a, provider)
	r.Said(saidBy(provider), waiting.Subject, waiting.Claims)
}

// traceFailed ends the trace of an attempt of ours and offers it.
func (l *Login) traceFailed(ctx context.Context, pool *userpool.Pool, provider string, err error) {
	r := trace.From(ctx)
	var prove *Prove
	if !r.Back() || errors.As(err, &prove) {
		return
	}
	found, _ := pool.Provider(provider)
	refuseTrace(r, pool, provider, found, err)
	if stored, packed := r.Pack(); packed == nil && stored != nil && l.Traces != nil {
		l.Traces.Offer(*stored)
	}
}

// traceStuck ends the trace of an attempt that did not even leave.
func (l *Login) traceStuck(ctx context.Context, pool *userpool.Pool, provider *userpool.IdentityProvider, err error) {
	r := trace.From(ctx)
	refuseTrace(r, pool, provider.Name, provider, err)
	if stored, packed := r.Pack(); packed == nil && stored != nil && l.Traces != nil {
		l.Traces.OfferStranger(*stored)
	}
}

// refuseTrace writes down why an attempt failed and what would mend it.
func refuseTrace(r *trace.Recorder, pool *userpool.Pool, name string, provider *userpool.IdentityProvider, err error) {
	failure, denied := failureOf(err)
	place := Place(pool, name, provider)
	failure.Advice, failure.Setting, failure.Provider = place.Advise(failure.Check)
	r.Refused(failure, denied)
}

// Place is what advice about a provider of a pool may name. provider may be nil.
func Place(pool *userpool.Pool, name string, provider *userpool.IdentityProvider) trace.Place {
	return trace.Place{
		SAML: provider != nil && provider.Type == userpool.TypeSAML, Provider: name, EntityID: pool.ID.EntityID(),
		Consumer: pool.At.URL(userpool.PathSAMLResponse), RedirectURL: pool.At.URL(userpool.PathIDPResponse),
		Minutes: fmt.Sprintf("%d minutes", int(AttemptLife.Minutes())),
	}
}

// failureOf finds the check behind an error, its cause, and what the app is told.
func failureOf(err error) (failure trace.Failure, denied bool) {
	var refusal *Refusal
	var back *Return
	e, asserted := federation.AsError(err)
	if errors.As(err, &back) {
		failure.Told = string(back.Err.Code)
		// What the provider wrote, or how it names the person, may stand in these.
		if quoted := asserted && (e.Check == "provider-error" || e.Check == "username"); back.Err.Description != "" && !quoted {
			failure.Told += ": " + back.Err.Description
		}
	}
	switch {
	case asserted:
		failure.Check, denied = e.Check, e.Denied
		failure.Cause = "the check " + e.Check + " failed"
		if e.Cause != nil {
			failure.Cause = e.Cause.Error()
		}
	case errors.As(err, &refusal):
		failure.Check, failure.Cause = checkOf(refusal.Kind), refusal.Error()
		if refusal.Err != nil {
			failure.Cause = refusal.Err.Error()
		}
	case back != nil && back.Provider == "":
		failure.Check, failure.Cause = "request", back.Err.Error()
	default:
		failure.Check, failure.Cause = "server", err.Error()
	}
	return failure, denied
}

// checkOf is the check of a refusal, as advice knows it.
func checkOf(kind RefusalKind) string {
	switch kind {
	case Expired:
		return "expired"
	case InvalidState:
		return "attempt"
	case InvalidRelayState:
		return "unsolicited"
	}
	return "request"
}

// describe says whom a sign-in found, without naming the person.
func describe(who match, in SignIn) string {
	switch {
	case in.NewUser != nil:
		return "Nobody of that name was known: a new user is made."
	case who.user == nil:
		return ""
	case who.link != nil:
		return "The identity is attached to the user who proved to be the same person."
	case who.bind != nil:
		return "The user was linked by an attribute beforehand."
	case in.Change != nil:
		return "A known user; attributes change."
	}
	return "A known user; nothing changes."
}

// traceMapping records what became of each mapped attribute.
func traceMapping(ctx context.Context, a *Authorization, provider *userpool.IdentityProvider, assertion federation.Assertion, who match, in SignIn, err error) {
	r := trace.From(ctx)
	if r == nil {
		return
	}
	result := trace.Result{Mapping: provider.Mapping, Claims: assertion.Claims, Kept: func(name string) string { return whyKept(a, provider, name) }}
	result.Rehearsed = who.rehearsed
	if who.user != nil {
		result.Stored = who.user.Attributes
	}
	switch {
	case err != nil:
		result.Refused = refusedAttribute(provider, err)
	case in.NewUser != nil:
		result.Set = in.NewUser.User.Attributes
	case in.Change != nil:
		result.Set, result.Removed = difference(result.Stored, in.Change.Attributes)
	}
	r.Mapped(result)
}

// difference is what makes one set of attributes of another.
func difference(before, after map[string]string) (set map[string]string, removed []string) {
	set = map[string]string{}
	for name, value := range after {
		if old, ok := before[name]; !ok || old != value {
			set[name] = value
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			removed = append(removed, name)
		}
	}
	return set, removed
}

// whyKept says why a claim that came was not written, where the settings say so.
func whyKept(a *Authorization, provider *userpool.IdentityProvider, name string) string {
	attribute, known := a.Pool.Schema[name]
	switch sync := provider.Details["portico_sync_"+name]; {
	case !known:
		return "the pool has no such attribute"
	case attribute.DeveloperOnly:
		return "only developers may write it"
	case !attribute.Required && !a.Client.CanWrite(name):
		return "the app client may not write it (WriteAttributes)"
	case sync != "" && sync != "always":
		return "portico_sync_" + name + " is " + sync
	case strings.HasSuffix(name, "_verified"):
		return "it goes with its address"
	}
	return ""
}

// refusedAttribute finds the mapped attribute that an error of the mapping names first.
func refusedAttribute(provider *userpool.IdentityProvider, err error) string {
	e, ok := federation.AsError(err)
	if !ok || e.Cause == nil {
		return ""
	}
	word, _, _ := strings.Cut(e.Cause.Error(), " ")
	if _, mapped := provider.Mapping[word]; mapped {
		return word
	}
	return ""
}

// traceSigned packs the trace of a sign-in for its own commit. A trace that cannot be packed keeps nobody out.
func traceSigned(ctx context.Context, in SignIn, who match) *trace.Stored {
	detail := "One commit, which also spends the attempt; this trace is part of it."
	stored, err := trace.From(ctx).PackSigned(string(in.Session.Sub), in.NewUser != nil, detail)
	if err != nil {
		return nil
	}
	return stored
}
