package oauth2

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"portico/federation"
	"portico/federation/trace"
	"portico/userpool"
)

// maxSubject bounds what identifies a person, in bytes, as OpenID Connect does.
const maxSubject = 255

// Config is what New needs.
type Config struct {
	// Provider is the configured provider: of type Facebook or LoginWithAmazon, or of type OIDC with portico_kind github, x
	// or oauth2.
	Provider *userpool.IdentityProvider
	// RedirectURL is the pool's callback, <domain>/oauth2/idpresponse, as registered at the provider.
	RedirectURL string
	// Client makes every request to the provider. Nil means a strict federation.NewClient.
	Client *http.Client
	// AllowHTTP accepts addresses without TLS on any host, for development. On loopback they are accepted anyway: the
	// client's address check decides whether loopback can be reached.
	AllowHTTP bool
	// Now tells the time; nil means the system's clock.
	Now func() time.Time
	// Rand is where verifiers come from; nil means crypto/rand.
	Rand io.Reader
}

// Provider signs people in at one OAuth 2.0 provider. It is safe for concurrent use.
type Provider struct {
	manner       manner
	at           addresses
	issuer       Issuer
	registration Registration
	mapping      map[string]string
	pkce         bool
	method       string // of the user information request
	client       *http.Client
	caller       Caller
	now          func() time.Time
	random       io.Reader
}

var _ federation.Protocol = (*Provider)(nil)

// New reads the provider's details. It asks nothing over the network. It fails when a detail is missing or unusable, and
// names the detail, not its value.
func New(c Config) (*Provider, error) {
	if c.Provider == nil {
		return nil, errors.New("not an OAuth 2.0 provider")
	}
	if c.RedirectURL == "" {
		return nil, errors.New("no redirect URL")
	}
	details := userpool.CompleteDetails(c.Provider.Type, c.Provider.Details)
	known, err := mannerOf(c.Provider, details)
	if err != nil {
		return nil, fmt.Errorf("ProviderDetails %w", err)
	}
	p := &Provider{
		manner: known, mapping: c.Provider.Mapping, pkce: known.pkce || details.True("portico_pkce"),
		at: addresses{
			Authorize: orElse(details["authorize_url"], known.at.Authorize), Token: orElse(details["token_url"], known.at.Token),
			UserInfo: orElse(details["attributes_url"], known.at.UserInfo),
		},
		method: http.MethodGet, client: c.Client, now: c.Now, random: c.Rand,
	}
	if known.anyMethod && details["attributes_request_method"] != "" {
		p.method = strings.ToUpper(details["attributes_request_method"])
	}
	p.defaults(c.Provider.Name)
	if err := p.register(details, c.RedirectURL); err != nil {
		return nil, fmt.Errorf("ProviderDetails %w", err)
	}
	if err := p.check(c.AllowHTTP); err != nil {
		return nil, fmt.Errorf("ProviderDetails %w", err)
	}
	p.issuer = Issuer{Name: details["oidc_issuer"]}
	if at, err := url.Parse(p.at.Authorize); err == nil {
		p.issuer.Host = at.Host
	}
	return p, nil
}

