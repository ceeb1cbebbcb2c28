package userpool

import (
	"net/url"
	"strings"
)

// Addresses owns every URL a pool publishes.
//
// Issuer is "<server url>/<pool id>", without a trailing slash. Origin is where the pool's pages and OAuth endpoints
// live: scheme, host and port, without a path.
type Addresses struct {
	Issuer string
	Origin string
}

// Paths below Origin (Cognito's names, capital I of userInfo included).
const (
	PathAuthorize     = "/oauth2/authorize"
	PathToken         = "/oauth2/token"
	PathUserInfo      = "/oauth2/userInfo"
	PathRevoke        = "/oauth2/revoke"
	PathEndSession    = "/oauth2/endsession" // ours: OpenID Connect RP-Initiated Logout, which Cognito lacks
	PathIDPResponse   = "/oauth2/idpresponse"
	PathSAMLResponse  = "/saml2/idpresponse"
	PathSAMLLogout    = "/saml2/logout"
	PathIDPLogout     = "/oauth2/idplogout" // ours: where an OIDC provider sends the browser back to after a sign-out
	PathSAMLMetadata  = "/saml2/metadata"
	PathLogin         = "/login"
	PathLogout        = "/logout"
	PathSignOut       = "/signout" // ours: asks whether to sign out, where an app cannot tell who is signed in
	PathSignUp        = "/signup"
	PathConfirm       = "/confirm"
	PathResend        = "/resendcode"
	PathConfirmUser   = "/confirmUser" // confirms by a link
	PathForgot        = "/forgotPassword"
	PathConfirmForgot = "/confirmForgotPassword"
	PathNewPassword   = "/changePassword" // in place of a temporary one; Cognito's path is not documented, this is the one reported
	PathMFA           = "/mfa"
	PathMFAOption     = "/mfaOption" // Cognito's page is on record, its path is not
	PathMFASetUp      = "/mfaSetup"  // ours
	PathError         = "/error"
	PathBrand         = "/brand/"                           // ours: style sheets and pictures of operators, named by their hashes
	PathTestIDP       = "/test/idp"                         // tries a provider, by a sealed link
	PathTestResult    = "/test/idp/result"                  // what came of it
	PathLink          = "/link"                             // ours: proving an account before a provider is attached to it
	PathDiscovery     = "/.well-known/openid-configuration" // below Issuer
	PathKeys          = "/.well-known/jwks.json"            // below Issuer
	PathMetadata      = "/.well-known/oauth-authorization-server"
)

// Paths of what a person may see and change of the own account, all of them ours.
const (
	PathAccount         = "/account"
	PathAccountEdit     = "/account/edit"
	PathAccountVerify   = "/account/verify"
	PathAccountPassword = "/account/password"
	PathAccountLink     = "/account/link"
	PathAccountUnlink   = "/account/unlink"
	PathAccountSessions = "/account/sessions"
	PathAccountDownload = "/account/download"
	PathAccountDelete   = "/account/delete"
	PathAddPasskey      = "/passkeys/add"
	PathOfferPasskey    = "/passkeys/offer"
)

// Paths of the ways to sign in, on the account page.
const (
	PathAccountPasskey       = "/account/passkey"
	PathAccountPasskeyRemove = "/account/passkey/remove"
	PathAccountApp           = "/account/authenticator"
	PathAccountAppRemove     = "/account/authenticator/remove"
	PathAccountFactorOn      = "/account/factor/on"
	PathAccountFactorOff     = "/account/factor/off"
	PathAccountPreferred     = "/account/factor/preferred"
)

// Paths of signing in without a password. Those of Cognito's pages are not documented, but for PathAddPasskey.
const (
	PathChoose      = "/choose"
	PathOneTimeCode = "/code"
)

// URL is a page or endpoint of the pool's domain.
func (a Addresses) URL(path string) string { return a.Origin + path }

// Discovery is the address of the OpenID Connect discovery document.
func (a Addresses) Discovery() string { return a.Issuer + PathDiscovery }

// Keys is the address of the key set.
func (a Addresses) Keys() string { return a.Issuer + PathKeys }

// Secure reports whether the pool's pages are served over https, and cookies therefore carry Secure and __Host-.
func (a Addresses) Secure() bool { return strings.HasPrefix(a.Origin, "https://") }

// PublicHost is the host of the pool's pages where a text message may bind a code to it: "Origin-bound one-time codes
// delivered via SMS" know https on its own port only. Elsewhere it is empty.
func (a Addresses) PublicHost() string {
	host, secure := strings.CutPrefix(a.Origin, "https://")
	if !secure || strings.Contains(host, ":") || host == "localhost" {
		return ""
	}
	return host
}

// Host is the host of the pool's pages, without a port.
func (a Addresses) Host() string {
	parsed, err := url.Parse(a.Origin)
	if err != nil {
		return ""
	}
	return parsed.Hostname()
}

// EntityID is our SAML service provider entity ID and audience: one per pool, for all its providers. The URN is
// Cognito's, so that a provider's configuration carries over.
func (id ID) EntityID() string { return "urn:amazon:cognito:sp:" + string(id) }
