package hostedui

import (
	"errors"
	"net/http"
	"time"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/visit"
)

// The pages of second factors share one challenge, in a cookie of this browser. Each of them draws what it is for, and leads to
// the page of the step that the challenge is at where that is another.

// askSecond takes a person who owes a second factor to the page of the step.
func (p *Pages) askSecond(w http.ResponseWriter, r *http.Request, waiting login.Waiting, path string) error {
	visit.From(r.Context()).Outcome = "asked for a second factor"
	if waiting.Life > 0 { // else it is the one that the browser has
		p.Guide.Cookies.SetChallenge(w, waiting.Authorization.Pool.At, waiting.Challenge, waiting.Life)
	}
	http.Redirect(w, r, to(path, r), http.StatusFound)
	return nil
}

// openSecond opens the challenge of a page. Without one that can still be answered there is no step, and the error is a page that
// says so.
func (p *Pages) openSecond(w http.ResponseWriter, r *http.Request, open func(*http.Request) (*login.Authorization, error)) (*login.Authorization, login.Step, error) {
	a, err := open(r)
	if err != nil {
		return nil, nil, err
	}
	step, err := p.Login.OpenSecond(r.Context(), a, p.Guide.Cookies.Challenge(r, a.Pool.At))
	if err != nil {
		return nil, nil, p.challengeOver(w, r, a, err)
	}
	return a, step, nil
}

// MFA is GET /mfa: the code of a second factor.
func (p *Pages) MFA(w http.ResponseWriter, r *http.Request) error {
	_, step, err := p.openSecond(w, r, p.open)
	if step == nil {
		return err
	}
	if second, ok := step.(*login.SecondFactor); ok {
		return p.drawSecond(w, r, second, "", nil)
	}
	return p.advance(w, r, step)
}

// MFAPost is POST /mfa: the code signs the person in; "resend" asks for a new one.
func (p *Pages) MFAPost(w http.ResponseWriter, r *http.Request) error {
	_, step, err := p.openSecond(w, r, p.openForm)
	if step == nil {
		return err
	}
	second, ok := step.(*login.SecondFactor)
	if !ok {
		return p.advance(w, r, step)
	}
	if r.PostForm.Has("resend") {
		again, err := p.Login.SendSecondAgain(r.Context(), second)
		if err != nil {
			return p.challengeOver(w, r, second.Authorization, err)
		}
		return p.advance(w, r, again)
	}
	return p.answer(w, r, second)
}

// answer gives a step the code of the form. Where the step is part of proving an account, the sign-in at the provider that waits
// for the proof is in a cookie of its own.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request, second *login.SecondFactor) error {
	var linking *login.Pending
	if second.Linking() {
		var err error
		if linking, err = p.openProof(r); err != nil {
			return proofOver(r, second.Authorization, err)
		}
	}
	code := typedCode(r)
	second.Remember = wantsRemembering(r)
	done, err := p.Login.Answer(r.Context(), second, code, linking)
	if errors.Is(err, login.ErrChallengeOver) {
		return p.challengeOver(w, r, second.Authorization, err)
	}
	if err != nil {
		return p.drawSecond(w, r, second, code, proofOver(r, second.Authorization, err))
	}
	if linking != nil {
		p.Guide.Cookies.ClearProof(w, second.Authorization.Pool.At)
	}
	p.Guide.Cookies.ClearChallenge(w, second.Authorization.Pool.At)
	return p.finish(w, r, done)
}

// typedCode is the code of a form; one that is too long to be any is none.
func typedCode(r *http.Request) string {
	if code := r.PostForm.Get("code"); len(code) <= maxCode {
		return code
	}
	return ""
}

func (p *Pages) drawSecond(w http.ResponseWriter, r *http.Request, step *login.SecondFactor, code string, refused error) error {
	a := step.Authorization
	view := templates.SecondFactorView{
		Frame: p.frame(r, a), Action: to(userpool.PathMFA, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At), Way: way(step.Factor), Code: code,
		StartHref: startAgain(r),
	}
	if len(step.Factors) > 1 {
		view.OtherHref = to(userpool.PathMFAOption, r)
	}
	var err error
	if view.Remember, err = p.remember(r, &step.Waiting); err != nil {
		return err
	}
	p.about(r, &view, step.To, step.Sent, step.Unsent)
	return p.drawCode(w, r, a, view, refused)
}

// about says of a code where it went, and why there is no newer one.
func (p *Pages) about(r *http.Request, view *templates.SecondFactorView, at *directory.Delivery, sent time.Time, unsent error) {
	if at == nil {
		return
	}
	view.ResendAction, view.Masked, view.ValidFor = view.Action, mask(at.Destination), login.SecondLife
	if !sent.IsZero() {
		view.WaitSeconds = int(max(directory.ResendWait()-p.Now().Sub(sent), 0).Seconds())
	}
	switch {
	case errors.Is(unsent, directory.ErrTooSoon):
		view.WaitSeconds = max(view.WaitSeconds, int(directory.ResendWait().Seconds()))
	case errors.Is(unsent, directory.ErrLimit):
		view.Notice, view.Masked, view.ValidFor = limitedCodes(said(r)), "", 0
	case unsent != nil:
		view.Notice, view.Masked, view.ValidFor = undelivered(said(r), medium(at.Medium)), "", 0
	}
}

// drawCode draws a page that asks for a code, with why the last one was refused.
func (p *Pages) drawCode(w http.ResponseWriter, r *http.Request, a *login.Authorization, view templates.SecondFactorView, refused error) error {
	status := http.StatusOK
	if refused != nil {
		visit.From(r.Context()).Err = refused
		var err error
		if view.Problem, view.Notice, status, err = secondProblem(w, said(r), refused, view.Way); err != nil {
			return err
		}
	}
	return p.draw(w, r, a, status, templates.SecondFactor(view))
}
