package hostedui

import (
	"errors"
	"net/http"
	"strings"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/visit"
	"portico/words"
)

// corporate are the client's SAML and OIDC providers, which Cognito's pages group together.
func corporate(a *login.Authorization) []*userpool.IdentityProvider {
	var list []*userpool.IdentityProvider
	for _, name := range a.Client.Providers {
		provider, ok := a.Pool.Provider(name)
		if ok && (provider.Type == userpool.TypeSAML || provider.Type == userpool.TypeOIDC) {
			list = append(list, provider)
		}
	}
	return list
}

// identifierFirst reports whether one address box stands in place of the company buttons: where there are several companies
// and every one of them is found by a domain (Cognito's rule; one alone keeps its button). To get buttons back, give one of
// them no identifier.
func identifierFirst(a *login.Authorization) bool {
	companies := corporate(a)
	for _, provider := range companies {
		if len(provider.Identifiers) == 0 {
			return false
		}
	}
	return len(companies) > 1
}

// buttons are the providers that have a button: all of them, or without the companies where the address leads there.
func buttons(r *http.Request, a *login.Authorization) []templates.ProviderButton {
	all := providers(r, a)
	if !identifierFirst(a) {
		return all
	}
	var social []templates.ProviderButton
	for _, button := range all {
		if provider, ok := a.Pool.Provider(button.Name); ok && provider.Type != userpool.TypeSAML && provider.Type != userpool.TypeOIDC {
			social = append(social, button)
		}
	}
	return social
}

// routePost takes an address to its company's sign-in page, or on to the password.
func (p *Pages) routePost(w http.ResponseWriter, r *http.Request, a *login.Authorization) error {
	address := strings.TrimSpace(r.PostForm.Get("identifier"))
	if len(address) > userpool.MaxAttributeLength {
		address = ""
	}
	if provider := a.RouteAddress(address); provider != nil {
		query := r.URL.Query()
		query.Set("identity_provider", provider.Name)
		query.Set("login_hint", address)
		http.Redirect(w, r, userpool.PathAuthorize+"?"+query.Encode(), http.StatusFound)
		return nil
	}
	if a.Chooses() {
		return p.named(w, r, a, dialled(a.Pool, address))
	}
	if a.Client.Offers(userpool.COGNITO) && address != "" {
		return p.drawSignIn(w, r, a, address, nil)
	}
	visit.From(r.Context()).Outcome = "no provider for the domain"
	return p.drawIdentifier(w, r, a, address, errNoCompany)
}

// errNoCompany: no company's sign-in page is known for the address.
var errNoCompany = errors.New("no provider for the domain")

func (p *Pages) drawIdentifier(w http.ResponseWriter, r *http.Request, a *login.Authorization, typed string, refused error) error {
	view := templates.IdentifierView{
		Frame: p.frame(r, a), Action: to(userpool.PathLogin, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At),
		Providers: buttons(r, a), Companies: identifierFirst(a), Email: templates.Field{Value: typed},
	}
	if a.Chooses() {
		view.Email = usernameField(said(r), a.Pool, typed)
		view.Email.Name = "identifier"
		var err error
		if view.Passkey, err = p.passkeyForm(r, a, view.CSRF); err != nil {
			return err
		}
		if view.Passkey != nil && isPasskeyError(refused) {
			view.Passkey.Autofill = false // a passkey that was refused just now is not offered again without being asked for
		}
	}
	if a.Pool.SelfSignUp && a.Client.Offers(userpool.COGNITO) {
		view.SignUpHref = to(userpool.PathSignUp, r)
	}
	status := http.StatusOK
	switch {
	case refused == nil:
	case errors.Is(refused, errNoCompany):
		status = http.StatusBadRequest
		view.Notice = noCompany(said(r), typed)
	case errors.Is(refused, errNobody):
		status = http.StatusBadRequest
		view.Email.Problem = said(r).Say("forgot.empty")
	case errors.Is(refused, directory.ErrNoUser):
		visit.From(r.Context()).Err = refused
		status, view.Email.Problem = http.StatusBadRequest, said(r).Say("signin.nouser.first")
	default:
		visit.From(r.Context()).Err = refused
		var err error
		if view.Notice, status, err = firstNotice(w, said(r), refused); err != nil {
			return err
		}
	}
	return p.draw(w, r, a, status, templates.Identifier(view))
}

// noCompany says that the address leads nowhere.
func noCompany(w words.Words, address string) *templates.Notice {
	notice := &templates.Notice{Kind: templates.Bad, First: w.Say("identifier.unknown.unnamed"), Then: w.Say("identifier.unknown.then")}
	if _, domain, _ := strings.Cut(address, "@"); domain != "" {
		notice.First = w.Say("identifier.unknown.first", "domain", domain)
	}
	return notice
}
