package practice

import (
	"errors"
	"maps"
	"net/http"
	"sync"

	"portico/userpool/oauth"
)

// Social is the twin of a provider that people know: it answers at the same paths, in the same shapes and with the same
// quirks, and looks like none of them. NewGoogle, NewApple, NewFacebook, NewAmazon and NewGitHub make one. It is an
// http.Handler to be served at the address that SetBaseURL is given. It is safe for concurrent use.
type Social struct {
	engine
	addresses map[string]string // key of ProviderDetails → path and query

	granted sync.Map // ID of a person who has authorized the client before
}

// SetBaseURL tells the provider its own address, such as a test server's: an http or https URL without query. A slash
// at its end is dropped.
func (s *Social) SetBaseURL(address string) error { return s.setBase(address) }

// BaseURL is where the provider is, empty before SetBaseURL.
func (s *Social) BaseURL() string { return s.address() }

// Addresses are where the provider's endpoints are, by the keys that ProviderDetails has for them: authorize_url,
// token_url and, where the provider has them, attributes_url, oidc_issuer and jwks_uri.
func (s *Social) Addresses() map[string]string {
	out := maps.Clone(s.addresses)
	for key, path := range out {
		out[key] = s.BaseURL() + path
	}
	return out
}

// Forget lets a person's next authorization be their first, as if they had removed the app from their account.
func (s *Social) Forget(person string) { s.granted.Delete(person) }

// first reports whether a person has never authorized the client, and remembers that now they have.
func (s *Social) first(person string) bool {
	_, before := s.granted.LoadOrStore(person, true)
	return !before
}

func newSocial(name string, addresses map[string]string, options Options, m func(*Social) manner) (*Social, error) {
	s := &Social{addresses: addresses}
	if err := s.start(name, m(s), options); err != nil {
		return nil, err
	}
	return s, nil
}

// profileOf finds what the access token of a request stands for. Besides the places of RFC 6750 §2 it looks into the
// query, as these providers do.
func (e *engine) profileOf(r *http.Request) (token string, a access, ok bool) {
	token, sent := bearer(r)
	if !sent {
		token = r.URL.Query().Get("access_token")
	}
	a, ok = e.tokens.get(token, e.options.Now())
	return token, a, ok
}

// identified puts a person's ID into their profile, wrong in the ways the faults ask for.
func (a access) identified(profile map[string]any, name string) map[string]any {
	profile[name] = a.person.ID + either(a.faults.OtherUserInfo, "-other", "")
	if a.faults.NoSubject {
		delete(profile, name)
	}
	return profile
}

// renamed are the claims that have a name in the list, by their other name.
func renamed(claims map[string]any, names map[string]string) map[string]any {
	out := map[string]any{}
	for from, to := range names {
		if value, ok := claims[from]; ok {
			out[to] = value
		}
	}
	return out
}

// all are all claims of a person, whatever the scopes.
func (p Person) all() map[string]any {
	out := p.profile()
	maps.Copy(out, p.email())
	return p.override(out)
}

// asFault is an error as OAuth tells it.
func asFault(err error) *oauth.Error {
	told := &oauth.Error{Code: oauth.ServerError}
	errors.As(err, &told)
	return told
}
