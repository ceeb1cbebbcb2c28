package practice

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"portico/userpool"
)

// Limits. Requests are short; a practice provider that never answers still ends.
const (
	maxBody         = 256 << 10 // bytes of any request body
	defaultPatience = 90 * time.Second
	codeLife        = time.Minute // RFC 6749 §4.1.2 recommends ten minutes at most
	tokenLife       = time.Hour
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
	Key         *rsa.PrivateKey // signs the tokens; nil makes one
	Patience    time.Duration   // how long NeverAnswers keeps a client that does not give up; 0 means 90 seconds
	Now         func() time.Time
	Rand        io.Reader
}

// OIDC is an OpenID provider (OpenID Connect Core 1.0, code flow). It is an http.Handler to be served at the address
// that SetIssuer is given, or below a path of it with http.StripPrefix. It is safe for concurrent use.
type OIDC struct {
	options OIDCOptions
	desk    desk
	random  *randomness
	keys    keys
	key     jose.JSONWebKey // the published half
	routes  http.Handler
	patient patience

	codes  *ledger[grant]
	tokens *ledger[access]
	spent  *ledger[string] // used code → its access token, which a second use revokes

	mu        sync.Mutex
	issuer    string   // mu owns it
	redirects []string // mu owns it
	faults    Faults   // mu owns it
}

// NewOIDC makes a provider. It answers once SetIssuer has told it its address.
func NewOIDC(options OIDCOptions) (*OIDC, error) {
	if options.Name == "" {
		return nil, errName
	}
	if options.ClientID == "" {
		return nil, errors.New("practice: an OpenID provider needs a client ID")
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
	p := &OIDC{
		options: options, desk: newDesk(options.Name, options.Pages), random: newRandomness(options.Rand),
		patient: newPatience(options.Patience),
		codes:   newLedger[grant](), tokens: newLedger[access](), spent: newLedger[string](),
		faults: options.Faults,
	}
	var err error
	if p.keys, err = newKeys(options.Key, p.random); err != nil {
		return nil, err
	}
	if p.key, err = published(p.keys.own); err != nil {
		return nil, err
	}
	if err := p.AllowRedirect(options.RedirectURIs...); err != nil {
		return nil, err
	}
	p.routes = secured(p.mux())
	return p, nil
}

// mux is the table of contents.
func (p *OIDC) mux() http.Handler {
	// A page elsewhere must not choose a person in this browser; the other posts come from elsewhere by design.
	own := http.NewCrossOriginProtection()

	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.serveDiscovery)
	mux.HandleFunc("GET /jwks", p.serveKeys)
	mux.HandleFunc("GET /authorize", p.serveAuthorize)
	mux.HandleFunc("POST /authorize", p.serveAuthorize) // OpenID Connect Core §3.1.2.1 asks for both
	mux.Handle("POST /choose", own.Handler(http.HandlerFunc(p.serveChoose)))
	mux.HandleFunc("POST /token", p.serveToken)
	mux.HandleFunc("GET /userinfo", p.serveUserInfo)
	mux.HandleFunc("POST /userinfo", p.serveUserInfo)
	mux.HandleFunc("GET /end_session", p.serveEndSession)
	mux.HandleFunc("POST /end_session", p.serveEndSession)
	mux.Handle("/static/", p.desk.pages.Files)
	mux.HandleFunc("GET /{$}", p.serveFront)
	return mux
}

// ServeHTTP answers 503 until SetIssuer was called.
func (p *OIDC) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p.Issuer() == "" {
		http.Error(w, "the provider does not know its address yet", http.StatusServiceUnavailable)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	p.routes.ServeHTTP(w, r)
}

// SetIssuer tells the provider its own address, such as a test server's: an http or https URL without query. A slash
// at its end is dropped.
func (p *OIDC) SetIssuer(address string) error {
	base, err := baseURL(address)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.issuer = base
	return nil
}

// Issuer is the provider's issuer identifier, empty before SetIssuer.
func (p *OIDC) Issuer() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.issuer
}

// AllowRedirect registers further redirect URIs: absolute http or https URLs without a fragment (RFC 6749 §3.1.2).
func (p *OIDC) AllowRedirect(uris ...string) error {
	for _, uri := range uris {
		u, err := url.Parse(uri)
		if err != nil || !webAddress(u) || strings.Contains(uri, "#") {
			return fmt.Errorf("practice: redirect URI %q: want an absolute http or https URL without a fragment", uri)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.redirects = append(p.redirects, uris...)
	return nil
}

func (p *OIDC) mayRedirect(uri string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.redirects, uri)
}

// SetFaults changes what goes wrong from now on. Codes that were issued keep the faults they were issued with.
func (p *OIDC) SetFaults(f Faults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = f
}

func (p *OIDC) currentFaults() Faults {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.faults
}

// Secret is the client's secret, for whoever configures the other side.
func (p *OIDC) Secret() userpool.Secret { return userpool.NewSecret(p.options.ClientSecret) }

// Close lets go of the requests that NeverAnswers holds, so that a server can shut down.
func (p *OIDC) Close() { p.patient.close() }

func (p *OIDC) serveFront(w http.ResponseWriter, r *http.Request) {
	issuer := p.Issuer()
	p.desk.say(w, r, issuer, "An OpenID provider to try things with", front(len(p.options.People)),
		detail("issuer", issuer), detail("client_id", p.options.ClientID))
}
