package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// §5.1: JSON with access_token, token_type and expires_in, which nobody may store. The scope is told in the standard dialect,
// where it can be another one than was asked for (§3.3); Cognito does not tell it.
func TestRFC6749TokenResponse(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		code := p.code(r.tab(t), "scope", "openid email")
		form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.callback}}
		got := p.call(t, r, userpool.PathToken, form)
		if !strings.Contains(got.Header.Get("Cache-Control"), "no-store") || got.Header.Get("Pragma") != "no-cache" {
			t.Errorf("%s: Cache-Control %q, Pragma %q", dialect, got.Header.Get("Cache-Control"), got.Header.Get("Pragma"))
		}
		if kind := got.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
			t.Errorf("%s: Content-Type %q", dialect, kind)
		}
		var body map[string]any
		if err := json.Unmarshal([]byte(got.body), &body); err != nil || body["token_type"] != "Bearer" || body["expires_in"] != 3600.0 || body["access_token"] == "" {
			t.Errorf("%s: %v, %v", dialect, body, err)
		}
		scope, told := body["scope"]
		if dialect == "standard" && scope != "openid email" || dialect == "Cognito" && told {
			t.Errorf("%s: scope %v", dialect, scope)
		}
	}
}

// §5.2: a refusal is JSON, is not stored either, and says what is wrong. Cognito answers a refused client with 400 and has a
// code of its own for another redirect_uri.
func TestRFC6749TokenErrors(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		standard := dialect == "standard"
		pick := func(ifStandard, ifCognito string) string {
			if standard {
				return ifStandard
			}
			return ifCognito
		}
		for name, c := range map[string]struct {
			form url.Values
			as   party
			want string
		}{
			"no grant_type":         {url.Values{}, p, "invalid_request"},
			"an unknown one":        {url.Values{"grant_type": {"urn:example:trade"}}, p, "unsupported_grant_type"},
			"password":              {url.Values{"grant_type": {"password"}, "username": {adaName}, "password": {adaPassword}}, p, "unsupported_grant_type"},
			"one it may not use":    {url.Values{"grant_type": {"client_credentials"}}, p, "unauthorized_client"},
			"no code":               {url.Values{"grant_type": {"authorization_code"}, "redirect_uri": {p.callback}}, p, "invalid_request"},
			"a code of nobody":      {url.Values{"grant_type": {"authorization_code"}, "code": {"x"}, "redirect_uri": {p.callback}}, p, "invalid_grant"},
			"another redirect_uri":  {url.Values{"grant_type": {"authorization_code"}, "code": {p.code(r.tab(t))}, "redirect_uri": {p.callback + "/"}}, p, pick("invalid_grant", "unauthorized_client")},
			"no refresh_token":      {url.Values{"grant_type": {"refresh_token"}}, p, "invalid_request"},
			"one of nobody":         {url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}}, p, "invalid_grant"},
			"a wrong secret":        {url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}}, party{pool: p.pool, id: p.id, secret: "wrong"}, "invalid_client"},
			"a client of nobody":    {url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}}, party{pool: p.pool, id: "nobody", secret: "x"}, "invalid_client"},
			"no secret at all":      {url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}}, party{pool: p.pool, id: p.id}, "invalid_client"},
			"redirect_uri left out": {url.Values{"grant_type": {"authorization_code"}, "code": {p.code(r.tab(t))}}, p, "invalid_request"},
		} {
			got := c.as.call(t, r, userpool.PathToken, c.form)
			status := http.StatusBadRequest
			if standard && c.want == "invalid_client" { // "MUST respond with a 401 … and include WWW-Authenticate"
				status = http.StatusUnauthorized
				if !strings.HasPrefix(got.Header.Get("WWW-Authenticate"), "Basic ") {
					t.Errorf("%s: no challenge", name)
				}
			}
			a := answerOf(t, got)
			if a.status != status || a.Error != c.want || a.AccessToken != "" {
				t.Errorf("%s, %s: %d %q, want %d %q", dialect, name, a.status, a.Error, status, c.want)
			}
			wellFormedError(t, url.Values{"error": {a.Error}, "error_description": {a.Description}})
			if !strings.Contains(got.Header.Get("Cache-Control"), "no-store") || got.Header.Get("Pragma") != "no-cache" {
				t.Errorf("%s, %s: may be stored", dialect, name)
			}
		}
	}
}

