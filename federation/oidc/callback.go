package oidc

import (
	"crypto/subtle"
	"net/url"

	"portico/federation"
)

// maxCode bounds an authorization code, in bytes. The longest known ones, of Microsoft, are below 2 KB.
const maxCode = 8 << 10

// readCallback reads the authentication response (OpenID Connect Core §3.1.2.5 and §3.1.2.6) down to its code.
func (p *Provider) readCallback(meta metadata, form url.Values) (string, error) {
	for _, name := range []string{"code", "error", "error_description", "iss"} {
		if len(form[name]) > 1 { // RFC 6749 §3.1: "MUST NOT be included more than once"
			return "", federation.Refuse("callback", "Invalid response from identity provider", "%s appears %d times", name, len(form[name]))
		}
	}
	// RFC 9207 §2.4, before anything else is believed, errors included: an answer of another provider than the one this
	// attempt was begun with is a mix-up attack.
	iss := form.Get("iss")
	if (meta.IssuerArg || form.Has("iss")) && subtle.ConstantTimeCompare([]byte(iss), []byte(p.issuer)) != 1 {
		return "", federation.Refuse("iss-parameter", "Invalid response from identity provider", "the iss parameter is %q", printable(iss, 100))
	}
	if form.Has("error") {
		return "", relayed(form)
	}
	code := form.Get("code")
	if code == "" || len(code) > maxCode {
		return "", federation.Refuse("callback", "Invalid response from identity provider", "code of %d bytes", len(code))
	}
	return code, nil
}

// relayed passes the provider's own error on to the app, as Cognito does. Codes that speak of the person or of the
// provider's state mean the same to the app. All others (invalid_client, unauthorized_client, invalid_scope …) speak of
// us as the provider's client and would mislead the app about itself, so they stay in the description.
func relayed(form url.Values) error {
	code := registered(form.Get("error"))
	e := federation.Refuse("provider-error", printable(form.Get("error_description"), 200), "the provider answered %s", code)
	if e.Description == "" {
		e.Description = code
	}
	switch code {
	case "access_denied", "user_cancelled_authorize":
		e.Code, e.Denied = "access_denied", true
	case "login_required", "interaction_required", "account_selection_required", "consent_required",
		"server_error", "temporarily_unavailable":
		e.Code = code
	}
	return e
}
