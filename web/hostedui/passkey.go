package hostedui

import (
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/visit"
)

// passkeyPost is POST /login with an authenticator's answer: it says who it is, so no name was asked for.
func (p *Pages) passkeyPost(w http.ResponseWriter, r *http.Request, a *login.Authorization) error {
	step, err := p.Login.Passkey(r.Context(), a, []byte(r.PostForm.Get("credential")))
	if err != nil {
		visit.From(r.Context()).Outcome = "refused"
		return p.drawIdentifier(w, r, a, "", err)
	}
	return p.advance(w, r, step)
}

// passkeyForm is the button of the sign-in page; nil where the client takes no passkeys.
func (p *Pages) passkeyForm(r *http.Request, a *login.Authorization, csrf string) (*templates.PasskeyForm, error) {
	options, err := p.Login.AskPasskey(a)
	if err != nil || options == nil {
		return nil, err
	}
	return &templates.PasskeyForm{Action: to(userpool.PathLogin, r), CSRF: csrf, Options: string(options), Autofill: true}, nil
}
