package hostedui

import (
	"errors"
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/browser"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// AddPasskey is GET /passkeys/add, which apps link to: client_id, and the redirect_uri to come back to. It wants a sign-in of a
// moment ago, since whoever adds a passkey can come back with it. With skip it goes back to the app at once: by a redirect,
// because apps on phones have addresses that no page may link to.
func (p *Pages) AddPasskey(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.enterFresh(w, r, login.PageAddPasskey)
	if visitor == nil {
		return err
	}
	if back := addedFrom(visitor); r.URL.Query().Has("skip") && back != "" {
		http.Redirect(w, r, back, http.StatusFound)
		return nil
	}
	return p.drawAddPasskey(w, r, visitor, nil)
}

// AddPasskeyPost is POST /passkeys/add: the authenticator's answer. The app follows, or a page that says that all is well.
func (p *Pages) AddPasskeyPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, err := p.enterFresh(w, r, login.PageAddPasskey)
	if visitor == nil {
		return err
	}
	if !visitor.Chooses() {
		return p.drawAddPasskey(w, r, visitor, nil) // which says why not
	}
	_, err = p.Directory.AddPasskey(r.Context(), visitor.Pool, visitor.Client, visitor.User.Sub, []byte(r.PostForm.Get("credential")), browser.Device(r.UserAgent()))
	if err != nil {
		return p.drawAddPasskey(w, r, visitor, err)
	}
	visit.From(r.Context()).Outcome = "passkey added"
	if visitor.About == string(login.PageAccount) {
		return p.done(w, r, visitor, flashPasskey)
	}
	if visitor.Back == "" {
		return p.drawAddPasskey(w, r, visitor, errAdded)
	}
	http.Redirect(w, r, visitor.Back, http.StatusSeeOther)
	return nil
}

// addedFrom is where a person goes on to: the account page for whoever came from there, else the app, where it is known.
func addedFrom(v *login.Visitor) string {
	if v.About == string(login.PageAccount) {
		return v.ToPage(login.PageAccount, "")
	}
	return v.Back
}

// errAdded is no failure: the passkey was added, and there is no app to go back to.
var errAdded = errors.New("the passkey was added")

func (p *Pages) drawAddPasskey(w http.ResponseWriter, r *http.Request, visitor *login.Visitor, refused error) error {
	view := templates.AddPasskeyView{Frame: p.frame(r, visitor.Authorization)}
	if addedFrom(visitor) != "" {
		query := r.URL.Query()
		query.Set("skip", "1")
		view.NotNowHref = userpool.PathAddPasskey + "?" + query.Encode()
	}
	status := http.StatusOK
	if errors.Is(refused, errAdded) {
		view.Notice = &templates.Notice{Kind: templates.Good, First: said(r).Say("addpasskey.done.first"), Then: said(r).Say("addpasskey.done.then")}
	} else {
		var err error
		if status, err = p.passkeyToAdd(w, r, visitor, &view, userpool.PathAddPasskey, refused); err != nil {
			return err
		}
	}
	browser.AllowForms(w, userpool.Origin(visitor.Back))
	return browser.Draw(w, r, status, templates.AddPasskey(view))
}

// passkeyToAdd puts the form for a new passkey into the page, or says why there is none.
func (p *Pages) passkeyToAdd(w http.ResponseWriter, r *http.Request, visitor *login.Visitor, view *templates.AddPasskeyView, path string, refused error) (int, error) {
	a := visitor.Authorization
	options, err := p.Directory.StartPasskey(r.Context(), a.Pool, a.Client, visitor.User.Sub)
	if err == nil && !a.Chooses() {
		err = directory.ErrPasskeysOff
	}
	switch {
	case errors.Is(err, directory.ErrPasskeysOff):
		return 0, &problem.Page{
			Status: http.StatusForbidden, Code: "passkeys_off", App: a.Client.Name, Heading: words.L("addpasskey.off.heading"),
			Text: words.L("addpasskey.off.text"), Then: words.L("error.then.there"), Err: err,
		}
	case errors.Is(err, userpool.ErrPasskeyLimit):
		refused = err
	case err != nil:
		return 0, err
	default:
		view.Passkey = &templates.PasskeyForm{
			Action: to(path, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At), Options: string(options),
		}
	}
	if refused == nil {
		return http.StatusOK, nil
	}
	visit.From(r.Context()).Err = refused
	notice, status, err := addNotice(w, said(r), refused)
	view.Notice = notice
	return status, err
}

// addNotice puts in words why a passkey was not added.
func addNotice(w http.ResponseWriter, said words.Words, err error) (*templates.Notice, int, error) {
	notice := &templates.Notice{Kind: templates.Bad}
	switch {
	case errors.Is(err, userpool.ErrPasskeyLimit):
		notice.Kind, notice.First, notice.Then = templates.Care, said.Say("addpasskey.full.first"), said.Say("addpasskey.full.then")
	case errors.Is(err, userpool.ErrPasskeyTaken):
		notice.First, notice.Then = said.Say("addpasskey.taken.first"), said.Say("addpasskey.taken.then")
	default:
		return firstNotice(w, said, err)
	}
	return notice, http.StatusBadRequest, nil
}
