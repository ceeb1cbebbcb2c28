package hostedui

import (
	"errors"
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// askForPassword takes a person who knows a temporary password to the page that asks for another.
func (p *Pages) askForPassword(w http.ResponseWriter, r *http.Request, step *login.NewPassword) error {
	visit.From(r.Context()).Outcome = "asked for a new password"
	p.Guide.Cookies.SetChallenge(w, step.Authorization.Pool.At, step.Challenge, login.NewPasswordLife)
	http.Redirect(w, r, to(userpool.PathNewPassword, r), http.StatusFound)
	return nil
}

// NewPassword is GET /changePassword. Without a challenge that can still be answered it says so.
func (p *Pages) NewPassword(w http.ResponseWriter, r *http.Request) error {
	a, err := p.open(r)
	if err != nil {
		return err
	}
	step, err := p.Login.OpenNewPassword(r.Context(), a, p.Guide.Cookies.Challenge(r, a.Pool.At))
	if err != nil {
		return p.challengeOver(w, r, a, err)
	}
	return p.drawNewPassword(w, r, step, nil, nil)
}

// NewPasswordPost is POST /changePassword: the password, and what was missing, sign the person in.
func (p *Pages) NewPasswordPost(w http.ResponseWriter, r *http.Request) error {
	a, err := p.openForm(r)
	if err != nil {
		return err
	}
	step, err := p.Login.OpenNewPassword(r.Context(), a, p.Guide.Cookies.Challenge(r, a.Pool.At))
	if err != nil {
		return p.challengeOver(w, r, a, err)
	}
	given := map[string]string{}
	for _, name := range step.Missing {
		given[name] = r.PostForm.Get("requiredAttributes[" + name + "]")
	}
	password := r.PostForm.Get("password")
	if again, asked := r.PostForm["confirmPassword"]; asked && again[0] != password {
		return p.drawNewPassword(w, r, step, given, errUnlike)
	}
	next, err := p.Login.ReplacePassword(r.Context(), step, password, given)
	switch {
	case errors.Is(err, login.ErrChallengeOver):
		return p.challengeOver(w, r, a, err)
	case err != nil:
		return p.drawNewPassword(w, r, step, given, err)
	}
	if _, done := next.(*login.Done); done { // another step has put a challenge of its own in the place of this one
		p.Guide.Cookies.ClearChallenge(w, a.Pool.At)
	}
	return p.advance(w, r, next)
}

// challengeOver: the page was opened, or its form came, too late or twice. Nothing was changed by it.
func (p *Pages) challengeOver(w http.ResponseWriter, r *http.Request, a *login.Authorization, err error) error {
	if !errors.Is(err, login.ErrChallengeOver) {
		return err
	}
	p.Guide.Cookies.ClearChallenge(w, a.Pool.At)
	return signInOver(r, a, err)
}

func (p *Pages) drawNewPassword(w http.ResponseWriter, r *http.Request, step *login.NewPassword, given map[string]string, refused error) error {
	a := step.Authorization
	view := templates.NewPasswordView{
		Frame: p.frame(r, a), Action: to(userpool.PathNewPassword, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At),
		PasswordField: templates.Field{Type: "password"}, AgainField: templates.Field{Type: "password"},
		Rules:        rules(said(r), a.Pool.Passwords, false, nil),
		HiddenFields: []templates.Hidden{{Name: "username", Value: a.Pool.SignInName(step.User)}},
	}
	for _, name := range step.Missing {
		view.Fields = append(view.Fields, attributeField(said(r), name, given[name]))
	}
	status := http.StatusOK
	if refused != nil {
		visit.From(r.Context()).Err = refused
		status = http.StatusBadRequest
		if err := explainNewPassword(said(r), &view, a.Pool, refused); err != nil {
			return err
		}
	}
	return p.draw(w, r, a, status, templates.NewPassword(view))
}

// explainNewPassword puts a refusal at the field it belongs to.
func explainNewPassword(w words.Words, view *templates.NewPasswordView, pool *userpool.Pool, refused error) error {
	var attribute *directory.AttributeError
	if explainPassword(w, &view.PasswordField, &view.Rules, pool.Passwords, refused) {
		return nil
	}
	switch {
	case errors.Is(refused, errUnlike):
		view.AgainField.Problem = w.Say("reset.unlike")
	case errors.As(refused, &attribute):
		for i := range view.Fields {
			if view.Fields[i].Name == "requiredAttributes["+attribute.Name+"]" {
				view.Fields[i].Problem = w.Said(attribute.Text)
				return nil
			}
		}
		view.Notice = &templates.Notice{Kind: templates.Bad, First: w.Said(attribute.Text)}
	case errors.Is(refused, userpool.ErrAliasTaken):
		view.Notice = &templates.Notice{Kind: templates.Bad, First: w.Say("confirm.taken.first"), Then: w.Say("confirm.taken.elsewhere")}
	case errors.Is(refused, directory.ErrBusy):
		return problem.Busy(refused)
	default:
		return refused
	}
	return nil
}
