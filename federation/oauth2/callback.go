package oauth2

import (
	"crypto/subtle"
	"net/url"

	"portico/federation"
)

// maxCode bounds an authorization code, in bytes. The longest known ones, of Microsoft, are below 2 KB.
const maxCode = 8 << 10

// Issuer is who may answer a callback.
type Issuer struct {
	// Name is what the parameter iss must be where there is one.
	Name string
	// Promised says that the provider always sends iss (RFC 9207 §3).
	Promised bool
	// Host stands in for Name where that is not known: iss must then lie on this host.
	Host string
}

// ReadCallback reads an authorization response (RFC 6749 §4.1.2, OpenID Connect Core §3.1.2.5) down to its code. It fails
// with a *federation.Error.
func ReadCallback(from Issuer, form url.Values) (string, error) {
	for _, name := range []string{"code", "error", "error_description", "iss"} {
		if len(form[name]) > 1 { // RFC 6749 §3.1: "MUST NOT be included more than once"
			return "", federation.Refuse("callback", "Invalid response from identity provider", "%s appears %d times", name, len(form[name]))
		}
	}
	// RFC 9207 §2.4, before anything else is believed, errors included: an answer of another provider than the one this
	// attempt was begun with is a mix-up attack.
	iss := form.Get("iss")
	if (from.Promised || form.Has("iss")) && !from.is(iss) {
		return "", federation.Refuse("iss-parameter", "Invalid response from identity provider", "the iss parameter is %q", Printable(iss, 100))
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

func (i Issuer) is(iss string) bool {
	if i.Name != "" {
		return subtle.ConstantTimeCompare([]byte(iss), []byte(i.Name)) == 1
	}
	u, err := url.Parse(iss)
	return err == nil && u.Host != "" && u.Host == i.Host
}

// relayed passes the provider's own error on to the app, as Cognito does. Codes that speak of the person or of the
// provider's state mean the same to the app. All others (invalid_client, unauthorized_client, invalid_scope …) speak of
// us as the provider's client and would mislead the app about itself, so they stay in the description.
func relayed(form url.Values) error {
	code := Registered(form.Get("error"))
	e := federation.Refuse("provider-error", Printable(form.Get("error_description"), 200), "the provider answered %s", code)
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
