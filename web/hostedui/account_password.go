package hostedui

import (
	"errors"
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/userpool/notify"
	"portico/web/problem"
	"portico/web/visit"
)

// Password is GET /account/password.
func (p *Pages) Password(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.enterPassword(w, r)
	if visitor == nil || err != nil {
		return err
	}
	return p.drawPassword(w, r, visitor, nil)
}

func (p *Pages) enterPassword(w http.ResponseWriter, r *http.Request) (*login.Visitor, error) {
	visitor, err := p.enterSensitive(w, r, login.PagePassword, userpool.AccountWays)
	if visitor == nil || err != nil {
		return nil, err
	}
	if visitor.User.Status == userpool.ExternalProvider {
		return nil, problem.NotFound(directory.ErrNoPasswordHere)
	}
	return visitor, nil
}

// PasswordPost is POST /account/password: other sessions and all refresh tokens end with it, and this session stays.
func (p *Pages) PasswordPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, err := p.enterPassword(w, r)
	if visitor == nil || err != nil {
		return err
	}
	proposed, previous := r.PostForm.Get("password"), r.PostForm.Get("currentPassword")
	if again := r.PostForm.Get("confirmPassword"); again != proposed {
		return p.drawPassword(w, r, visitor, errUnlike)
	}
	if tooLong("", previous) {
		return p.drawPassword(w, r, visitor, directory.ErrIncorrect)
	}
	_, err = p.Directory.ChangePassword(r.Context(), visitor.Pool, directory.PasswordChange{
		Sub: visitor.User.Sub, Previous: previous, Proposed: proposed, EndOthers: &userpool.EndOthers{Keep: visitor.Session.Hash},
	})
	if err != nil {
		return p.drawPassword(w, r, visitor, err)
	}
	visit.From(r.Context()).Outcome = "password changed"
	p.Directory.Notify(r.Context(), visitor.Pool, visitor.Client, visitor.User, notify.PasswordChanged)
	return p.done(w, r, visitor, flashPassword)
}

func (p *Pages) drawPassword(w http.ResponseWriter, r *http.Request, v *login.Visitor, refused error) error {
	s := said(r)
	_, has, err := p.Directory.HasPassword(r.Context(), v.Pool, v.User.Sub)
	if err != nil {
		return err
	}
	previous := templates.Field{Name: "currentPassword", Label: s.Say("account.password.current"), Type: "password", Autocomplete: "current-password"}
	proposed := templates.Field{Name: "password", Label: s.Say("label.new_password"), Type: "password", Autocomplete: "new-password"}
	again := templates.Field{Name: "confirmPassword", Label: s.Say("label.new_password_again"), Type: "password", Autocomplete: "new-password"}
	view := templates.AccountFormView{
		Frame: p.accountFrame(r, v), Picture: templates.PictureLock, Heading: s.Say("account.password.heading"), Text: s.Say("account.password.text"),
		Action: v.ToPage(login.PagePassword, ""), CSRF: p.Guide.Cookies.CSRF(w, r, v.Pool.At), Rules: rules(s, v.Pool.Passwords, false, nil),
		HiddenFields: []templates.Hidden{{Name: "username", Value: v.Pool.SignInName(v.User)}},
		Submit:       s.Say("reset.submit"), Busy: s.Say("reset.busy"), BackHref: v.ToPage(login.PageAccount, ""),
	}
	if !has {
		view.Heading, view.Submit, view.Busy = s.Say("account.password.first"), s.Say("account.save"), s.Say("account.saving")
	}
	status := http.StatusOK
	if refused != nil {
		visit.From(r.Context()).Err = refused
		status = http.StatusBadRequest
		var locked *directory.LockedError
		notice, limited := limitNotice(w, s, refused, s.Say("error.unchanged"))
		switch {
		case limited:
			view.Notice, status = notice, http.StatusTooManyRequests
		case explainPassword(s, &proposed, &view.Rules, v.Pool.Passwords, refused):
		case errors.Is(refused, errUnlike):
			again.Problem = s.Say("reset.unlike")
		case errors.Is(refused, directory.ErrIncorrect):
			previous.Problem = s.Say("account.password.wrong")
		case errors.As(refused, &locked), errors.Is(refused, directory.ErrBusy):
			if view.Notice, status, err = signInNotice(s, refused, ""); err != nil {
				return err
			}
			retryAfter(w, refused)
		default:
			return refused
		}
	}
	if view.Fields = []templates.Field{proposed, again}; has {
		view.Fields = []templates.Field{previous, proposed, again}
	}
	return p.drawOwn(w, r, status, templates.AccountForm(view))
}
