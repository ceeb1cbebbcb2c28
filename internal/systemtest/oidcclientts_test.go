//go:build system

package systemtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"portico/internal/browser"
)

const pagesPool = "us-east-1_Pages0001" // of testdata/page.yaml

// TestOIDCClientTS has a page with oidc-client-ts, at another site than
// Portico's, do all a page does: sign in, renew, revoke, sign in by the session
// it has, sign out.
func TestOIDCClientTS(t *testing.T) {
	site := httptest.NewUnstartedServer(nil)
	t.Cleanup(site.Close)
	origin := "http://" + site.Listener.Addr().String()
	s := newServer(t, "page.yaml")
	s.set("PAGE", origin)
	p := s.app(s.start(), pagesPool, "reader", "")
	site.Config.Handler = servePage(p, pageSettings(p, origin))
	site.Start()

	page := browser.Start(t)
	page.Open(origin)
	page.WaitText("#said", "nobody is signed in")
	page.Click("#sign-in-silently")
	page.WaitText("#said", "ErrorResponse: login_required")

	page.Click("#sign-in")
	page.WaitURL(p.Domain + "/login")
	page.Fill("[name=username]", ada["username"])
	page.Fill("[name=password]", ada["password"])
	page.Click("[name=signInSubmitButton]")
	page.WaitURL(origin)
	page.WaitText("#said", "welcome")
	first := shownPairs(page)
	wantPairs(t, first, map[string]string{"token_use": "id", "email": "ada@pool.example", "name": "Ada Pool", "scope": "openid email profile"})
	wantPairs(t, first, map[string]string{"username": "ada"}) // which userInfo alone says

	second := renewAtPage(t, page, first)
	third := renewAtPage(t, page, second) // with the refresh token that the renewal before brought
	page.Click("#revoke")
	page.WaitText("#said", "revoked")
	if again := refreshAsPage(t, p, third["refresh_token"]); again.Error != "invalid_grant" {
		t.Errorf("a revoked refresh token is answered with %q", again.Error)
	}

	page.Click("#sign-in-silently") // revocation ends tokens, not the session
	page.WaitText("#said", "welcome")
	wantPairs(t, shownPairs(page), map[string]string{"sub": first["sub"]})

	page.Click("#sign-out")
	page.WaitText("#said", "signed out, by an answer to our own request") // RP-Initiated Logout 1.0 §3: state comes back
	page.Click("#sign-in-silently")
	page.WaitText("#said", "ErrorResponse: login_required")
	wantNoComplaints(t, page)
}

// pageSettings are the settings of UserManager in docs/relying-parties.md.
func pageSettings(p *portico, origin string) map[string]any {
	return map[string]any{
		"authority": p.Issuer, "client_id": p.ClientID, "scope": "openid email profile",
		"redirect_uri": origin + "/", "post_logout_redirect_uri": origin + "/",
		"loadUserInfo": true, "automaticSilentRenew": false, // the test renews
		"revokeTokenTypes": []string{"refresh_token"},
	}
}

// servePage serves the page from addresses that may run no other scripts and
// call nobody but themselves and Portico.
func servePage(p *portico, settings map[string]any) http.Handler {
	mux := http.NewServeMux()
	for path, file := range map[string]string{
		"GET /{$}":                   "clients/page.html",
		"GET /page.mjs":              "clients/page.mjs",
		"GET /oidc-client-ts.min.js": "clients/node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js",
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) })
	}
	mux.HandleFunc("GET /settings.json", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(settings) })
	policy := strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "connect-src 'self' " + p.Domain, "img-src data:",
		"base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
	}, "; ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		mux.ServeHTTP(w, r)
	})
}

// renewAtPage renews and holds that the tokens are new and the person is not.
func renewAtPage(t *testing.T, page *browser.Page, before map[string]string) map[string]string {
	t.Helper()
	page.Click("#renew")
	page.WaitText("#said", "renewed")
	after := shownPairs(page)
	wantPairs(t, after, map[string]string{"sub": before["sub"], "email": before["email"]})
	for _, token := range []string{"access_token", "refresh_token"} {
		if after[token] == "" || after[token] == before[token] {
			t.Errorf("no new %s after a renewal", token)
		}
	}
	return after
}

// refreshAsPage uses a refresh token as the page would, which has no secret.
func refreshAsPage(t *testing.T, p *portico, token string) tokenAnswer {
	t.Helper()
	return tokensOf(t, p.postToken(t, "", "", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {p.ClientID}}))
}
