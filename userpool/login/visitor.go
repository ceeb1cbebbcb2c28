package login

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"portico/userpool"
)

// FreshFor is how long after a sign-in a person may change what an account is kept safe by. A browser that was left open, or
// a stolen cookie, is of no use for it later.
const FreshFor = 10 * time.Minute

// Visitor is a person on a page of ours.
type Visitor struct {
	*Authorization
	Session Session
	User    userpool.User
}

// Enter finds who is on a page of ours, and notes that the session was used. userpool.ErrNotFound: nobody is signed in.
func (l *Login) Enter(ctx context.Context, a *Authorization, sessionID string) (*Visitor, error) {
	session, err := l.Resume(ctx, a.Pool, sessionID)
	if err != nil {
		return nil, err
	}
	user, err := l.Storage.UserBySub(ctx, a.Pool.ID, session.Sub)
	if err != nil {
		return nil, err
	}
	return &Visitor{Authorization: a, Session: session, User: user}, l.use(ctx, a.Pool, session)
}

// Fresh reports whether the person signed in so short a time ago that what is sensitive may be done, and gave a second factor
// where a sign-in with the pool asks for one: a password alone, or an account at a provider, must not take away what stands
// beside it. A remembered device is no proof for that: the second factor that it took the place of is given first.
func (l *Login) Fresh(v *Visitor) bool {
	return v.Session.Device == "" && l.Now().Sub(v.Session.AuthTime) <= FreshFor && !v.owesSecond()
}

func (v *Visitor) owesSecond() bool {
	return !v.Session.TwoFactors && v.User.Status != userpool.ExternalProvider && len(v.Pool.SecondFactors(v.User)) > 0
}

// Answered is the app's request once more, as the sign-in of a moment ago answers it: without the wish for a sign-in, which was
// met.
func (v *Visitor) Answered() Request {
	r := v.Request
	r.Prompt = strings.Join(slices.DeleteFunc(strings.Fields(r.Prompt), func(word string) bool { return word == "login" }), " ")
	if v.MaxAuthAge != nil && *v.MaxAuthAge == 0 {
		r.MaxAge = ""
	}
	return r
}

// ToSignOut is where a form of the page signs the visitor out.
func (v *Visitor) ToSignOut() string {
	return userpool.PathSignOut + "?" + url.Values{"client_id": {string(v.Client.ID)}}.Encode()
}

// Again is the request by which the visitor signs in once more, by the same way as before where the app still offers it, and
// comes back to the page. Whoever owes a second factor signs in with the pool, which is where it is asked for; an app that does
// not offer that has no such way, and its page says so.
func (v *Visitor) Again() Request {
	r := v.Request
	r.Prompt = "login"
	way := v.Session.Provider
	if way == "" || v.owesSecond() {
		way = userpool.COGNITO
	}
	if v.owesSecond() || v.Client.Offers(way) {
		r.IdentityProvider = way
	}
	return r
}
