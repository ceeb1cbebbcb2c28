package hostedui

import (
	"errors"
	"net/http"
	"slices"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/problem"
	"portico/web/visit"
)

// enterFactor opens a page about a second factor that sends codes. What the page may do is the directory's to say.
func (p *Pages) enterFactor(w http.ResponseWriter, r *http.Request, page login.Page) (*login.Visitor, userpool.Factor, error) {
	visitor, err := p.enterSensitive(w, r, page, userpool.AccountWays)
	if visitor == nil || err != nil {
		return nil, "", err
	}
	factor := userpool.Factor(visitor.About)
	if factor.Attribute() == "" || visitor.User.Status == userpool.ExternalProvider || !visitor.Pool.MFA.Enables(factor) {
		return nil, "", problem.NotFound(directory.ErrFactorOff)
	}
	if page == login.PageFactorOn && !slices.Contains(p.Directory.SetsUp(visitor.Pool), factor) { // this server sends none
		return nil, "", problem.NotFound(directory.ErrFactorOff)
	}
	return visitor, factor, nil
}

// FactorOn is GET /account/factor/on: it says what turning codes on means.
func (p *Pages) FactorOn(w http.ResponseWriter, r *http.Request) error {
	visitor, factor, err := p.enterFactor(w, r, login.PageFactorOn)
	if visitor == nil || err != nil {
		return err
	}
	return p.drawFactorOn(w, r, visitor, factor, nil)
}

// FactorOnPost is POST /account/factor/on.
func (p *Pages) FactorOnPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, factor, err := p.enterFactor(w, r, login.PageFactorOn)
	if visitor == nil || err != nil {
		return err
	}
	if err := p.Directory.TurnOnFactor(r.Context(), visitor.Pool, visitor.Client, visitor.User.Sub, factor); err != nil {
		return p.drawFactorOn(w, r, visitor, factor, err)
	}
	visit.From(r.Context()).Outcome = "second factor turned on"
	return p.done(w, r, visitor, flashSaved)
}

func (p *Pages) drawFactorOn(w http.ResponseWriter, r *http.Request, v *login.Visitor, factor userpool.Factor, refused error) error {
	s, status := said(r), http.StatusOK
	to := directory.SecondDelivery(v.User, factor)
	if to == nil || v.User.Attributes[factor.Attribute()+"_verified"] != "true" {
		refused = directory.ErrFactorUnverified
	}
	view := templates.AccountFormView{
		Frame: p.accountFrame(r, v), Picture: factorPicture(factor), Heading: s.Say("account.factor.on.email"),
		Action: v.ToPage(login.PageFactorOn, string(factor)), CSRF: p.Guide.Cookies.CSRF(w, r, v.Pool.At), Submit: s.Say("account.on"),
		Busy: s.Say("account.saving"), BackHref: v.ToPage(login.PageAccount, ""),
	}
	if factor == userpool.FactorSMS {
		view.Heading = s.Say("account.factor.on.phone")
	}
	if refused == nil {
		view.Text = s.Say("account.factor.on.text", "address", to.Destination)
		return p.drawOwn(w, r, status, templates.AccountForm(view))
	}
	visit.From(r.Context()).Err = refused
	status, view.Submit = http.StatusBadRequest, ""
	notice, known := refusedWay(r, refused)
	switch {
	case known:
		view.Notice = notice
	case errors.Is(refused, directory.ErrFactorUnverified):
		view.Notice = &templates.Notice{Kind: templates.Care, First: s.Say(verifyFirst(factor)), Then: s.Say("account.unchanged")}
	case errors.Is(refused, directory.ErrFactorOff):
		return problem.NotFound(refused)
	default:
		return refused
	}
	return p.drawOwn(w, r, status, templates.AccountForm(view))
}

// FactorOff is GET /account/factor/off: it asks before codes are turned off.
func (p *Pages) FactorOff(w http.ResponseWriter, r *http.Request) error {
	visitor, factor, err := p.enterFactor(w, r, login.PageFactorOff)
	if visitor == nil || err != nil {
		return err
	}
	return p.drawFactorOff(w, r, visitor, factor, nil)
}