func (p *Provider) defaults(name string) {
	if p.client == nil {
		p.client = federation.NewClient(federation.OutboundOptions{})
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.random == nil {
		p.random = rand.Reader
	}
	p.caller = Caller{Name: name, Client: p.client}
}

func (p *Provider) register(details userpool.ProviderDetails, redirect string) error {
	p.registration = Registration{
		ClientID: details["client_id"], Secret: details["client_secret"], RedirectURL: redirect,
		Scopes: p.manner.scopes(details["authorize_scopes"]), Now: p.now, Random: p.random,
	}
	var err error
	if p.registration.Method, _, err = ChooseMethod(details); err != nil {
		return err
	}
	if _, said := details["portico_token_auth"]; !said && p.manner.method != "" && p.registration.Secret != "" {
		p.registration.Method = p.manner.method
	}
	if p.registration.Method == MethodKey {
		if p.registration.Key, err = NewKey(details["portico_private_key"], details["portico_key_id"]); err != nil {
			return fmt.Errorf("portico_private_key: %w", err)
		}
	}
	return nil
}

func (p *Provider) check(allowHTTP bool) error {
	if p.registration.ClientID == "" {
		return errors.New("client_id: missing")
	}
	if p.registration.Secret == "" && p.manner.secret {
		return errors.New("client_secret: missing")
	}
	if p.method != http.MethodGet && p.method != http.MethodPost {
		return errors.New("attributes_request_method: want GET or POST")
	}
	for _, at := range [][2]string{{"authorize_url", p.at.Authorize}, {"token_url", p.at.Token}, {"attributes_url", p.at.UserInfo}} {
		if err := CheckURL(at[1], func(host string) bool { return allowHTTP || isLoopback(host) }); err != nil {
			return fmt.Errorf("%s: %w", at[0], err)
		}
	}
	return nil
}

// Begin implements federation.Protocol: an authorization request (RFC 6749 §4.1.1), with PKCE where the provider is known,
// or said, to understand it.
func (p *Provider) Begin(_ context.Context, start federation.Start) (federation.Departure, federation.Memory, error) {
	memory := federation.Memory{Issued: p.now()}
	var extra []Param
	if p.pkce {
		verifier, err := Unguessable(p.random)
		if err != nil {
			return federation.Departure{}, federation.Memory{}, err
		}
		memory.Verifier = verifier
		extra = append(extra, Challenge(verifier))
	}
	for _, word := range strings.Fields(start.Prompt) {
		if wish, understood := p.manner.prompts[word]; understood {
			extra = append(extra, Extra(wish[0], wish[1]))
		}
	}
	return federation.Departure{URL: p.registration.AuthorizeURL(p.at.Authorize, start.Handle, extra...)}, memory, nil
}

// Finish implements federation.Protocol. The code goes to the provider of this attempt alone, and what its user information
// endpoint answers to the token it gave for that code is its word on the person.
func (p *Provider) Finish(ctx context.Context, answer federation.Answer) (federation.Assertion, error) {
	code, err := ReadCallback(p.issuer, answer.Form)
	trace.Passed(ctx, federation.CheckOf(err), "iss-parameter", "provider-error", "callback")
	if err != nil {
		return federation.Assertion{}, err
	}
	if p.pkce && answer.Memory.Verifier == "" {
		return federation.Assertion{}, federation.Refuse("pkce", "Invalid response from identity provider", "the attempt has no verifier")
	}
	token, err := p.redeem(ctx, code, answer.Memory.Verifier)
	if err != nil {
		return federation.Assertion{}, err
	}
	said, err := p.userInfo(ctx, token)
	if err != nil {
		return federation.Assertion{}, err
	}
	trace.From(ctx).Said("user info", "", said.Values())
	subject, err := p.subject(said)
	trace.Passed(ctx, federation.CheckOf(err), "subject")
	if err != nil {
		return federation.Assertion{}, err
	}
	claims := said.Values()
	p.paths(said, claims)
	if p.manner.amend != nil {
		if err := p.manner.amend(ctx, p, token, said, claims); err != nil {
			return federation.Assertion{}, err
		}
	}
	// The name under which an operator may map the token itself to an attribute.
	claims["access_token"] = []string{token}
	return federation.Assertion{Subject: subject, Claims: claims}, nil
}

// room is the name of this room in traces.
const room = "federation/oauth2"

func (p *Provider) redeem(ctx context.Context, code, verifier string) (string, error) {
	call := p.caller.Call(ctx)
	defer call.End()
	asked := trace.Start(ctx, room, "Code exchanged with "+p.caller.Name).Waiting().Note("One round trip to %s.", p.at.Token)
	got, err := p.registration.Redeem(call, p.at.Token, code, verifier)
	asked.End(err)
	if err != nil {
		return "", p.caller.Failed(StepToken, call.Failure(err))
	}
	return got.AccessToken, nil
}

// paths adds the claims that are mapped by a path into the answer, as in data.user.email.
func (p *Provider) paths(said Claims, claims map[string][]string) {
	for _, path := range p.mapping {
		if _, plain := claims[path]; plain || !strings.Contains(path, ".") {
			continue
		}
		if value, ok := said.Lookup(path); ok {
			if values, ok := texts(value); ok {
				claims[path] = values
			}
		}
	}
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
