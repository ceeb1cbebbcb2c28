package login

import (
	"errors"
	"fmt"
	"net/url"
	"slices"

	"portico/userpool"
)

// An app may ask for a sign-out by OpenID Connect RP-Initiated Logout 1.0, which Cognito lacks beside its own /logout. Whoever
// can make a browser open an address can ask, so the person is asked too (§2, §6), unless the app proves by an ID token whom
// it means and that person is the one signed in.

// EndSessionRequest is such a request as it came. ui_locales and logout_hint are not looked at.
type EndSessionRequest struct {
	IDTokenHint, ClientID, RedirectURI, State string

	repeated []string
}

// ParseEndSession picks the parameters (§2) out of a query or a form.
func ParseEndSession(form url.Values) EndSessionRequest {
	var r EndSessionRequest
	for name, field := range map[string]*string{
		"id_token_hint": &r.IDTokenHint, "client_id": &r.ClientID, "post_logout_redirect_uri": &r.RedirectURI, "state": &r.State,
	} {
		if len(form[name]) > 1 {
			r.repeated = append(r.repeated, name)
		}
		*field = form.Get(name)
	}
	slices.Sort(r.repeated)
	return r
}

// Query is the request without its hint, for the page that asks the person.
func (r EndSessionRequest) Query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"client_id": r.ClientID, "post_logout_redirect_uri": r.RedirectURI, "state": r.State} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// EndSession is a checked request to sign out.
type EndSession struct {
	Client *userpool.AppClient // nil where the app did not say who it is
	To     string              // where the browser goes in the end, with the app's state; empty for nowhere

	person userpool.Sub // whom the app means; empty where it did not prove it
}

// Errors of requests to sign out. None of them signs anybody out.
var (
	ErrLogoutURL  = errors.New("post_logout_redirect_uri is not registered with the app client that asks")
	ErrEndSession = errors.New("request to sign out is not in order")
)

// CheckEndSession checks a request to sign out. It fails with ErrEndSession or ErrLogoutURL, beside which it returns the
// client where that much is known.
func (l *Login) CheckEndSession(pool *userpool.Pool, r EndSessionRequest) (EndSession, error) {
	if len(r.repeated) > 0 || len(r.State) > maxState {
		return EndSession{}, fmt.Errorf("%w: parameters %v are given more than once, or state is too long", ErrEndSession, r.repeated)
	}
	var end EndSession
	if r.IDTokenHint != "" {
		hint, err := l.Hints.VerifyHint(pool, r.IDTokenHint)
		if err != nil {
			return end, fmt.Errorf("%w: %w", ErrEndSession, err)
		}
		// §2: "When both client_id and id_token_hint are present, the OP MUST verify that the Client Identifier matches the one
		// used when issuing the ID Token."
		if r.ClientID != "" && r.ClientID != string(hint.Client) {
			return end, fmt.Errorf("%w: the ID token is another client's", ErrEndSession)
		}
		r.ClientID, end.person = string(hint.Client), hint.Sub
	}
	if r.ClientID != "" {
		end.Client = pool.Clients[userpool.ClientID(r.ClientID)]
	}
	if r.RedirectURI == "" {
		return end, nil
	}
	if end.Client == nil {
		return end, fmt.Errorf("%w: the client is not known", ErrLogoutURL)
	}
	to, err := end.Client.LogoutURL(r.RedirectURI)
	if err != nil {
		return end, ErrLogoutURL
	}
	end.To = to.String()
	if r.State != "" {
		end.To = to.With(userpool.Param{Name: "state", Value: r.State})
	}
	return end, nil
}

// Certain reports whether the person of a session may be signed out without being asked: the app has proved that it means
// this very person. Without a session there is nothing to ask about.
func (e EndSession) Certain(session Session, signedIn bool) bool {
	return !signedIn || e.person != "" && e.person == session.Sub
}
