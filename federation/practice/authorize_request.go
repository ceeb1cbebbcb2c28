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
	formPost    bool // the answer is posted instead of redirected with
	prompts     []string
	params      url.Values // as they came, for the chooser's hidden fields
}

// shown is why a request must not be answered by a redirect: it is told to the person instead (RFC 6749 §4.1.2.1).
type shown string

func (s shown) Error() string { return "practice: " + string(s) }

// readAuthorization checks a request in the order of RFC 6749 §4.1.2.1: first what decides where the answer goes. It
// fails with shown until that is known, with *oauth.Error after; then the authorization says where to.
func (e *engine) readAuthorization(params url.Values) (authorization, error) {
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
	case len(params["client_id"]) != 1 || params.Get("client_id") != e.options.ClientID:
		return a, shown("The client is not known here. Compare its client_id with the provider's settings.")
	case len(params["redirect_uri"]) != 1 || !e.mayRedirect(params.Get("redirect_uri")):
		return a, shown("The redirect_uri is not one of those registered for this client. They must be equal to the letter.")
	}
	a.redirectURI = params.Get("redirect_uri")
	if len(params["state"]) == 1 && long != "state" {
		a.state = params.Get("state")
	}
	switch {
	case repeated != "":
		return a, fault(oauth.InvalidRequest, "A parameter is there more than once.")
	case long != "":
		return a, fault(oauth.InvalidRequest, "A parameter is too long.")
	}
	return a, e.readRest(&a)
}

func (e *engine) readRest(a *authorization) error {
	params, m := a.params, e.manner
	if m.openID {
		if err := e.readOpenID(a); err != nil {
			return err
		}
	}
	a.nonce, a.challenge, a.hint = params.Get("nonce"), params.Get("code_challenge"), params.Get("login_hint")
	a.scopes = scopesOf(params.Get("scope"))
	switch kind := params.Get("response_type"); {
	case kind == "" && !m.loose:
		return fault(oauth.InvalidRequest, "The response_type is missing.")
	case kind != "" && kind != "code":
		return fault(unsupportedResponseType, "Only the response_type code is supported.")
	}
	if err := e.readMode(a); err != nil {
		return err
	}
	if m.scopes != nil {
		if err := m.scopes(a.scopes); err != nil {
			return err
		}
	}
	if slices.Contains(a.prompts, "none") {
		return fault(oauth.LoginRequired, "Nobody is ever signed in here.")
	}
	if m.noPKCE {
		return nil
	}
	return e.readChallenge(a)
}

func (e *engine) readOpenID(a *authorization) error {
	for name, code := range map[string]oauth.Code{
		"request": requestNotSupported, "request_uri": requestURINotSupported, "registration": registrationUnsupported,
	} {
		if a.params.Has(name) {
			return fault(code, "The parameter "+name+" is not supported.")
		}
	}
	a.prompts = strings.Fields(a.params.Get("prompt"))
	if slices.Contains(a.prompts, "none") && len(a.prompts) > 1 {
		return fault(oauth.InvalidRequest, "The prompt none stands alone.") // OpenID Connect Core §3.1.2.1
	}
	for _, prompt := range a.prompts {
		if known := e.manner.prompts; known != nil && !slices.Contains(known, prompt) {
			return fault(oauth.InvalidRequest, "Invalid parameter value for prompt: "+prompt)
		}
	}
	return nil
}

// readMode is OAuth 2.0 Form Post Response Mode, for the providers that have it.
func (e *engine) readMode(a *authorization) error {
	mode, wanted := a.params.Get("response_mode"), e.manner.formPost
	a.formPost = mode == "form_post" && wanted != nil
	switch {
	case mode != "" && mode != "query" && !a.formPost:
		return fault(oauth.InvalidRequest, "The response_mode is not supported.")
	case !a.formPost && slices.ContainsFunc(a.scopes, func(s string) bool { return slices.Contains(wanted, s) }):
		return fault(oauth.InvalidRequest, "The response_mode must be form_post with a scope of "+strings.Join(wanted, " or ")+".")
	}
	return nil
}

func fault(code oauth.Code, text string) error { return &oauth.Error{Code: code, Description: text} }

// readChallenge is RFC 7636 §4.4.1. The method plain is refused (RFC 9700 §2.1.1), and it is the default.
func (e *engine) readChallenge(a *authorization) error {
	method := a.params.Get("code_challenge_method")
	digest, err := base64.RawURLEncoding.Strict().DecodeString(a.challenge)
	switch {
	case a.challenge == "" && method != "":
		return fault(oauth.InvalidRequest, "There is a code_challenge_method and no code_challenge.")
	case a.challenge == "" && e.options.ClientSecret == "":
		return fault(oauth.InvalidRequest, "A public client must send a code_challenge.")
	case a.challenge == "":
		return nil
	case method != "S256":
		return fault(oauth.InvalidRequest, "The code_challenge_method must be S256.")
	case err != nil || len(digest) != 32:
		return fault(oauth.InvalidRequest, "The code_challenge is not a SHA-256 in base64url.")
	}
	return nil
}
