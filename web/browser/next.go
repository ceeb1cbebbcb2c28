package browser

import (
	"net/http"
	"net/url"

	"portico/federation"
	"portico/templates"
	"portico/userpool"
	"portico/userpool/grant"
	"portico/userpool/login"
	"portico/web/visit"
)

// Guide sends browsers on. Its fields are set once, before use.
type Guide struct {
	Cookies   *Cookies
	Exchanger *grant.Exchanger
	Look      *Look
}

// Complete sends a signed-in person back to the app with an authorization code, and the session cookie if the session is new.
func (g *Guide) Complete(w http.ResponseWriter, r *http.Request, done *login.Done) error {
	a := done.Authorization
	if done.SessionID != "" {
		if err := g.Cookies.SetSession(w, r, a.Pool, done.SessionID); err != nil {
			return err
		}
	}
	code := g.Exchanger.Authorize(grant.Authorization{
		Pool: a.Pool.ID, Client: a.Client.ID, Sub: done.Session.Sub, Session: done.Session.Hash, RedirectURI: a.RedirectURI,
		Scopes: a.Scopes, Nonce: a.Nonce, Challenge: a.CodeChallenge, AuthTime: done.Session.AuthTime, Provider: done.Session.Provider,
	})
	params := []userpool.Param{{Name: "code", Value: code}}
	if a.State != "" {
		params = append(params, userpool.Param{Name: "state", Value: a.State})
	}
	v := visit.From(r.Context())
	v.Client, v.Provider, v.Outcome = a.Client.ID, done.Session.Provider, "signed in"
	http.Redirect(w, r, a.Callback.With(params...), http.StatusFound)
	return nil
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
	view := templates.PostFormView{Frame: g.Look.Frame(visit.From(r.Context()), client.Name), Action: to.URL, ProviderName: provider.Name}
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
