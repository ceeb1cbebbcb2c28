package userpool

import (
	"errors"
	"net/url"
	"slices"
	"strings"
)

// CallbackURL is an address the browser may be sent back to with a code. Only AppClient.CallbackURL makes one, so an
// unregistered address cannot be redirected to by mistake (open redirect).
type CallbackURL struct{ raw string }

// LogoutURL is an address the browser may be sent to after sign-out. Only AppClient.LogoutURL makes one.
type LogoutURL struct{ raw string }

// ErrUnregistered: the address is not among the client's registered ones.
var ErrUnregistered = errors.New("address is not registered with the app client")

// CallbackURL looks an address up by exact string comparison (RFC 9700 §2.1; Cognito likewise: no wildcard, no port
// leniency, trailing slash and case matter), and, for clients marked non-production, by patterns that leave one label of
// the host open; in the standard dialect, addresses of this machine have any port. A client with a default redirect and a single provider uses the default in place of an absent address.
func (c *AppClient) CallbackURL(raw string) (CallbackURL, error) {
	if raw == "" && c.defaultRedirect != "" && len(c.Providers) == 1 {
		raw = c.defaultRedirect
	}
	if raw == "" || !slices.Contains(c.callbackURLs, raw) && !anyMatches(c.callbackPatterns, raw) && !anyLoopback(c.loopback, raw) {
		return CallbackURL{}, ErrUnregistered
	}
	return CallbackURL{raw}, nil
}

// LogoutURL looks a sign-out address up by the same comparison.
func (c *AppClient) LogoutURL(raw string) (LogoutURL, error) {
	if raw == "" || !slices.Contains(c.logoutURLs, raw) && !anyMatches(c.logoutPatterns, raw) {
		return LogoutURL{}, ErrUnregistered
	}
	return LogoutURL{raw}, nil
}

// CallbackURLs returns the registered addresses, patterns as they are written, for messages to developers.
func (c *AppClient) CallbackURLs() []string { return slices.Clone(c.API.CallbackURLs) }

// LogoutURLs returns the registered sign-out addresses, patterns as they are written, for messages to developers.
func (c *AppClient) LogoutURLs() []string { return slices.Clone(c.API.LogoutURLs) }

// String returns the address as registered, or as asked for where a pattern is registered.
func (u CallbackURL) String() string { return u.raw }

// String returns the address as registered, or as asked for where a pattern is registered.
func (u LogoutURL) String() string { return u.raw }

// Param is one query parameter.
type Param struct{ Name, Value string }

// With returns the address with parameters appended to its query. RFC 6749 §3.1.2: the registered query is kept as it
// is. Order is kept, and values arrive byte for byte, as the app's state must.
func (u CallbackURL) With(params ...Param) string {
	if strings.Contains(u.raw, "?") {
		return u.join('&', params)
	}
	return u.join('?', params)
}

// WithFragment returns the address with parameters as its fragment, of which a registered address has none (RFC 6749
// §4.2.2). Servers never see it.
func (u CallbackURL) WithFragment(params ...Param) string { return u.join('#', params) }

// With returns the address with parameters appended to its query (RP-Initiated Logout 1.0 §3: the app's state).
func (u LogoutURL) With(params ...Param) string { return CallbackURL(u).With(params...) }

func (u CallbackURL) join(sep byte, params []Param) string {
	var b strings.Builder
	b.WriteString(u.raw)
	for _, p := range params {
		b.WriteByte(sep)
		b.WriteString(url.QueryEscape(p.Name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(p.Value))
		sep = '&'
	}
	return b.String()
}

// Web reports whether a form can be posted to the address: it is http or https, and no app's own scheme.
func (u CallbackURL) Web() bool {
	return strings.HasPrefix(u.raw, "https:") || strings.HasPrefix(u.raw, "http:")
}

// Origin returns scheme://host[:port] of the address, or "scheme:" for an app's custom scheme; it is what the
// content security policy's form-action must name so that a posted form may end there.
func (u CallbackURL) Origin() string { return Origin(u.raw) }

// Origin is that of any address: CallbackURL.Origin.
func Origin(address string) string {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme == "" {
		return ""
	}
	if parsed.Scheme == "http" || parsed.Scheme == "https" {
		return parsed.Scheme + "://" + parsed.Host
	}
	return parsed.Scheme + ":"
}
