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
	"time"

	"portico/templates"
	"portico/userpool"
)

// Limits. Requests are short; a practice provider that never answers still ends.
const (
	maxBody         = 256 << 10 // bytes of any request body
	defaultPatience = 90 * time.Second
	idTokenLife     = time.Hour
)

// Options are what every OAuth 2.0 provider is told. It has one client.
type Options struct {
	People []Person // nil means the provider's usual cast

	ClientID     string
	ClientSecret string
	RedirectURIs []string // compared exactly (RFC 9700 §2.1); AllowRedirect adds to them

	Faults   Faults
	Pages    Pages           // how the chooser is drawn
	Key      *rsa.PrivateKey // signs ID tokens; nil makes one when it is first needed
	Patience time.Duration   // how long NeverAnswers keeps a client that does not give up; 0 means 90 seconds
	Now      func() time.Time
	Rand     io.Reader
}

// engine is an OAuth 2.0 authorization server with one client (RFC 6749, authorization code grant) and, where its manner
// has ID tokens, an OpenID provider. It is an http.Handler, safe for concurrent use.
type engine struct {
	premises
	manner  manner
	options Options
	desk    desk
	random  *randomness
	keys    keys

	codes  *ledger[grant]
	tokens *ledger[access]
	spent  *ledger[string] // used code → its access token, which a second use revokes

	redirects []string // mu owns it
}

// start makes the engine ready. It answers once setBase has told it its address.
func (e *engine) start(name string, m manner, options Options) error {
	if name == "" {
		return errName
	}
	if options.ClientID == "" {
		return errors.New("practice: a provider needs a client ID")
	}
	if options.People == nil {
		options.People = m.cast()
	}
	if err := checkPeople(options.People); err != nil {
		return err
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	e.manner, e.options, e.faults = m, options, options.Faults
	e.desk, e.random, e.patient = newDesk(name, options.Pages), newRandomness(options.Rand), newPatience(options.Patience)
	e.codes, e.tokens, e.spent = newLedger[grant](), newLedger[access](), newLedger[string]()
	e.keys = rsaKeys(options.Key, e.random)
	e.routes = secured(e.mux())
	if m.wrap != nil {
		e.routes = m.wrap(e.routes)
	}
	return e.AllowRedirect(options.RedirectURIs...)
}

// mux is the table of contents.
func (e *engine) mux() http.Handler {
	// A page elsewhere must not choose a person in this browser; the other posts come from elsewhere by design.
	own := http.NewCrossOriginProtection()

	mux, at := http.NewServeMux(), e.manner.at
	mux.HandleFunc("GET "+at.authorize, e.serveAuthorize)
	mux.HandleFunc("POST "+at.authorize, e.serveAuthorize) // OpenID Connect Core §3.1.2.1 asks for both
	mux.Handle("POST /choose", own.Handler(http.HandlerFunc(e.serveChoose)))
	mux.HandleFunc("POST "+at.token, e.serveToken)
	if e.manner.discovery != nil {
		mux.HandleFunc("GET /.well-known/openid-configuration", e.serveDiscovery)
	}
	if at.keys != "" {
		mux.HandleFunc("GET "+at.keys, e.serveKeys)
	}
	if e.manner.claims != nil {
		mux.HandleFunc("GET "+at.attributes, e.serveUserInfo)
		mux.HandleFunc("POST "+at.attributes, e.serveUserInfo)
	}
	if e.manner.more != nil {
		e.manner.more(mux)
	}
	mux.Handle("/static/", e.desk.pages.Files)
	mux.HandleFunc("GET /{$}", e.serveFront)
	return mux
}

// AllowRedirect registers further redirect URIs: absolute http or https URLs without a fragment (RFC 6749 §3.1.2).
func (e *engine) AllowRedirect(uris ...string) error {
	for _, uri := range uris {
		u, err := url.Parse(uri)
		if err != nil || !webAddress(u) || strings.Contains(uri, "#") {
			return fmt.Errorf("practice: redirect URI %q: want an absolute http or https URL without a fragment", uri)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.redirects = append(e.redirects, uris...)
	return nil
}

func (e *engine) mayRedirect(uri string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Contains(e.redirects, uri)
}

// Secret is the client's secret, for whoever configures the other side.
func (e *engine) Secret() userpool.Secret { return userpool.NewSecret(e.options.ClientSecret) }

func (e *engine) serveFront(w http.ResponseWriter, r *http.Request) {
	base, at := e.address(), e.manner.at
	details := []templates.Detail{detail("client_id", e.options.ClientID), detail("authorize", base+at.authorize), detail("token", base+at.token)}
	if e.manner.discovery != nil {
		details = slices.Insert(details, 0, detail("issuer", base))
	}
	if at.attributes != "" {
		details = append(details, detail("attributes", base+at.attributes))
	}
	e.desk.say(w, r, base, e.manner.what, front(len(e.options.People)), details...)
}
