package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// What modules of the OpenID Foundation's conformance suite check of an OpenID provider, against a pool of the standard
// dialect. Each subtest has the name of the module it follows; docs/conformance.md tells which have no counterpart here and
// why. None of it is a run of the suite.

// A module of this kind asks for authorization with one thing changed, and must have it, with tokens and userInfo behind.
func TestSuiteBasicModulesThatSucceed(t *testing.T) {
	r := newRig(t)
	p, b := cedarNotes(), r.tab(t)
	p.signIn(b)
	for module, changes := range map[string][]string{
		"oidcc-server": {},
		"oidcc-ensure-request-without-nonce-succeeds-for-code-flow": {"nonce", ""},
		"oidcc-scope-profile":                                  {"scope", "openid profile"},
		"oidcc-scope-email":                                    {"scope", "openid email"},
		"oidcc-scope-phone":                                    {"scope", "openid phone"},
		"oidcc-scope-address":                                  {"scope", "openid address"},
		"oidcc-scope-all":                                      {"scope", "openid profile email address phone"},
		"oidcc-ensure-other-scope-order-succeeds":              {"scope", "email openid"},
		"oidcc-display-page":                                   {"display", "page"},
		"oidcc-display-popup":                                  {"display", "popup"},
		"oidcc-prompt-none-logged-in":                          {"prompt", "none"},
		"oidcc-ensure-request-with-unknown-parameter-succeeds": {"extra", "foobar"},
		"oidcc-login-hint":                                     {"login_hint", "buffy@cedar.example"},
		"oidcc-ui-locales":                                     {"ui_locales", "se"},
		"oidcc-claims-locales":                                 {"claims_locales", "se"},
		"oidcc-ensure-request-with-acr-values-succeeds":        {"acr_values", "1 2"},
		"oidcc-claims-essential":                               {"claims", `{"userinfo":{"name":{"essential":true}}}`, "scope", "openid profile"},
		"oidcc-ensure-request-with-valid-pkce-succeeds":        {"code_challenge", challenge(strings.Repeat("p", 43)), "code_challenge_method", "S256"},
	} {
		t.Run(module, func(t *testing.T) {
			query, err := url.Parse(p.request(changes...))
			if err != nil {
				t.Fatal(err)
			}
			back := response(t, b.get(query.String()))
			if back.Get("state") != query.Query().Get("state") || back.Get("iss") != p.issuer {
				t.Errorf("state %q, iss %q", back.Get("state"), back.Get("iss"))
			}
			var more []string
			if strings.Contains(module, "pkce") {
				more = []string{"code_verifier", strings.Repeat("p", 43)}
			}
			a := p.redeem(t, r, back.Get("code"), more...)
			if a.TokenType != "Bearer" || a.ExpiresIn <= 0 {
				t.Fatalf("the token endpoint answers %+v", a)
			}
			id := p.verify(t, r, a.IDToken)
			if id.Nonce != query.Query().Get("nonce") {
				t.Errorf("nonce %q", id.Nonce)
			}
			p.suiteUserInfo(t, p.info(t, r, a.AccessToken), id.Subject)
		})
	}
}

// suiteUserInfo checks what the suite checks of every userInfo answer: the ID token's sub, and the types of OpenID Connect
// Core §5.1.
func (p party) suiteUserInfo(t *testing.T, got page, sub string) map[string]any {
	t.Helper()
	var info map[string]any
	if err := json.Unmarshal([]byte(got.body), &info); err != nil || got.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", got.StatusCode, err)
	}
	if info["sub"] != sub {
		t.Errorf("sub %v, want %s", info["sub"], sub)
	}
	for name, value := range info {
		_, boolean := value.(bool)
		_, text := value.(string)
		if flag := strings.HasSuffix(name, "_verified"); flag && !boolean || !flag && !text || value == "" {
			t.Errorf("%s is %v", name, value)
		}
	}
	return info
}

// The userInfo modules: by GET, by POST with the header, by POST with the body.
func TestSuiteUserInfoModules(t *testing.T) {
	r := newRig(t)
	p := cedarNotes()
	a := p.redeem(t, r, p.code(r.tab(t)))
	sub := p.verify(t, r, a.IDToken).Subject
	for module, c := range map[string]struct {
		method string
		form   url.Values
	}{
		"oidcc-userinfo-get":         {http.MethodGet, nil},
		"oidcc-userinfo-post-header": {http.MethodPost, nil},
		"oidcc-userinfo-post-body":   {http.MethodPost, url.Values{"access_token": {a.AccessToken}}},
	} {
		t.Run(module, func(t *testing.T) {
			request := newRequest(t, c.method, p.pool+userpool.PathUserInfo, c.form)
			if c.form == nil {
				request.Header.Set("Authorization", "Bearer "+a.AccessToken)
			}
			p.suiteUserInfo(t, read(t, r.serve(request)), sub)
		})
	}
}

