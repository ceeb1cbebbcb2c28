package login

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/oauth"
)

// A SAML provider may send people here without having been asked (IDPInit, saml-profiles-2.0 §4.1.5). Such an answer is
// bound to no browser: whoever gets hold of one of their own can make somebody else's browser post it, and that person then
// works in the attacker's account (login CSRF). So by default it signs nobody in. It says who wants to go where, and the
// browser is sent to the provider with a request of ours, which comes back at once, bound to this browser.
// portico_idp_init: "accept" takes the answer itself, by Cognito's rules.

// maxUnsolicited is the longest RelayState that is read as a request, in bytes.
const maxUnsolicited = 4096

// maxRoundTrips is how many attempts a browser may have under way when an unsolicited answer begins another: a provider that
// ignores our requests and always answers unasked would go round for ever.
const maxRoundTrips = 4

// Unasked reports whether a RelayState is a request that was written down at a provider, and no handle of ours.
func Unasked(relayState string) bool {
	if len(relayState) > maxUnsolicited {
		return false
	}
	query, err := url.ParseQuery(relayState)
	return err == nil && (query.Has("client_id") || query.Has("redirect_uri"))
}

// Unsolicited decides what an answer without a request comes to: *Depart or, where the provider's settings accept it, *Done.
// open is how many attempts this browser has under way.
func (l *Login) Unsolicited(ctx context.Context, pool *userpool.Pool, back Callback, open int) (Step, error) {
	a, provider, err := unsolicitedRequest(pool, back.Handle)
	if err != nil {
		return nil, err
	}
	l.traceAbout(ctx, a, provider)
	step, err := l.unsolicited(ctx, a, provider, back, open)
	if err != nil {
		l.traceStuck(ctx, pool, provider, err)
	}
	return step, err
}

func (l *Login) unsolicited(ctx context.Context, a *Authorization, provider *userpool.IdentityProvider, back Callback, open int) (Step, error) {
	protocol, err := l.Protocols.Protocol(a.Pool, provider)
	if err != nil {
		return nil, a.back(oauth.Errorf(oauth.ServerError, "", "provider %s: %w", provider.Name, err))
	}
	finisher, ok := protocol.(federation.UnsolicitedFinisher)
	if !ok {
		return nil, unrelated(a, "the provider answers requests only")
	}
	assertion, err := finisher.FinishUnsolicited(ctx, federation.Answer{Form: back.Form, Post: back.Post})
	if err != nil {
		return nil, a.failed(provider, err)
	}
	// Who demands a new sign-in gets one that was asked for: nobody told the provider of this demand.
	if provider.Details["portico_idp_init"] == "accept" && a.maxAge() == nil {
		if err := onlySAML(a); err != nil {
			return nil, err
		}
		return l.admit(ctx, a, provider, assertion, assertion.Spend, choice{})
	}
	if open >= maxRoundTrips {
		return nil, unrelated(a, "%d attempts are under way: the provider does not answer our requests", open)
	}
	err = l.Upstream.Spend(ctx, a.Pool.ID, assertion.Spend)
	if errors.Is(err, userpool.ErrSpent) {
		return nil, &Refusal{Kind: InvalidState, Client: a.Client, Err: errors.New("the assertion was used before")}
	}
	if err != nil {
		return nil, a.Fault(err)
	}
	return l.Depart(ctx, a, provider)
}

// unsolicitedRequest reads a RelayState as an authorization request and checks it as one. Two forms are known: the whole
// request, and redirect_uri with state alone, which must then lead to one client and one provider.
func unsolicitedRequest(pool *userpool.Pool, relayState string) (*Authorization, *userpool.IdentityProvider, error) {
	query, err := url.ParseQuery(relayState)
	if err != nil {
		return nil, nil, &Refusal{Kind: InvalidRelayState, Err: errors.New("RelayState is no query")}
	}
	if !query.Has("client_id") {
		query.Set("client_id", clientOf(pool, query.Get("redirect_uri")))
	}
	if !query.Has("response_type") {
		query.Set("response_type", "code")
	}
	a, err := Check(pool, ParseRequest(query))
	if err != nil {
		return nil, nil, err
	}
	provider, err := a.asked()
	switch {
	case err != nil:
		return nil, nil, unrelated(a, "%w", err)
	case provider == nil && a.IdentityProvider == "":
		provider = a.onlyUnsolicited()
	}
	if provider == nil || provider.Type != userpool.TypeSAML || !provider.Details.True("IDPInit") {
		return nil, nil, unrelated(a, "no provider of the client may begin a sign-in (IDPInit)")
	}
	return a, provider, nil
}

func unrelated(a *Authorization, format string, args ...any) *Refusal {
	return &Refusal{Kind: InvalidRelayState, Client: a.Client, Err: fmt.Errorf(format, args...)}
}

// clientOf finds the only client with a callback URL; empty if there is none, or several.
func clientOf(pool *userpool.Pool, callback string) string {
	found := ""
	for _, client := range pool.Clients {
		if slices.Contains(client.CallbackURLs(), callback) {
			if found != "" {
				return ""
			}
			found = string(client.ID)
		}
	}
	return found
}

// onlyUnsolicited is the client's only provider that may begin a sign-in.
func (a *Authorization) onlyUnsolicited() *userpool.IdentityProvider {
	var found *userpool.IdentityProvider
	for _, name := range a.Client.Providers {
		provider, ok := a.Pool.Provider(name)
		if !ok || provider.Type != userpool.TypeSAML || !provider.Details.True("IDPInit") {
			continue
		}
		if found != nil {
			return nil
		}
		found = provider
	}
	return found
}

// onlySAML is Cognito's rule: a client that takes unsolicited answers has SAML providers and nothing else.
func onlySAML(a *Authorization) error {
	for _, name := range a.Client.Providers {
		provider, ok := a.Pool.Provider(name)
		if !ok || provider.Type != userpool.TypeSAML {
			return unrelated(a, "the client offers %s too: one that accepts unsolicited answers may have SAML providers only", name)
		}
	}
	return nil
}
