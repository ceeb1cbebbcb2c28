package login

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
)

// Request is an authorization request as it came, unchecked (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).
type Request struct {
	ResponseType, ResponseMode, ClientID, RedirectURI, Scope, State, Nonce string
	CodeChallenge, CodeChallengeMethod                                     string
	Resource                                                               string // RFC 8707
	IdentityProvider, IDPIdentifier, LoginHint, Prompt, MaxAge             string
	Lang, UILocales                                                        string // of the pages; read where they are drawn
	IDTokenHint                                                            string
	DomainHint                                                             string // ours: the domain of the person's address, as at Microsoft Entra
	Page, About                                                            string // ours: the page of ours that is asked for, in place of a code (page.go)

	// Requests in other clothes (OpenID Connect Core §6, §7.2.1), which are not read.
	RequestObject, RequestURI, Registration string

	repeated []string // parameters given more than once, which RFC 6749 §3.1 forbids
}

// parameters are the names of a request's members in an address.
func (r *Request) parameters() map[string]*string {
	return map[string]*string{
		"response_type": &r.ResponseType, "response_mode": &r.ResponseMode, "client_id": &r.ClientID, "redirect_uri": &r.RedirectURI,
		"scope": &r.Scope, "state": &r.State, "nonce": &r.Nonce, "code_challenge": &r.CodeChallenge,
		"code_challenge_method": &r.CodeChallengeMethod, "resource": &r.Resource, "identity_provider": &r.IdentityProvider,
		"idp_identifier": &r.IDPIdentifier, "login_hint": &r.LoginHint, "prompt": &r.Prompt, "max_age": &r.MaxAge,
		"lang": &r.Lang, "ui_locales": &r.UILocales, "id_token_hint": &r.IDTokenHint, "domain_hint": &r.DomainHint,
		"request": &r.RequestObject, "request_uri": &r.RequestURI, "registration": &r.Registration,
		"page": &r.Page, "about": &r.About,
	}
}

// ParseRequest picks the parameters of an authorization request out of a query. Unknown ones are ignored (RFC 6749 §3.1).
func ParseRequest(query url.Values) Request {
	var r Request
	for name, field := range r.parameters() {
		values := query[name]
		if len(values) > 1 {
			r.repeated = append(r.repeated, name)
		}
		if len(values) > 0 {
			*field = values[0]
		}
	}
	slices.Sort(r.repeated)
	r.settlePage()
	// Wishes that cannot be met are no error (OpenID Connect Core §3.1.2.1), and are not carried along.
	if len(r.Lang) > maxLocales {
		r.Lang = ""
	}
	if len(r.UILocales) > maxLocales {
		r.UILocales = ""
	}
	return r
}

// Query is the request as it must be checked again when the browser is back.
func (r Request) Query() url.Values {
	q := url.Values{}
	for name, value := range r.parameters() {
		if *value != "" {
			q.Set(name, *value)
		}
	}
	return q
}

// Authorization is an authorization request that was checked: its client may ask for this, and its callback is registered.
type Authorization struct {
	Request
	Pool     *userpool.Pool
	Client   *userpool.AppClient
	Callback userpool.CallbackURL // none where a page of ours is asked for
	Back     string               // where a page of ours leads back to the app; empty where that is not known
	Scopes   oauth.Scopes
	// MaxAuthAge is how long ago the person may have signed in (OpenID Connect Core §3.1.2.1); nil where the app does not care.
	MaxAuthAge *time.Duration
	prompts    []string
	hinted     userpool.Sub // of id_token_hint, once it is verified
	replaces   []byte       // hash of the session this browser has (Replacing)
	held       []string     // what this browser holds of people who had it remembered (Knowing)
	linking    *Session     // whose person links an account at a provider (LinkOwn); nil for a sign-in
}

// Limits of single parameters. A load balancer's state is two or three kilobytes: it holds the address that was asked for,
// encrypted.
const (
	maxState = 4096
	maxNonce = 512
	maxHint  = 256

	maxLocales = 512
)

// Check decides whether an authorization request may be served. It fails with a *Refusal as long as there is no callback
// to trust, with a *Return afterwards.
func Check(pool *userpool.Pool, r Request) (*Authorization, error) {
	if r.Page != "" {
		return checkPage(pool, r)
	}
	client, callback, err := checkClient(pool, r)
	if err != nil {
		return nil, err
	}
	a := &Authorization{Request: r, Pool: pool, Client: client, Callback: callback}
	if err := a.checkParameters(); err != nil {
		return nil, a.back(err)
	}
	return a, nil
}

func checkClient(pool *userpool.Pool, r Request) (*userpool.AppClient, userpool.CallbackURL, error) {
	none := userpool.CallbackURL{}
	for _, name := range []string{"client_id", "redirect_uri"} {
		if slices.Contains(r.repeated, name) {
			return nil, none, refuse(InvalidRequest, r, "parameter %s is given more than once", name)
		}
	}
	if r.ClientID == "" {
		return nil, none, &Refusal{Kind: MissingParameter, Parameter: "client_id"}
	}
	client, ok := pool.Clients[userpool.ClientID(r.ClientID)]
	if !ok {
		return nil, none, refuse(UnknownClient, r, "no such app client")
	}
	if !signsIn(client) {
		return nil, none, refuse(NotEnabled, r, "app client is not enabled for the pages").of(client)
	}
	callback, err := client.CallbackURL(r.RedirectURI)
	if err != nil {
		if r.RedirectURI == "" {
			return nil, none, (&Refusal{Kind: MissingParameter, Parameter: "redirect_uri", ClientID: r.ClientID}).of(client)
		}
		return nil, none, refuse(CallbackMismatch, r, "callback URL is not registered").of(client)
	}
	return client, callback, nil
}

