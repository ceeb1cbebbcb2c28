package hostedui

import (
	"errors"
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/visit"
)

// askForCode takes a person whose code is on its way to the page that takes it.
func (p *Pages) askForCode(w http.ResponseWriter, r *http.Request, step *login.OneTimeCode) error {
	visit.From(r.Context()).Outcome = "sent a one-time code"
	p.Guide.Cookies.SetChallenge(w, step.Authorization.Pool.At, step.Challenge, directory.OneTimeLife)
	http.Redirect(w, r, to(userpool.PathOneTimeCode, r), http.StatusFound)
	return nil
}

// OneTime is GET /code. Without a code that was sent a moment ago it goes back to the sign-in page.
func (p *Pages) OneTime(w http.ResponseWriter, r *http.Request) error {
	step, err := p.answering(w, r, p.open)
	if step == nil {
		return err
	}
	return p.drawOneTime(w, r, step, "", nil)
}

// OneTimePost is POST /code: the code signs in, or a new one is asked for.
func (p *Pages) OneTimePost(w http.ResponseWriter, r *http.Request) error {
	step, err := p.answering(w, r, p.openForm)
	if step == nil {
		return err
	}
	if r.PostForm.Has("resend") {
		return p.sendAgain(w, r, step)
	}
	code := r.PostForm.Get("code")
	if len(code) > maxCode {
		code = ""
	}
	next, err := p.Login.AnswerOneTime(r.Context(), step, code)
	if err != nil {
		return p.drawOneTime(w, r, step, code, err)
	}
	p.Guide.Cookies.ClearChallenge(w, step.Authorization.Pool.At)
	return p.advance(w, r, next)
}

// answering opens the step of the code; nil where the answer, or an error, was given instead.
func (p *Pages) answering(w http.ResponseWriter, r *http.Request, open func(*http.Request) (*login.Authorization, error)) (*login.OneTimeCode, error) {
	a, err := open(r)
	if err != nil {
		return nil, err
	}
	step, err := p.Login.OpenOneTime(r.Context(), a, p.Guide.Cookies.Challenge(r, a.Pool.At))
	switch {
	case errors.Is(err, login.ErrChallengeOver) && r.Method == http.MethodGet:
		http.Redirect(w, r, to(userpool.PathLogin, r), http.StatusFound)
		return nil, nil
	case errors.Is(err, login.ErrChallengeOver):
		return nil, p.challengeOver(w, r, a, err)
	case err != nil:
		return nil, p.drawIdentifier(w, r, a, "", err)
	}
	return step, nil
}

func (p *Pages) sendAgain(w http.ResponseWriter, r *http.Request, step *login.OneTimeCode) error {
	again, err := p.Login.SendAgain(r.Context(), step)
	if err != nil {
		return p.drawOneTime(w, r, step, "", err)
	}
	p.Guide.Cookies.SetChallenge(w, step.Authorization.Pool.At, again.Challenge, directory.OneTimeLife)
	return p.drawOneTime(w, r, again, "", errSentAgain)
}

// errSentAgain is no failure: a new code is on its way, and the page says so.
var errSentAgain = errors.New("a new code was sent")

func (p *Pages) drawOneTime(w http.ResponseWriter, r *http.Request, step *login.OneTimeCode, code string, refused error) error {
	a := step.Authorization
	by := medium(step.Way.To.Medium)
	left := int(step.Sent.Add(directory.ResendWait()).Sub(p.Now()).Seconds())
	view := templates.OneTimeView{
		Frame: p.frame(r, a), Action: to(userpool.PathOneTimeCode, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At),
		Medium: by, Masked: mask(step.Way.To.Destination), Digits: directory.OneTimeDigits, ValidFor: directory.OneTimeLife,
		WaitSeconds: max(left, 0), Code: code, AnotherHref: to(userpool.PathLogin, r),
	}
	status := http.StatusOK
	text, wrong := codeProblem(said(r), refused, by)
	if errors.Is(refused, directory.ErrCodeMismatch) { // Cognito's sentence at sign-in is another than after a sign-up
		text = said(r).Say("mfa.wrong.sent")
	}
	switch {
	case refused == nil:
	case errors.Is(refused, errSentAgain):
		view.SentAgain = true
	case errors.Is(refused, directory.ErrTooSoon):
		status = http.StatusTooManyRequests
	case wrong:
		view.Problem, status = text, codeStatus(w, refused)
	default:
		var err error
		if view.Notice, status, err = firstNotice(w, said(r), refused); err != nil {
			return err
		}
	}
	if refused != nil && !view.SentAgain {
		visit.From(r.Context()).Err = refused
	}
	return p.draw(w, r, a, status, templates.OneTime(view))
}
