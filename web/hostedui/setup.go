package hostedui

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/visit"
)

// MFASetUp is GET /mfaSetup: the choice of what to set up, or the set-up that was begun.
func (p *Pages) MFASetUp(w http.ResponseWriter, r *http.Request) error {
	_, step, err := p.openSecond(w, r, p.open)
	if step == nil {
		return err
	}
	setUp, ok := step.(*login.SetUpFactor)
	if !ok {
		return p.advance(w, r, step)
	}
	return p.drawSetUp(w, r, setUp, nil)
}

// MFASetUpPost is POST /mfaSetup: a choice begins a set-up, an address goes on with it, "resend" asks for a new code, and the
// code ends it and signs the person in.
func (p *Pages) MFASetUpPost(w http.ResponseWriter, r *http.Request) error {
	_, step, err := p.openSecond(w, r, p.openForm)
	if step == nil {
		return err
	}
	setUp, ok := step.(*login.SetUpFactor)
	if !ok {
		return p.advance(w, r, step)
	}
	chosen := userpool.Factor(r.PostForm.Get("mfaOption"))
	switch {
	case slices.Contains(setUp.Factors, chosen):
		return p.beginSetUp(w, r, setUp, chosen, "")
	case r.PostForm.Has("phone_number"):
		return p.beginSetUp(w, r, setUp, setUp.Factor, number(strings.TrimSpace(r.PostForm.Get("phone_number"))))
	case r.PostForm.Has("email"):
		return p.beginSetUp(w, r, setUp, setUp.Factor, strings.TrimSpace(r.PostForm.Get("email")))
	case r.PostForm.Has("resend") && setUp.To != nil:
		return p.beginSetUp(w, r, setUp, setUp.Factor, setUp.To.Destination)
	case !r.PostForm.Has("code"):
		return p.advance(w, r, step)
	}
	setUp.Remember = wantsRemembering(r)
	done, err := p.Login.FinishSetUp(r.Context(), setUp, typedCode(r), strings.TrimSpace(r.PostForm.Get("friendlyDeviceName")))
	if errors.Is(err, login.ErrChallengeOver) {
		return p.challengeOver(w, r, setUp.Authorization, err)
	}
	if err != nil {
		return p.drawSetUp(w, r, setUp, err)
	}
	p.Guide.Cookies.ClearChallenge(w, setUp.Authorization.Pool.At)
	return p.finish(w, r, done)
}

func (p *Pages) beginSetUp(w http.ResponseWriter, r *http.Request, step *login.SetUpFactor, factor userpool.Factor, typed string) error {
	next, err := p.Login.BeginSetUp(r.Context(), step, factor, typed)
	var attribute *directory.AttributeError
	switch {
	case errors.As(err, &attribute):
		return p.drawAddress(w, r, step, typed, attribute)
	case err != nil:
		return p.challengeOver(w, r, step.Authorization, err)
	}
	return p.advance(w, r, next)
}

// drawSetUp draws the page a set-up has come to.
func (p *Pages) drawSetUp(w http.ResponseWriter, r *http.Request, step *login.SetUpFactor, refused error) error {
	a := step.Authorization
	switch {
	case step.Factor == "":
		return p.drawChoice(w, r, step.Waiting, step.Factors, true)
	case step.App != nil:
		return p.drawApp(w, r, step, refused)
	case step.To == nil:
		return p.drawAddress(w, r, step, "", nil)
	}
	view := templates.SecondFactorView{
		Frame: p.frame(r, a), Action: to(userpool.PathMFASetUp, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At), Way: way(step.Factor),
		Code: typedCode(r), OtherHref: otherSetUp(r, step), StartHref: startAgain(r),
	}
	var err error
	if view.Remember, err = p.remember(r, &step.Waiting); err != nil {
		return err
	}
	p.about(r, &view, step.To, step.Sent, step.Unsent)
	return p.drawCode(w, r, a, view, refused)
}

// otherSetUp leads back to the choice, where there is one.
func otherSetUp(r *http.Request, step *login.SetUpFactor) string {
	if len(step.Factors) < 2 {
		return ""
	}
	return to(userpool.PathMFAOption, r)
}

func (p *Pages) drawAddress(w http.ResponseWriter, r *http.Request, step *login.SetUpFactor, typed string, refused *directory.AttributeError) error {
	a, status := step.Authorization, http.StatusOK
	field := attributeField(said(r), step.Factor.Attribute(), typed)
	view := templates.SetUpAddressView{
		Frame: p.frame(r, a), Action: to(userpool.PathMFASetUp, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At), Way: way(step.Factor),
		Address: templates.Field{Value: typed, Hint: field.Hint}, OtherHref: otherSetUp(r, step), StartHref: startAgain(r),
	}
	if refused != nil {
		visit.From(r.Context()).Err = refused
		status, view.Address.Problem = http.StatusBadRequest, said(r).Said(refused.Text)
	}
	return p.draw(w, r, a, status, templates.SetUpAddress(view))
}

func (p *Pages) drawApp(w http.ResponseWriter, r *http.Request, step *login.SetUpFactor, refused error) error {
	a, status := step.Authorization, http.StatusOK
	view := templates.SetUpAppView{
		Frame: p.frame(r, a), Action: to(userpool.PathMFASetUp, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At),
		URI: step.App.URI.Reveal(), Key: step.App.Secret.Reveal(), QR: drawQR(step.App.URI.Reveal()),
		OtherHref: otherSetUp(r, step), StartHref: startAgain(r),
	}
	var err error
	if view.Remember, err = p.remember(r, &step.Waiting); err != nil {
		return err
	}
	if refused != nil {
		visit.From(r.Context()).Err = refused
		view.Code, view.Name.Value = typedCode(r), r.PostForm.Get("friendlyDeviceName")
		var attribute *directory.AttributeError
		if errors.As(refused, &attribute) {
			status, view.Name.Problem, view.Name.Value = http.StatusBadRequest, said(r).Said(attribute.Text), ""
		} else if view.Problem, view.Notice, status, err = secondProblem(w, said(r), refused, templates.FactorApp); err != nil {
			return err
		}
	}
	return p.draw(w, r, a, status, templates.SetUpApp(view))
}
