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
	"portico/web/browser"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// SignUp is GET /signup.
func (p *Pages) SignUp(w http.ResponseWriter, r *http.Request) error {
	a, err := p.open(r)
	if err != nil {
		return err
	}
	if err := signUpOpen(a); err != nil {
		return err
	}
	return p.drawSignUp(w, r, a, directory.SignUp{Username: a.LoginHint}, nil)
}

// SignUpPost is POST /signup.
func (p *Pages) SignUpPost(w http.ResponseWriter, r *http.Request) error {
	a, err := p.openForm(r)
	if err != nil {
		return err
	}
	if err := signUpOpen(a); err != nil {
		return err
	}
	wish := directory.SignUp{Username: dialled(a.Pool, strings.TrimSpace(r.PostForm.Get("username"))), Password: r.PostForm.Get("password"), Attributes: map[string]string{}}
	for _, name := range p.asked(a.Pool) {
		wish.Attributes[name] = r.PostForm.Get("requiredAttributes[" + name + "]")
	}
	wish.Attributes[userpool.AliasPhone] = number(wish.Attributes[userpool.AliasPhone])
	user, delivery, err := p.Directory.SignUp(r.Context(), a.Pool, a.Client, wish)
	if err != nil && delivery == nil { // with a delivery the account exists, and the next page sends another code
		return p.drawSignUp(w, r, a, wish, err)
	}
	visit.From(r.Context()).Outcome = "signed up"
	if delivery == nil {
		return waitForAdministrator(a)
	}
	return p.toConfirm(w, r, a, user, delivery)
}

// signUpOpen refuses the page where people may not register themselves.
func signUpOpen(a *login.Authorization) error {
	if a.Pool.SelfSignUp && a.Client.Offers(userpool.COGNITO) {
		return nil
	}
	return &problem.Page{
		Status: http.StatusForbidden, Code: "sign_up_off", App: a.Client.Name, Heading: words.L("error.invitation.heading"),
		Text: words.L("error.invitation.text", "app", a.Client.Name), Then: words.L("error.invitation.then"), Err: directory.ErrSignUpOff,
	}
}

// waitForAdministrator: the account exists, but the pool sends no codes.
func waitForAdministrator(a *login.Authorization) error {
	return &problem.Page{
		Status: http.StatusOK, Code: "unconfirmed", Sign: templates.SignClock, App: a.Client.Name, Heading: words.L("error.waiting.heading"),
		Text: words.L("error.waiting.text", "app", a.Client.Name),
	}
}

// sendToConfirm takes a person who knows the password of an unconfirmed account to the code page, with a new code if the last
// one is not fresh.
func (p *Pages) sendToConfirm(w http.ResponseWriter, r *http.Request, a *login.Authorization, user userpool.User) error {
	delivery, err := p.Directory.ResendSignUpCode(r.Context(), a.Pool, a.Client, user.Sub)
	if errors.Is(err, directory.ErrNoRecovery) {
		return waitForAdministrator(a)
	}
	if err != nil && !errors.Is(err, directory.ErrTooSoon) && !errors.Is(err, directory.ErrLimit) && !errors.Is(err, directory.ErrUndelivered) {
		return err
	}
	return p.toConfirm(w, r, a, user, delivery)
}

func (p *Pages) toConfirm(w http.ResponseWriter, r *http.Request, a *login.Authorization, user userpool.User, sent *directory.Delivery) error {
	now := p.Now()
	data := browser.PageData{
		Page: "confirm", Sub: user.Sub, Masked: mask(sent.Destination), Medium: sent.Medium, Client: a.Client.ID, Sent: now.Unix(),
		Link: directory.ConfirmsByLink(a.Pool, sent.Medium),
	}
	if err := p.Guide.Cookies.SetPageData(w, a.Pool, data, now, browser.ConfirmLife); err != nil {
		return err
	}
	http.Redirect(w, r, to(userpool.PathConfirm, r), http.StatusFound)
	return nil
}

