package hostedui

import (
	"errors"
	"net/http"
	"strings"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/web/browser"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// ConfirmUser is GET /confirmUser, where the link of an e-mail leads. It draws a page with one button and looks nothing up: mail
// servers and mail programs open links before people do, and must neither confirm an account nor use its link up.
func (p *Pages) ConfirmUser(w http.ResponseWriter, r *http.Request) error {
	client, sub, code := confirmation(r)
	if sub == "" || code == "" {
		return linkOver(client, errors.New("the link is not whole"))
	}
	return p.drawConfirmUser(w, r, client, http.StatusOK, templates.ConfirmUserView{})
}

// ConfirmUserPost is POST /confirmUser: the person presses the button. It signs nobody in, for the link may be open in another
// browser than the app.
func (p *Pages) ConfirmUserPost(w http.ResponseWriter, r *http.Request) error {
	client, sub, code := confirmation(r)
	if err := r.ParseForm(); err != nil {
		return problem.BadForm(err)
	}
	switch err := p.Guide.Cookies.CheckCSRF(r); {
	case errors.Is(err, browser.ErrNoCookie):
		return problem.NoCookies(r.Host, to(userpool.PathConfirmUser, r), err)
	case err != nil:
		return problem.Forged(to(userpool.PathConfirmUser, r), err)
	}
	v := visit.From(r.Context())
	_, err := p.Directory.ConfirmSignUp(r.Context(), v.Pool, sub, code)
	switch {
	case err == nil, errors.Is(err, directory.ErrConfirmed): // pressed twice, or confirmed by a link before
		v.Outcome, v.Err = "confirmed", err
		return p.drawConfirmUser(w, r, client, http.StatusOK, templates.ConfirmUserView{Done: true})
	case errors.Is(err, directory.ErrCodeMismatch), errors.Is(err, directory.ErrCodeExpired), errors.Is(err, userpool.ErrNotFound):
		return linkOver(client, err)
	}
	view, status := templates.ConfirmUserView{}, http.StatusBadRequest
	if notice, limited := limitNotice(w, said(r), err, said(r).Say("error.unchanged")); limited {
		view.Notice, status = notice, http.StatusTooManyRequests
	} else if errors.Is(err, userpool.ErrAliasTaken) {
		view.Notice = aliasTaken(said(r), templates.MediumEmail)
	} else {
		return err
	}
	v.Err = err
	return p.drawConfirmUser(w, r, client, status, view)
}

// maxConfirmation bounds what a link may say.
const maxConfirmation = 64

// confirmation reads a link: whose account, and the code. The client, whose name the page bears, is nil where it is not known;
// what is too long counts as missing.
func confirmation(r *http.Request) (client *userpool.AppClient, sub userpool.Sub, code string) {
	v, query := visit.From(r.Context()), r.URL.Query()
	if client = v.Pool.Clients[userpool.ClientID(query.Get("client_id"))]; client != nil {
		v.Client = client.ID
	}
	read := func(name string) string {
		if value := query.Get(name); len(value) <= maxConfirmation {
			return strings.TrimSpace(value)
		}
		return ""
	}
	return client, userpool.Sub(read("user_name")), read("confirmation_code")
}

// linkOver: the link was used, is too old, or a newer one was sent. Which of them, and whether there is such an account, is not
// said.
func linkOver(client *userpool.AppClient, err error) error {
	page := &problem.Page{
		Status: http.StatusBadRequest, Code: "expired", Sign: templates.SignClock, Heading: words.L("confirmuser.over.heading"),
		Text: words.L("confirmuser.over.text"), Then: words.L("confirmuser.over.then"), Err: err,
	}
	if client != nil {
		page.App = client.Name
	}
	return page
}

func (p *Pages) drawConfirmUser(w http.ResponseWriter, r *http.Request, client *userpool.AppClient, status int, view templates.ConfirmUserView) error {
	app := ""
	if client != nil {
		app = client.Name
	}
	view.Frame = p.Guide.Look.Frame(r, app)
	view.Languages = nil // its address holds the code, which no further address repeats
	view.Action, view.CSRF = to(userpool.PathConfirmUser, r), p.Guide.Cookies.CSRF(w, r, visit.From(r.Context()).Pool.At)
	return browser.Draw(w, r, status, templates.ConfirmUser(view))
}
