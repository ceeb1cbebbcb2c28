package hostedui

import (
	"errors"
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/browser"
	"portico/web/visit"
	"portico/words"
)

// confirming opens a page of the confirmation step and finds who is confirming. It fails without what the pages before left in
// this browser.
func (p *Pages) confirming(r *http.Request, open func(*http.Request) (*login.Authorization, error)) (*login.Authorization, browser.PageData, error) {
	a, err := open(r)
	if err != nil {
		return nil, browser.PageData{}, err
	}
	data, ok := p.Guide.Cookies.PageData(r, a.Pool, "confirm", a.Client.ID, p.Now())
	if !ok {
		return nil, browser.PageData{}, late(r, a, words.L("expired.heading"), words.L("expired.confirm.text"), errNothingToConfirm)
	}
	return a, data, nil
}

// Confirm is GET /confirm, reached by redirect from sign-up or from a sign-in that found the account unconfirmed.
func (p *Pages) Confirm(w http.ResponseWriter, r *http.Request) error {
	a, data, err := p.confirming(r, p.open)
	if err != nil {
		return err
	}
	return p.drawConfirm(w, r, a, data, http.StatusOK, templates.ConfirmView{})
}

// ConfirmPost is POST /confirm: the right code confirms the account and signs the person in.
func (p *Pages) ConfirmPost(w http.ResponseWriter, r *http.Request) error {
	a, data, err := p.confirming(r, p.openForm)
	if err != nil {
		return err
	}
	code := r.PostForm.Get("code")
	if len(code) > maxCode {
		code = ""
	}
	user, err := p.Directory.ConfirmSignUp(r.Context(), a.Pool, data.Sub, code)
	if text, known := codeProblem(said(r), err, medium(data.Medium)); known {
		visit.From(r.Context()).Err = err
		return p.drawConfirm(w, r, a, data, codeStatus(w, err), templates.ConfirmView{Problem: text, Code: code})
	}
	switch {
	case errors.Is(err, userpool.ErrAliasTaken):
		return p.drawConfirm(w, r, a, data, http.StatusBadRequest, templates.ConfirmView{Notice: aliasTaken(said(r), medium(data.Medium))})
	case errors.Is(err, directory.ErrConfirmed):
		p.Guide.Cookies.ClearPageData(w, a.Pool)
		return confirmOver(r, a, err)
	case err != nil:
		return err
	}
	p.Guide.Cookies.ClearPageData(w, a.Pool)
	step, err := p.Login.Confirmed(r.Context(), a, user)
	if err != nil {
		return err
	}
	return p.advance(w, r, step)
}

// Resend is POST /resendcode: a new sign-up code, at most every half minute.
func (p *Pages) Resend(w http.ResponseWriter, r *http.Request) error {
	a, data, err := p.confirming(r, p.openForm)
	if err != nil {
		return err
	}
	view, status := templates.ConfirmView{SentAgain: true}, http.StatusOK
	switch _, err := p.Directory.ResendSignUpCode(r.Context(), a.Pool, a.Client, data.Sub); {
	case err == nil:
		data.Sent, data.Link = p.Now().Unix(), directory.ConfirmsByLink(a.Pool, data.Medium)
		if err := p.Guide.Cookies.SetPageData(w, a.Pool, data, p.Now(), browser.ConfirmLife); err != nil {
			return err
		}
	case errors.Is(err, directory.ErrTooSoon):
		view.SentAgain, status = false, http.StatusTooManyRequests
	case errors.Is(err, directory.ErrLimit):
		view.SentAgain, status = false, http.StatusTooManyRequests
		view.Notice, _ = limitNotice(w, said(r), err, said(r).Say("code.limit.then"))
	case errors.Is(err, directory.ErrUndelivered):
		view.SentAgain, status = false, http.StatusBadGateway
		view.Notice = undelivered(said(r), medium(data.Medium))
	case errors.Is(err, directory.ErrConfirmed):
		p.Guide.Cookies.ClearPageData(w, a.Pool)
		return confirmOver(r, a, err)
	default:
		return err
	}
	return p.drawConfirm(w, r, a, data, status, view)
}

// maxCode bounds what is typed as a code: six digits, with room for spaces and dashes.
const maxCode = 24

// drawConfirm draws the page, with what is special this time already in view.
func (p *Pages) drawConfirm(w http.ResponseWriter, r *http.Request, a *login.Authorization, data browser.PageData, status int, view templates.ConfirmView) error {
	if data.Link {
		return p.drawConfirmLink(w, r, a, data, status, view)
	}
	view.Frame = p.frame(r, a)
	view.Action, view.ResendAction = to(userpool.PathConfirm, r), to(userpool.PathResend, r)
	view.CSRF = p.Guide.Cookies.CSRF(w, r, a.Pool.At)
	view.Medium, view.Masked, view.ValidFor, view.Digits = medium(data.Medium), data.Masked, directory.SignUpCodeLife(), 6
	view.WaitSeconds = p.wait(data)
	return p.draw(w, r, a, status, templates.Confirm(view))
}

// drawConfirmLink draws the page where a link went out: there is no code to enter.
func (p *Pages) drawConfirmLink(w http.ResponseWriter, r *http.Request, a *login.Authorization, data browser.PageData, status int, view templates.ConfirmView) error {
	if view.Problem != "" { // a code was typed all the same
		view.Notice = &templates.Notice{Kind: templates.Bad, First: view.Problem}
	}
	return p.draw(w, r, a, status, templates.ConfirmLink(templates.ConfirmLinkView{
		Frame: p.frame(r, a), ResendAction: to(userpool.PathResend, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At),
		SignInHref: to(userpool.PathLogin, r), Masked: data.Masked, ValidFor: directory.SignUpCodeLife(), WaitSeconds: p.wait(data),
		SentAgain: view.SentAgain, Notice: view.Notice,
	}))
}

// wait is how many seconds are left until a new code may be asked for.
func (p *Pages) wait(data browser.PageData) int {
	left := data.Sent + int64(directory.ResendWait().Seconds()) - p.Now().Unix()
	return int(max(left, 0))
}
