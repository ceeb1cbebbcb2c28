package oauth2

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"time"

	"golang.org/x/oauth2"
)

// Registration is what the provider knows of us as its client (RFC 6749 §2).
type Registration struct {
	ClientID    string
	RedirectURL string
	Scopes      []string
	// Method is how we authenticate at the token endpoint.
	Method Method
	// Secret is the client secret of MethodPost and MethodBasic.
	Secret string
	// Key signs for MethodKey and MethodMinted.
	Key *Key
	// Mint makes the client secret of MethodMinted, anew for each request.
	Mint func() (string, error)
	// Now tells the time; Random is where identifiers come from.
	Now    func() time.Time
	Random io.Reader
}

// Param is a parameter of a request beyond the usual ones.
type Param = oauth2.AuthCodeOption

// Extra makes a Param.
func Extra(name, value string) Param { return oauth2.SetAuthURLParam(name, value) }

// Challenge is the PKCE parameters of an authorization request (RFC 7636 §4.3).
func Challenge(verifier string) Param { return oauth2.S256ChallengeOption(verifier) }

// AuthorizeURL is where the browser goes (RFC 6749 §4.1.1).
func (r *Registration) AuthorizeURL(at, state string, extra ...Param) string {
	config := oauth2.Config{ClientID: r.ClientID, RedirectURL: r.RedirectURL, Scopes: r.Scopes, Endpoint: oauth2.Endpoint{AuthURL: at}}
	return config.AuthCodeURL(state, extra...)
}

// Redeem exchanges a code for tokens (RFC 6749 §4.1.3), by POST: whatever Cognito shows as token_request_method, a secret
// does not travel in a URL. The verifier is empty where the request had no challenge. Letting x/oauth2 find out how to
// authenticate would try twice and could burn the code.
func (r *Registration) Redeem(call *Call, at, code, verifier string) (*oauth2.Token, error) {
	config := oauth2.Config{
		ClientID: r.ClientID, RedirectURL: r.RedirectURL,
		Endpoint: oauth2.Endpoint{TokenURL: at, AuthStyle: oauth2.AuthStyleInParams},
	}
	var extra []oauth2.AuthCodeOption
	if verifier != "" {
		extra = append(extra, oauth2.VerifierOption(verifier))
	}
	switch r.Method {
	case MethodPost:
		config.ClientSecret = r.Secret
	case MethodBasic:
		config.ClientSecret, config.Endpoint.AuthStyle = r.Secret, oauth2.AuthStyleInHeader
	case MethodMinted:
		secret, err := r.Mint()
		if err != nil {
			return nil, fmt.Errorf("make the client secret: %w", err)
		}
		config.ClientSecret = secret
	case MethodKey:
		assertion, err := r.assertion(at)
		if err != nil {
			return nil, fmt.Errorf("make the client assertion: %w", err)
		}
		extra = append(extra, Extra("client_assertion_type", assertionType), Extra("client_assertion", assertion))
	}
	return config.Exchange(call.Context, code, extra...)
}

// Unguessable makes a nonce, a PKCE verifier or an identifier: 256 bits in the alphabet of RFC 7636 §4.1.
func Unguessable(random io.Reader) (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// CheckURL refuses an address that is no plain URL of the web, or is without TLS where that is not allowed. Browsers are
// sent to some of them, so javascript: and its kin must not pass either.
func CheckURL(address string, allowHTTP func(host string) bool) error {
	u, err := url.Parse(address)
	plain := err == nil && u.Host != "" && u.User == nil && u.Fragment == ""
	if !plain || u.Scheme != "https" && (u.Scheme != "http" || !allowHTTP(u.Hostname())) {
		return fmt.Errorf("want an https URL")
	}
	return nil
}
