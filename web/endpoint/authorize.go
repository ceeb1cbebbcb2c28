package endpoint

import (
	"net/http"

	"portico/userpool"
	"portico/userpool/login"
	"portico/web/problem"
	"portico/web/visit"
)

// Authorize is GET /oauth2/authorize, a pure redirector: to the app, to a provider, or to the sign-in page with the same
// query.
func (e *Endpoints) Authorize(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	a, err := login.Check(v.Pool, login.ParseRequest(r.URL.Query()))
	if err != nil {
		return err
	}
	v.Client = a.Client.ID
	step, err := e.Login.Begin(r.Context(), a, e.Guide.Cookies.SessionID(r, v.Pool.At))
	if err != nil {
		return err
	}
	switch s := step.(type) {
	case *login.Done:
		return e.Guide.Complete(w, r, s)
	case *login.Depart:
		return e.Guide.Leave(w, r, s)
	default: // the person chooses; a provider that is not offered is told there
		v.Outcome = "sign-in page"
		http.Redirect(w, r, userpool.PathLogin+"?"+r.URL.RawQuery, http.StatusFound)
		return nil
	}
}

// AuthorizePost is POST /oauth2/authorize, which Cognito does not offer and OpenID Connect Core §3.1.2.1 wants. The same
// request is made again by GET: the session cookie is SameSite=Lax, so a browser that was sent here by another site's form
// holds it back now and brings it then.
func (e *Endpoints) AuthorizePost(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return problem.BadForm(err)
	}
	v := visit.From(r.Context())
	a, err := login.Check(v.Pool, login.ParseRequest(r.PostForm))
	if err != nil {
		return err
	}
	v.Client, v.Outcome = a.Client.ID, "asked again by GET"
	http.Redirect(w, r, userpool.PathAuthorize+"?"+a.Query().Encode(), http.StatusSeeOther)
	return nil
}
