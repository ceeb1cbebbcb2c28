package practice

import (
	"net/http"
	"strings"

	"portico/userpool/oauth"
)

// serveUserInfo is OpenID Connect Core §5.3. The token comes in the Authorization header or in the form of a POST
// (RFC 6750 §2), never in the query, where it would be logged.
func (e *engine) serveUserInfo(w http.ResponseWriter, r *http.Request) {
	token, ok := bearer(r)
	if !ok {
		// RFC 6750 §3.1: no error code for a request that brings no token.
		w.Header().Set("WWW-Authenticate", `Bearer realm="userinfo"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	a, ok := e.tokens.get(token, e.options.Now())
	if !ok {
		w.Header().Set("WWW-Authenticate", `Bearer realm="userinfo", error="`+string(oauth.InvalidToken)+`"`)
		writeJSON(w, http.StatusUnauthorized, map[string]any{"error": oauth.InvalidToken})
		return
	}
	claims := e.manner.claims(a.person, a.scopes)
	claims["sub"] = a.person.ID + either(a.faults.OtherUserInfo, "-other", "")
	writeJSON(w, http.StatusOK, claims)
}

func bearer(r *http.Request) (string, bool) {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return token, true
	}
	if r.Method != http.MethodPost {
		return "", false
	}
	form, err := parameters(r)
	return form.Get("access_token"), err == nil && form.Has("access_token")
}
