package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// The same for the Config, Form Post and RP-Initiated Logout profiles.

// The one module of the Config profile, and what the logout profile adds to it.
func TestSuiteDiscoveryModules(t *testing.T) {
	r := newRig(t)
	p := cedarNotes()
	document := r.document(t, p.issuer+userpool.PathDiscovery)
	list := func(name string) string {
		var words []string
		values, _ := document[name].([]any)
		for _, v := range values {
			words = append(words, v.(string))
		}
		return " " + strings.Join(words, " ") + " "
	}
	t.Run("oidcc-discovery-endpoint-verification", func(t *testing.T) {
		for name, word := range map[string]string{
			"response_types_supported": "code", "subject_types_supported": "public", "id_token_signing_alg_values_supported": "RS256",
			"scopes_supported": "openid", "grant_types_supported": "authorization_code", "claims_supported": "sub", "code_challenge_methods_supported": "S256",
		} {
			if !strings.Contains(list(name), " "+word+" ") {
				t.Errorf("%s is %q", name, list(name))
			}
		}
		if document["issuer"] != p.issuer || document["request_parameter_supported"] != false || document["request_uri_parameter_supported"] != false {
			t.Errorf("the document is %v", document)
		}
		for name, value := range document {
			if text, ok := value.(string); ok && !strings.HasPrefix(text, "https://") {
				t.Errorf("%s is %q", name, text)
			}
		}
		for _, key := range r.document(t, document["jwks_uri"].(string))["keys"].([]any) {
			if k := key.(map[string]any); k["kty"] == "oct" || k["d"] != nil || k["kid"] == nil {
				t.Errorf("key %v", k["kid"])
			}
		}
	})
	t.Run("oidcc-rp-initiated-logout-discovery-endpoint-verification", func(t *testing.T) {
		if document["end_session_endpoint"] != cedar+userpool.PathEndSession {
			t.Errorf("end_session_endpoint is %v", document["end_session_endpoint"])
		}
	})
}

// The Form Post profile is the Basic one with response_mode=form_post: the response comes as a posted form, errors included.
func TestSuiteFormPostProfile(t *testing.T) {
	r := newRig(t)
	p, b := cedarNotes(), r.tab(t)
	out := fields(t, b.get(p.request("response_mode", "form_post", "prompt", "none")))
	if len(out["error"]) != 1 || out["error"][0] != "login_required" || len(out["state"]) != 1 {
		t.Errorf("oidcc-prompt-none-not-logged-in: fields %v", out)
	}
	p.signIn(b)
	for module, changes := range map[string][]string{
		"oidcc-server": {}, "oidcc-prompt-none-logged-in": {"prompt", "none"}, "oidcc-scope-all": {"scope", "openid profile email address phone"},
		"oidcc-ensure-request-with-unknown-parameter-succeeds": {"extra", "foobar"},
	} {
		answer := b.get(p.request(append(changes, "response_mode", "form_post")...))
		found := fields(t, answer)
		if method, action := formOf(t, answer); method != "post" || action != p.callback || len(found["code"]) != 1 {
			t.Fatalf("%s: %s to %s, fields %v", module, method, action, found)
		}
		p.verify(t, r, p.redeem(t, r, found["code"][0]).IDToken)
	}
	missing := fields(t, b.get(p.request("response_mode", "form_post", "response_type", "")))
	if len(missing["error"]) != 1 || missing["error"][0] != "invalid_request" {
		t.Errorf("oidcc-response-type-missing: fields %v", missing)
	}
	if refused := b.get(p.request("response_mode", "form_post", "redirect_uri", appCallback+"/x")); refused.Request.URL.Path != userpool.PathError {
		t.Errorf("oidcc-ensure-registered-redirect-uri: at %s", refused.Request.URL)
	}
}

// The logout profile: a sign-in, a request to sign out, and prompt=none to see what became of it.
func TestSuiteRPInitiatedLogoutModules(t *testing.T) {
	r := newRig(t)
	p := cedarNotes()
	for module, c := range map[string]struct {
		change func(q url.Values)
		back   bool // sent to the app, with the state
		asks   bool // a page of ours asks or says that it is done; else it is an error
	}{
		"oidcc-rp-initiated-logout":                                         {func(url.Values) {}, true, false},
		"oidcc-rp-initiated-logout-no-state":                                {func(q url.Values) { q.Del("state") }, true, false},
		"oidcc-rp-initiated-logout-no-params":                               {func(q url.Values) { clear(q) }, false, true},
		"oidcc-rp-initiated-logout-only-state":                              {func(q url.Values) { q.Del("id_token_hint"); q.Del("post_logout_redirect_uri") }, false, true},
		"oidcc-rp-initiated-logout-no-post-logout-redirect-uri":             {func(q url.Values) { q.Del("post_logout_redirect_uri") }, false, true},
		"oidcc-rp-initiated-logout-no-id-token-hint":                        {func(q url.Values) { q.Del("id_token_hint") }, false, false},
		"oidcc-rp-initiated-logout-bad-post-logout-redirect-uri":            {func(q url.Values) { q.Set("post_logout_redirect_uri", appLogout+"/Kx7") }, false, false},
		"oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri": {func(q url.Values) { q.Set("post_logout_redirect_uri", appLogout+"?foo=bar") }, false, false},
		"oidcc-rp-initiated-logout-bad-id-token-hint":                       {func(q url.Values) { q.Set("id_token_hint", "bad") }, false, false},
		"oidcc-rp-initiated-logout-modified-id-token-hint": {func(q url.Values) {
			q.Set("id_token_hint", "eyJhbGciOiJub25lIn0."+strings.Split(q.Get("id_token_hint"), ".")[1]+".")
		}, false, false},
	} {
		t.Run(module, func(t *testing.T) {
			b := r.tab(t)
			q := url.Values{"id_token_hint": {p.redeem(t, r, p.code(b)).IDToken}, "post_logout_redirect_uri": {appLogout}, "state": {strings.Repeat("s", 128)}}
			c.change(q)
			answer := b.get(p.pool + userpool.PathEndSession + "?" + q.Encode())
			to := answer.Header.Get("Location")
			if got := strings.HasPrefix(to, appLogout); got != c.back {
				t.Fatalf("status %d, sent to %q", answer.StatusCode, to)
			}
			if c.back {
				if u, _ := url.Parse(to); u.Query().Get("state") != q.Get("state") || !p.signedOut(b) {
					t.Errorf("sent to %q", to)
				}
				return
			}
			if !c.asks {
				if answer.StatusCode != http.StatusBadRequest || p.signedOut(b) {
					t.Errorf("status %d, want an error page and the session as it was", answer.StatusCode)
				}
				return
			}
			if strings.Contains(answer.body, "Sign out?") {
				answer = b.post(answer.Request.URL.String(), url.Values{"_csrf": {b.csrf(cedar)}})
			}
			if answer.StatusCode != http.StatusOK || !strings.Contains(answer.body, "You are signed out") || !p.signedOut(b) {
				t.Errorf("status %d, sent to %q", answer.StatusCode, answer.Header.Get("Location"))
			}
		})
	}
}
