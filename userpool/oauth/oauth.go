// Package oauth holds the words of OAuth 2.0 that several rooms share: error codes and scopes.
package oauth

import (
	"fmt"
	"slices"
	"strings"
)

// Code is an OAuth error code.
type Code string

// Codes of RFC 6749 §4.1.2.1 and §5.2, RFC 7009 §2.2.1 and RFC 6750 §3.1, as far as Cognito uses them. Left out are the
// consent family of OpenID Connect Core §3.1.2.6, for nobody is asked for consent here.
const (
	InvalidRequest       Code = "invalid_request"
	InvalidClient        Code = "invalid_client"
	InvalidGrant         Code = "invalid_grant"
	UnauthorizedClient   Code = "unauthorized_client"
	UnsupportedGrantType Code = "unsupported_grant_type"
	UnsupportedTokenType Code = "unsupported_token_type"
	InvalidScope         Code = "invalid_scope"
	AccessDenied         Code = "access_denied"
	ServerError          Code = "server_error"
	// TemporarilyUnavailable is there for redirects, which cannot carry a status (RFC 6749 §4.1.2.1). The token endpoint has no
	// code of its own for too much work; with status 503 this one says it in words that a client may know.
	TemporarilyUnavailable Code = "temporarily_unavailable"
	LoginRequired          Code = "login_required"
	InvalidToken           Code = "invalid_token"
)

// Codes that Cognito does not use. They are given in the standard dialect, and where Cognito has no such parameter:
// RFC 6749 §4.1.2.1, RFC 6750 §3.1, RFC 8707 §2, OpenID Connect Core §3.1.2.6.
const (
	UnsupportedResponseType  Code = "unsupported_response_type"
	InsufficientScope        Code = "insufficient_scope"
	NoCredentials            Code = "" // a request without any: RFC 6750 §3.1 wants no code
	InvalidTarget            Code = "invalid_target"
	RequestNotSupported      Code = "request_not_supported"
	RequestURINotSupported   Code = "request_uri_not_supported"
	RegistrationNotSupported Code = "registration_not_supported"
)

// Error is an error that the relying app is told: by a redirect from the authorization endpoint, as JSON from the
// token endpoint. Description is shown to the app as it is, so it holds nothing secret; Err is only logged.
type Error struct {
	Code        Code
	Description string
	Err         error
}

// Errorf makes an Error whose cause, for the log, is the formatted text.
func Errorf(code Code, description, format string, args ...any) *Error {
	return &Error{Code: code, Description: description, Err: fmt.Errorf(format, args...)}
}

func (e *Error) Error() string {
	text := string(e.Code)
	if e.Description != "" {
		text += " (" + e.Description + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// System scopes of Cognito.
const (
	ScopeOpenID  = "openid"
	ScopeEmail   = "email"
	ScopePhone   = "phone"
	ScopeProfile = "profile"
	ScopeAdmin   = "aws.cognito.signin.user.admin"
)

// SystemScopes are the scopes that need no resource server.
var SystemScopes = [...]string{ScopeOpenID, ScopeEmail, ScopePhone, ScopeProfile, ScopeAdmin}

// Limits of a scope request: Cognito allows 50 scopes a client, each at most 256 characters.
const (
	MaxScopes      = 50
	MaxScopeLength = 256
)

// Scopes is a list of scopes without repetition, in the order asked for.
type Scopes []string

// ParseScopes reads a space-separated list (RFC 6749 §3.3). It fails on characters outside the RFC's set, on overlong
// scopes and on too many of them.
func ParseScopes(text string) (Scopes, error) {
	var scopes Scopes
	for s := range strings.SplitSeq(text, " ") {
		if s == "" || slices.Contains(scopes, s) {
			continue
		}
		if len(s) > MaxScopeLength || strings.ContainsFunc(s, notScopeChar) {
			return nil, fmt.Errorf("scope is malformed")
		}
		if len(scopes) == MaxScopes { // at once: comparing each with all others would take time by the square
			return nil, fmt.Errorf("more than %d scopes are asked for", MaxScopes)
		}
		scopes = append(scopes, s)
	}
	return scopes, nil
}

// notScopeChar is the complement of scope-token: %x21 / %x23-5B / %x5D-7E.
func notScopeChar(r rune) bool { return r < 0x21 || r > 0x7e || r == '"' || r == '\\' }

// Has reports whether a scope is in the list.
func (s Scopes) Has(scope string) bool { return slices.Contains(s, scope) }

// String joins the scopes with spaces, as requests and the access token's scope claim hold them.
func (s Scopes) String() string { return strings.Join(s, " ") }