// checkParameters checks what may be answered to the callback, with the errors Cognito gives (oauth-endpoints 3.9).
func (a *Authorization) checkParameters() *oauth.Error {
	if len(a.repeated) > 0 {
		return oauth.Errorf(oauth.InvalidRequest, "", "parameters given more than once: %s", strings.Join(a.repeated, ", "))
	}
	for _, check := range []func() *oauth.Error{
		a.checkUnsupported, a.checkResponse, a.checkLengths, a.checkChallenge, a.checkScopes, a.checkResource, a.checkMaxAge, a.checkPrompt,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (a *Authorization) checkLengths() *oauth.Error {
	switch {
	case len(a.State) > maxState, len(a.Nonce) > maxNonce, len(a.LoginHint) > maxHint, len(a.DomainHint) > maxHint:
		return oauth.Errorf(oauth.InvalidRequest, "", "state, nonce, login_hint or domain_hint is too long")
	}
	return nil
}

// checkResource accepts one resource to bind the access token to. Cognito's error for another is not known; RFC 8707 §2
// has invalid_target.
func (a *Authorization) checkResource() *oauth.Error {
	switch {
	case a.Resource == "" || userpool.ValidResource(a.Resource):
		return nil
	case a.Pool.Dialect == userpool.DialectStandard:
		return oauth.Errorf(oauth.InvalidTarget, "", "resource is not an absolute URI")
	}
	return oauth.Errorf(oauth.InvalidRequest, "", "resource is not an absolute URI")
}

// checkChallenge accepts S256 alone (RFC 7636 §4.2; Cognito refuses plain). A challenge is the base64url of a SHA-256: 43
// characters.
func (a *Authorization) checkChallenge() *oauth.Error {
	if a.CodeChallenge == "" && a.CodeChallengeMethod == "" {
		return nil
	}
	if a.CodeChallengeMethod != "S256" {
		return oauth.Errorf(oauth.InvalidRequest, "", "code_challenge_method is not S256")
	}
	base64url := func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}
	if len(a.CodeChallenge) != 43 || strings.ContainsFunc(a.CodeChallenge, base64url) {
		return oauth.Errorf(oauth.InvalidRequest, "", "code_challenge is not the base64url of a SHA-256")
	}
	return nil
}

// checkScopes grants everything the client may have when nothing is asked for. A client's scope whose resource server no
// longer has it is dropped silently.
func (a *Authorization) checkScopes() *oauth.Error {
	asked, err := oauth.ParseScopes(a.Scope)
	if err != nil {
		return oauth.Errorf(oauth.InvalidScope, "", "%w", err)
	}
	if len(asked) == 0 {
		asked = a.Client.Scopes
	}
	for _, scope := range asked {
		if !slices.Contains(a.Client.Scopes, scope) {
			if a.Pool.Dialect == userpool.DialectStandard {
				continue // OpenID Connect Core §3.1.2.1: "Scope values used that are not understood by an implementation SHOULD be ignored."
			}
			return a.refuseScope(scope)
		}
		if slices.Contains(oauth.SystemScopes[:], scope) || a.Pool.HasScope(scope) {
			a.Scopes = append(a.Scopes, scope)
		}
	}
	if len(a.Scopes) == 0 && a.Pool.Dialect == userpool.DialectStandard {
		return oauth.Errorf(oauth.InvalidScope, "", "no scope is left that the client may have")
	}
	return nil
}

// refuseScope answers as the live service does: a known scope that the client may not have is invalid_request described as
// invalid_scope, one that exists nowhere is invalid_scope.
func (a *Authorization) refuseScope(scope string) *oauth.Error {
	if slices.Contains(oauth.SystemScopes[:], scope) || scope == "offline_access" || a.Pool.HasScope(scope) {
		return oauth.Errorf(oauth.InvalidRequest, "invalid_scope", "scope is not enabled for the client")
	}
	return oauth.Errorf(oauth.InvalidScope, "", "no such scope")
}

// checkPrompt accepts the values of OpenID Connect Core §3.1.2.1; none stands alone.
func (a *Authorization) checkPrompt() *oauth.Error {
	a.prompts = strings.Fields(a.Prompt)
	for _, p := range a.prompts {
		switch p {
		case "none", "login", "select_account", "consent":
		default:
			return oauth.Errorf(oauth.InvalidRequest, "", "prompt value is unknown")
		}
	}
	if slices.Contains(a.prompts, "none") && len(a.prompts) > 1 {
		return oauth.Errorf(oauth.InvalidRequest, "", "prompt none must stand alone")
	}
	return nil
}

// checkMaxAge reads a number of seconds. More than a hundred years is as good as any time at all.
func (a *Authorization) checkMaxAge() *oauth.Error {
	if a.MaxAge == "" {
		return nil
	}
	seconds, err := strconv.ParseUint(a.MaxAge, 10, 63)
	if err != nil {
		return oauth.Errorf(oauth.InvalidRequest, "", "max_age is no number of seconds")
	}
	age := time.Duration(min(seconds, 100*365*24*60*60)) * time.Second
	a.MaxAuthAge = &age
	return nil
}

func (a *Authorization) prompt(value string) bool { return slices.Contains(a.prompts, value) }

// back makes an error that is sent to the app.
func (a *Authorization) back(err *oauth.Error) *Return {
	return &Return{Authorization: a, Err: err}
}
