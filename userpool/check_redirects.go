package userpool

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// redirects checks the addresses a browser may be sent to with a code, or after signing out.
func (c *checker) redirects(path string, client types.UserPoolClientType, settings map[string]string) {
	open := settings[ClientStage] == StageNonProduction
	for i, raw := range client.CallbackURLs {
		c.redirect(at(member(path, "CallbackURLs"), i), raw, open)
	}
	for i, raw := range client.LogoutURLs {
		c.redirect(at(member(path, "LogoutURLs"), i), raw, open)
	}
	switch d := client.DefaultRedirectURI; {
	case d == nil:
	case !slices.Contains(client.CallbackURLs, *d):
		c.fault(member(path, "DefaultRedirectURI"), "is not among the CallbackURLs: it must be one of them, letter for letter")
	case isPattern(*d):
		c.fault(member(path, "DefaultRedirectURI"), "has a *: a browser must be able to go there")
	}
}

// redirect checks one address; open says that it may be a pattern.
func (c *checker) redirect(path, raw string, open bool) {
	words := ""
	switch {
	case raw == "": // reported with the lengths
	case isPattern(raw) && !open:
		words = "has a *, and addresses are compared letter for letter: list each one; a client of previews may have patterns if the pool's tag " +
			ClientTag("<ClientId or ClientName>", ClientStage) + " is " + StageNonProduction
	case isPattern(raw):
		words = patternFault(raw)
	default:
		words = redirectFault(raw)
	}
	if words != "" {
		c.fault(path, "%s", words)
	}
}

// redirectFault says what is wrong with a redirect address; nothing is "". Rules of Cognito (CreateUserPoolClient) and
// RFC 6749 §3.1.2: absolute, no fragment, https, with plain http for this machine only, or a scheme of an app's own.
func redirectFault(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return "is not a URL: write it as in https://app.example.com/callback"
	case u.Scheme == "":
		return "is not absolute: begin with https:// and the host"
	case strings.Contains(raw, "#"):
		return "must not have a fragment: remove # and what follows"
	case strings.Contains(raw, `\`):
		return `must not contain \: browsers read it as /`
	case u.User != nil:
		return "must not contain a user name or password"
	}
	switch u.Scheme {
	case "https":
		return hostFault(u)
	case "http":
		if host := u.Hostname(); host != "localhost" && host != "127.0.0.1" && host != "::1" {
			return "must begin with https://: plain http is for localhost, 127.0.0.1 and [::1] only"
		}
		return hostFault(u)
	}
	return schemeFault(u)
}

// redirectHost keeps hosts to what the content security policy's form-action can name.
var redirectHost = regexp.MustCompile(`^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$`)

func hostFault(u *url.URL) string {
	if !redirectHost.MatchString(u.Host) {
		return "needs a plain host name: wildcards and other special characters are not allowed, and names beyond ASCII are written as xn--…"
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return "has no valid port: 1 to 65535"
		}
	}
	return ""
}

// dangerousSchemes are those that a browser or system acts on itself: a redirect to them would run script, open a file
// or start something other than the app.
var dangerousSchemes = [...]string{
	"about", "blob", "chrome", "content", "data", "feed", "file", "filesystem", "ftp", "intent", "jar", "javascript", "mailto",
	"ms-settings", "resource", "sms", "tel", "vbscript", "view-source", "ws", "wss",
}

func schemeFault(u *url.URL) string {
	if slices.Contains(dangerousSchemes[:], u.Scheme) {
		return "has a scheme that a browser acts on itself: use https, or a scheme of the app's own"
	}
	// RFC 8252 §7.1: a private-use scheme is followed by a path, as in com.example.app:/callback.
	if u.Opaque != "" || u.Host+u.Path == "" {
		return "needs something after the scheme, as in com.example.app:/callback or myapp://callback"
	}
	if u.Host != "" {
		return hostFault(u)
	}
	return ""
}
