package oidc

import (
	"errors"
	"net/url"
	"strings"

	"portico/federation"
	"portico/federation/oauth2"
	"portico/userpool"
)

// preset is what one kind of provider does in its own way. The zero value is a provider that keeps to the specification.
type preset struct {
	issuer string // where oidc_issuer is not set
	// named is what the discovery document calls its issuer, where that is not the configured one.
	named string
	// issues reports whether a token's issuer is this provider, where that is more than one name.
	issues func(issuer string, said oauth2.Claims) bool
	// keyMay reports whether a key that is published for an issuer of its own may sign for the token's.
	keyMay func(published, issuer string, said oauth2.Claims) bool

	extra      url.Values // added to every authentication request
	prompts    map[string]string
	anyScopes  bool // there is an ID token whatever the scopes
	addOpenID  bool // openid is asked for though the scopes lack it
	pkce       bool // understood, though discovery does not say so
	noHint     bool // login_hint is not passed on
	noPKCE     bool // the token endpoint refuses a verifier
	noMaxAge   bool // max_age is not passed on: it is not known there
	noNonce    bool // the ID token carries none
	tellsCode  bool // the app is told the provider's own error code (Developer Guide, Authorize endpoint)
	noUserInfo bool // the userinfo endpoint is only asked if attributes_url is set

	// check is what an ID token must fulfil beyond the specification, and checks its term in traces.
	check  func(said oauth2.Claims) error
	checks string
	// amend may add to and correct the claims, given the ID token's and the callback.
	amend func(said oauth2.Claims, answer federation.Answer, claims map[string][]string)
	// register completes our registration.
	register func(*oauth2.Registration) error
}

// presetOf reads the details that only this kind of provider has.
func presetOf(kind userpool.ProviderKind, details userpool.ProviderDetails) (preset, error) {
	switch kind {
	case userpool.KindOIDC:
		return preset{}, nil
	case userpool.KindGoogle:
		return google(details)
	case userpool.KindApple:
		return apple(details)
	case userpool.KindLinkedIn:
		return linkedIn(), nil
	case userpool.KindEntra:
		return entra(details)
	}
	return preset{}, errors.New("not an OpenID provider")
}

// linkedIn has neither nonces nor PKCE (its token endpoint answers invalid_client to a verifier). Codes of other attempts
// are kept out by the state, and by tokens having to be younger than the attempt.
func linkedIn() preset {
	return preset{issuer: "https://www.linkedin.com/oauth", noNonce: true, noPKCE: true, noHint: true, noMaxAge: true, prompts: map[string]string{}}
}

// prompt is what the provider is told of the app's wish: nothing where it would not understand.
func (s preset) prompt(wish string) string {
	if s.prompts == nil {
		return wish
	}
	var understood []string
	for _, word := range strings.Fields(wish) {
		if known := s.prompts[word]; known != "" {
			understood = append(understood, known)
		}
	}
	return strings.Join(understood, " ")
}
