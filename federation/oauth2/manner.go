package oauth2

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"portico/userpool"
)

// addresses are the provider's endpoints.
type addresses struct{ Authorize, Token, UserInfo string }

// manner is what one kind of provider does in its own way.
type manner struct {
	at      addresses // where the details name none
	secret  bool      // there is no client without a secret
	method  Method    // how a client with a secret authenticates, if not in the body
	pkce    bool      // the provider understands it
	usual   string    // scopes where the details name none
	commas  bool      // between scopes
	prompts map[string][2]string
	header  http.Header // of requests with a token

	// anyMethod: the user information endpoint is called as attributes_request_method says.
	anyMethod bool
	// address of the user information endpoint, given the token it will be asked with.
	address func(p *Provider, token string) (string, error)
	unwrap  string // the member that holds the claims
	subject string // path of what identifies the person
	// amend may ask more, and correct the claims.
	amend func(ctx context.Context, p *Provider, token string, said Claims, claims map[string][]string) error
}

// mannerOf knows the kinds.
func mannerOf(provider *userpool.IdentityProvider, details userpool.ProviderDetails) (manner, error) {
	switch kind := provider.Kind(); kind {
	case userpool.KindFacebook:
		return facebook(provider), nil
	case userpool.KindAmazon:
		return amazon(), nil
	case userpool.KindGitHub:
		return github(details)
	case userpool.KindX:
		return x(), nil
	case userpool.KindOAuth2:
		return plain(provider, details)
	}
	return manner{}, errors.New("portico_kind: not an OAuth 2.0 provider")
}

// plain is any provider of which nothing is known but its details.
func plain(provider *userpool.IdentityProvider, details userpool.ProviderDetails) (manner, error) {
	for _, name := range []string{"authorize_url", "token_url", "attributes_url", "portico_subject"} {
		if details[name] == "" {
			return manner{}, errors.New(name + ": missing")
		}
	}
	m := manner{subject: details["portico_subject"], anyMethod: true}
	if details.True("attributes_url_add_attributes") {
		asked := Appended(MappedClaims(provider, m.subject))
		m.address = func(p *Provider, _ string) (string, error) { return p.at.UserInfo + asked, nil }
	}
	return m, nil
}

func (m manner) scopes(list string) []string {
	if list == "" {
		list = m.usual
	}
	scopes := strings.FieldsFunc(list, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || m.commas && r == ',' })
	if m.commas && len(scopes) > 0 {
		return []string{strings.Join(scopes, ",")}
	}
	return scopes
}
