package hostedui

import (
	"errors"
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/userpool/notify"
	"portico/web/visit"
)

func deleteSection(r *http.Request, v *login.Visitor) templates.Section {
	s := said(r)
	return templates.Section{
		ID: "delete", Heading: s.Say("account.delete.heading"), Text: s.Say("account.delete.text"),
		Buttons: []templates.RowButton{{Text: s.Say("account.delete"), Href: v.ToPage(login.PageDelete, ""), Kind: templates.ButtonDanger}},
	}
}

// Delete is GET /account/delete: it says what will be lost, and asks.
func (p *Pages) Delete(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.enterSensitive(w, r, login.PageDelete, userpool.AccountDelete)
	if visitor == nil || err != nil {
		return err
	}
	return p.drawDelete(w, r, visitor, false)
}

func (p *Pages) drawDelete(w http.ResponseWriter, r *http.Request, v *login.Visitor, unticked bool) error {
	s := said(r)
	view := templates.AccountFormView{
		Frame: p.accountFrame(r, v), Danger: true, Heading: s.Say("account.delete.ask"), Text: s.Say("account.delete.final"),
		List: []string{
			s.Say("account.delete.lost.profile"), s.Say("account.delete.lost.ways"), s.Say("account.delete.lost.sessions"),
			s.Say("account.delete.lost.apps", "app", v.Client.Name),
		},
		Action: v.ToPage(login.PageDelete, ""), CSRF: p.Guide.Cookies.CSRF(w, r, v.Pool.At), Tick: &templates.Tick{Name: "sure", Text: s.Say("account.delete.tick")},
		Submit: s.Say("account.delete"), Busy: s.Say("account.deleting"), BackHref: v.ToPage(login.PageAccount, ""),
	}
	status := http.StatusOK
	if unticked {
		view.Tick.Problem, status = s.Say("account.delete.unticked"), http.StatusBadRequest
	}
	return p.drawOwn(w, r, status, templates.AccountForm(view))
}

// DeletePost is POST /account/delete.
func (p *Pages) DeletePost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, err := p.enterSensitive(w, r, login.PageDelete, userpool.AccountDelete)
	if visitor == nil || err != nil {
		return err
	}
	if r.PostForm.Get("sure") != "true" {
		return p.drawDelete(w, r, visitor, true)
	}
	err = p.Directory.DeleteUser(r.Context(), visitor.Pool, visitor.User.Sub)
	if err != nil && !errors.Is(err, userpool.ErrNotFound) { // sent twice
		return err
	}
	if err := p.Guide.Cookies.SetSession(w, r, visitor.Pool, ""); err != nil {
		return err
	}
	visit.From(r.Context()).Outcome = "account deleted"
	p.Directory.Notify(r.Context(), visitor.Pool, visitor.Client, visitor.User, notify.AccountDeleted)
	return p.drawOwn(w, r, http.StatusOK, templates.AccountGone(templates.AccountGoneView{
		Frame: p.accountFrame(r, visitor), BackHref: wayBack(visitor),
	}))
}
