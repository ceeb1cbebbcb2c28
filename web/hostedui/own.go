package hostedui

import (
	"errors"
	"net/http"

	"portico/userpool"
	"portico/userpool/login"
	"portico/web/browser"
	"portico/web/problem"
	"portico/web/visit"
)

// enter opens a page of ours for whoever is signed in at the pool. Somebody who is not signs in first and comes back; then,
// as after an error, there is no visitor, and the answer is written.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request, page login.Page) (*login.Visitor, error) {
	v := visit.From(r.Context())
	a, err := login.Check(v.Pool, login.RequestFor(page, r.URL.Query()))
	if err != nil {
		return nil, err
	}
	v.Client = a.Client.ID
	a.Knowing(p.Guide.Cookies.Devices(r, v.Pool.At))
	visitor, err := p.Login.Enter(r.Context(), a, p.Guide.Cookies.SessionID(r, v.Pool.At))
	if errors.Is(err, userpool.ErrNotFound) {
		v.Outcome = "asked to sign in"
		askToSignIn(w, r, a.Request)
		return nil, nil
	}
	return visitor, err
}

// enterFresh is enter for what must not be done in a browser that somebody left open: a sign-in of long ago is repeated
// first, by the same way.
func (p *Pages) enterFresh(w http.ResponseWriter, r *http.Request, page login.Page) (*login.Visitor, error) {
	visitor, err := p.enter(w, r, page)
	if visitor == nil || err != nil {
		return nil, err
	}
	if !p.Login.Fresh(visitor) {
		visit.From(r.Context()).Outcome = "asked to sign in again"
		askToSignIn(w, r, visitor.Again())
		return nil, nil
	}
	return visitor, nil
}

// askToSignIn sends the browser to sign in. A form that was posted is not posted on: the person comes back to its page.
func askToSignIn(w http.ResponseWriter, r *http.Request, request login.Request) {
	http.Redirect(w, r, userpool.PathAuthorize+"?"+request.Query().Encode(), http.StatusSeeOther)
}

// ownForm reads a form of a page of ours and checks the CSRF pair. It comes before everything else that a posted form does.
func (p *Pages) ownForm(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return problem.BadForm(err)
	}
	if err := p.Guide.Cookies.CheckCSRF(r); err != nil {
		if errors.Is(err, browser.ErrNoCookie) {
			return problem.NoCookies(r.Host, to(r.URL.Path, r), err)
		}
		return problem.Forged(to(r.URL.Path, r), err)
	}
	return nil
}
