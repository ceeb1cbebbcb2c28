package endpoint

import (
	"errors"
	"net/http"

	"portico/userpool"
	"portico/userpool/login"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// EndSession is GET /oauth2/endsession (OpenID Connect RP-Initiated Logout 1.0 §2). Where the app proves whom it means, that
// person is signed out and sent back at once; where it does not, the person is asked first.
func (e *Endpoints) EndSession(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	request := login.ParseEndSession(r.URL.Query())
	end, err := e.Login.CheckEndSession(v.Pool, request)
	if err != nil {
		return e.refuseEndSession(r, end, err)
	}
	if end.Client != nil {
		v.Client = end.Client.ID
	}
	session, err := e.Login.Resume(r.Context(), v.Pool, e.Guide.Cookies.SessionID(r, v.Pool.At))
	if err != nil && !errors.Is(err, userpool.ErrNotFound) {
		return err
	}
	if !end.Certain(session, err == nil) {
		v.Outcome = "asked before sign-out"
		if end.Client != nil { // the hint stays behind, so the client it names is named
			request.ClientID = string(end.Client.ID)
		}
		http.Redirect(w, r, userpool.PathSignOut+"?"+request.Query().Encode(), http.StatusFound)
		return nil
	}
	if session, err = e.Guide.EndSession(w, r, e.Login); err != nil {
		return err
	}
	return e.Guide.AfterSignOut(w, r, e.Login, session, end.Client, end.To)
}

// EndSessionPost is POST /oauth2/endsession, made again by GET for the sake of the session cookie, as AuthorizePost is.
func (e *Endpoints) EndSessionPost(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return problem.BadForm(err)
	}
	visit.From(r.Context()).Outcome = "asked again by GET"
	http.Redirect(w, r, userpool.PathEndSession+"?"+r.PostForm.Encode(), http.StatusSeeOther)
	return nil
}

// refuseEndSession: nobody is signed out, and nobody is sent anywhere, on the word of a request that is not in order. The
// person may still want to sign out, and can; where nobody is signed in there is nothing to want.
func (e *Endpoints) refuseEndSession(r *http.Request, end login.EndSession, err error) error {
	v := visit.From(r.Context())
	_, none := e.Login.Resume(r.Context(), v.Pool, e.Guide.Cookies.SessionID(r, v.Pool.At))
	if none != nil && !errors.Is(none, userpool.ErrNotFound) {
		return none
	}
	page := &problem.Page{
		Status: http.StatusBadRequest, Code: "invalid_request", Heading: words.L("error.stillin.heading"),
		Text: words.L("error.stillin.text"), Err: err,
		Button: &problem.Button{Text: words.L("signout.submit"), Href: userpool.PathSignOut},
	}
	if errors.Is(err, login.ErrLogoutURL) {
		page.Code, page.Heading = string(login.CallbackMismatch), words.L("error.callback.heading")
		page.Text = words.L("error.callback.signout")
	}
	if none != nil {
		notSignedIn(page)
	}
	if end.Client != nil {
		page.App = end.Client.Name
	}
	return page
}

// notSignedIn says on the page of a refused sign-out that nobody is signed in.
func notSignedIn(page *problem.Page) {
	page.Button, page.Then = nil, words.L("error.then.close")
	if page.Code == string(login.CallbackMismatch) {
		page.Text = words.L("error.callback.notin")
		return
	}
	page.Heading, page.Text = words.L("error.notin.heading"), words.L("error.notin.text")
}
