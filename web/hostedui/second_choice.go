package hostedui

import (
	"net/http"
	"slices"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

// MFAOption is GET /mfaOption: which second factor to use, or to set up.
func (p *Pages) MFAOption(w http.ResponseWriter, r *http.Request) error {
	_, step, err := p.openSecond(w, r, p.open)
	if step == nil {
		return err
	}
	waiting, factors, setUp := choiceOf(step)
	if len(factors) == 0 {
		return p.advance(w, r, step)
	}
	return p.drawChoice(w, r, waiting, factors, setUp)
}

// choiceOf is what a step lets a person choose from.
func choiceOf(step login.Step) (waiting login.Waiting, factors []userpool.Factor, setUp bool) {
	switch s := step.(type) {
	case *login.ChooseFactor:
		return s.Waiting, s.Factors, false
	case *login.SecondFactor:
		return s.Waiting, s.Factors, false
	case *login.SetUpFactor:
		return s.Waiting, s.Factors, true
	}
	return login.Waiting{}, nil, false
}

// MFAOptionPost is POST /mfaOption: the factor that was chosen is asked for, and its code sent.
func (p *Pages) MFAOptionPost(w http.ResponseWriter, r *http.Request) error {
	a, step, err := p.openSecond(w, r, p.openForm)
	if step == nil {
		return err
	}
	waiting, factors, setUp := choiceOf(step)
	chosen := userpool.Factor(r.PostForm.Get("mfaOption"))
	if setUp || !slices.Contains(factors, chosen) {
		return p.advance(w, r, step)
	}
	second, err := p.Login.UseFactor(r.Context(), waiting, chosen)
	if err != nil {
		return p.challengeOver(w, r, a, err)
	}
	return p.advance(w, r, second)
}

func (p *Pages) drawChoice(w http.ResponseWriter, r *http.Request, waiting login.Waiting, factors []userpool.Factor, setUp bool) error {
	a := waiting.Authorization
	view := templates.FactorChoiceView{
		Frame: p.frame(r, a), Action: to(userpool.PathMFAOption, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At), SetUp: setUp,
		StartHref: startAgain(r),
	}
	if setUp {
		view.Action = to(userpool.PathMFASetUp, r)
	}
	for _, factor := range factors {
		option := templates.FactorOption{Value: string(factor), Way: way(factor)}
		if at := directory.SecondDelivery(waiting.User, factor); at != nil {
			option.Masked = mask(at.Destination)
		}
		view.Options = append(view.Options, option)
	}
	return p.draw(w, r, a, http.StatusOK, templates.FactorChoice(view))
}
