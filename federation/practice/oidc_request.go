package practice

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"portico/userpool/oauth"
)

// Errors of the authorization endpoint that package oauth leaves out, because Cognito never says them.
const (
	unsupportedResponseType oauth.Code = "unsupported_response_type"  // RFC 6749 §4.1.2.1
	requestNotSupported     oauth.Code = "request_not_supported"      // OpenID Connect Core §3.1.2.6
	requestURINotSupported  oauth.Code = "request_uri_not_supported"  // the same
	registrationUnsupported oauth.Code = "registration_not_supported" // the same
)

// maxParameter bounds one parameter of a request, in bytes: the chooser carries them all.
const maxParameter = 4096

// authorization is a request that is good enough to be answered at its redirect URI.
type authorization struct {
	redirectURI string
	state       string
	nonce       string
	scopes      []string
	challenge   string // PKCE, S256; empty without
	hint        string
	prompts     []string
	params      url.Values // as they came, for the chooser's hidden fields
}

// shown is why a request must not be answered by a redirect: it is told to the person instead (RFC 6749 §4.1.2.1).
type shown string

func (s shown) Error() string { return "practice: " + string(s) }

// readAuthorization checks a request in the order of RFC 6749 §4.1.2.1: first what decides where the answer goes. It
// fails with shown until that is known, with *oauth.Error after; then the authorization says where to.
func (p *OIDC) readAuthorization(params url.Values) (authorization, error) {
	a := authorization{params: params}
	// RFC 6749 §3.1: "Request and response parameters MUST NOT be included more than once."
	var repeated, long string
	for name, values := range params {
		if len(values) > 1 {
			repeated = name
		}
		if len(values[0]) > maxParameter {
			long = name
		}
	}
	switch {
	case len(params["client_id"]) != 1 || params.Get("client_id") != p.options.ClientID:
		return a, shown("The client is not known here. Compare its client_id with the provider's settings.")
	case len(params["redirect_uri"]) != 1 || !p.mayRedirect(params.Get("redirect_uri")):
		return a, shown("The redirect_uri is not one of those registered for this client. They must be equal to the letter.")
	}
	a.redirectURI = params.Get("redirect_uri")
	if len(params["state"]) == 1 && long != "state" {
		a.state = params.Get("state")
	}
	switch {
	case repeated != "":
		return a, &oauth.Error{Code: oauth.InvalidRequest, Description: "A parameter is there more than once."}
	case long != "":
		return a, &oauth.Error{Code: oauth.InvalidRequest, Description: "A parameter is too long."}
	}
	return a, p.readRest(&a)
}

func (p *OIDC) readRest(a *authorization) error {
	params := a.params
	for name, code := range map[string]oauth.Code{
		"request": requestNotSupported, "request_uri": requestURINotSupported, "registration": registrationUnsupported,
	} {
		if params.Has(name) {
			return &oauth.Error{Code: code, Description: "The parameter " + name + " is not supported."}
		}
	}
	a.nonce, a.challenge, a.hint = params.Get("nonce"), params.Get("code_challenge"), params.Get("login_hint")
	a.scopes, a.prompts = strings.Fields(params.Get("scope")), strings.Fields(params.Get("prompt"))

	fault := func(code oauth.Code, text string) error { return &oauth.Error{Code: code, Description: text} }
	switch {
	case params.Get("response_type") == "":
		return fault(oauth.InvalidRequest, "The response_type is missing.")
	case params.Get("response_type") != "code":
		return fault(unsupportedResponseType, "Only the response_type code is supported.")
	case params.Has("response_mode") && params.Get("response_mode") != "query":
		return fault(oauth.InvalidRequest, "Only the response_mode query is supported.")
	case !slices.Contains(a.scopes, oauth.ScopeOpenID):
		return fault(oauth.InvalidScope, "The scope must contain openid.")
	case slices.Contains(a.prompts, "none") && len(a.prompts) > 1:
		return fault(oauth.InvalidRequest, "The prompt none stands alone.") // OpenID Connect Core §3.1.2.1
	case slices.Contains(a.prompts, "none"):
		return fault(oauth.LoginRequired, "Nobody is ever signed in here.")
	}
	return p.readChallenge(a)
}

// readChallenge is RFC 7636 §4.4.1. The method plain is refused (RFC 9700 §2.1.1), and it is the default.
func (p *OIDC) readChallenge(a *authorization) error {
	method := a.params.Get("code_challenge_method")
	digest, err := base64.RawURLEncoding.Strict().DecodeString(a.challenge)
	switch {
	case a.challenge == "" && method != "":
		return &oauth.Error{Code: oauth.InvalidRequest, Description: "There is a code_challenge_method and no code_challenge."}
	case a.challenge == "" && p.options.ClientSecret == "":
		return &oauth.Error{Code: oauth.InvalidRequest, Description: "A public client must send a code_challenge."}
	case a.challenge == "":
		return nil
	case method != "S256":
		return &oauth.Error{Code: oauth.InvalidRequest, Description: "The code_challenge_method must be S256."}
	case err != nil || len(digest) != 32:
		return &oauth.Error{Code: oauth.InvalidRequest, Description: "The code_challenge is not a SHA-256 in base64url."}
	}
	return nil
}
