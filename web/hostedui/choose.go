package hostedui

import (
	"errors"
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/visit"
	"portico/words"
)

// maxNamed bounds the name of an account, in bytes: it travels in a cookie with what may follow, and browsers drop cookies of more
// than 4096 bytes without a word. No user name has more than 128 characters, and no address that mail reaches more than 254.
const maxNamed = 1024

// named takes a person who named an account to the ways of signing in to it.
func (p *Pages) named(w http.ResponseWriter, r *http.Request, a *login.Authorization, typed string) error {
	if typed == "" || len(typed) > maxNamed {
		return p.drawIdentifier(w, r, a, "", errNobody)
	}
	step, err := p.Login.Named(r.Context(), a, typed)
	if err != nil {
		return p.drawIdentifier(w, r, a, typed, err)
	}
	return p.advance(w, r, step)
}

// askToChoose takes a person to the page of the choice.
func (p *Pages) askToChoose(w http.ResponseWriter, r *http.Request, step *login.ChooseFirst) error {
	visit.From(r.Context()).Outcome = "asked how to sign in"
	p.Guide.Cookies.SetChallenge(w, step.Authorization.Pool.At, step.Challenge, login.ChooseLife)
	http.Redirect(w, r, to(userpool.PathChoose, r), http.StatusFound)
	return nil
}

// Choose is GET /choose. Without a name that was given a moment ago it goes back to the sign-in page.
func (p *Pages) Choose(w http.ResponseWriter, r *http.Request) error {
	choice, err := p.choosing(w, r, p.open)
	if choice == nil {
		return err
	}
	return p.drawChoose(w, r, choice, nil)
}

// ChoosePost is POST /choose: the way that was chosen, or an authenticator's answer.
func (p *Pages) ChoosePost(w http.ResponseWriter, r *http.Request) error {
	choice, err := p.choosing(w, r, p.openForm)
	if choice == nil {
		return err
	}
	if r.PostForm.Has("credential") {
		step, err := p.Login.Passkey(r.Context(), choice.Authorization, []byte(r.PostForm.Get("credential")))
		if err != nil {
			return p.drawChoose(w, r, choice, err)
		}
		p.Guide.Cookies.ClearChallenge(w, choice.Authorization.Pool.At)
		return p.advance(w, r, step)
	}
	step, err := p.Login.Choose(r.Context(), choice, userpool.Factor(r.PostForm.Get("way")))
	if err != nil {
		return p.drawChoose(w, r, choice, err)
	}
	return p.advance(w, r, step)
}

// choosing opens the choice; nil where the answer, or an error, was given instead.
func (p *Pages) choosing(w http.ResponseWriter, r *http.Request, open func(*http.Request) (*login.Authorization, error)) (*login.ChooseFirst, error) {
	a, err := open(r)
	if err != nil {
		return nil, err
	}
	choice, err := p.Login.OpenChoice(r.Context(), a, p.Guide.Cookies.Challenge(r, a.Pool.At))
	if errors.Is(err, login.ErrChallengeOver) || errors.Is(err, directory.ErrNoUser) || errors.Is(err, directory.ErrDisabled) {
		http.Redirect(w, r, to(userpool.PathLogin, r), http.StatusFound)
		return nil, nil
	}
	if err != nil {
		return nil, p.drawIdentifier(w, r, a, "", err)
	}
	return choice, nil
}

func (p *Pages) drawChoose(w http.ResponseWriter, r *http.Request, c *login.ChooseFirst, refused error) error {
	a := c.Authorization
	view := templates.ChooseView{
		Frame: p.frame(r, a), Action: to(userpool.PathChoose, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At),
		Who: c.Typed, WhoPhone: userpool.LooksLikePhone(c.Typed), ChangeHref: to(userpool.PathLogin, r),
		Ways: ways(said(r), a, c.Ways),
	}
	if len(c.Passkey) > 0 {
		view.Passkey = &templates.PasskeyForm{Action: view.Action, CSRF: view.CSRF, Options: string(c.Passkey)}
	}
	status := http.StatusOK
	if refused != nil {
		visit.From(r.Context()).Err = refused
		var err error
		if view.Notice, status, err = firstNotice(w, said(r), refused); err != nil {
			return err
		}
	}
	return p.draw(w, r, a, status, templates.Choose(view))
}

// ways are the buttons of the choice but for the passkey, which has a form of its own.
func ways(w words.Words, a *login.Authorization, open []directory.Way) []templates.Way {
	var list []templates.Way
	for _, way := range open {
		drawn := templates.Way{Value: string(way.Factor)}
		switch way.Factor {
		case userpool.FactorEmailOTP:
			drawn.Kind, drawn.Title = templates.WayEmail, w.Say("choose.email")
			drawn.To = mask(way.To.Destination)
		case userpool.FactorSMSOTP:
			drawn.Kind, drawn.Title = templates.WayPhone, w.Say("choose.phone")
			drawn.To = mask(way.To.Destination)
		case userpool.FactorPassword:
			drawn.Kind, drawn.Title = templates.WayPassword, w.Say("choose.password")
			drawn.Line = w.Say("choose.password.line", "app", a.Client.Name)
		default:
			continue
		}
		list = append(list, drawn)
	}
	return list
}

// firstNotice puts in words why somebody is not let in without a password; everything else it leaves to the sign-in page.
func firstNotice(w http.ResponseWriter, said words.Words, err error) (*templates.Notice, int, error) {
	bad := func(first, then string) *templates.Notice {
		return &templates.Notice{Kind: templates.Bad, First: said.Say(first), Then: said.Say(then)}
	}
	notice, limited := limitNotice(w, said, err, said.Say("code.limit.nocode"))
	switch {
	case limited:
		return notice, http.StatusTooManyRequests, nil
	case errors.Is(err, directory.ErrUndelivered):
		return undelivered(said, templates.MediumEither), http.StatusBadGateway, nil
	case errors.Is(err, directory.ErrPasskeyChallenge):
		return bad("passkey.late.first", "passkey.late.then"), http.StatusBadRequest, nil
	case errors.Is(err, directory.ErrPasskeyUnverified):
		return bad("passkey.failed.first", "passkey.unverified.then"), http.StatusBadRequest, nil
	case isPasskeyError(err):
		return bad("passkey.failed.first", "passkey.failed.then"), http.StatusBadRequest, nil
	}
	retryAfter(w, err)
	return signInNotice(said, err, "")
}

// isPasskeyError: what is wrong with a passkey is for the log; the person can do nothing about it.
func isPasskeyError(err error) bool {
	for _, known := range []error{
		directory.ErrPasskeyRefused, directory.ErrPasskeyOrigin, directory.ErrPasskeyRelyingParty, directory.ErrPasskeyUnsupported, directory.ErrPasskeysOff,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}
