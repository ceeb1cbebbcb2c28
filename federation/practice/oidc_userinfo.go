package practice

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"portico/userpool/oauth"
)

// serveUserInfo is OpenID Connect Core §5.3. The token comes in the Authorization header or in the form of a POST
// (RFC 6750 §2), never in the query, where it would be logged.
func (p *OIDC) serveUserInfo(w http.ResponseWriter, r *http.Request) {
	token, ok := bearer(r)
	if !ok {
		// RFC 6750 §3.1: no error code for a request that brings no token.
		w.Header().Set("WWW-Authenticate", `Bearer realm="userinfo"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	a, ok := p.tokens.get(token, p.options.Now())
	if !ok {
		w.Header().Set("WWW-Authenticate", `Bearer realm="userinfo", error="`+string(oauth.InvalidToken)+`"`)
		writeJSON(w, http.StatusUnauthorized, map[string]any{"error": oauth.InvalidToken})
		return
	}
	claims := p.claims(a.person, a.scopes)
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

// serveEndSession is OpenID Connect RP-Initiated Logout 1.0. There are no sessions to end, only a way back.
func (p *OIDC) serveEndSession(w http.ResponseWriter, r *http.Request) {
	params, ok := p.parameters(w, r)
	if !ok {
		return
	}
	to := params.Get("post_logout_redirect_uri")
	if to == "" {
		p.desk.say(w, r, p.Issuer(), "You are signed out", "There was no session here: this provider asks every time.")
		return
	}
	target, err := url.Parse(to)
	if err != nil || !slices.Contains(p.options.LogoutURIs, to) {
		p.desk.refuse(w, r, p.Issuer(), http.StatusBadRequest,
			"The post_logout_redirect_uri is not one of those registered for this client. They must be equal to the letter.",
			detail("post_logout_redirect_uri", to))
		return
	}
	if state := params.Get("state"); state != "" {
		query := target.Query()
		query.Set("state", state)
		target.RawQuery = query.Encode()
	}
	http.Redirect(w, r, target.String(), http.StatusSeeOther)
}
