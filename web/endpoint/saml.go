package endpoint

import (
	"errors"
	"net/http"

	"portico/userpool"
	"portico/userpool/login"
	"portico/web/problem"
	"portico/web/visit"
)

// SAMLCallback is POST /saml2/idpresponse, the assertion consumer service.
func (e *Endpoints) SAMLCallback(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return problem.BadForm(err)
	}
	relay := r.PostForm.Get("RelayState")
	if login.Unasked(relay) {
		return e.unsolicited(w, r, relay)
	}
	return e.callback(w, r, relay, true, r.PostForm)
}

// unsolicited is an answer that nobody asked for: RelayState says which app the provider's user wants.
func (e *Endpoints) unsolicited(w http.ResponseWriter, r *http.Request, relay string) error {
	v := visit.From(r.Context())
	step, err := e.Login.Unsolicited(r.Context(), v.Pool, login.Callback{
		Handle: relay, SAML: true, Form: r.PostForm, Post: true,
	}, e.Login.UnderWay(e.Guide.Cookies.OpenAttempts(r, v.Pool.At)))
	var prove *login.Prove
	if errors.As(err, &prove) {
		return e.Guide.AskForProof(w, r, prove)
	}
	if err != nil {
		return err
	}
	switch s := step.(type) {
	case *login.Done:
		return e.Guide.Complete(w, r, s)
	case *login.Depart:
		return e.Guide.Leave(w, r, s)
	default:
		return errors.New("an unsolicited answer came to a step that is none")
	}
}

// SAMLMetadata is GET /saml2/metadata: what an identity provider's administrator enters about us. Cognito has no such
// document; administrators type the values in. identity_provider names the provider it is for, whose encryption certificate
// it then holds; where a pool has one SAML provider only, the document is for that one.
func (e *Endpoints) SAMLMetadata(w http.ResponseWriter, r *http.Request) error {
	pool := visit.From(r.Context()).Pool
	provider, err := samlProvider(pool, r.URL.Query().Get("identity_provider"))
	if err != nil {
		return problem.NotFound(err)
	}
	document, err := e.Metadata(pool, provider)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(document)
	return nil
}

// samlProvider finds the SAML provider of a name, or without a name the pool's only one; nil if it has several or none.
func samlProvider(pool *userpool.Pool, name string) (*userpool.IdentityProvider, error) {
	if name != "" {
		provider, ok := pool.Provider(name)
		if !ok || provider.Type != userpool.TypeSAML {
			return nil, errors.New("the pool has no SAML provider of that name")
		}
		return provider, nil
	}
	var found *userpool.IdentityProvider
	for _, provider := range pool.Providers {
		if provider.Type != userpool.TypeSAML {
			continue
		}
		if found != nil {
			return nil, nil
		}
		found = provider
	}
	return found, nil
}
