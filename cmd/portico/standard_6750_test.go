package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// RFC 6750, Bearer Token Usage, at userInfo.

// §2: the token travels in the header or in a posted form, in one of them at a time; the address (§2.3) is not looked at,
// as RFC 9700 §4.3.2 wants it.
func TestRFC6750WaysToSendTheToken(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		token := p.redeem(t, r, p.code(r.tab(t))).AccessToken
		refused := map[string]int{"Cognito": http.StatusBadRequest, "standard": http.StatusUnauthorized}[dialect]
		form := url.Values{"access_token": {token}}
		for name, c := range map[string]struct {
			method, query, header string
			form                  url.Values
			want                  int
		}{
			"§2.1 header":                         {http.MethodGet, "", "Bearer " + token, nil, http.StatusOK},
			"§2.1 header, scheme in small":        {http.MethodGet, "", "bearer " + token, nil, http.StatusOK},
			"§2.1 header of a post":               {http.MethodPost, "", "Bearer " + token, url.Values{}, http.StatusOK},
			"§2.2 form":                           {http.MethodPost, "", "", form, http.StatusOK},
			"§2.2 form, given twice":              {http.MethodPost, "", "", url.Values{"access_token": {token, token}}, http.StatusBadRequest},
			"§2.3 address":                        {http.MethodGet, "?access_token=" + token, "", nil, refused},
			"§2.3 address of a post":              {http.MethodPost, "?access_token=" + token, "", url.Values{}, refused},
			"§2 header and form":                  {http.MethodPost, "", "Bearer " + token, form, http.StatusBadRequest},
			"another scheme":                      {http.MethodGet, "", "Basic " + token, nil, refused},
			"another scheme beside the form (§2)": {http.MethodPost, "", "Basic " + token, form, http.StatusBadRequest},
		} {
			request := newRequest(t, c.method, p.pool+userpool.PathUserInfo+c.query, c.form)
			if c.header != "" {
				request.Header.Set("Authorization", c.header)
			}
			if got := read(t, r.serve(request)); got.StatusCode != c.want {
				t.Errorf("%s, %s: status %d, want %d", dialect, name, got.StatusCode, c.want)
			}
		}
	}
}

// §3, §3.1: a refusal has a challenge of the Bearer scheme. Without a token it says nothing more, status 401; Cognito has 400
// and a code. invalid_token is 401. A token that was granted too little is 403 with the scope it wants; Cognito has 401.
func TestRFC6750Challenges(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		narrow := p.redeem(t, r, p.code(r.tab(t), "scope", "email")).AccessToken
		for name, c := range map[string]struct {
			token           string
			cognito, expect string // status and what the challenge begins with
		}{
			"no token":     {"", `400 Bearer error="invalid_request"`, `401 Bearer`},
			"no good":      {"nonsense", `401 Bearer error="invalid_token"`, `401 Bearer error="invalid_token"`},
			"not for this": {narrow, `401 Bearer error="invalid_token"`, `403 Bearer error="insufficient_scope", scope="openid"`},
		} {
			got := p.info(t, r, c.token)
			want := map[string]string{"Cognito": c.cognito, "standard": c.expect}[dialect]
			if said := got.Status[:4] + got.Header.Get("WWW-Authenticate"); !strings.HasPrefix(said, want) {
				t.Errorf("%s, %s: %q, want %q", dialect, name, said, want)
			}
			if dialect == "standard" && c.token == "" && strings.Contains(got.Header.Get("WWW-Authenticate"), "error") {
				t.Errorf("a request without a token is told %q", got.Header.Get("WWW-Authenticate"))
			}
			if exposed := got.Header.Get("Access-Control-Expose-Headers"); !strings.Contains(exposed, "www-authenticate") {
				t.Errorf("scripts may not read the challenge: %q", exposed)
			}
		}
	}
}

// §5.2, §5.3: what a token opens is not stored on the way, and the token itself never comes back in an address.
func TestRFC6750AnswersAreNotStored(t *testing.T) {
	r := newRig(t)
	p := cedarNotes()
	for _, token := range []string{p.redeem(t, r, p.code(r.tab(t))).AccessToken, "nonsense"} {
		if got := p.info(t, r, token); !strings.Contains(got.Header.Get("Cache-Control"), "no-store") {
			t.Errorf("status %d: Cache-Control %q", got.StatusCode, got.Header.Get("Cache-Control"))
		}
	}
}