// §2.3.1: Basic credentials are form-encoded first, and the body will do as well; a client uses one way in a request (§2.3),
// and the credentials are never in the address.
func TestRFC6749ClientAuthentication(t *testing.T) {
	r := newRig(t)
	p := cedarReports()
	grant := func() url.Values { return url.Values{"grant_type": {"client_credentials"}} }
	encoded := "Basic " + base64.StdEncoding.EncodeToString([]byte("%63edarreports:%73ecretofcedarreports0000"))
	inBody := with(grant(), "client_id", p.id, "client_secret", p.secret)
	for name, c := range map[string]struct {
		address, basic string
		form           url.Values
		want           int
	}{
		"Basic, form-encoded":      {"", encoded, grant(), http.StatusOK},
		"in the body":              {"", "", inBody, http.StatusOK},
		"both":                     {"", encoded, inBody, http.StatusBadRequest},
		"Basic, another in body":   {"", encoded, with(grant(), "client_id", cedarAppID), http.StatusBadRequest},
		"Basic, the same in body":  {"", encoded, with(grant(), "client_id", p.id), http.StatusOK},
		"in the address":           {"?" + inBody.Encode(), "", grant(), http.StatusBadRequest},
		"the secret in capitals":   {"", "", with(grant(), "client_id", p.id, "client_secret", strings.ToUpper(p.secret)), http.StatusUnauthorized},
		"another scheme":           {"", "Digest username=x", grant(), http.StatusUnauthorized},
		"Basic that is not base64": {"", "Basic ***", grant(), http.StatusUnauthorized},
	} {
		request := newRequest(t, http.MethodPost, p.pool+userpool.PathToken+c.address, c.form)
		if c.basic != "" {
			request.Header.Set("Authorization", c.basic)
		}
		if got := read(t, r.serve(request)); got.StatusCode != c.want {
			t.Errorf("%s: status %d, want %d: %s", name, got.StatusCode, c.want, got.body)
		}
	}
}

// §3.2: the token endpoint is for POST, with a form (§4.1.3).
func TestRFC6749TokenEndpointIsForPosts(t *testing.T) {
	r := newRig(t)
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		if got := read(t, r.serve(newRequest(t, method, cedar+userpool.PathToken, nil))); got.StatusCode != http.StatusMethodNotAllowed || got.Header.Get("Allow") != "POST" {
			t.Errorf("%s: status %d, Allow %q", method, got.StatusCode, got.Header.Get("Allow"))
		}
	}
	request := newRequest(t, http.MethodPost, cedar+userpool.PathToken, url.Values{"grant_type": {"client_credentials"}})
	request.Header.Set("Content-Type", "application/json")
	request.SetBasicAuth("cedarreports", "secretofcedarreports0000")
	answerOf(t, read(t, r.serve(request))).grants(t, http.StatusBadRequest, "invalid_request", "")
}

// §4.4: a confidential client gets a token for itself, within its scope, and no refresh token (§4.4.3).
func TestRFC6749ClientCredentials(t *testing.T) {
	r := newRig(t)
	p := cedarReports()
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"notes/read"}}
	a := answerOf(t, p.call(t, r, userpool.PathToken, form))
	a.grants(t, http.StatusOK, "", "")
	if c := claims(t, a.AccessToken); c["sub"] != p.id || c["scope"] != "notes/read" || a.RefreshToken != "" || a.IDToken != "" {
		t.Errorf("claims %v, answer %+v", c, a)
	}
	answerOf(t, p.call(t, r, userpool.PathToken, with(form, "scope", "notes/write"))).grants(t, http.StatusBadRequest, "invalid_scope", "")
	// "MUST only be used by confidential clients."
	answerOf(t, cedarPhone().call(t, r, userpool.PathToken, url.Values{"grant_type": {"client_credentials"}})).
		grants(t, http.StatusBadRequest, "unauthorized_client", "")
}

// §6: a refresh gives what was granted and no more, to the client it was granted to. In Cognito's dialect its scope is not
// looked at; in the standard one it may ask for less, and the refresh token keeps all that was granted.
func TestRFC6749Refresh(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		first := p.redeem(t, r, p.code(r.tab(t), "scope", "openid email"))
		wider := p.refresh(t, r, first.RefreshToken, "scope", "openid email profile")
		narrower := p.refresh(t, r, first.RefreshToken, "scope", "openid")
		want := "openid email"
		if dialect == "standard" {
			want = "openid"
			wider.grants(t, http.StatusBadRequest, "invalid_scope", "")
			p.refresh(t, r, first.RefreshToken, "scope", "open\"id").grants(t, http.StatusBadRequest, "invalid_scope", "")
		} else if got := claims(t, wider.AccessToken)["scope"]; got != want {
			t.Errorf("%s: asked for more, the refresh gives scope %v", dialect, got)
		}
		if got := claims(t, narrower.AccessToken)["scope"]; got != want {
			t.Errorf("%s: asked for less, the refresh gives scope %v, want %s", dialect, got, want)
		}
		if got := claims(t, p.refresh(t, r, first.RefreshToken).AccessToken)["scope"]; got != "openid email" {
			t.Errorf("%s: the next refresh gives scope %v", dialect, got)
		}
		cedarDrawings().refresh(t, r, first.RefreshToken).grants(t, http.StatusBadRequest, "invalid_grant", "")
	}
}

// §4.1.2: a code works once; §4.1.3: for the client it was issued to, with the redirect_uri of the request.
func TestRFC6749CodeIsBoundAndSpent(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		code := p.code(r.tab(t))
		other := cedarDrawings()
		if dialect == "Cognito" {
			other = party{pool: acme, id: drawingsID, secret: drawingsSecret, callback: appCallback}
		}
		other.redeem(t, r, code, "redirect_uri", p.callback).grants(t, http.StatusBadRequest, "invalid_grant", "")
		p.redeem(t, r, code).grants(t, http.StatusOK, "", "")
		p.redeem(t, r, code).grants(t, http.StatusBadRequest, "invalid_grant", "")
	}
}
