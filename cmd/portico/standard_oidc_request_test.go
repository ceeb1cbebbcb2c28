package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// OpenID Connect Core 1.0 §3.1.2: the authorization request. max_age, prompt=login and id_token_hint are in sessions_test.go.

// §3.1.2.1: GET and POST are served alike; a post is asked again by GET, where the browser has its session with it.
func TestOIDCAuthorizationByPost(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		b := r.tab(t)
		p.signIn(b)
		b.at = "https://app.example" // the post comes from the app
		u, err := url.Parse(p.request())
		if err != nil {
			t.Fatal(err)
		}
		back := response(t, b.post(p.pool+userpool.PathAuthorize, u.Query()))
		if back.Get("code") == "" || back.Get("state") != u.Query().Get("state") {
			t.Errorf("%s: the app is told %v", dialect, back)
		}
	}
}

// §3.1.2.1: prompt. none shows nothing, and is login_required (§3.1.2.6) where somebody would have to be asked; it stands
// alone; consent and select_account are understood.
func TestOIDCPrompt(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		b := r.tab(t)
		if back := response(t, b.get(p.request("prompt", "none"))); back.Get("error") != "login_required" || back.Has("code") {
			t.Errorf("%s, signed out: %v", dialect, back)
		}
		p.signIn(b)
		if back := response(t, b.get(p.request("prompt", "none"))); back.Get("code") == "" {
			t.Errorf("%s, signed in: %v", dialect, back)
		}
		for _, prompt := range []string{"none login", "none consent", "login none", "dance"} {
			if back := response(t, b.get(p.request("prompt", prompt))); back.Get("error") != "invalid_request" {
				t.Errorf("%s, prompt %q: %v", dialect, prompt, back)
			}
		}
	}
}

// §3.1.2.1, §15.1: parameters about how to ask are understood or passed over, and never make a request fail: display,
// ui_locales, login_hint, acr_values, and what §5.2 and §5.5 add.
func TestOIDCParametersThatAreOptionalForUs(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		b := r.tab(t)
		p.signIn(b)
		for _, changes := range [][]string{
			{"display", "page"}, {"display", "popup"}, {"display", "touch"}, {"display", "wap"}, {"ui_locales", "se fr-CA"}, {"claims_locales", "de"},
			{"acr_values", "1 2"}, {"login_hint", "ada@acme.example"}, {"claims", `{"userinfo":{"name":{"essential":true}}}`},
			{"extra", "foobar"}, {"nonce", ""},
		} {
			if back := response(t, b.get(p.request(changes...))); back.Get("code") == "" {
				t.Errorf("%s: %v gives %v", dialect, changes, back)
			}
		}
	}
}

// §3.1.2.1: login_hint is what the person would type: it stands in the field.
func TestOIDCLoginHint(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		if page := r.tab(t).get(p.request("login_hint", benName)); page.StatusCode != http.StatusOK || !strings.Contains(page.body, `value="`+benName+`"`) {
			t.Errorf("%s: status %d, and the hint is not in the field", dialect, page.StatusCode)
		}
	}
}

// §6.1, §6.2, §7.2.1, §3.1.2.6: what changes a request's meaning and is not supported is refused by its own code in the
// standard dialect, and passed over at Cognito; Discovery says that it is not supported.
func TestOIDCRequestObjectsAreNotSupported(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		b := r.tab(t)
		p.signIn(b)
		for parameter, code := range map[string]string{"request": "request_not_supported", "request_uri": "request_uri_not_supported", "registration": "registration_not_supported"} {
			back := response(t, b.get(p.request(parameter, "https://app.example/x")))
			if dialect == "standard" && (back.Get("error") != code || back.Has("code")) || dialect == "Cognito" && back.Get("code") == "" {
				t.Errorf("%s: %s gives %v", dialect, parameter, back)
			}
		}
		document := r.document(t, p.issuer+userpool.PathDiscovery)
		if document["request_parameter_supported"] != false || document["request_uri_parameter_supported"] != false || document["claims_parameter_supported"] == true {
			t.Errorf("%s: Discovery says otherwise", dialect)
		}
	}
}

// §3.1.2.1: scopes that are not understood are ignored in the standard dialect, offline_access (§11) among them. Cognito
// refuses them.
func TestOIDCUnknownScopes(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		b := r.tab(t)
		p.signIn(b)
		for _, scope := range []string{"openid email offline_access", "nothing/here email openid", "email openid address phone"} {
			back := response(t, b.get(p.request("scope", scope)))
			if dialect == "Cognito" {
				if back.Get("error") == "" {
					t.Errorf("Cognito: %s gives %v", scope, back)
				}
				continue
			}
			a := p.redeem(t, r, back.Get("code"))
			if got := claims(t, a.AccessToken)["scope"]; got != "openid email" && got != "email openid" {
				t.Errorf("standard: %s gives %v", scope, got)
			}
		}
	}
}

// §3.2 as far as it is offered: response_type=token is OAuth's own. OpenID's id_token and the hybrid flow (§3.3) are not, and
// say so.
func TestOIDCNoOtherFlows(t *testing.T) {
	r := newRig(t)
	for _, kind := range []string{"id_token", "id_token token", "code id_token", "code token", "code id_token token", "none"} {
		back := response(t, r.tab(t).get(cedarBoard().request("response_type", kind)))
		if back.Get("error") != "unsupported_response_type" || back.Has("code") || back.Has("id_token") {
			t.Errorf("%s gives %v", kind, back)
		}
	}
}
