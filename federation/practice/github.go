package practice

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"portico/userpool/oauth"
)

// GitHubOptions describes a practice GitHub.
type GitHubOptions struct{ Options }

// NewGitHub makes a practice GitHub: OAuth 2.0 without ID tokens. The token endpoint answers form-encoded unless JSON is
// asked for, and tells errors with status 200. The ID is a number. The address of the public profile may be null; all of
// them, each verified or not, are at /user/emails. The API refuses requests without a User-Agent.
func NewGitHub(o GitHubOptions) (*Social, error) {
	addresses := map[string]string{
		"authorize_url": "/login/oauth/authorize", "token_url": "/login/oauth/access_token", "attributes_url": "/user",
	}
	return newSocial("GitHub", addresses, o.Options, func(s *Social) manner {
		return manner{
			what: "A provider like GitHub to try things with", cast: GitHubPeople, nameless: true, loose: true,
			at:       endpoints{authorize: "/login/oauth/authorize", token: "/login/oauth/access_token", attributes: "/user"},
			codeLife: 10 * time.Minute, tokenLife: 8 * time.Hour, prefix: prefixes{access: "gho_"},
			cancelled: url.Values{
				"error": {string(oauth.AccessDenied)}, "error_description": {"The user has denied your application access."},
			},
			issues:  gitHubTokens,
			answers: answerAsGitHub, refuses: refuseAsGitHub,
			more: func(mux *http.ServeMux) {
				mux.HandleFunc("GET /user", s.serveGitHubUser)
				mux.HandleFunc("GET /user/emails", s.serveGitHubEmails)
			},
		}
	})
}

func gitHubTokens(g grant, answer map[string]any) {
	delete(answer, "expires_in") // tokens of OAuth apps last until they are revoked
	answer["token_type"], answer["scope"] = "bearer", strings.Join(g.request.scopes, ",")
}

// answerAsGitHub is form-encoded for clients that do not ask for JSON.
func answerAsGitHub(w http.ResponseWriter, r *http.Request, answer map[string]any) {
	noStore(w)
	if strings.Contains(r.Header.Get("Accept"), "json") {
		writeJSON(w, http.StatusOK, answer)
		return
	}
	form := url.Values{}
	for name, value := range answer {
		if text, ok := value.(string); ok {
			form.Set(name, text)
		}
	}
	w.Header().Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	_, _ = w.Write([]byte(form.Encode()))
}

func refuseAsGitHub(w http.ResponseWriter, r *http.Request, err error) {
	told := asFault(err)
	code := map[oauth.Code]string{
		oauth.InvalidGrant: "bad_verification_code", oauth.InvalidClient: "incorrect_client_credentials",
	}[told.Code]
	if code == "" {
		code = string(told.Code)
	}
	answerAsGitHub(w, r, map[string]any{"error": code, "error_description": told.Description})
}

// open checks the access token, in a header of either scheme: GitHub says "token" as well as "Bearer".
func (s *Social) openGitHub(w http.ResponseWriter, r *http.Request) (access, bool) {
	if r.UserAgent() == "" {
		writeJSON(w, http.StatusForbidden, map[string]any{"message": "Request forbidden by administrative rules. Please make sure your request has a User-Agent header."})
		return access{}, false
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	a, ok := s.tokens.get(token, s.options.Now())
	if !ok || !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "token") {
		writeJSON(w, http.StatusUnauthorized, map[string]any{"message": "Bad credentials", "status": "401"})
		return access{}, false
	}
	return a, true
}

// serveGitHubUser is the public profile. The ID is a number unless a test has given the person another.
func (s *Social) serveGitHubUser(w http.ResponseWriter, r *http.Request) {
	a, ok := s.openGitHub(w, r)
	if !ok {
		return
	}
	claims := a.person.all()
	answer := a.identified(map[string]any{"login": claims["login"], "name": claims["name"], "avatar_url": claims["picture"], "type": "User"}, "id")
	if number, err := strconv.ParseInt(a.person.ID, 10, 64); err == nil && answer["id"] == a.person.ID {
		answer["id"] = number
	}
	answer["email"] = claims["email"]
	if private, _ := claims["private"].(bool); private || !a.person.EmailVerified {
		answer["email"] = nil
	}
	writeJSON(w, http.StatusOK, answer)
}

func (s *Social) serveGitHubEmails(w http.ResponseWriter, r *http.Request) {
	a, ok := s.openGitHub(w, r)
	if !ok {
		return
	}
	if !slices.Contains(a.scopes, "user:email") && !slices.Contains(a.scopes, "user") {
		writeJSON(w, http.StatusNotFound, map[string]any{"message": "Not Found", "status": "404"})
		return
	}
	list := []any{}
	if a.person.Email != "" {
		list = append(list,
			map[string]any{"email": a.person.ID + "+" + "old@people.example", "primary": false, "verified": true, "visibility": nil},
			map[string]any{"email": a.person.Email, "primary": true, "verified": a.person.EmailVerified, "visibility": "private"})
	}
	writeJSON(w, http.StatusOK, list)
}
