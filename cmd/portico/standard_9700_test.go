package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"portico/config"
	"portico/userpool"
)

// RFC 9700, Best Current Practice for OAuth 2.0 Security: each rule that binds an authorization server and applies here. The
// attacks it describes have tests of their own in attack_*_test.go.

// §2.1, §4.1.3: redirect addresses are compared as text, whole; the one exception of the RFC, ports of loopback addresses, is
// not made (standard_8252_test.go).
func TestRFC9700ExactRedirectMatch(t *testing.T) {
	r := newRig(t)
	for _, evil := range hostileAddresses() {
		answer := read(t, r.serve(newRequest(t, http.MethodGet, cedarNotes().request("redirect_uri", evil), nil)))
		stays(t, answer)
	}
}

// §2.6, §4.1.3: plain http is registered for this machine only.
func TestRFC9700NoPlainHTTP(t *testing.T) {
	for callback, fine := range map[string]bool{
		"https://app.example/cb": true, "http://127.0.0.1:8080/cb": true, "http://app.example/cb": false, "http://127.0.0.1.evil.example/cb": false,
		"https://*.app.example/cb": false, "https://app.example/cb#x": false, "javascript:alert(1)": false,
	} {
		client := "[{ClientName: A, AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: [code], AllowedOAuthScopes: [openid], SupportedIdentityProviders: [COGNITO], CallbackURLs: ['" + callback + "']}]"
		if err := loads(t, "pools: [{PoolName: P, Id: us-east-1_Pppppppp1, Clients: "+client+"}]\n"); (err == nil) != fine {
			t.Errorf("%s: %v", callback, err)
		}
	}
}

// §2.1.1, §4.8.2: PKCE is supported and published, a challenge is enforced, and a verifier without a challenge is refused, so
// that stripping one of the two gains nothing.
func TestRFC9700PKCE(t *testing.T) {
	r := newRig(t)
	verifier := strings.Repeat("v", 43)
	for dialect, p := range dialects() {
		b := r.tab(t)
		p.redeem(t, r, p.code(b), "code_verifier", verifier).grants(t, http.StatusBadRequest, "invalid_grant", "")
		code := response(t, b.get(p.request("code_challenge", challenge(verifier), "code_challenge_method", "S256"))).Get("code")
		p.redeem(t, r, code).grants(t, http.StatusBadRequest, "invalid_grant", "")
		if document := r.document(t, p.issuer+userpool.PathMetadata); document["code_challenge_methods_supported"] == nil {
			t.Errorf("%s: PKCE is not published", dialect)
		}
	}
}

// §2.4: the password grant does not exist.
func TestRFC9700NoPasswordGrant(t *testing.T) {
	r := newRig(t)
	form := url.Values{"grant_type": {"password"}, "username": {adaName}, "password": {adaPassword}}
	answerOf(t, cedarNotes().call(t, r, userpool.PathToken, form)).grants(t, http.StatusBadRequest, "unsupported_grant_type", "")
}

// §2.6: scripts of other origins may call the endpoints for programs, and not the authorization endpoint.
func TestRFC9700NoCORSWhereBrowsersAreSent(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{userpool.PathAuthorize, userpool.PathLogin, userpool.PathEndSession, userpool.PathLogout} {
		request := newRequest(t, http.MethodGet, cedar+path+"?"+ask("client_id", cedarAppID).Encode(), nil)
		request.Header.Set("Origin", "https://app.example")
		for name := range read(t, r.serve(request)).Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s has %s", path, name)
			}
		}
	}
}

// §4.2.4: pages of ours tell the next page nothing of the address they stood at, and load nothing from elsewhere.
func TestRFC9700CodesDoNotLeakByReferer(t *testing.T) {
	r := newRig(t)
	p, b := cedarNotes(), r.tab(t)
	p.signIn(b)
	for _, address := range []string{p.request("prompt", "login"), p.request("response_mode", "form_post"), p.request("client_id", "nobody")} {
		answer := b.get(address)
		if answer.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: Referrer-Policy %q", address, answer.Header.Get("Referrer-Policy"))
		}
		for _, link := range links(t, answer.body) {
			if u, err := url.Parse(link); err != nil || u.Host != "" && link != p.callback {
				t.Errorf("the page has %q", link)
			}
		}
	}
}

