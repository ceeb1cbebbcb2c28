package login

import (
	"strings"

	"portico/userpool"
)

// asked finds the provider a request names, by name, identifier or domain: nil if it names none, or COGNITO.
func (a *Authorization) asked() (*userpool.IdentityProvider, error) {
	var provider *userpool.IdentityProvider
	var found bool
	switch {
	case a.IdentityProvider == userpool.COGNITO:
		if !a.Client.Offers(userpool.COGNITO) {
			return nil, ErrNotOffered
		}
		return nil, nil
	case a.IdentityProvider != "":
		provider, found = a.Pool.Provider(a.IdentityProvider)
	case a.IDPIdentifier != "":
		provider, found = a.Pool.ProviderByIdentifier(a.IDPIdentifier)
	case a.DomainHint != "":
		return a.byDomain(a.DomainHint), nil // a hint that leads nowhere is no error
	default:
		return nil, nil
	}
	if !found || !a.Client.Offers(provider.Name) {
		return nil, ErrNotOffered
	}
	return provider, nil
}

// byDomain finds the offered provider that has a domain among its identifiers; nil if none has.
func (a *Authorization) byDomain(domain string) *userpool.IdentityProvider {
	provider, found := a.Pool.ProviderByIdentifier(strings.TrimSpace(domain))
	if !found || !a.Client.Offers(provider.Name) {
		return nil
	}
	return provider
}

// RouteAddress finds the provider whose sign-in page an address belongs to, by its domain; nil if none does.
func (a *Authorization) RouteAddress(address string) *userpool.IdentityProvider {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return nil
	}
	return a.byDomain(address[at+1:])
}

// routed is where a request goes without a choice: to the client's only way in, or to the provider that login_hint belongs to.
// Where people also sign in with a password here, an address in login_hint may be such a person's, so it is only filled in.
func (a *Authorization) routed() *userpool.IdentityProvider {
	if provider := a.only(); provider != nil {
		return provider
	}
	if a.Client.Offers(userpool.COGNITO) {
		return nil
	}
	return a.RouteAddress(a.LoginHint)
}

// only is the client's single way of signing in, if that is an external provider: then there is nothing to choose.
func (a *Authorization) only() *userpool.IdentityProvider {
	if len(a.Client.Providers) != 1 {
		return nil
	}
	provider, ok := a.Pool.Provider(a.Client.Providers[0])
	if !ok {
		return nil
	}
	return provider
}
