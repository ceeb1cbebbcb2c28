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
	"strconv"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"

	"portico/federation"
	"portico/federation/oauth2"
	"portico/federation/trace"
	"portico/userpool"
)

// Config is what New needs.
type Config struct {
	// Provider is the configured provider: of type OIDC (without portico_kind, or one of linkedin and entra), Google or
	// SignInWithApple.
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

// room is the name of this room in traces.
const room = "federation/oidc"

// Provider signs people in at one OpenID provider. It is safe for concurrent use.
type Provider struct {
	preset       preset
	issuer       string
	registration oauth2.Registration
	chosen       bool   // the operator chose how we authenticate
	pkce         bool   // PKCE even if nobody offers it
	signsOut     bool   // people are signed out at the provider too
	method       string // of the userinfo request
	asked        string // what is appended to the userinfo address
	manual       endpoints
	client       *http.Client
	caller       oauth2.Caller
	now          func() time.Time
	random       io.Reader
	metadata     *cache[metadata]
	keys         *cache[keys]
}

var _ federation.Protocol = (*Provider)(nil)

// New reads the provider's details (API reference, CreateIdentityProvider, ProviderDetails). It asks nothing over the
// network. It fails when a detail is missing or unusable, and names the detail, not its value.
func New(c Config) (*Provider, error) {
	if c.Provider == nil {
		return nil, errors.New("not an OpenID provider")
	}
	if c.RedirectURL == "" {
		return nil, errors.New("no redirect URL")
	}
	details := c.Provider.Details
	known, err := presetOf(c.Provider.Kind(), details)
	if err != nil {
		return nil, err
	}
	p := &Provider{
		preset: known, issuer: details["oidc_issuer"], pkce: known.pkce || details.True("portico_pkce"),
		signsOut: details.True("IDPSignout"),
		method:   strings.ToUpper(details["attributes_request_method"]),
		manual: endpoints{
			Authorize: details["authorize_url"], Token: details["token_url"],
			UserInfo: details["attributes_url"], Keys: details["jwks_uri"],
		},
		client: c.Client, now: c.Now, random: c.Rand,
	}
	p.defaults(c.Provider)
	if err := p.register(details, c.RedirectURL); err != nil {
		return nil, fmt.Errorf("ProviderDetails %w", err)
	}
	if err := p.check(c.AllowHTTP); err != nil {
		return nil, fmt.Errorf("ProviderDetails %w", err)
	}
	p.metadata = &cache[metadata]{fetch: p.fetchMetadata, now: p.now, fresh: metadataFresh, stale: metadataStale}
	p.keys = &cache[keys]{fetch: p.fetchKeys, now: p.now, fresh: keysFresh, stale: keysStale}
	return p, nil
}

func (p *Provider) defaults(from *userpool.IdentityProvider) {
	if p.issuer == "" {
		p.issuer = p.preset.issuer
	}
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
	p.caller = oauth2.Caller{Name: from.Name, Client: p.client, TellsCode: p.preset.tellsCode}
	// An address that ends where Cognito's for Google does is the People API's, which is shown although what is mapped comes
	// with the ID token and userinfo.
	if strings.HasSuffix(p.manual.UserInfo, "personFields=") {
		p.manual.UserInfo = ""
	}
	if from.Type == userpool.TypeOIDC && from.Details.True("attributes_url_add_attributes") {
		p.asked = oauth2.Appended(oauth2.MappedClaims(from))
	}
}

// register makes our registration, and chooses how we authenticate.
func (p *Provider) register(details userpool.ProviderDetails, redirect string) error {
	p.registration = oauth2.Registration{
		ClientID: details["client_id"], Secret: details["client_secret"], RedirectURL: redirect,
		Scopes: strings.Fields(details["authorize_scopes"]), Now: p.now, Random: p.random,
	}
	if p.preset.addOpenID && !slices.Contains(p.registration.Scopes, gooidc.ScopeOpenID) {
		p.registration.Scopes = append([]string{gooidc.ScopeOpenID}, p.registration.Scopes...)
	}
	if p.preset.register != nil {
		p.chosen = true
		return p.preset.register(&p.registration)
	}
	var err error
	p.registration.Method, p.chosen, err = oauth2.ChooseMethod(details)
	if err != nil || p.registration.Method != oauth2.MethodKey {
		return err
	}
	if p.registration.Key, err = oauth2.NewKey(details["portico_private_key"], details["portico_key_id"]); err != nil {
		return fmt.Errorf("portico_private_key: %w", err)
	}
	return nil
}

func (p *Provider) check(allowHTTP bool) error {
	if p.registration.ClientID == "" {
		return errors.New("client_id: missing")
	}
	// OpenID Connect Core §3.1.2.1: without this scope the answer need hold no ID token.
	if !p.preset.anyScopes && !slices.Contains(p.registration.Scopes, gooidc.ScopeOpenID) {
		return errors.New("authorize_scopes: must contain openid")
	}
	if p.method != http.MethodGet && p.method != http.MethodPost {
		return errors.New("attributes_request_method: want GET or POST")
	}
	issuer, err := url.Parse(p.issuer)
	if err != nil || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "" || issuer.User != nil {
		return errors.New("oidc_issuer: want an https URL")
	}
	if issuer.Scheme != "https" && (issuer.Scheme != "http" || !allowHTTP && !isLoopback(issuer.Hostname())) {
		return errors.New("oidc_issuer: want an https URL")
	}
	return p.manual.check(issuer.Scheme)
}

// Begin implements federation.Protocol: an authentication request (OpenID Connect Core §3.1.2.1) with a nonce of our own,
// and PKCE (RFC 7636) where the provider says that it understands S256, or the operator does.
func (p *Provider) Begin(ctx context.Context, start federation.Start) (federation.Departure, federation.Memory, error) {
	meta, err := p.discover(ctx)
	if err != nil {
		return federation.Departure{}, federation.Memory{}, err
	}
	memory := federation.Memory{Issued: p.now()}
	if memory.Nonce, err = oauth2.Unguessable(p.random); err != nil {
		return federation.Departure{}, federation.Memory{}, err
	}
	extra := []oauth2.Param{oauth2.Extra("nonce", memory.Nonce)}
	if (meta.PKCE || p.pkce) && !p.preset.noPKCE {
		if memory.Verifier, err = oauth2.Unguessable(p.random); err != nil {
			return federation.Departure{}, federation.Memory{}, err
		}
		extra = append(extra, oauth2.Challenge(memory.Verifier))
	}
	if start.LoginHint != "" && !p.preset.noHint {
		extra = append(extra, oauth2.Extra("login_hint", start.LoginHint))
	}
	// prompt=none is answered here, from our own session, and never passed on.
	if prompt := p.preset.prompt(start.Prompt); prompt != "" && prompt != "none" {
		extra = append(extra, oauth2.Extra("prompt", prompt))
	}
	// OpenID Connect Core §2: an ID token must hold auth_time when max_age was sent, which prompt=login alone does not bring.
	if start.MaxAge != nil && !p.preset.noMaxAge {
		extra = append(extra, oauth2.Extra("max_age", strconv.FormatInt(int64(*start.MaxAge/time.Second), 10)))
	}
	for name := range p.preset.extra {
		extra = append(extra, oauth2.Extra(name, p.preset.extra.Get(name)))
	}
	return federation.Departure{URL: p.registration.AuthorizeURL(meta.Authorize, start.Handle, extra...)}, memory, nil
}

// Finish implements federation.Protocol.
func (p *Provider) Finish(ctx context.Context, answer federation.Answer) (federation.Assertion, error) {
	meta, err := p.discover(ctx)
	if err != nil {
		return federation.Assertion{}, err
	}
	code, err := oauth2.ReadCallback(p.answers(meta), answer.Form)
	trace.Passed(ctx, federation.CheckOf(err), "iss-parameter", "provider-error", "callback")
	if err != nil {
		return federation.Assertion{}, err
	}
	got, err := p.exchange(ctx, meta, code, answer.Memory.Verifier)
	if err != nil {
		return federation.Assertion{}, err
	}
	verified := trace.Start(ctx, room, "ID token verified").Note("Signature, issuer, audience, times and nonce.")
	said, subject, err := p.verifyIDToken(ctx, got, answer.Memory)
	verified.End(err)
	if err != nil {
		return federation.Assertion{}, err
	}
	more, err := p.userInfo(ctx, meta, got.access, subject)
	if err != nil {
		return federation.Assertion{}, err
	}
	// The ID token was signed for us and for this very attempt; the userinfo answer only adds to it.
	claims := more.Values()
	for name, values := range said.Values() {
		claims[name] = values
	}
	if p.preset.amend != nil {
		p.preset.amend(said, answer, claims)
	}
	// Names under which an operator may map the tokens themselves to attributes.
	claims["access_token"], claims["id_token"] = []string{got.access}, []string{got.id}
	return federation.Assertion{Subject: subject, Claims: claims, Authenticated: p.authenticated(said), Session: p.session(meta, got)}, nil
}

// answers is who may answer a callback. A provider that signs for many issuers may name any of its own.
func (p *Provider) answers(meta metadata) oauth2.Issuer {
	if p.preset.named == "" {
		return oauth2.Issuer{Name: p.issuer, Promised: meta.IssuerArg}
	}
	from := oauth2.Issuer{Promised: meta.IssuerArg}
	if at, err := url.Parse(p.issuer); err == nil {
		from.Host = at.Host
	}
	return from
}
