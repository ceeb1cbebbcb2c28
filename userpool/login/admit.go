package login

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"portico/federation"
	"portico/federation/trace"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/notify"
	"portico/userpool/oauth"
)

// admitRetries is how often a sign-in is tried again when somebody else wrote the same user between reading and writing.
const admitRetries = 3

// admit brings a verified person into the pool: it finds or creates the user, writes what changed, and opens the session,
// in one commit.
func (l *Login) admit(ctx context.Context, a *Authorization, provider *userpool.IdentityProvider, assertion federation.Assertion, spend []federation.Once, chosen choice) (*Done, error) {
	for try := 0; ; try++ {
		found := trace.Start(ctx, "login", "Person found and attributes mapped")
		who, err := l.match(ctx, a, provider, assertion, chosen)
		if err != nil {
			return nil, a.failed(provider, err)
		}
		if who.prove != nil {
			return nil, l.askForProof(ctx, a, provider, assertion, spend, *who.prove)
		}
		in, id, err := l.prepare(ctx, a, provider, assertion, who)
		traceMapping(ctx, a, provider, assertion, who, in, err)
		found.Note("%s", describe(who, in)).End(err)
		if err != nil {
			return nil, a.failed(provider, err)
		}
		if l.isAnother(a, in.Session.Sub) {
			return nil, a.failed(provider, anotherAt())
		}
		in.Spend, in.Replaces, in.Trace = slices.Concat(spend, chosen.spend), a.replaces, traceSigned(ctx, in, who)
		in.Second = chosen.second
		in.Session.TwoFactors = in.Session.TwoFactors || chosen.second != nil
		err = l.Storage.SignIn(ctx, in)
		raced := errors.Is(err, userpool.ErrConflict) || errors.Is(err, userpool.ErrIdentityTaken) ||
			(errors.Is(err, userpool.ErrUsernameTaken) && in.NewUser != nil)
		if raced && try < admitRetries {
			continue
		}
		switch {
		case err != nil && chosen.second != nil && (errors.Is(err, userpool.ErrConflict) || codeRefused(err)):
			return nil, err // the person can enter another code
		case errors.Is(err, userpool.ErrSpent):
			return nil, &Refusal{Kind: InvalidState, Client: a.Client, Err: errors.New("the attempt or the assertion was used before")}
		case errors.Is(err, userpool.ErrUsernameTaken):
			// Case-insensitive pools: "Carlos" and "carlos" are one user name but two people at the provider.
			text := "Already found an entry for username " + in.NewUser.User.Username
			return nil, a.failed(provider, &federation.Error{Code: string(oauth.InvalidRequest), Description: text, Check: "username", Cause: err})
		case errors.Is(err, userpool.ErrLinkLimit):
			text := "The account has as many linked identities as there may be."
			return nil, a.failed(provider, &federation.Error{Code: string(oauth.InvalidRequest), Description: text, Check: "links", Cause: err})
		case errors.Is(err, userpool.ErrAliasTaken):
			text := "An account with the email already exists."
			return nil, a.failed(provider, &federation.Error{Code: string(oauth.InvalidRequest), Description: text, Check: "alias", Cause: err})
		case err != nil:
			return nil, a.failed(provider, err)
		}
		if in.Link != nil && l.Notices != nil {
			l.Notices.Notify(ctx, a.Pool, a.Client, *who.user, notify.IdentityLinked)
		}
		return &Done{Authorization: a, Session: in.Session, SessionID: id}, nil
	}
}

// codeRefused reports whether it was a second factor's code that was refused.
func codeRefused(err error) bool {
	return errors.Is(err, directory.ErrCodeMismatch) || errors.Is(err, directory.ErrCodeExpired) || errors.Is(err, directory.ErrCodeUsed)
}

// prepare makes the commit of a federated sign-in.
func (l *Login) prepare(ctx context.Context, a *Authorization, provider *userpool.IdentityProvider, assertion federation.Assertion, who match) (SignIn, string, error) {
	var in SignIn
	var err error
	var sub userpool.Sub
	switch {
	case who.user == nil:
		in, err = l.provision(a, provider, assertion)
		if err != nil {
			return SignIn{}, "", err
		}
		sub = in.NewUser.User.Sub
	case !who.user.Enabled:
		return SignIn{}, "", federation.Refuse("enabled", "User is disabled.", "the user is disabled")
	default:
		in.Change, err = l.update(a, provider, assertion, *who.user)
		if err != nil {
			return SignIn{}, "", err
		}
		in.Bind, in.Link, sub = who.bind, who.link, who.user.Sub
	}
	session, id := l.newSession(ctx, a, sub)
	session.Provider, session.Upstream = provider.Name, assertion.Session
	session.AuthTime = authTime(assertion, session.AuthTime)
	if a.linking != nil && a.linking.AuthTime.After(session.AuthTime) {
		session.AuthTime = a.linking.AuthTime // it was proved here, too
	}
	if a.linking != nil {
		session.TwoFactors = a.linking.TwoFactors // it goes on in place of the one that began to link
	}
	markUpstream(&session, assertion)
	in.Session = session
	return in, id, nil
}

// provision makes the user of a first sign-in: "<Provider>_<id>", EXTERNAL_PROVIDER, in the provider's group. Such a user
// signs in with no name here, so it holds no alias: a native user may have the same address.
func (l *Login) provision(a *Authorization, provider *userpool.IdentityProvider, assertion federation.Assertion) (SignIn, error) {
	username, err := federation.Username(a.Pool, provider, assertion.Subject)
	if err != nil {
		return SignIn{}, err
	}
	change, err := federation.Map(assertion, a.Pool, provider, a.Client, nil)
	if err != nil {
		return SignIn{}, err
	}
	now := l.Now()
	user := userpool.User{
		Pool: a.Pool.ID, Sub: l.NewSub(), Username: username, Status: userpool.ExternalProvider, Enabled: true,
		Attributes: change.Set,
		Identities: []userpool.Identity{{
			Provider: provider.Name, Type: provider.Type, UserID: assertion.Subject, Issuer: assertion.Issuer, Primary: true, Attached: now,
		}},
		Groups:  []userpool.Group{{Name: provider.GroupName(), Description: fmt.Sprintf("Autogenerated group for users who sign in using %s", provider.Name)}},
		Created: now, Modified: now, Version: 1,
	}
	return SignIn{NewUser: &userpool.NewUser{User: user}, UsernameKey: a.Pool.UsernameKey(username)}, nil
}

// update makes the change a later sign-in brings; nil if nothing changed, so that nothing is written.
func (l *Login) update(a *Authorization, provider *userpool.IdentityProvider, assertion federation.Assertion, user userpool.User) (*userpool.UserChange, error) {
	change, err := federation.Map(assertion, a.Pool, provider, a.Client, user.Attributes)
	if err != nil {
		return nil, err
	}
	if len(change.Set) == 0 && len(change.Remove) == 0 {
		return nil, nil
	}
	changed := user.Clone()
	for name, value := range change.Set {
		changed.Attributes[name] = value
	}
	for _, name := range change.Remove {
		delete(changed.Attributes, name)
	}
	out := &userpool.UserChange{
		Pool: user.Pool, Sub: user.Sub, Version: user.Version, Attributes: changed.Attributes, Modified: l.Now(),
	}
	if user.Status != userpool.ExternalProvider {
		aliases := a.Pool.AliasesOf(changed.Attributes)
		out.Aliases = &aliases
	}
	return out, nil
}
