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
	"portico/web/problem"
	"portico/web/visit"
)

// setUpField carries the sealed set-up in the form that shows it, so that two tabs do not disturb each other. It is of use to this
// person alone, for some minutes, and says no more than the page does.
const setUpField = "setup"

// enterApp opens the set-up of an authenticator app, where the pool offers one.
func (p *Pages) enterApp(w http.ResponseWriter, r *http.Request) (*login.Visitor, error) {
	visitor, err := p.enterSensitive(w, r, login.PageApp, userpool.AccountWays)
	if visitor == nil || err != nil {
		return nil, err
	}
	if visitor.User.Status == userpool.ExternalProvider || !slices.Contains(p.Directory.SetsUp(visitor.Pool), userpool.FactorTOTP) {
		return nil, problem.NotFound(directory.ErrTOTPOff)
	}
	return visitor, nil
}

// App is GET /account/authenticator: a new secret, which takes the place of an earlier one once its first code is given.
func (p *Pages) App(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.enterApp(w, r)
	if visitor == nil || err != nil {
		return err
	}
	begun, err := p.Directory.BeginTOTP(visitor.Pool, visitor.Client, visitor.User)
	if err != nil {
		return err
	}
	return p.drawOwnApp(w, r, visitor, begun, http.StatusOK, templates.SetUpAppView{})
}

// AppPost is POST /account/authenticator: the first code.
func (p *Pages) AppPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, err := p.enterApp(w, r)
	if visitor == nil || err != nil {
		return err
	}
	sealed, name := r.PostForm.Get(setUpField), strings.TrimSpace(r.PostForm.Get("friendlyDeviceName"))
	err = p.Directory.VerifyOwnTOTP(r.Context(), visitor.Pool, visitor.Client, visitor.User, visitor.Session.Hash, sealed, typedCode(r), name)
	if err == nil {
		visit.From(r.Context()).Outcome = "authenticator set up"
		return p.done(w, r, visitor, flashApp)
	}
	return p.appRefused(w, r, visitor, sealed, err)
}

// appRefused draws the set-up again, with why its code was refused. One that is over begins anew.
func (p *Pages) appRefused(w http.ResponseWriter, r *http.Request, v *login.Visitor, sealed string, refused error) error {
	visit.From(r.Context()).Err = refused
	begun, err := p.Directory.OpenTOTP(v.Pool, v.Client, v.User, sealed)
	if errors.Is(err, directory.ErrSetupOver) {
		if begun, err = p.Directory.BeginTOTP(v.Pool, v.Client, v.User); err != nil {
			return err
		}
		s := said(r)
		return p.drawOwnApp(w, r, v, begun, http.StatusBadRequest, templates.SetUpAppView{
			Notice: &templates.Notice{Kind: templates.Bad, First: s.Say("passkey.late.first"), Then: s.Say("account.app.over")},
		})
	}
	if err != nil {
		return err
	}
	view := templates.SetUpAppView{Code: typedCode(r), Name: templates.Field{Value: r.PostForm.Get("friendlyDeviceName")}}
	status := http.StatusBadRequest
	var attribute *directory.AttributeError
	if errors.As(refused, &attribute) {
		view.Name = templates.Field{Problem: said(r).Said(attribute.Text)}
	} else if notice, known := refusedWay(r, refused); known {
		view.Notice = notice
	} else if view.Problem, view.Notice, status, err = secondProblem(w, said(r), refused, templates.FactorApp); err != nil {
		return err
	}
	return p.drawOwnApp(w, r, v, begun, status, view)
}

func (p *Pages) drawOwnApp(w http.ResponseWriter, r *http.Request, v *login.Visitor, begun directory.TOTPSetup, status int, view templates.SetUpAppView) error {
	s := said(r)
	view.Frame, view.Action, view.CSRF = p.accountFrame(r, v), v.ToPage(login.PageApp, ""), p.Guide.Cookies.CSRF(w, r, v.Pool.At)
	view.URI, view.Key, view.QR = begun.URI.Reveal(), begun.Secret.Reveal(), drawQR(begun.URI.Reveal())
	view.HiddenFields = []templates.Hidden{{Name: setUpField, Value: begun.Sealed}}
	view.BackHref, view.Text = v.ToPage(login.PageAccount, ""), s.Say("account.app.text")
	if slices.Contains(v.User.MFA.Factors, userpool.FactorTOTP) {
		view.Text = s.Say("account.app.replacing")
	}
	return p.drawOwn(w, r, status, templates.SetUpApp(view))
}

// RemoveApp is GET /account/authenticator/remove: it asks before the app is forgotten.
func (p *Pages) RemoveApp(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.enterRemoveApp(w, r)
	if visitor == nil || err != nil {
		return err
	}
	return p.drawRemoveApp(w, r, visitor, nil)
}

func (p *Pages) enterRemoveApp(w http.ResponseWriter, r *http.Request) (*login.Visitor, error) {
	visitor, err := p.enterSensitive(w, r, login.PageAppRemove, userpool.AccountWays)
	if visitor == nil || err != nil {
		return nil, err
	}
	states, err := p.Directory.Factors(r.Context(), visitor.Pool, visitor.User)
	if err != nil {
		return nil, err
	}
	for _, state := range states {
		if state.Factor == userpool.FactorTOTP && state.Ready {
			return visitor, nil
		}
	}
	return nil, problem.NotFound(directory.ErrNoToken)
}

func (p *Pages) drawRemoveApp(w http.ResponseWriter, r *http.Request, v *login.Visitor, notice *templates.Notice) error {
	s := said(r)
	view := templates.AccountFormView{
		Frame: p.accountFrame(r, v), Danger: true, Heading: s.Say("account.app.remove"), Text: s.Say("account.app.removal"), Notice: notice,
		Action: v.ToPage(login.PageAppRemove, ""), CSRF: p.Guide.Cookies.CSRF(w, r, v.Pool.At), Submit: s.Say("account.remove"),
		Busy: s.Say("account.saving"), BackHref: v.ToPage(login.PageAccount, ""),
	}
	if v.Pool.MFA.Mode == userpool.MFAOn && slices.Equal(v.User.MFA.Factors, []userpool.Factor{userpool.FactorTOTP}) {
		view.Notice, _ = refusedWay(r, directory.ErrLastFactor)
	}
	if view.Notice != nil {
		view.Submit, view.Text = "", ""
	}
	return p.drawOwn(w, r, http.StatusOK, templates.AccountForm(view))
}

// RemoveAppPost is POST /account/authenticator/remove.
func (p *Pages) RemoveAppPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, err := p.enterRemoveApp(w, r)
	if visitor == nil || err != nil {
		return err
	}
	err = p.Directory.RemoveTOTP(r.Context(), visitor.Pool, visitor.Client, visitor.User.Sub)
	if notice, known := refusedWay(r, err); known {
		visit.From(r.Context()).Err = err
		return p.drawRemoveApp(w, r, visitor, notice)
	}
	if err != nil {
		return err
	}
	visit.From(r.Context()).Outcome = "authenticator removed"
	return p.done(w, r, visitor, flashAppRemoved)
}
