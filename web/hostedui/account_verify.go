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
)

// verifyPage is the page data that says when a code was sent.
const verifyPage = "verify"

// Verify is GET /account/verify: it takes the code for an address or number, or offers to send one.
func (p *Pages) Verify(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.enterVerify(w, r)
	if visitor == nil || err != nil {
		return err
	}
	return p.drawVerify(w, r, visitor, http.StatusOK, templates.AccountCodeView{})
}

func (p *Pages) enterVerify(w http.ResponseWriter, r *http.Request) (*login.Visitor, error) {
	visitor, err := p.enterAccount(w, r, login.PageVerify, userpool.AccountProfile)
	if visitor == nil || err != nil {
		return nil, err
	}
	if name := visitor.About; (name != userpool.AliasEmail && name != userpool.AliasPhone) || !visitor.Client.CanRead(name) || fromProvider(visitor, name) != "" {
		return nil, problem.NotFound(errors.New("there is nothing of that name to verify"))
	}
	return visitor, nil
}

// VerifyPost is POST /account/verify: the code, or the wish for another one.
func (p *Pages) VerifyPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, err := p.enterVerify(w, r)
	if visitor == nil || err != nil {
		return err
	}
	if !r.PostForm.Has("code") {
		return p.sendAttributeCode(w, r, visitor)
	}
	code := r.PostForm.Get("code")
	if len(code) > maxCode {
		code = ""
	}
	verified, err := p.Directory.VerifyAttribute(r.Context(), visitor.Pool, visitor.User.Sub, visitor.About, code)
	if err == nil {
		visit.From(r.Context()).Outcome = "attribute verified"
		p.tellOldAddress(r, visitor, verified)
		return p.done(w, r, visitor, flashVerified)
	}
	visit.From(r.Context()).Err = err
	view := templates.AccountCodeView{Code: code}
	if text, known := codeProblem(said(r), err, attributeMedium(visitor.About)); known {
		view.Problem = text
		return p.drawVerify(w, r, visitor, codeStatus(w, err), view)
	}
	switch {
	case errors.Is(err, userpool.ErrAliasTaken):
		view.Notice = aliasTaken(said(r), attributeMedium(visitor.About))
		view.Notice.Then = said(r).Say("account.unchanged")
		return p.drawVerify(w, r, visitor, http.StatusBadRequest, view)
	case errors.Is(err, directory.ErrNothingToVerify):
		return problem.NotFound(err)
	}
	return err
}

// sendAttributeCode sends another code, at most every half minute.
func (p *Pages) sendAttributeCode(w http.ResponseWriter, r *http.Request, v *login.Visitor) error {
	view, status := templates.AccountCodeView{SentAgain: true, Sent: true}, http.StatusOK
	_, err := p.Directory.RequestAttributeCode(r.Context(), v.Pool, v.Client, v.User.Sub, v.About)
	var attribute *directory.AttributeError
	switch {
	case err == nil:
		data := browser.PageData{Page: verifyPage, Sub: v.User.Sub, Typed: v.About, Client: v.Client.ID, Sent: p.Now().Unix()}
		if err := p.Guide.Cookies.SetPageData(w, v.Pool, data, p.Now(), browser.ConfirmLife); err != nil {
			return err
		}
		view.WaitSeconds = int(directory.ResendWait().Seconds())
	case errors.Is(err, directory.ErrTooSoon):
		view.SentAgain, status = false, http.StatusTooManyRequests
	case errors.Is(err, directory.ErrLimit):
		view.SentAgain, view.Sent, status = false, false, http.StatusTooManyRequests
		view.Notice, _ = limitNotice(w, said(r), err, said(r).Say("code.limit.nocode"))
	case errors.Is(err, directory.ErrUndelivered):
		view.SentAgain, status = false, http.StatusBadGateway
		view.Notice = undelivered(said(r), attributeMedium(v.About))
	case errors.As(err, &attribute):
		view.SentAgain, view.Sent, status = false, false, http.StatusBadRequest
		view.Notice = &templates.Notice{Kind: templates.Bad, First: said(r).Said(attribute.Text), Then: said(r).Say("error.unchanged")}
	case errors.Is(err, directory.ErrNothingToVerify):
		return problem.NotFound(err)
	default:
		return err
	}
	if err != nil {
		visit.From(r.Context()).Err = err
	}
	return p.drawVerify(w, r, v, status, view)
}

// drawVerify draws the page, with what is special this time already in view.
func (p *Pages) drawVerify(w http.ResponseWriter, r *http.Request, v *login.Visitor, status int, view templates.AccountCodeView) error {
	waits, err := p.Directory.Waiting(r.Context(), v.Pool, v.User.Sub, v.About)
	if err != nil {
		return err
	}
	if view.Address, view.Pending = v.User.Attributes[v.About], waits != ""; view.Pending {
		view.Address = waits
	}
	if view.Address == "" {
		return problem.NotFound(directory.ErrNothingToVerify)
	}
	data, sent := p.Guide.Cookies.PageData(r, v.Pool, verifyPage, v.Client.ID, p.Now())
	sent = sent && data.Sub == v.User.Sub && data.Typed == v.About
	if sent && view.WaitSeconds == 0 {
		view.WaitSeconds = p.wait(data)
	}
	view.Sent = view.Sent || sent || view.Pending
	view.Frame, view.Medium = p.accountFrame(r, v), attributeMedium(v.About)
	view.Heading = said(r).Say("account.verify.email")
	if view.Medium == templates.MediumPhone {
		view.Heading = said(r).Say("account.verify.phone")
	}
	view.Action, view.ResendAction = v.ToPage(login.PageVerify, v.About), v.ToPage(login.PageVerify, v.About)
	view.CSRF, view.BackHref = p.Guide.Cookies.CSRF(w, r, v.Pool.At), v.ToPage(login.PageAccount, "")
	if editable(v, v.About) {
		view.EditHref = v.ToPage(login.PageEdit, v.About)
	}
	return p.drawOwn(w, r, status, templates.AccountCode(view))
}
