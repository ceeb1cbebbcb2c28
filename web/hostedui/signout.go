package hostedui

import (
	"errors"
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/browser"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// SignOut is GET /signout: it asks whether to sign out, or says that nobody is signed in any more.
func (p *Pages) SignOut(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	end, err := p.endSession(r)
	if err != nil {
		return err
	}
	_, err = p.Login.Resume(r.Context(), v.Pool, p.Guide.Cookies.SessionID(r, v.Pool.At))
	if errors.Is(err, userpool.ErrNotFound) {
		return p.Guide.SignedOut(w, r, end.Client, "")
	}
	if err != nil {
		return err
	}
	app := ""
	if end.Client != nil {
		app = end.Client.Name
	}
	var targets []string
	if end.To != "" {
		targets = append(targets, userpool.Origin(end.To))
	}
	browser.AllowForms(w, targets...)
	return browser.Draw(w, r, http.StatusOK, templates.SignOut(templates.SignOutView{
		Frame: p.Guide.Look.Frame(r, app), Action: to(userpool.PathSignOut, r), CSRF: p.Guide.Cookies.CSRF(w, r, v.Pool.At),
	}))
}

// SignOutPost is POST /signout: the person wants it.
func (p *Pages) SignOutPost(w http.ResponseWriter, r *http.Request) error {
	end, err := p.endSession(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return problem.BadForm(err)
	}
	if err := p.Guide.Cookies.CheckCSRF(r); err != nil {
		return p.signOutLate(r, end.Client, err)
	}
	session, err := p.Guide.EndSession(w, r, p.Login)
	if err != nil {
		return err
	}
	return p.Guide.AfterSignOut(w, r, p.Login, session, end.Client, end.To)
}

// signOutLate: the form's CSRF pair is not whole, so nobody is signed out by it. Whoever is not signed in is told that.
func (p *Pages) signOutLate(r *http.Request, client *userpool.AppClient, refused error) error {
	v, again := visit.From(r.Context()), to(userpool.PathSignOut, r)
	if errors.Is(refused, browser.ErrNoCookie) && len(r.Cookies()) == 0 {
		return problem.NoCookies(r.Host, again, refused)
	}
	_, err := p.Login.Resume(r.Context(), v.Pool, p.Guide.Cookies.SessionID(r, v.Pool.At))
	if errors.Is(err, userpool.ErrNotFound) {
		return &problem.Page{
			Status: http.StatusForbidden, Code: "csrf", Sign: templates.SignClock, Heading: words.L("error.notin.heading"),
			Text: words.L("error.unchanged"), Then: words.L("error.then.close"), Err: refused,
		}
	}
	if err != nil {
		return err
	}
	page := problem.Late(words.L("expired.heading"), words.L("expired.signout.text"), again, refused)
	page.Status, page.Code, page.Button.Text = http.StatusForbidden, "csrf", words.L("signout.submit")
	if client != nil {
		page.App = client.Name
	}
	return page
}

// endSession checks the request to sign out that the page carries in its query. It was checked on the way here; whoever
// changes the address gets no further than to be signed out here.
func (p *Pages) endSession(r *http.Request) (login.EndSession, error) {
	v := visit.From(r.Context())
	end, err := p.Login.CheckEndSession(v.Pool, login.ParseEndSession(r.URL.Query()))
	if err != nil {
		return end, problem.NotFound(err)
	}
	if end.Client != nil {
		v.Client = end.Client.ID
	}
	return end, nil
}
