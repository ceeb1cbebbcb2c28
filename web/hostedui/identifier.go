package hostedui

import (
	"net/http"
	"strings"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/visit"
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
	if a.Client.Offers(userpool.COGNITO) && address != "" {
		return p.drawSignIn(w, r, a, address, nil)
	}
	visit.From(r.Context()).Outcome = "no provider for the domain"
	_, domain, _ := strings.Cut(address, "@")
	unknown := said(r).Say("identifier.unknown.unnamed")
	if domain != "" {
		unknown = said(r).Say("identifier.unknown.first", "domain", domain)
	}
	return p.drawIdentifier(w, r, a, address, unknown)
}

func (p *Pages) drawIdentifier(w http.ResponseWriter, r *http.Request, a *login.Authorization, typed, problem string) error {
	view := templates.IdentifierView{
		Frame: p.frame(r, a), Action: to(userpool.PathLogin, r), CSRF: p.Guide.Cookies.CSRF(w, r, a.Pool.At),
		Providers: buttons(r, a), Email: templates.Field{Value: typed},
	}
	if a.Pool.SelfSignUp && a.Client.Offers(userpool.COGNITO) {
		view.SignUpHref = to(userpool.PathSignUp, r)
	}
	status := http.StatusOK
	if problem != "" {
		status = http.StatusBadRequest
		view.Notice = &templates.Notice{Kind: templates.Bad, First: problem, Then: said(r).Say("identifier.unknown.then")}
	}
	return p.draw(w, r, a, status, templates.Identifier(view))
}
