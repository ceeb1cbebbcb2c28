package login

import (
	"context"
	"errors"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/oauth"
)

// LinkOwn sends a visitor to a provider, to link the account there to the own one. The attempt is bound to this browser like
// every other, and to the visitor's session: what comes back counts only while that session is alive, and links to nobody else.
func (l *Login) LinkOwn(ctx context.Context, v *Visitor, provider *userpool.IdentityProvider) (*Depart, error) {
	a := *v.Authorization
	a.Page, a.About = string(PageAccount), ""
	a.prompts = []string{"select_account"} // the account a browser is signed in to there may be another one
	a.linking, a.replaces = &v.Session, v.Session.Hash
	return l.Depart(ctx, &a, provider)
}

// linkingTo is whom an attempt links to; empty for a sign-in.
func (a *Authorization) linkingTo() userpool.Sub {
	if a.linking == nil {
		return ""
	}
	return a.linking.Sub
}

// resumeLinking finds the session that an attempt to link was begun in. It fails with a *Refusal where that is over, or is not
// the person's any more.
func (l *Login) resumeLinking(ctx context.Context, a *Authorization, sub userpool.Sub) error {
	over := &Refusal{Kind: InvalidState, Client: a.Client, Err: errors.New("the session that began to link is over")}
	session, err := l.Storage.Session(ctx, a.Pool.ID, a.replaces)
	if errors.Is(err, userpool.ErrNotFound) {
		return over
	}
	if err != nil {
		return err
	}
	if session.over(a.Pool.Sessions, l.Now()) || session.Disabled || session.Sub != sub {
		return over
	}
	a.linking = &session
	return nil
}

// mayLink refuses an identity that is somebody else's: linking is no way to take it over, nor to get into that account.
func mayLink(to userpool.Sub, found *userpool.User) error {
	if found == nil || found.Sub == to {
		return nil
	}
	return &federation.Error{
		Code: string(oauth.InvalidRequest), Description: "The account belongs to another user.", Check: "identity", Cause: userpool.ErrIdentityTaken,
	}
}
