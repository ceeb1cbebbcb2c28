package practice

import (
	"crypto/rsa"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	"portico/userpool/oauth"
)

// OIDCOptions describes an OpenID provider with one client.
type OIDCOptions struct {
	Name   string   // "Northwind": whom the provider stands in for
	People []Person // nil means People()

	ClientID     string
	ClientSecret string   // empty makes the client public: it authenticates with PKCE alone
	RedirectURIs []string // compared exactly (RFC 9700 §2.1); AllowRedirect adds to them
	LogoutURIs   []string // post_logout_redirect_uris

	Faults      Faults
	LeanIDToken bool            // keep profile and email claims out of the ID token: userinfo alone has them
	Pages       Pages           // how the chooser is drawn
	Key         *rsa.PrivateKey // signs the tokens; nil makes one when it is first needed
	Patience    time.Duration   // how long NeverAnswers keeps a client that does not give up; 0 means 90 seconds
	Now         func() time.Time
	Rand        io.Reader
}

// OIDC is an OpenID provider (OpenID Connect Core 1.0, code flow) that keeps to the standards. It is an http.Handler to
// be served at the address that SetIssuer is given, or below a path of it with http.StripPrefix. It is safe for
// concurrent use.
type OIDC struct {
	engine
	logoutURIs []string
}

// NewOIDC makes a provider. It answers once SetIssuer has told it its address.
func NewOIDC(o OIDCOptions) (*OIDC, error) {
	p := &OIDC{logoutURIs: o.LogoutURIs}
	m := manner{
		what: "An OpenID provider to try things with", cast: People, openID: true, codeLife: time.Minute, tokenLife: time.Hour,
		at: endpoints{authorize: "/authorize", token: "/token", attributes: "/userinfo", keys: "/jwks", endSession: "/end_session"},
		more: func(mux *http.ServeMux) {
			mux.HandleFunc("GET /end_session", p.serveEndSession)
			mux.HandleFunc("POST /end_session", p.serveEndSession)
		},
		scopes: needsOpenID, claims: standardClaims, idClaims: standardClaims,
		discovery: map[string]any{
			"scopes_supported": []string{"openid", "profile", "email"},
			"claims_supported": []string{"sub", "name", "given_name", "family_name", "email", "email_verified"},
			"authorization_response_iss_parameter_supported": true, // RFC 9207 §3
		},
	}
	if o.LeanIDToken {
		m.idClaims = func(Person, []string) map[string]any { return map[string]any{} }
	}
	err := p.start(o.Name, m, Options{
		People: o.People, ClientID: o.ClientID, ClientSecret: o.ClientSecret, RedirectURIs: o.RedirectURIs, Faults: o.Faults,
		Pages: o.Pages, Key: o.Key, Patience: o.Patience, Now: o.Now, Rand: o.Rand,
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// SetIssuer tells the provider its own address, such as a test server's: an http or https URL without query. A slash
// at its end is dropped.
func (p *OIDC) SetIssuer(address string) error { return p.setBase(address) }

// Issuer is the provider's issuer identifier, empty before SetIssuer.
func (p *OIDC) Issuer() string { return p.address() }

func needsOpenID(scopes []string) error {
	if !slices.Contains(scopes, oauth.ScopeOpenID) {
		return fault(oauth.InvalidScope, "The scope must contain openid.")
	}
	return nil
}

// standardClaims are what the scopes unlock (OpenID Connect Core §5.4), and the person's own.
func standardClaims(person Person, scopes []string) map[string]any {
	out := map[string]any{}
	if slices.Contains(scopes, oauth.ScopeProfile) {
		maps.Copy(out, person.profile())
	}
	if slices.Contains(scopes, oauth.ScopeEmail) {
		maps.Copy(out, person.email())
	}
	return person.override(out)
}
