package hostedui

import (
	"errors"
	"net/http"
	"slices"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/userpool/notify"
	"portico/web/browser"
	"portico/web/problem"
	"portico/web/visit"
)

// Edit is GET /account/edit: one attribute.
func (p *Pages) Edit(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.enterEdit(w, r)
	if visitor == nil || err != nil {
		return err
	}
	return p.drawEdit(w, r, visitor, visitor.User.Attributes[visitor.About], nil)
}

// enterEdit opens the page for an attribute that the visitor may change.
func (p *Pages) enterEdit(w http.ResponseWriter, r *http.Request) (*login.Visitor, error) {
	enter := p.enterAccount
	if sensitive(visit.From(r.Context()).Pool, r.URL.Query().Get("about")) {
		enter = p.enterSensitive
	}
	visitor, err := enter(w, r, login.PageEdit, userpool.AccountProfile)
	if visitor == nil || err != nil {
		return nil, err
	}
	if !visitor.Client.CanRead(visitor.About) || !editable(visitor, visitor.About) {
		return nil, problem.NotFound(errors.New("the attribute is not the visitor's to change"))
	}
	return visitor, nil
}

// EditPost is POST /account/edit.
func (p *Pages) EditPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, err := p.enterEdit(w, r)
	if visitor == nil || err != nil {
		return err
	}
	name, value := visitor.About, r.PostForm.Get("requiredAttributes["+visitor.About+"]")
	if name == userpool.AliasPhone {
		value = number(value)
	}
	update, err := p.Directory.UpdateAttributes(r.Context(), visitor.Pool, visitor.Client, visitor.User.Sub, map[string]string{name: value})
	if err != nil && len(update.Sent) == 0 {
		return p.drawEdit(w, r, visitor, value, err)
	}
	visit.From(r.Context()).Outcome = "attribute changed"
	if !slices.Contains(update.Pending, name) {
		p.tellOldAddress(r, visitor, update.User)
	}
	if len(update.Sent) > 0 { // a code that was not delivered can be asked for again there
		return p.toVerify(w, r, visitor, err)
	}
	return p.done(w, r, visitor, flashSaved)
}

// tellOldAddress tells whoever has the address there was that another took its place, once it has.
func (p *Pages) tellOldAddress(r *http.Request, v *login.Visitor, now userpool.User) {
	if old := v.User.Attributes[userpool.AliasEmail]; old != "" && old != now.Attributes[userpool.AliasEmail] {
		p.Directory.Notify(r.Context(), v.Pool, v.Client, v.User, notify.EmailChanged)
	}
}

// toVerify goes to the page that takes the code, which is on its way.
func (p *Pages) toVerify(w http.ResponseWriter, r *http.Request, v *login.Visitor, undelivered error) error {
	if undelivered != nil {
		visit.From(r.Context()).Err = undelivered
	}
	data := browser.PageData{Page: verifyPage, Sub: v.User.Sub, Typed: v.About, Client: v.Client.ID, Sent: p.Now().Unix()}
	if err := p.Guide.Cookies.SetPageData(w, v.Pool, data, p.Now(), browser.ConfirmLife); err != nil {
		return err
	}
	http.Redirect(w, r, v.ToPage(login.PageVerify, v.About), http.StatusSeeOther)
	return nil
}

func (p *Pages) drawEdit(w http.ResponseWriter, r *http.Request, v *login.Visitor, value string, refused error) error {
	s := said(r)
	field := profileField(s, v.Pool, v.About, value)
	view := templates.AccountFormView{
		Frame: p.accountFrame(r, v), Picture: picture(v.About), Heading: field.Label, Action: v.ToPage(login.PageEdit, v.About),
		CSRF: p.Guide.Cookies.CSRF(w, r, v.Pool.At), Submit: s.Say("account.save"), Busy: s.Say("account.saving"), BackHref: v.ToPage(login.PageAccount, ""),
	}
	if slices.Contains(v.Pool.VerifyBeforeUpdate, v.About) {
		view.Text = s.Say("account.edit.pending")
	} else if v.About == userpool.AliasEmail || v.About == userpool.AliasPhone {
		view.Text = s.Say("account.edit.unverified")
	}
	status := http.StatusOK
	if refused != nil {
		visit.From(r.Context()).Err = refused
		status = http.StatusBadRequest
		var attribute *directory.AttributeError
		var limited bool
		switch {
		case errors.As(refused, &attribute):
			field.Problem = s.Said(attribute.Text)
		case errors.Is(refused, userpool.ErrAliasTaken):
			view.Notice = aliasTaken(s, attributeMedium(v.About))
			view.Notice.Then = s.Say("account.unchanged")
		default:
			if view.Notice, limited = limitNotice(w, s, refused, s.Say("error.unchanged")); !limited {
				return refused
			}
			status = http.StatusTooManyRequests
		}
	}
	view.Fields = []templates.Field{field}
	return p.drawOwn(w, r, status, templates.AccountForm(view))
}

func picture(attribute string) templates.Picture {
	switch attribute {
	case userpool.AliasEmail:
		return templates.PictureMail
	case userpool.AliasPhone:
		return templates.PicturePhone
	}
	return templates.PicturePerson
}

func attributeMedium(attribute string) templates.Medium {
	if attribute == userpool.AliasPhone {
		return templates.MediumPhone
	}
	return templates.MediumEmail
}
