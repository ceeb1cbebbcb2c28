package practice

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"portico/userpool/oauth"
)

// AmazonOptions describes a practice Amazon (Login with Amazon).
type AmazonOptions struct{ Options }

// Scopes of Login with Amazon. An e-mail address comes with the profile: there is no scope for it alone.
const (
	amazonProfile = "profile"
	amazonUserID  = "profile:user_id"
	amazonPostal  = "postal_code"
)

// NewAmazon makes a practice Amazon: OAuth 2.0 without ID tokens. Who signed in is asked for at /user/profile; the ID there
// is user_id. Codes live five minutes. Tokens have a bar in them.
func NewAmazon(o AmazonOptions) (*Social, error) {
	addresses := map[string]string{"authorize_url": "/ap/oa", "token_url": "/auth/o2/token", "attributes_url": "/user/profile"}
	return newSocial("Amazon", addresses, o.Options, func(s *Social) manner {
		return manner{
			what: "A provider like Amazon to try things with", cast: AmazonPeople, nameless: true,
			at:     endpoints{authorize: "/ap/oa", token: "/auth/o2/token", attributes: "/user/profile"},
			scopes: amazonScope, codeLife: 5 * time.Minute, tokenLife: time.Hour,
			prefix:    prefixes{code: "AN", access: "Atza|", refresh: "Atzr|"},
			cancelled: url.Values{"error": {string(oauth.AccessDenied)}, "error_description": {"Access not permitted."}},
			issues:    func(_ grant, answer map[string]any) { answer["token_type"] = "bearer" },
			more: func(mux *http.ServeMux) {
				mux.HandleFunc("GET /user/profile", s.serveAmazonProfile)
				mux.HandleFunc("GET /auth/o2/tokeninfo", s.serveTokenInfo)
			},
		}
	})
}

func amazonScope(scopes []string) error {
	if len(scopes) == 0 {
		return fault(oauth.InvalidRequest, "The request is missing a required parameter : scope")
	}
	return amongScopes(amazonProfile, amazonUserID, amazonPostal)(scopes)
}

// serveAmazonProfile is what the scopes unlock. The ID is always there.
func (s *Social) serveAmazonProfile(w http.ResponseWriter, r *http.Request) {
	_, a, ok := s.profileOf(r)
	if !ok {
		refuseAmazonToken(w)
		return
	}
	names := map[string]string{}
	if slices.Contains(a.scopes, amazonProfile) {
		names["name"], names["email"] = "name", "email"
	}
	if slices.Contains(a.scopes, amazonPostal) {
		names["postal_code"] = "postal_code"
	}
	writeJSON(w, http.StatusOK, a.identified(renamed(a.person.all(), names), "user_id"))
}

// serveTokenInfo says for whom an access token is.
func (s *Social) serveTokenInfo(w http.ResponseWriter, r *http.Request) {
	_, a, ok := s.profileOf(r)
	if !ok {
		refuseAmazonToken(w)
		return
	}
	now := s.options.Now().Unix()
	writeJSON(w, http.StatusOK, a.identified(map[string]any{
		"iss": "https://www.amazon.com", "aud": either(a.faults.OtherAudience, "another-client", s.options.ClientID),
		"app_id": "amzn1.application.practice", "iat": now, "exp": int64(s.manner.tokenLife / time.Second),
	}, "user_id"))
}

func refuseAmazonToken(w http.ResponseWriter) {
	writeJSON(w, http.StatusBadRequest, map[string]any{
		"error": oauth.InvalidToken, "error_description": "The request has an invalid parameter : access_token",
	})
}
