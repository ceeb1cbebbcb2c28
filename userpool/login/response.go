package login

import (
	"strings"

	"portico/userpool"
	"portico/userpool/oauth"
)

// ResponseType is what an authorization request asks for.
type ResponseType string

// The response types (RFC 6749 §3.1.1). Cognito has no others: no id_token, no hybrid.
const (
	ResponseCode  ResponseType = "code"
	ResponseToken ResponseType = "token" // the implicit grant (RFC 6749 §4.2), with an ID token if openid is granted
)

// ResponseMode is how an authorization response reaches the app (OAuth 2.0 Multiple Response Type Encoding Practices §2.1,
// OAuth 2.0 Form Post Response Mode §2). Cognito knows query and fragment, and picks by the response type.
type ResponseMode string

// The response modes.
const (
	ModeQuery    ResponseMode = "query"
	ModeFragment ResponseMode = "fragment"
	ModeFormPost ResponseMode = "form_post"
)

// ResponseModes are all of them, as they are published.
var ResponseModes = [...]ResponseMode{ModeQuery, ModeFragment, ModeFormPost}

// Response is an authorization response or error on its way to the app's registered callback URL.
type Response struct {
	Callback userpool.CallbackURL
	Mode     ResponseMode
	Client   *userpool.AppClient
	Params   []userpool.Param
}

// Location is the address that carries the response, in the modes that redirect.
func (r Response) Location() string {
	if r.Mode == ModeFragment {
		return r.Callback.WithFragment(r.Params...)
	}
	return r.Callback.With(r.Params...)
}

// Respond makes the response to the request: what it is asked for, the app's state, and our issuer, by which an app that
// talks to several servers knows whose answer it has (RFC 9207 §2). Values that are empty are left out.
func (a *Authorization) Respond(params ...userpool.Param) Response {
	return a.respond(append(params, userpool.Param{Name: "state", Value: a.State})...)
}

func (a *Authorization) respond(params ...userpool.Param) Response {
	r := Response{Callback: a.Callback, Mode: a.mode(), Client: a.Client}
	for _, p := range append(params, userpool.Param{Name: "iss", Value: a.Pool.At.Issuer}) {
		if p.Value != "" {
			r.Params = append(r.Params, p)
		}
	}
	return r
}

// mode is the response mode asked for or, where none is or a wrong one, the response type's own. Tokens never go into a
// query, where servers and browsers keep them (Multiple Response Types §3).
func (a *Authorization) mode() ResponseMode {
	mode := ResponseMode(a.ResponseMode)
	switch {
	case mode == ModeFormPost && a.Callback.Web(), mode == ModeFragment:
		return mode
	case ResponseType(a.ResponseType) == ResponseToken:
		return ModeFragment
	}
	return ModeQuery
}

// checkResponse accepts the response types that the client may use, and modes that suit them.
func (a *Authorization) checkResponse() *oauth.Error {
	switch ResponseType(a.ResponseType) {
	case "":
		return oauth.Errorf(oauth.InvalidRequest, "", "response_type is missing")
	case ResponseCode, ResponseToken:
	default: // Cognito makes no difference; RFC 6749 §4.1.2.1 has a code of its own
		if a.Pool.Dialect == userpool.DialectStandard {
			return oauth.Errorf(oauth.UnsupportedResponseType, "", "response_type is unknown")
		}
		return oauth.Errorf(oauth.UnauthorizedClient, "", "response_type is unknown")
	}
	if implicit := a.Implicit(); implicit && !a.Client.Flows.Implicit || !implicit && !a.Client.Flows.Code {
		return oauth.Errorf(oauth.UnauthorizedClient, "", "response_type is not allowed for the client")
	}
	if a.ResponseMode != "" && a.ResponseMode != string(a.mode()) {
		return oauth.Errorf(oauth.InvalidRequest, "", "response_mode is unknown, or does not suit response_type and callback")
	}
	return nil
}

// Implicit reports whether the request asks for tokens at once.
func (a *Authorization) Implicit() bool { return ResponseType(a.ResponseType) == ResponseToken }

// checkUnsupported refuses, in the standard dialect, parameters that would change the request's meaning and that we do not
// read (OpenID Connect Core §3.1.2.6, §6.1): Cognito ignores them like everything it does not know.
func (a *Authorization) checkUnsupported() *oauth.Error {
	if a.Pool.Dialect != userpool.DialectStandard {
		return nil
	}
	for _, p := range []struct {
		given string
		code  oauth.Code
	}{
		{a.RequestObject, oauth.RequestNotSupported},
		{a.RequestURI, oauth.RequestURINotSupported},
		{a.Registration, oauth.RegistrationNotSupported},
	} {
		if p.given != "" {
			return oauth.Errorf(p.code, "", "%s", strings.ReplaceAll(string(p.code), "_", " "))
		}
	}
	return nil
}