// §4.12: a request that may hold a password is never redirected with 307, which would have the browser post it to the app;
// 303 is recommended, and given in the standard dialect. Cognito has 302.
func TestRFC9700RedirectAfterCredentials(t *testing.T) {
	r := newRig(t)
	for dialect, want := range map[string]int{"Cognito": http.StatusFound, "standard": http.StatusSeeOther} {
		p, b := dialects()[dialect], r.tab(t)
		b.get(p.request())
		login := strings.Replace(p.request(), userpool.PathAuthorize, userpool.PathLogin, 1)
		answer := b.post(login, url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {b.csrf(p.pool)}})
		if answer.StatusCode != want || response(t, answer).Get("code") == "" {
			t.Errorf("%s: status %d, want %d", dialect, answer.StatusCode, want)
		}
	}
}

// §4.14.2: refresh tokens of public clients are replaced at each use, and one that is used again ends them all; the scope and
// the end of the grant stay what they were.
func TestRFC9700RefreshTokenRotation(t *testing.T) {
	r := newRig(t)
	p := cedarPhone()
	first := p.redeem(t, r, p.code(r.tab(t)))
	second := p.refresh(t, r, first.RefreshToken)
	second.grants(t, http.StatusOK, "", "")
	if second.RefreshToken == "" || second.RefreshToken == first.RefreshToken {
		t.Error("the refresh token was not replaced")
	}
	p.refresh(t, r, first.RefreshToken).grants(t, http.StatusBadRequest, "invalid_grant", "")
	p.refresh(t, r, second.RefreshToken).grants(t, http.StatusBadRequest, "invalid_grant", "")
	if status := p.info(t, r, second.AccessToken).StatusCode; status != http.StatusUnauthorized {
		t.Errorf("userInfo answers %d after the reuse", status)
	}
}

// §4.15: the subject of a machine's token is never a person's: it is the client's ID, and nobody's user name is asked for by it.
func TestRFC9700MachinesDoNotPoseAsPeople(t *testing.T) {
	r := newRig(t)
	p := cedarReports()
	a := answerOf(t, p.call(t, r, userpool.PathToken, url.Values{"grant_type": {"client_credentials"}}))
	c := claims(t, a.AccessToken)
	if c["sub"] != p.id || c["username"] != nil || c["origin_jti"] != nil {
		t.Errorf("claims %v", c)
	}
	if status := cedarNotes().info(t, r, a.AccessToken).StatusCode; status == http.StatusOK {
		t.Error("userInfo takes a machine for a person")
	}
}

// §4.16: pages are not shown inside others (attack_host_test.go has every page; here those of the standard dialect).
func TestRFC9700Clickjacking(t *testing.T) {
	r := newRig(t)
	p, b := cedarNotes(), r.tab(t)
	p.signIn(b)
	for _, address := range []string{p.request("prompt", "login"), p.request("response_mode", "form_post"), cedar + userpool.PathSignOut, cedar + userpool.PathEndSession + "?id_token_hint=x"} {
		answer := b.get(address)
		policy := answer.Header.Get("Content-Security-Policy")
		if answer.Header.Get("X-Frame-Options") != "DENY" || !slices.Contains(strings.Split(policy, "; "), "frame-ancestors 'none'") {
			t.Errorf("%s: %q, %q", address, answer.Header.Get("X-Frame-Options"), policy)
		}
	}
}

// loads says what is wrong with a file of pools; nothing if it would be served.
func loads(t *testing.T, pools string) error {
	t.Helper()
	text := "server: {url: https://id.example, database: {url: portico.db}}\n" + pools
	_, err := config.Parse("portico.yaml", []byte(text), func(string) (string, bool) { return "", false })
	return err
}
