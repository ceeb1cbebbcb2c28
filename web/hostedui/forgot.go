package hostedui

import (
	"errors"
	"net/http"
	"strings"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/browser"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// Forgot is GET /forgotPassword.
func (p *Pages) Forgot(w http.ResponseWriter, r *http.Request) error {
	a, err := p.openRecovery(r, false)
	if err != nil {
		return err
	}
	return p.drawForgot(w, r, a, a.LoginHint, nil)
}

// ForgotPost is POST /forgotPassword: it sends a code, or pretends to, and goes to the page that takes it.
func (p *Pages) ForgotPost(w http.ResponseWriter, r *http.Request) error {
	a, err := p.openRecovery(r, true)
	if err != nil {
		return err
	}
	typed := dialled(a.Pool, strings.TrimSpace(r.PostForm.Get("username")))
	if typed == "" || len(typed) > maxNamed {
		return p.drawForgot(w, r, a, "", errNobody)
	}
	err = p.Directory.Forgot(r.Context(), a.Pool, a.Client, typed)
	if err != nil && !errors.Is(err, directory.ErrTooSoon) { // too soon: the code that is on its way still works
		return p.drawForgot(w, r, a, typed, err)
	}
	now := p.Now()
	data := browser.PageData{Page: "reset", Typed: typed, Client: a.Client.ID, Sent: now.Unix()}
	if err := p.Guide.Cookies.SetPageData(w, a.Pool, data, now, browser.ResetLife); err != nil {
		return err
	}
	http.Redirect(w, r, to(userpool.PathConfirmForgot, r), http.StatusFound)
	return nil
}

// Reset is GET /confirmForgotPassword.
func (p *Pages) Reset(w http.ResponseWriter, r *http.Request) error {
	a, err := p.openRecovery(r, false)
	if err != nil {
		return err
	}
	data, ok := p.Guide.Cookies.PageData(r, a.Pool, "reset", a.Client.ID, p.Now())
	if !ok {
		return late(r, a, words.L("expired.heading"), words.L("expired.reset.text"), errNothingToReset)
	}
	return p.drawReset(w, r, a, data, "", nil)
}

// ResetPost is POST /confirmForgotPassword: code and new password. It does not sign in (Cognito's rule): the sign-in page
// follows.
func (p *Pages) ResetPost(w http.ResponseWriter, r *http.Request) error {
	a, err := p.openRecovery(r, true)
	if err != nil {
		return err
	}
	data, ok := p.Guide.Cookies.PageData(r, a.Pool, "reset", a.Client.ID, p.Now())
	if !ok {
		return late(r, a, words.L("expired.heading"), words.L("expired.reset.text"), errNothingToReset)
	}
	code, password := r.PostForm.Get("code"), r.PostForm.Get("password")
	if len(code) > maxCode {
		code = ""
	}
	if again, given := r.PostForm["confirmPassword"]; given && again[0] != password {
		return p.drawReset(w, r, a, data, code, errUnlike)
	}
	if err := p.Directory.ConfirmForgot(r.Context(), a.Pool, a.Client, data.Typed, code, password); err != nil {
		return p.drawReset(w, r, a, data, code, err)
	}
	visit.From(r.Context()).Outcome = "password changed"
	p.Guide.Cookies.ClearPageData(w, a.Pool)
	query := r.URL.Query()
	query.Set("login_hint", data.Typed)
	http.Redirect(w, r, again(query), http.StatusFound)
	return nil
}

// What the pages themselves find wrong with a form.
var (
	errUnlike = errors.New("the two passwords differ")
	errNobody = errors.New("no name was entered")
)

// openRecovery refuses the recovery pages where recovery cannot work.
func (p *Pages) openRecovery(r *http.Request, form bool) (*login.Authorization, error) {
	open := p.open
	if form {
		open = p.openForm
	}
	a, err := open(r)
	if err != nil {
		return nil, err
	}
	if !p.canRecover(a.Pool) || !a.Client.Offers(userpool.COGNITO) {
		return nil, &problem.Page{
			Status: http.StatusForbidden, Code: "recovery_off", App: a.Client.Name, Heading: words.L("error.recovery.heading"),
			Text: words.L("error.recovery.text"), Err: errors.New("the pool does not recover by a code that can be sent"),
		}
	}
	return a, nil
}

func (p *Pages) drawForgot(w http.ResponseWriter, r *http.Request, a *login.Authorization, typed string, refused error) error {
	view := templates.ForgotView{
		Frame: p.frame(r, a), Action: to(userpool.PathForgot, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At),
		SignInHref: to(userpool.PathLogin, r), Username: usernameField(said(r), a.Pool, typed),
	}
	view.Username.Autofocus = true
	status := http.StatusOK
	if refused != nil {
		visit.From(r.Context()).Err = refused
		status = http.StatusBadRequest
		first, known := forgotProblem(said(r), refused)
		notice, limited := limitNotice(w, said(r), refused, said(r).Say("code.limit.nocode"))
		switch {
		case limited:
			view.Notice, status = notice, http.StatusTooManyRequests
		case errors.Is(refused, errNobody):
			view.Username.Problem = said(r).Say("forgot.empty")
		case errors.Is(refused, directory.ErrResetRequired): // the sign-in led here
			view.Notice = &templates.Notice{Kind: templates.Care, First: said(r).Say("signin.mustreset.first"), Then: said(r).Say("forgot.mustreset.then")}
		case known:
			view.Notice = &templates.Notice{Kind: templates.Bad, First: first, Then: said(r).Say("forgot.refused.then")}
		case errors.Is(refused, directory.ErrUndelivered):
			view.Notice, status = undelivered(said(r), p.recoveryMedium(a.Pool)), http.StatusBadGateway
		default:
			return refused
		}
	}
	return p.draw(w, r, a, status, templates.Forgot(view))
}

func (p *Pages) drawReset(w http.ResponseWriter, r *http.Request, a *login.Authorization, data browser.PageData, code string, refused error) error {
	view := templates.ResetView{
		Frame: p.frame(r, a), Action: to(userpool.PathConfirmForgot, r), ResendAction: to(userpool.PathForgot, r),
		CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At), SignInHref: to(userpool.PathLogin, r),
		Typed: data.Typed, Medium: p.recoveryMedium(a.Pool), Code: code, Digits: 6, WaitSeconds: p.wait(data),
		PasswordField: templates.Field{Name: "password", Label: said(r).Say("label.new_password"), Type: "password", Autocomplete: "new-password"},
		AgainField:    &templates.Field{Name: "confirmPassword", Label: said(r).Say("label.new_password_again"), Type: "password", Autocomplete: "new-password"},
		Rules:         rules(said(r), a.Pool.Passwords, false, nil),
		HiddenFields:  []templates.Hidden{{Name: "username", Value: data.Typed}},
	}
	status := http.StatusOK
	if refused != nil {
		visit.From(r.Context()).Err = refused
		status = http.StatusBadRequest
		text, badCode := codeProblem(said(r), refused, view.Medium)
		switch {
		case badCode:
			view.CodeProblem, status = text, codeStatus(w, refused)
		case explainPassword(said(r), &view.PasswordField, &view.Rules, a.Pool.Passwords, refused):
		case errors.Is(refused, errUnlike):
			view.AgainField.Problem = said(r).Say("reset.unlike")
		case errors.Is(refused, directory.ErrNoUser):
			view.CodeProblem = said(r).Say("signin.nouser.first")
		case errors.Is(refused, directory.ErrBusy):
			return problem.Busy(refused)
		default:
			return refused
		}
	}
	return p.draw(w, r, a, status, templates.Reset(view))
}