// The modules that expect an error, at the callback or on a page of ours (of which a picture is uploaded).
func TestSuiteModulesThatFail(t *testing.T) {
	r := newRig(t)
	p := cedarNotes()
	unsigned := "eyJhbGciOiJub25lIn0.eyJpc3MiOiJjZWRhcm5vdGVzIn0."
	for module, c := range map[string]struct {
		changes []string
		code    string // empty: the error page
	}{
		"oidcc-response-type-missing":                                                             {[]string{"response_type", ""}, "invalid_request"},
		"oidcc-prompt-none-not-logged-in":                                                         {[]string{"prompt", "none"}, "login_required"},
		"oidcc-ensure-registered-redirect-uri":                                                    {[]string{"redirect_uri", "https://app.example/callback/x8Yt"}, ""},
		"oidcc-ensure-redirect-uri-in-authorization-request":                                      {[]string{"redirect_uri", ""}, ""},
		"oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported":            {[]string{"request", unsigned}, "request_not_supported"},
		"oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported":               {[]string{"request_uri", "https://app.example/request"}, "request_uri_not_supported"},
		"oidcc-ensure-request-object-with-redirect-uri":                                           {[]string{"request", unsigned, "redirect_uri", "https://app.example/callback/invalid"}, ""},
		"oidcc-redirect-uri-query-added (dynamic profile, as far as it goes for a static client)": {[]string{"redirect_uri", appCallback + "?foo=bar"}, ""},
	} {
		t.Run(module, func(t *testing.T) {
			answer := r.tab(t).get(p.request(c.changes...))
			if c.code == "" {
				if answer.StatusCode != http.StatusBadRequest || answer.Request.URL.Path != userpool.PathError {
					t.Errorf("status %d at %s, want the error page", answer.StatusCode, answer.Request.URL)
				}
				return
			}
			back := response(t, answer)
			if back.Get("error") != c.code || back.Get("state") != ask().Get("state") || back.Get("iss") != p.issuer {
				t.Errorf("the app is told %v, want %s", back, c.code)
			}
		})
	}
}

// The modules about codes, clients and refresh tokens.
func TestSuiteTokenModules(t *testing.T) {
	r := newRig(t)
	p, other := cedarNotes(), cedarDrawings()
	t.Run("oidcc-server-client-secret-post", func(t *testing.T) {
		form := url.Values{
			"grant_type": {"authorization_code"}, "code": {p.code(r.tab(t))}, "redirect_uri": {p.callback},
			"client_id": {p.id}, "client_secret": {p.secret},
		}
		answerOf(t, read(t, r.serve(newRequest(t, http.MethodPost, p.pool+userpool.PathToken, form)))).grants(t, http.StatusOK, "", "")
	})
	t.Run("oidcc-codereuse", func(t *testing.T) {
		code := p.code(r.tab(t))
		p.redeem(t, r, code).grants(t, http.StatusOK, "", "")
		p.redeem(t, r, code).grants(t, http.StatusBadRequest, "invalid_grant", "")
	})
	t.Run("oidcc-codereuse-30seconds", func(t *testing.T) { // the wait changes nothing: a code is spent for good
		code := p.code(r.tab(t))
		a := p.redeem(t, r, code)
		p.redeem(t, r, code).grants(t, http.StatusBadRequest, "invalid_grant", "")
		if status := p.info(t, r, a.AccessToken).StatusCode; status != http.StatusUnauthorized {
			t.Errorf("the first access token still opens userInfo: %d", status)
		}
	})
	t.Run("oidcc-refresh-token", func(t *testing.T) {
		a, b := p.redeem(t, r, p.code(r.tab(t))), other.redeem(t, r, other.code(r.tab(t)))
		for _, c := range a.RefreshToken { // RFC 6749 Appendix A.17
			if c < 0x20 || c > 0x7e {
				t.Errorf("%q in a refresh token", c)
			}
		}
		again := p.refresh(t, r, a.RefreshToken)
		first, second := p.verify(t, r, a.IDToken), p.verify(t, r, again.IDToken)
		if first.Subject != second.Subject || first.Issuer != second.Issuer || second.IssuedAt.Before(first.IssuedAt) {
			t.Errorf("ID tokens %+v and %+v", first, second)
		}
		p.suiteUserInfo(t, p.info(t, r, again.AccessToken), first.Subject)
		p.refresh(t, r, b.RefreshToken).grants(t, http.StatusBadRequest, "invalid_grant", "")
	})
	t.Run("oidcc-ensure-post-request-succeeds", func(t *testing.T) {
		b := r.tab(t)
		p.signIn(b)
		b.at = "https://app.example"
		u, _ := url.Parse(p.request())
		if back := response(t, b.post(p.pool+userpool.PathAuthorize, u.Query())); back.Get("code") == "" {
			t.Errorf("the app is told %v", back)
		}
	})
}
