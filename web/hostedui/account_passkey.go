package hostedui

import (
	"errors"
	"net/http"
	"strconv"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/problem"
	"portico/web/visit"
)

// enterPasskey finds the visitor's passkey that a page is about. One that is gone, and one of somebody else's, are told apart by
// nothing.
func (p *Pages) enterPasskey(w http.ResponseWriter, r *http.Request, page login.Page) (*login.Visitor, userpool.Passkey, error) {
	visitor, err := p.enterSensitive(w, r, page, userpool.AccountWays)
	if visitor == nil || err != nil {
		return nil, userpool.Passkey{}, err
	}
	key, err := p.Directory.OwnPasskey(r.Context(), visitor.Pool, visitor.User.Sub, visitor.About)
	if errors.Is(err, userpool.ErrNotFound) {
		return nil, key, problem.NotFound(errors.New("the visitor has no such passkey"))
	}
	if err != nil {
		return nil, key, err
	}
	return visitor, key, nil
}

// Passkey is GET /account/passkey: what a passkey is called.
func (p *Pages) Passkey(w http.ResponseWriter, r *http.Request) error {
	visitor, key, err := p.enterPasskey(w, r, login.PagePasskey)
	if visitor == nil || err != nil {
		return err
	}
	return p.drawRename(w, r, visitor, key.Name, nil)
}

// PasskeyPost is POST /account/passkey: another name.
func (p *Pages) PasskeyPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, key, err := p.enterPasskey(w, r, login.PagePasskey)
	if visitor == nil || err != nil {
		return err
	}
	name := r.PostForm.Get("passkeyName")
	err = p.Directory.RenamePasskey(r.Context(), visitor.Pool, visitor.User.Sub, key.ID, name)
	switch {
	case errors.Is(err, directory.ErrPasskeyName):
		return p.drawRename(w, r, visitor, name, err)
	case errors.Is(err, userpool.ErrNotFound): // removed meanwhile
		return problem.NotFound(err)
	case err != nil:
		return err
	}
	visit.From(r.Context()).Outcome = "passkey renamed"
	return p.done(w, r, visitor, flashSaved)
}

func (p *Pages) drawRename(w http.ResponseWriter, r *http.Request, v *login.Visitor, name string, refused error) error {
	s, status := said(r), http.StatusOK
	field := templates.Field{Name: "passkeyName", ID: "passkey_name", Label: s.Say("account.passkey.name"), Value: name, Autocomplete: "off", MaxLength: userpool.MaxPasskeyName}
	if refused != nil {
		visit.From(r.Context()).Err = refused
		field.Problem, status = s.Say("account.passkey.badname", "n", strconv.Itoa(userpool.MaxPasskeyName)), http.StatusBadRequest
	}
	return p.drawOwn(w, r, status, templates.AccountForm(templates.AccountFormView{
		Frame: p.accountFrame(r, v), Picture: templates.PicturePasskey, Heading: s.Say("account.passkey.rename"),
		Action: v.ToPage(login.PagePasskey, v.About), CSRF: p.Guide.Cookies.CSRF(w, r, v.Pool.At), Fields: []templates.Field{field},
		Submit: s.Say("account.save"), Busy: s.Say("account.saving"), BackHref: v.ToPage(login.PageAccount, ""),
	}))
}

// RemovePasskey is GET /account/passkey/remove: it asks before a passkey is removed.
func (p *Pages) RemovePasskey(w http.ResponseWriter, r *http.Request) error {
	visitor, key, err := p.enterPasskey(w, r, login.PagePasskeyRemove)
	if visitor == nil || err != nil {
		return err
	}
	return p.drawRemovePasskey(w, r, visitor, key)
}

func (p *Pages) drawRemovePasskey(w http.ResponseWriter, r *http.Request, v *login.Visitor, key userpool.Passkey) error {
	ways, err := p.Directory.WaysToSignIn(r.Context(), v.Pool, v.User)
	if err != nil {
		return err
	}
	s := said(r)
	view := templates.AccountFormView{
		Frame: p.accountFrame(r, v), Danger: true, Heading: s.Say("account.passkey.remove", "name", key.Name), Text: s.Say("account.passkey.removal"),
		Action: v.ToPage(login.PagePasskeyRemove, v.About), CSRF: p.Guide.Cookies.CSRF(w, r, v.Pool.At), Submit: s.Say("account.remove"),
		Busy: s.Say("account.saving"), BackHref: v.ToPage(login.PageAccount, ""),
	}
	if ways < 2 {
		view.Submit, view.Text = "", ""
		view.Notice = &templates.Notice{Kind: templates.Care, First: s.Say("account.last.first"), Then: s.Say("account.last.passkey")}
	}
	return p.drawOwn(w, r, http.StatusOK, templates.AccountForm(view))
}

// RemovePasskeyPost is POST /account/passkey/remove.
func (p *Pages) RemovePasskeyPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, key, err := p.enterPasskey(w, r, login.PagePasskeyRemove)
	if visitor == nil || err != nil {
		return err
	}
	err = p.Directory.RemoveOwnPasskey(r.Context(), visitor.Pool, visitor.Client, visitor.User.Sub, key.ID, visitor.Session.Hash)
	switch {
	case errors.Is(err, directory.ErrLastWay):
		visit.From(r.Context()).Err = err
		return p.drawRemovePasskey(w, r, visitor, key)
	case err != nil && !errors.Is(err, userpool.ErrNotFound): // gone already is as good
		return err
	}
	visit.From(r.Context()).Outcome = "passkey removed"
	return p.done(w, r, visitor, flashPasskeyRemoved)
}
