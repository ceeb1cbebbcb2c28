package oidc

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"portico/federation"
	"portico/userpool"
)

// Config is what New needs.
type Config struct {
	// Provider is the configured provider, of type OIDC.
	Provider *userpool.IdentityProvider
	// RedirectURL is the pool's callback, <domain>/oauth2/idpresponse, as registered at the provider.
	RedirectURL string
	// Client makes every request to the provider. Nil means a strict federation.NewClient.
	Client *http.Client
	// AllowHTTP accepts an issuer without TLS on any host, for development. On loopback it is accepted anyway: the
	// client's address check decides whether loopback can be reached.
	AllowHTTP bool
	// Now tells the time; nil means the system's clock.
	Now func() time.Time
	// Rand is where nonces and verifiers come from; nil means crypto/rand.
	Rand io.Reader
}

// Provider signs people in at one OpenID provider. It is safe for concurrent use.
type Provider struct {
	name     string
	issuer   string
	oauth    oauth2.Config // without endpoints
	method   string        // of the userinfo request
	manual   endpoints     // as typed in; empty members come from discovery
	client   *http.Client
	now      func() time.Time
	random   io.Reader
	metadata *cache[metadata]
	keys     *cache[keys]
}

var _ federation.Protocol = (*Provider)(nil)

// New reads the provider's details (API reference, CreateIdentityProvider, ProviderDetails of type OIDC). It asks nothing
// over the network. It fails when a detail is missing or unusable, and names the detail, not its value.
func New(c Config) (*Provider, error) {
	if c.Provider == nil || c.Provider.Type != userpool.TypeOIDC {
		return nil, errors.New("not an OIDC provider")
	}
	if c.RedirectURL == "" {
		return nil, errors.New("no redirect URL")
	}
	details := c.Provider.Details
	p := &Provider{
		name:   c.Provider.Name,
		issuer: details["oidc_issuer"],
		oauth: oauth2.Config{
			ClientID: details["client_id"], ClientSecret: details["client_secret"], RedirectURL: c.RedirectURL,
			Scopes: strings.Fields(details["authorize_scopes"]),
		},
		method: strings.ToUpper(details["attributes_request_method"]),
		manual: endpoints{
			Authorize: details["authorize_url"], Token: details["token_url"],
			UserInfo: details["attributes_url"], Keys: details["jwks_uri"],
		},
		client: c.Client, now: c.Now, random: c.Rand,
	}
	p.defaults()
	if err := p.check(c.AllowHTTP); err != nil {
		return nil, err
	}
	p.metadata = &cache[metadata]{fetch: p.fetchMetadata, now: p.now, fresh: metadataFresh, stale: metadataStale}
	p.keys = &cache[keys]{fetch: p.fetchKeys, now: p.now, fresh: keysFresh, stale: keysStale}
	return p, nil
}

func (p *Provider) defaults() {
	if p.method == "" {
		p.method = http.MethodGet
	}
	if p.client == nil {
		p.client = federation.NewClient(federation.OutboundOptions{})
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.random == nil {
		p.random = rand.Reader
	}
}

func (p *Provider) check(allowHTTP bool) error {
	if p.oauth.ClientID == "" {
		return errors.New("ProviderDetails client_id: missing")
	}
	// OpenID Connect Core §3.1.2.1: without this scope the answer need hold no ID token.
	if !slices.Contains(p.oauth.Scopes, gooidc.ScopeOpenID) {
		return errors.New("ProviderDetails authorize_scopes: must contain openid")
	}
	if p.method != http.MethodGet && p.method != http.MethodPost {
		return errors.New("ProviderDetails attributes_request_method: want GET or POST")
	}
	issuer, err := url.Parse(p.issuer)
	if err != nil || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "" || issuer.User != nil {
		return errors.New("ProviderDetails oidc_issuer: want an https URL")
	}
	if issuer.Scheme != "https" && (issuer.Scheme != "http" || !allowHTTP && !isLoopback(issuer.Hostname())) {
		return errors.New("ProviderDetails oidc_issuer: want an https URL")
	}
	if err := p.manual.check(issuer.Scheme); err != nil {
		return fmt.Errorf("ProviderDetails %w", err)
	}
	return nil
}

// Begin implements federation.Protocol: an authentication request (OpenID Connect Core §3.1.2.1) with a nonce of our own,
// and PKCE (RFC 7636) where the provider says that it understands S256.
func (p *Provider) Begin(ctx context.Context, start federation.Start) (federation.Departure, federation.Memory, error) {
	meta, err := p.discover(ctx)
	if err != nil {
		return federation.Departure{}, federation.Memory{}, err
	}
	memory := federation.Memory{Issued: p.now()}
	if memory.Nonce, err = p.unguessable(); err != nil {
		return federation.Departure{}, federation.Memory{}, err
	}
	options := []oauth2.AuthCodeOption{gooidc.Nonce(memory.Nonce)}
	if meta.PKCE {
		if memory.Verifier, err = p.unguessable(); err != nil {
			return federation.Departure{}, federation.Memory{}, err
		}
		options = append(options, oauth2.S256ChallengeOption(memory.Verifier))
	}
	if start.LoginHint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", start.LoginHint))
	}
	// prompt=none is answered here, from our own session, and never passed on.
	if start.Prompt != "" && start.Prompt != "none" {
		options = append(options, oauth2.SetAuthURLParam("prompt", start.Prompt))
	}
	return federation.Departure{URL: p.oauthAt(meta).AuthCodeURL(start.Handle, options...)}, memory, nil
}

// Finish implements federation.Protocol.
func (p *Provider) Finish(ctx context.Context, answer federation.Answer) (federation.Assertion, error) {
	meta, err := p.discover(ctx)
	if err != nil {
		return federation.Assertion{}, err
	}
	code, err := p.readCallback(meta, answer.Form)
	if err != nil {
		return federation.Assertion{}, err
	}
	got, err := p.exchange(ctx, meta, code, answer.Memory.Verifier)
	if err != nil {
		return federation.Assertion{}, err
	}
	said, subject, err := p.verifyIDToken(ctx, got, answer.Memory.Nonce)
	if err != nil {
		return federation.Assertion{}, err
	}
	more, err := p.userInfo(ctx, meta, got.access, subject)
	if err != nil {
		return federation.Assertion{}, err
	}
	// The ID token was signed for us and for this very attempt; the userinfo answer only adds to it.
	claims := more.values()
	for name, values := range said.values() {
		claims[name] = values
	}
	// Names under which an operator may map the tokens themselves to attributes.
	claims["access_token"], claims["id_token"] = []string{got.access}, []string{got.id}
	return federation.Assertion{Subject: subject, Claims: claims}, nil
}
