package browser

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"portico/federation"
	"portico/templates"
	"portico/userpool"
	"portico/userpool/grant"
	"portico/userpool/login"
	"portico/userpool/oauth"
	"portico/web/visit"
)

// Guide sends browsers on. Its fields are set once, before use.
type Guide struct {
	Cookies   *Cookies
	Exchanger *grant.Exchanger
	Look      *Look
}

// Complete sends a signed-in person back to the app with an authorization code or, in the implicit flow, with tokens; or to the
// page of ours that was asked for. It sets the session cookie if the session is new, and that of remembered devices if they changed.
func (g *Guide) Complete(w http.ResponseWriter, r *http.Request, done *login.Done) error {
	a := done.Authorization
	if done.SessionID != "" {
		if err := g.Cookies.SetSession(w, r, a.Pool, done.SessionID); err != nil {
			return err
		}
	}
	if done.Devices != "" {
		g.Cookies.SetDevices(w, a.Pool, done.Devices)
	}
	v := visit.From(r.Context())
	v.Client, v.Provider, v.Outcome = a.Client.ID, done.Session.Provider, "signed in"
	if page := a.Landing(); page != "" {
		http.Redirect(w, r, page, redirectStatus(r))
		return nil
	}
	granted := grant.Authorization{
		Pool: a.Pool.ID, Client: a.Client.ID, Sub: done.Session.Sub, Session: done.Session.Hash, RedirectURI: a.RedirectURI,
		Scopes: a.Scopes, Resource: a.Resource, Nonce: a.Nonce, Challenge: a.CodeChallenge, AuthTime: done.Session.AuthTime,
		Provider: done.Session.Provider,
	}
	response, err := g.response(r.Context(), a, granted)
	if err != nil {
		return err
	}
	return g.Look.Respond(w, r, response)
}

// response is what the app asked for.
func (g *Guide) response(ctx context.Context, a *login.Authorization, granted grant.Authorization) (login.Response, error) {
	if !a.Implicit() {
		return a.Respond(userpool.Param{Name: "code", Value: g.Exchanger.Authorize(granted)}), nil
	}
	tokens, err := g.Exchanger.Implicit(ctx, a.Pool, a.Client, granted)
	if told := (*oauth.Error)(nil); errors.As(err, &told) {
		return login.Response{}, &login.Return{Authorization: a, Provider: granted.Provider, Err: told}
	}
	if err != nil {
		return login.Response{}, a.Fault(err)
	}
	kind := tokens.TokenType
	if a.Pool.Dialect != userpool.DialectStandard {
		kind = strings.ToLower(kind) // as in Cognito's fragments, unlike at its token endpoint
	}
	return a.Respond(
		userpool.Param{Name: "id_token", Value: tokens.IDToken},
		userpool.Param{Name: "access_token", Value: tokens.AccessToken},
		userpool.Param{Name: "token_type", Value: kind},
		userpool.Param{Name: "expires_in", Value: strconv.FormatInt(tokens.ExpiresIn, 10)},
		userpool.Param{Name: "scope", Value: tokens.Scope},
	), nil
}

// Leave sends the browser to an identity provider, with the attempt in a cookie: by a redirect, or by a page that posts.
func (g *Guide) Leave(w http.ResponseWriter, r *http.Request, depart *login.Depart) error {
	a := depart.Authorization
	v := visit.From(r.Context())
	v.Client, v.Provider, v.Outcome = a.Client.ID, depart.Provider.Name, "sent to provider"
	g.Cookies.SetAttempt(w, r, a.Pool.At, depart.Handle, depart.Attempt)
	return g.Follow(w, r, a.Client, depart.Provider, depart.Departure)
}

// Follow sends the browser where a protocol says: by a redirect, or by a page that posts.
func (g *Guide) Follow(w http.ResponseWriter, r *http.Request, client *userpool.AppClient, provider *userpool.IdentityProvider, to federation.Departure) error {
	if len(to.Form) == 0 {
		http.Redirect(w, r, to.URL, http.StatusFound)
		return nil
	}
	view := templates.PostFormView{Frame: g.Look.Frame(r, nameOf(client)), Action: to.URL, ProviderName: provider.Name}
	view.Languages = nil // a departure is not asked for again
	for _, p := range to.Form {
		view.Fields = append(view.Fields, templates.Hidden{Name: p.Name, Value: p.Value})
	}
	AllowForms(w, origin(to.URL))
	return Draw(w, r, http.StatusOK, templates.PostForm(view))
}

// AskForProof sends the person to the page that proves the existing account, with the same authorization request in its
// address as every page has.
func (g *Guide) AskForProof(w http.ResponseWriter, r *http.Request, prove *login.Prove) error {
	a := prove.Authorization
	v := visit.From(r.Context())
	v.Client, v.Provider, v.Outcome = a.Client.ID, prove.Provider.Name, "asked for proof"
	g.Cookies.SetProof(w, a.Pool.At, prove.Pending)
	http.Redirect(w, r, userpool.PathLink+"?"+a.Query().Encode(), http.StatusFound)
	return nil
}

// origin is scheme://host of an address.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