// FactorOffPost is POST /account/factor/off.
func (p *Pages) FactorOffPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, factor, err := p.enterFactor(w, r, login.PageFactorOff)
	if visitor == nil || err != nil {
		return err
	}
	err = p.Directory.TurnOffFactor(r.Context(), visitor.Pool, visitor.Client, visitor.User.Sub, factor)
	if notice, known := refusedWay(r, err); known {
		visit.From(r.Context()).Err = err
		return p.drawFactorOff(w, r, visitor, factor, notice)
	}
	if err != nil {
		return err
	}
	visit.From(r.Context()).Outcome = "second factor turned off"
	return p.done(w, r, visitor, flashSaved)
}

func (p *Pages) drawFactorOff(w http.ResponseWriter, r *http.Request, v *login.Visitor, factor userpool.Factor, notice *templates.Notice) error {
	s := said(r)
	view := templates.AccountFormView{
		Frame: p.accountFrame(r, v), Danger: true, Heading: s.Say("account.factor.off.email"), Text: s.Say("account.factor.off.text"), Notice: notice,
		Action: v.ToPage(login.PageFactorOff, string(factor)), CSRF: p.Guide.Cookies.CSRF(w, r, v.Pool.At), Submit: s.Say("account.off"),
		Busy: s.Say("account.saving"), BackHref: v.ToPage(login.PageAccount, ""),
	}
	if factor == userpool.FactorSMS {
		view.Heading = s.Say("account.factor.off.phone")
	}
	if v.Pool.MFA.Mode == userpool.MFAOn && slices.Equal(v.User.MFA.Factors, []userpool.Factor{factor}) {
		view.Notice, _ = refusedWay(r, directory.ErrLastFactor)
	}
	if view.Notice != nil {
		view.Submit, view.Text = "", ""
	}
	return p.drawOwn(w, r, http.StatusOK, templates.AccountForm(view))
}

// Preferred is GET /account/factor/preferred: which of several second factors is asked for first.
func (p *Pages) Preferred(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.enterSensitive(w, r, login.PagePreferred, userpool.AccountWays)
	if visitor == nil || err != nil {
		return err
	}
	factors := preferable(visitor)
	if len(factors) < 2 {
		return problem.NotFound(directory.ErrPreferred)
	}
	s := said(r)
	view := templates.FactorChoiceView{
		Frame: p.accountFrame(r, visitor), Heading: s.Say("account.prefer.heading"), Text: s.Say("account.prefer.text"),
		Action: visitor.ToPage(login.PagePreferred, ""), CSRF: p.Guide.Cookies.CSRF(w, r, visitor.Pool.At), BackHref: visitor.ToPage(login.PageAccount, ""),
	}
	for _, factor := range factors {
		option := templates.FactorOption{Value: string(factor), Way: way(factor)}
		if to := directory.SecondDelivery(visitor.User, factor); to != nil {
			option.Masked = to.Destination // in full: it is the visitor's own
		}
		view.Options = append(view.Options, option)
	}
	return p.drawOwn(w, r, http.StatusOK, templates.FactorChoice(view))
}

// PreferredPost is POST /account/factor/preferred.
func (p *Pages) PreferredPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, err := p.enterSensitive(w, r, login.PagePreferred, userpool.AccountWays)
	if visitor == nil || err != nil {
		return err
	}
	factor := userpool.Factor(r.PostForm.Get("mfaOption"))
	if !slices.Contains(preferable(visitor), factor) {
		return problem.NotFound(directory.ErrPreferred)
	}
	if err := p.Directory.PreferFactor(r.Context(), visitor.Pool, visitor.Client, visitor.User.Sub, factor); err != nil {
		return err
	}
	visit.From(r.Context()).Outcome = "second factor preferred"
	return p.done(w, r, visitor, flashSaved)
}