// asked are the attributes the form asks for beside the user name: the required ones, and one the pool can send its code to,
// if none of those is given anyway. Where it may be an address or a phone, the address is asked for.
func (p *Pages) asked(pool *userpool.Pool) []string {
	var names []string
	by := p.Directory.VerifiesBy(pool)
	given := slices.ContainsFunc(by, func(name string) bool { return pool.Schema[name].Required || slices.Contains(pool.SignInWith, name) })
	for _, name := range userpool.StandardAttributes {
		needed := pool.Schema[name].Required || (!given && len(by) > 0 && by[len(by)-1] == name)
		if needed && !slices.Contains(pool.SignInWith, name) && !strings.HasSuffix(name, "_verified") {
			names = append(names, name)
		}
	}
	return names
}

func (p *Pages) drawSignUp(w http.ResponseWriter, r *http.Request, a *login.Authorization, wish directory.SignUp, refused error) error {
	view := templates.SignUpView{
		Frame: p.frame(r, a), Action: to(userpool.PathSignUp, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At),
		SignInHref: to(userpool.PathLogin, r), Providers: providers(r, a),
		PasswordField: templates.Field{Name: "password", Label: said(r).Say("label.password"), Type: "password", Autocomplete: "new-password"},
		Rules:         rules(said(r), a.Pool.Passwords, false, nil),
	}
	view.TermsHref, view.PrivacyHref = p.Guide.Look.Consent(visit.From(r.Context()), said(r))
	name := usernameField(said(r), a.Pool, wish.Username)
	if len(a.Pool.SignInWith) == 0 {
		name.Label, name.Type = said(r).Say("label.username"), "text" // an alias cannot be the user name
	}
	if slices.Contains(a.Pool.SignInWith, userpool.AliasPhone) {
		name.Hint = said(r).Say("hint.phone", "example", examplePhone)
		if len(a.Pool.SignInWith) > 1 {
			name.Hint = said(r).Say("hint.either", "example", examplePhone)
		}
	}
	view.Fields = append(view.Fields, name)
	for _, attribute := range p.asked(a.Pool) {
		view.Fields = append(view.Fields, attributeField(said(r), attribute, wish.Attributes[attribute]))
	}
	status := http.StatusOK
	if refused != nil {
		status = http.StatusBadRequest
		var limited bool
		if view.Notice, limited = limitNotice(w, said(r), refused, said(r).Say("error.unchanged")); limited {
			status = http.StatusTooManyRequests
		} else if err := explainSignUp(said(r), &view, a.Pool, wish, refused, to(userpool.PathForgot, r)); err != nil {
			return err
		}
		visit.From(r.Context()).Err = refused
	}
	return p.draw(w, r, a, status, templates.SignUp(view))
}

// explainSignUp puts a refused sign-up at the field it belongs to.
func explainSignUp(w words.Words, view *templates.SignUpView, pool *userpool.Pool, wish directory.SignUp, refused error, forgot string) error {
	var attribute *directory.AttributeError
	if explainPassword(w, &view.PasswordField, &view.Rules, pool.Passwords, refused) {
		return nil
	}
	switch {
	case errors.As(refused, &attribute):
		for i := range view.Fields {
			if view.Fields[i].Name == attribute.Name || view.Fields[i].Name == "requiredAttributes["+attribute.Name+"]" {
				view.Fields[i].Problem = w.Said(attribute.Text)
				return nil
			}
		}
		if slices.Contains(pool.SignInWith, attribute.Name) {
			view.Fields[0].Problem = w.Said(attribute.Text)
			return nil
		}
		view.Notice = &templates.Notice{Kind: templates.Bad, First: w.Said(attribute.Text)}
	case errors.Is(refused, directory.ErrUserExists):
		view.Notice = &templates.Notice{Kind: templates.Bad, First: w.Say("signup.exists.first")}
		thenReset(w, view.Notice, "signup.exists.then", forgot)
	case errors.Is(refused, directory.ErrBusy):
		return problem.Busy(refused)
	default:
		return refused
	}
	return nil
}
