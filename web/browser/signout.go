package browser

import (
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/visit"
)

// EndSession ends the session of this browser and clears its cookie. It returns what the session was.
func (g *Guide) EndSession(w http.ResponseWriter, r *http.Request, in *login.Login) (login.Session, error) {
	v := visit.From(r.Context())
	session, err := in.SignOut(r.Context(), v.Pool, g.Cookies.SessionID(r, v.Pool.At))
	if err != nil {
		return login.Session{}, err
	}
	v.Outcome = "signed out"
	return session, g.Cookies.SetSession(w, r, v.Pool, "")
}

// AfterSignOut sends the browser on when its session is over: to an address that was checked, or to a page that says so where
// there is none; by way of the provider the person came from, if that one signs people out too.
func (g *Guide) AfterSignOut(w http.ResponseWriter, r *http.Request, in *login.Login, session login.Session, client *userpool.AppClient, to string) error {
	v := visit.From(r.Context())
	end := to
	if end == "" {
		end = v.Pool.At.URL(userpool.PathSignOut)
	}
	leave, ok := in.SignOutUpstream(r.Context(), v.Pool, session, end)
	switch {
	case ok:
		v.Provider, v.Outcome = leave.Provider.Name, "signed out, sent to provider"
		g.Cookies.SetSignOut(w, r, v.Pool.At, leave.State, leave.Sealed)
		return g.Follow(w, r, client, leave.Provider, leave.Departure)
	case to == "":
		return g.SignedOut(w, r, client, session.Provider)
	}
	http.Redirect(w, r, to, http.StatusFound)
	return nil
}

// SignedOut says that the person is signed out. A provider where they may still be signed in is named; empty for none.
func (g *Guide) SignedOut(w http.ResponseWriter, r *http.Request, client *userpool.AppClient, provider string) error {
	view := templates.SignedOutView{Frame: g.Look.Frame(r, nameOf(client)), Provider: provider}
	return Draw(w, r, http.StatusOK, templates.SignedOut(view))
}

// nameOf is an app's name; empty where it did not say who it is.
func nameOf(client *userpool.AppClient) string {
	if client == nil {
		return ""
	}
	return client.Name
}
