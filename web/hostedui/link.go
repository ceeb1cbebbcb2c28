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

// Link is GET /link, reached by redirect from a provider's callback where the pool asks for proof.
func (p *Pages) Link(w http.ResponseWriter, r *http.Request) error {
	a, err := p.open(r)
	if err != nil {
		return err
	}
	waiting, err := p.openProof(r)
	if err != nil {
		return proofOver(r, a, err)
	}
	return p.drawLink(w, r, waiting, nil)
}

// LinkPost is POST /link: the password of the existing account attaches the provider to it, or leads to its second factor; "separate" goes on without.
func (p *Pages) LinkPost(w http.ResponseWriter, r *http.Request) error {
	a, err := p.openForm(r)
	if err != nil {
		return err
	}
	waiting, err := p.openProof(r)
	if err != nil {
		return proofOver(r, a, err)
	}
	var step login.Step
	if r.PostForm.Has("separate") {
		step, err = p.Login.Separate(r.Context(), waiting)
	} else {
		password := r.PostForm.Get("password")
		if tooLong("", password) {
			return p.drawLink(w, r, waiting, directory.ErrIncorrect)
		}
		step, err = p.Login.Link(r.Context(), waiting, password)
	}
	if err != nil {
		return p.drawLink(w, r, waiting, err)
	}
	if _, done := step.(*login.Done); done { // a second factor still needs the sign-in that waits
		p.Guide.Cookies.ClearProof(w, waiting.Authorization.Pool.At)
	}
	return p.advance(w, r, step)
}

func (p *Pages) openProof(r *http.Request) (*login.Pending, error) {
	v := visit.From(r.Context())
	waiting, err := p.Login.OpenProof(r.Context(), v.Pool, p.Guide.Cookies.Proof(r, v.Pool.At))
	if err != nil {
		return nil, err
	}
	v.Client, v.Provider = waiting.Authorization.Client.ID, waiting.Provider.Name
	return waiting, nil
}

func (p *Pages) drawLink(w http.ResponseWriter, r *http.Request, waiting *login.Pending, refused error) error {
	a := waiting.Authorization
	address := waiting.User.Attributes[userpool.AliasEmail]
	view := templates.ProveView{
		Frame: p.frame(r, a), Action: to(userpool.PathLink, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At),
		Provider: waiting.Provider.Name, Masked: mask(address), Username: address,
	}
	if p.canRecover(a.Pool) {
		view.ForgotHref = to(userpool.PathForgot, r)
	}
	status := http.StatusOK
	switch {
	case refused == nil:
	case errors.Is(refused, directory.ErrIncorrect):
		view.Problem, status = said(r).Say("prove.wrong"), http.StatusBadRequest
	default:
		var err error
		if view.Notice, status, err = signInNotice(said(r), refused, view.ForgotHref); err != nil {
			return proofOver(r, a, err)
		}
	}
	visit.From(r.Context()).Err = refused
	retryAfter(w, refused)
	return p.draw(w, r, a, status, templates.Prove(view))
}
