package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	metadataFresh = time.Hour
	metadataStale = 24 * time.Hour
)

// endpoints are the provider's addresses, by the names of the discovery document. UserInfo may be empty.
type endpoints struct {
	Authorize string `json:"authorization_endpoint"`
	Token     string `json:"token_endpoint"`
	UserInfo  string `json:"userinfo_endpoint"`
	Keys      string `json:"jwks_uri"`
}

// metadata is what we use of a discovery document (OpenID Connect Discovery 1.0 §3, RFC 8414 §2, RFC 9207 §3).
type metadata struct {
	endpoints
	PKCE      bool             // the provider understands S256
	IssuerArg bool             // every answer must carry iss
	AuthStyle oauth2.AuthStyle // how we authenticate at the token endpoint
}

// discover returns the provider's metadata, cached.
func (p *Provider) discover(ctx context.Context) (metadata, error) {
	held, err := p.metadata.get(ctx)
	if err != nil {
		return metadata{}, p.failed(stepDiscovery, err)
	}
	return held.value, nil
}

// fetchMetadata reads the discovery document. Cognito falls back to endpoints typed in where there is no document; typing
// in all four says so, and then none is asked for. Single ones override what the document says.
func (p *Provider) fetchMetadata(ctx context.Context) (metadata, error) {
	if m := p.manual; m.Authorize != "" && m.Token != "" && m.UserInfo != "" && m.Keys != "" {
		return metadata{endpoints: m, AuthStyle: oauth2.AuthStyleInParams}, nil
	}
	ctx, cancel, _, seen := p.watched(ctx)
	defer cancel()
	found, err := gooidc.NewProvider(ctx, p.issuer)
	if err != nil {
		return metadata{}, seen.failure(err)
	}
	var document struct {
		endpoints
		Challenges  []string `json:"code_challenge_methods_supported"`
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
		IssuerArg   bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&document); err != nil {
		return metadata{}, seen.failure(err)
	}
	at := document.endpoints.overriddenBy(p.manual)
	scheme, _, _ := strings.Cut(p.issuer, ":")
	if err := at.check(strings.ToLower(scheme)); err != nil {
		return metadata{}, seen.failure(err)
	}
	if at.Authorize == "" || at.Token == "" || at.Keys == "" {
		return metadata{}, seen.failure(errors.New("an endpoint is missing"))
	}
	return metadata{
		endpoints: at, PKCE: slices.Contains(document.Challenges, "S256"), IssuerArg: document.IssuerArg,
		AuthStyle: authStyle(document.AuthMethods),
	}, nil
}

// authStyle follows Cognito, which posts the secret in the body whatever the provider says (and whatever the default of
// the specification is), except where that is sure to fail. Letting x/oauth2 find out would try twice and could burn the
// code.
func authStyle(supported []string) oauth2.AuthStyle {
	if slices.Contains(supported, "client_secret_basic") && !slices.Contains(supported, "client_secret_post") {
		return oauth2.AuthStyleInHeader
	}
	return oauth2.AuthStyleInParams
}

// oauthAt completes the OAuth configuration with the provider's endpoints.
func (p *Provider) oauthAt(m metadata) *oauth2.Config {
	config := p.oauth
	config.Endpoint = oauth2.Endpoint{AuthURL: m.Authorize, TokenURL: m.Token, AuthStyle: m.AuthStyle}
	if config.ClientSecret == "" {
		// A public client names itself in the body (RFC 6749 §3.2.1).
		config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &config
}

func (e endpoints) overriddenBy(o endpoints) endpoints {
	for _, pair := range [][2]*string{{&e.Authorize, &o.Authorize}, {&e.Token, &o.Token}, {&e.UserInfo, &o.UserInfo}, {&e.Keys, &o.Keys}} {
		if *pair[1] != "" {
			*pair[0] = *pair[1]
		}
	}
	return e
}

// check refuses addresses that are no plain URLs of the web, and plain http below an https issuer. The authorization
// endpoint is where we send a browser, so javascript: and its kin must not pass either.
func (e endpoints) check(issuerScheme string) error {
	for _, at := range [][2]string{
		{"authorize_url", e.Authorize}, {"token_url", e.Token}, {"attributes_url", e.UserInfo}, {"jwks_uri", e.Keys},
	} {
		if at[1] == "" {
			continue
		}
		u, err := url.Parse(at[1])
		plain := err == nil && u.Host != "" && u.User == nil && u.Fragment == ""
		if !plain || u.Scheme != "https" && (u.Scheme != "http" || issuerScheme != "http") {
			return fmt.Errorf("%s: want an https URL", at[0])
		}
	}
	return nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
