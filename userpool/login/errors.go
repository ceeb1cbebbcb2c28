package login

import (
	"context"
	"errors"
	"fmt"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/oauth"
)

// RefusalKind says why a sign-in is refused on a page.
type RefusalKind string

// The kinds, as the error parameter of Cognito's /error page names them where a name is known.
const (
	UnknownClient    RefusalKind = "client_not_found" // Cognito's value is not known
	CallbackMismatch RefusalKind = "redirect_mismatch"
	InvalidRequest   RefusalKind = "invalid_request"
	MissingParameter RefusalKind = "missing_parameter" // shown as: Required String parameter '…' is not present
	NotEnabled       RefusalKind = "Client is not enabled for OAuth2.0 flows"
	InvalidState     RefusalKind = "Invalid state" // the attempt is unknown here, from another browser, or was used
	// InvalidRelayState: a SAML provider's answer was not asked for, and may not come unasked.
	InvalidRelayState RefusalKind = "Invalid relayState from identity provider"
	Expired           RefusalKind = "expired"   // the attempt took more than five minutes
	WhichApp          RefusalKind = "which_app" // ours: a page of ours was opened without saying for which app
)

// Refusal is an error for the person's eyes: there is no callback URL that may be trusted with it.
type Refusal struct {
	Kind      RefusalKind
	Parameter string // of MissingParameter
	ClientID  string // as given
	Asked     string // the callback URL that was asked for, as given
	Client    *userpool.AppClient
	Again     string // query with which the sign-in can be started again; empty if unknown
	Err       error
}

func refuse(kind RefusalKind, r Request, format string, args ...any) *Refusal {
	return &Refusal{Kind: kind, ClientID: r.ClientID, Asked: r.RedirectURI, Err: fmt.Errorf(format, args...)}
}

func (e *Refusal) of(client *userpool.AppClient) *Refusal {
	e.Client = client
	return e
}

func (e *Refusal) Error() string {
	text := "sign-in refused: " + string(e.Kind)
	if e.Parameter != "" {
		text += " " + e.Parameter
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Refusal) Unwrap() error { return e.Err }

// Return is an error for the app: it goes to the registered callback URL, with the app's state. Where a page of ours was asked
// for there is no app that waits, and it is shown.
type Return struct {
	Authorization *Authorization
	Provider      string
	Err           *oauth.Error
}

// Fault is a failure of ours on its way to the app, which can do something about it: "server_error … is needed because a 500
// Internal Server Error HTTP status code cannot be returned to the client via an HTTP redirect" (RFC 6749 §4.1.2.1), and a page
// in an app's hidden frame leaves the app waiting. Where there was too much to do it is temporarily_unavailable.
func (a *Authorization) Fault(err error) *Return {
	code := oauth.ServerError
	if errors.Is(err, context.DeadlineExceeded) {
		code = oauth.TemporarilyUnavailable
	}
	return a.back(&oauth.Error{Code: code, Err: err})
}

// Error is for the log. It leaves the description out: that may be the provider's own words, and providers name people in
// them ("ada@example.com is not assigned to this application").
func (e *Return) Error() string {
	text := "sign-in failed: " + string(e.Err.Code)
	if e.Err.Err != nil {
		text += ": " + e.Err.Err.Error()
	}
	return text
}

func (e *Return) Unwrap() error { return e.Err }

// Ours reports whether a fault of ours is told, and not one that the provider admits of itself.
func (e *Return) Ours() bool {
	_, provider := federation.AsError(e.Err)
	return e.Err.Code == oauth.ServerError && !provider
}

// Response is what the app is sent. The order of parameters is the live service's.
func (e *Return) Response() Response {
	a := e.Authorization
	return a.respond(
		userpool.Param{Name: "error_description", Value: e.Err.Description},
		userpool.Param{Name: "state", Value: a.State},
		userpool.Param{Name: "error", Value: string(e.Err.Code)},
	)
}

// ErrNotOffered: the named provider is not one the client offers. Cognito draws the sign-in page, with status 401.
var ErrNotOffered = errors.New("Login option is not available. Please try another one")

// Unconfirmed: the password is right, and the account's address was never confirmed.
type Unconfirmed struct{ User userpool.User }

func (e *Unconfirmed) Error() string { return "User is not confirmed." }
