package practice

import (
	"crypto/rsa"
	"crypto/x509"
	"io"
	"net/http"
	"time"
)

// NameIDKind is what an assertion calls a person by.
type NameIDKind uint8

// The kinds of NameID (saml-core-2.0 §8.3). A request's NameIDPolicy may ask for the other.
const (
	NameIDPersistent NameIDKind = iota // Person.ID
	NameIDEmail                        // Person.Email
)

// SAMLOptions describes a SAML identity provider.
type SAMLOptions struct {
	Name     string   // "Northwind": whom the provider stands in for
	People   []Person // nil means People()
	NameID   NameIDKind
	Faults   Faults
	Pages    Pages
	Key      *rsa.PrivateKey // signs the answers; nil makes one
	Patience time.Duration   // how long NeverAnswers keeps a browser that does not give up; 0 means 90 seconds
	Now      func() time.Time
	Rand     io.Reader
}

// SAML is a SAML 2.0 identity provider: web browser SSO (saml-profiles-2.0 §4.1), asked by HTTP-Redirect or HTTP-POST,
// answering by HTTP-POST with Response and Assertion both signed with rsa-sha256. It is an http.Handler to be served
// at the address that SetBaseURL is given, or below a path of it with http.StripPrefix. It is safe for concurrent use.
//
// crewjam/saml gives the elements their XML form. Requests are read and answers are signed here, because its identity
// provider takes time and randomness from package variables and cannot be made to fail on purpose.
type SAML struct {
	premises
	options     SAMLOptions
	desk        desk
	random      *randomness
	keys        keys
	certificate *x509.Certificate

	known map[string]serviceProvider // by entity ID; mu owns it
}

// NewSAML makes a provider. It answers once SetBaseURL has told it its address, and only to service providers that
// Register or RegisterMetadata has made known.
func NewSAML(options SAMLOptions) (*SAML, error) {
	if options.Name == "" {
		return nil, errName
	}
	if options.People == nil {
		options.People = People()
	}
	if err := checkPeople(options.People); err != nil {
		return nil, err
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	p := &SAML{
		options: options, desk: newDesk(options.Name, options.Pages), random: newRandomness(options.Rand),
		known: map[string]serviceProvider{},
	}
	p.faults, p.patient = options.Faults, newPatience(options.Patience)
	p.keys = rsaKeys(options.Key, p.random)
	key, err := p.keys.own()
	if err != nil {
		return nil, err
	}
	if p.certificate, err = selfSigned(key, options.Name, options.Now()); err != nil {
		return nil, err
	}
	p.routes = secured(p.mux())
	return p, nil
}

// mux is the table of contents.
func (p *SAML) mux() http.Handler {
	// A page elsewhere must not choose a person in this browser; requests to /sso come from elsewhere by design.
	own := http.NewCrossOriginProtection()

	mux := http.NewServeMux()
	mux.HandleFunc("GET /metadata", p.serveMetadata)
	mux.HandleFunc("GET /sso", p.serveSSO)
	mux.HandleFunc("POST /sso", p.serveSSO)
	mux.Handle("POST /choose", own.Handler(http.HandlerFunc(p.serveChoose)))
	mux.Handle("/static/", p.desk.pages.Files)
	mux.HandleFunc("GET /{$}", p.serveFront)
	return mux
}

// SetBaseURL tells the provider its own address, such as a test server's: an http or https URL without query. A slash
// at its end is dropped.
func (p *SAML) SetBaseURL(address string) error { return p.setBase(address) }

// EntityID is the provider's name, which is the address of its metadata too (saml-metadata-2.0 §4.1.1).
func (p *SAML) EntityID() string { return p.address() + "/metadata" }

// SSOURL is where service providers send people, by either binding.
func (p *SAML) SSOURL() string { return p.address() + "/sso" }

// Certificate is what the provider signs with, for whoever configures the other side.
func (p *SAML) Certificate() *x509.Certificate { return p.certificate }

func (p *SAML) serveFront(w http.ResponseWriter, r *http.Request) {
	p.desk.say(w, r, p.address(), "A SAML provider to try things with", front(len(p.options.People)),
		detail("entity ID", p.EntityID()), detail("metadata", p.EntityID()), detail("single sign-on", p.SSOURL()))
}
