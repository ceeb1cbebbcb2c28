package practice

import (
	"net/http"
	"net/url"
	"slices"
)

// serveEndSession is OpenID Connect RP-Initiated Logout 1.0. There are no sessions to end, only a way back.
func (p *OIDC) serveEndSession(w http.ResponseWriter, r *http.Request) {
	params, ok := p.parameters(w, r)
	if !ok {
		return
	}
	to := params.Get("post_logout_redirect_uri")
	if to == "" {
		p.desk.say(w, r, p.address(), "You are signed out", "There was no session here: this provider asks every time.")
		return
	}
	target, err := url.Parse(to)
	if err != nil || !slices.Contains(p.logoutURIs, to) {
		p.desk.refuse(w, r, p.address(), http.StatusBadRequest,
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
