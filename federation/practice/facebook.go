package practice

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"portico/userpool/oauth"
)

// FacebookOptions describes a practice Facebook. ClientID and ClientSecret are the app's ID and secret.
type FacebookOptions struct {
	Options
	ProofOptional bool // calls need no appsecret_proof, as in apps that do not require it; a wrong one is refused all the same
}

// facebookVersion is the version in Addresses. The twin answers at every version and at none alike.
const facebookVersion = "/v17.0"

// NewFacebook makes a practice Facebook: OAuth 2.0 without ID tokens. Scopes stand with commas or spaces between them. The
// token endpoint takes GET as well as POST and answers with JSON; errors are objects. The profile has the fields that were
// asked for, no e-mail address for people without, and never says whether it is verified. PKCE is ignored; so is
// response_mode. The way back ends in #_=_.
func NewFacebook(o FacebookOptions) (*Social, error) {
	addresses := map[string]string{
		"authorize_url": facebookVersion + "/dialog/oauth", "token_url": facebookVersion + "/oauth/access_token",
		"attributes_url": facebookVersion + "/me?fields=",
	}
	return newSocial("Facebook", addresses, o.Options, func(s *Social) manner {
		graph := facebookGraph{s, !o.ProofOptional}
		return manner{
			what: "A provider like Facebook to try things with", cast: FacebookPeople,
			at:    endpoints{authorize: "/dialog/oauth", token: "/oauth/access_token", attributes: "/me"},
			loose: true, noPKCE: true, showsErrors: true, nameless: true,
			scopes:   amongScopes("public_profile", "email", "openid", "user_birthday", "user_gender", "user_link", "user_location", "user_hometown", "user_age_range"),
			codeLife: 10 * time.Minute, tokenLife: 60 * 24 * time.Hour, prefix: prefixes{code: "AQ", access: "EAA"},
			cancelled: url.Values{
				"error": {string(oauth.AccessDenied)}, "error_reason": {"user_denied"}, "error_code": {"200"},
				"error_description": {"Permissions error"},
			},
			fragment: "_=_", refuses: refuseAsFacebook,
			issues: func(_ grant, answer map[string]any) { answer["token_type"] = "bearer" },
			more: func(mux *http.ServeMux) {
				mux.HandleFunc("GET /oauth/access_token", s.serveToken)
				mux.HandleFunc("GET /me", graph.serveMe)
				mux.HandleFunc("GET /debug_token", graph.serveDebug)
			},
			wrap: withoutVersion,
		}
	})
}

// withoutVersion takes the version from the beginning of the path, where there is one.
func withoutVersion(next http.Handler) http.Handler {
	version := regexp.MustCompile(`^/v\d{1,2}\.0(/.*)$`)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if parts := version.FindStringSubmatch(r.URL.Path); parts != nil {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = parts[1], ""
		}
		next.ServeHTTP(w, r)
	})
}

// refuseAsFacebook tells of an error of the token endpoint.
func refuseAsFacebook(w http.ResponseWriter, _ *http.Request, err error) {
	switch told := asFault(err); told.Code {
	case oauth.InvalidClient:
		graphFault(w, "OAuthException", 1, "Error validating client secret.")
	case oauth.InvalidGrant:
		graphFault(w, "OAuthException", 100, "Error validating verification code. "+told.Description)
	default:
		graphFault(w, "OAuthException", 100, strings.TrimSpace("Invalid parameter. "+told.Description))
	}
}

// graphFault is an error of the Graph API. Its status is 400 whatever it is.
func graphFault(w http.ResponseWriter, kind string, code int, text string) {
	noStore(w)
	writeJSON(w, http.StatusBadRequest, map[string]any{"error": map[string]any{
		"message": text, "type": kind, "code": code, "fbtrace_id": "practice",
	}})
}
