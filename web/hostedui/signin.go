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

// SignIn is GET /login. A valid session skips it, unless the app asks for a fresh sign-in.
func (p *Pages) SignIn(w http.ResponseWriter, r *http.Request) error {
	a, err := p.open(r)
	if err != nil {
		return err
	}
	step, err := p.Login.Visit(r.Context(), a, p.Guide.Cookies.SessionID(r, a.Pool.At))
	if err != nil {
		return err
	}
	switch s := step.(type) {
	case *login.Done:
		return p.Guide.Complete(w, r, s)
	case *login.Choose:
		if (identifierFirst(a) || a.Chooses()) && s.Err == nil {
			return p.drawIdentifier(w, r, a, a.LoginHint, nil)
		}
		return p.drawSignIn(w, r, a, a.LoginHint, s.Err)
	}
	return p.drawSignIn(w, r, a, a.LoginHint, nil)
}

// SignInPost is POST /login: user name and password.
func (p *Pages) SignInPost(w http.ResponseWriter, r *http.Request) error {
	a, err := p.openForm(r)
	if err != nil {
		return err
	}
	switch {
	case r.PostForm.Has("identifier"):
		return p.routePost(w, r, a)
	case r.PostForm.Has("credential"):
		return p.passkeyPost(w, r, a)
	}
	typed, password := dialled(a.Pool, r.PostForm.Get("username")), r.PostForm.Get("password")
	if !a.Client.Offers(userpool.COGNITO) {
		return p.drawSignIn(w, r, a, typed, login.ErrNotOffered)
	}
	if tooLong(typed, password) {
		return p.drawSignIn(w, r, a, "", directory.ErrIncorrect)
	}
	step, err := p.Login.Password(r.Context(), a, typed, password)
	if err != nil {
		return p.refuse(w, r, a, typed, err)
	}
	return p.advance(w, r, step)
}

// refuse leads on whoever knows the password of an account that must do something else first, and tells everybody else why not.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, a *login.Authorization, typed string, err error) error {
	var unconfirmed *login.Unconfirmed
	switch {
	case errors.As(err, &unconfirmed):
		return p.sendToConfirm(w, r, a, unconfirmed.User)
	case errors.Is(err, directory.ErrResetRequired) && p.canRecover(a.Pool):
		return p.drawForgot(w, r, a, typed, err)
	}
	visit.From(r.Context()).Outcome = "refused"
	return p.drawSignIn(w, r, a, typed, err)
}

// tooLong spares the hash of what cannot be right: Cognito's bounds are 128 characters for a name (2,048 for an alias) and
// 256 for a password, four bytes each at most.
func tooLong(typed, password string) bool {
	return len(typed) > 4*userpool.MaxAttributeLength || len(password) > 4*userpool.MaxPasswordLength
}

func (p *Pages) drawSignIn(w http.ResponseWriter, r *http.Request, a *login.Authorization, typed string, refused error) error {
	view := templates.SignInView{
		Frame:     p.frame(r, a),
		Action:    to(userpool.PathLogin, r),
		CSRF:      p.Guide.Cookies.CSRF(w, r, a.Pool.At),
		Providers: buttons(r, a),
		Password:  a.Client.Offers(userpool.COGNITO),
		Username:  usernameField(said(r), a.Pool, typed),
	}
	if view.Password {
		var err error
		if view.Passkey, err = p.passkeyForm(r, a, view.CSRF); err != nil {
			return err
		}
		if a.Pool.SelfSignUp {
			view.SignUpHref = to(userpool.PathSignUp, r)
		}
		if p.canRecover(a.Pool) {
			view.ForgotHref = to(userpool.PathForgot, r)
		}
	}
	status := http.StatusOK
	if refused != nil {
		var err error
		if view.Notice, status, err = signInNotice(said(r), refused, view.ForgotHref); err != nil {
			return err
		}
		visit.From(r.Context()).Err = refused
		retryAfter(w, refused)
	}
	return p.draw(w, r, a, status, templates.SignIn(view))
}
