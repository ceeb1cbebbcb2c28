package practice

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"portico/userpool/oauth"
)

// manner is what sets one provider apart from the others; what they have in common is the engine. Where a field is zero,
// the provider does as OpenID Connect and RFC 6749 say.
type manner struct {
	what string               // heading of the front page
	cast func() []Person      // whom one can sign in as
	at   endpoints            // paths; an empty one is not there
	more func(*http.ServeMux) // endpoints of its own
	wrap func(http.Handler) http.Handler

	// The request.
	openID      bool                 // knows prompt, and says that it does not know request objects
	prompts     []string             // those it knows; nil: any
	loose       bool                 // response_type and grant_type may be left out, as before RFC 6749 was final
	noPKCE      bool                 // takes no notice of code_challenge
	showsErrors bool                 // tells the person what is wrong with a request, where RFC 6749 §4.1.2.1 tells the client
	scopes      func([]string) error // what it asks of them; nil takes any. Fails with *oauth.Error
	formPost    []string             // scopes that response_mode=form_post must go with; nil: only query is known
	narrows     func([]Person, url.Values) []Person

	// The answer.
	codeLife  time.Duration
	tokenLife time.Duration // of access tokens
	prefix    prefixes
	cancelled url.Values                    // what a person's refusal is called
	nameless  bool                          // sends no iss (RFC 9207)
	adds      func(grant, url.Values) error // further parameters beside the code
	fragment  string                        // what the redirect ends in

	// The token endpoint.
	proves  func(*http.Request, url.Values) error // that the client is who it says; nil: its secret
	issues  func(grant, map[string]any)           // changes the usual answer
	answers func(http.ResponseWriter, *http.Request, map[string]any)
	refuses func(http.ResponseWriter, *http.Request, error)

	// ID token, discovery and userinfo; idClaims nil: there is no ID token.
	idClaims  func(Person, []string) map[string]any
	claims    func(Person, []string) map[string]any // of userinfo
	issuer    func(base string) string              // nil: the base itself
	discovery map[string]any                        // nil: there is no discovery document
}

// endpoints are paths below the provider's address.
type endpoints struct{ authorize, token, attributes, keys, endSession string }

// prefixes are what codes and tokens begin with. Without one for refresh tokens, there are none.
type prefixes struct{ code, access, refresh string }

// scopesOf takes spaces and commas between scopes alike. RFC 6749 §3.3 has spaces only; but a comma is part of no scope
// of any provider here, and Facebook's documentation has commas.
func scopesOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' })
}

// amongScopes refuses scopes that are not in the list.
func amongScopes(list ...string) func([]string) error {
	return func(asked []string) error {
		for _, scope := range asked {
			if !slices.Contains(list, scope) {
				return fault(oauth.InvalidScope, "There is no scope "+scope+".")
			}
		}
		return nil
	}
}
