package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"

	"portico/federation/oauth2"
	"portico/federation/trace"
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
	PKCE       bool          // the provider understands S256
	IssuerArg  bool          // every answer must carry iss
	Method     oauth2.Method // how we authenticate at the token endpoint
	EndSession string        // RP-Initiated Logout §2.1; may be empty
}

// discover returns the provider's metadata, cached.
func (p *Provider) discover(ctx context.Context) (metadata, error) {
	held, err := p.metadata.get(ctx)
	if err != nil {
		return metadata{}, p.caller.Failed(oauth2.StepDiscovery, err)
	}
	return held.value, nil
}

// fetchMetadata reads the discovery document. Cognito falls back to endpoints typed in where there is no document; typing
// in all four says so, and then none is asked for. Single ones override what the document says.
func (p *Provider) fetchMetadata(ctx context.Context) (metadata, error) {
	if m := p.manual; m.Authorize != "" && m.Token != "" && (m.UserInfo != "" || p.preset.noUserInfo) && m.Keys != "" {
		return metadata{endpoints: m, Method: p.registration.Method}, nil
	}
	call := p.caller.Call(ctx)
	defer call.End()
	ctx = call.Context
	if p.preset.named != "" {
		ctx = gooidc.InsecureIssuerURLContext(ctx, p.preset.named) // which is checked below instead
	}
	asked := trace.Start(ctx, room, "Discovery document read").Waiting().Note("From %s.", p.issuer)
	found, err := gooidc.NewProvider(ctx, p.issuer)
	asked.End(err)
	if err != nil {
		return metadata{}, call.Failure(err)
	}
	var document struct {
		endpoints
		Issuer      string   `json:"issuer"`
		EndSession  string   `json:"end_session_endpoint"`
		Challenges  []string `json:"code_challenge_methods_supported"`
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
		IssuerArg   bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&document); err != nil {
		return metadata{}, call.Failure(err)
	}
	if p.preset.named != "" && document.Issuer != p.preset.named {
		return metadata{}, call.Failure(errors.New("the document is of another issuer"))
	}
	if p.preset.noUserInfo {
		document.UserInfo = ""
	}
	at := document.overriddenBy(p.manual)
	scheme, _, _ := strings.Cut(p.issuer, ":")
	if err := at.check(strings.ToLower(scheme)); err != nil {
		return metadata{}, call.Failure(err)
	}
	if at.Authorize == "" || at.Token == "" || at.Keys == "" {
		return metadata{}, call.Failure(errors.New("an endpoint is missing"))
	}
	if checkEndpoint(document.EndSession, strings.ToLower(scheme)) != nil {
		document.EndSession = "" // signing in does not depend on it
	}
	return metadata{
		endpoints: at, PKCE: slices.Contains(document.Challenges, "S256"), IssuerArg: document.IssuerArg,
		Method: p.methodFor(document.AuthMethods), EndSession: document.EndSession,
	}, nil
}

// methodFor follows Cognito, which posts the secret in the body whatever the provider says (and whatever the default of
// the specification is), except where that is sure to fail.
func (p *Provider) methodFor(supported []string) oauth2.Method {
	if !p.chosen && p.registration.Method == oauth2.MethodPost &&
		slices.Contains(supported, string(oauth2.MethodBasic)) && !slices.Contains(supported, string(oauth2.MethodPost)) {
		return oauth2.MethodBasic
	}
	return p.registration.Method
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
		if err := checkEndpoint(at[1], issuerScheme); err != nil {
			return fmt.Errorf("%s: %w", at[0], err)
		}
	}
	return nil
}

func checkEndpoint(address, issuerScheme string) error {
	return oauth2.CheckURL(address, func(string) bool { return issuerScheme == "http" })
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
