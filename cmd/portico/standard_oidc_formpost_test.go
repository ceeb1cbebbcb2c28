package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// OAuth 2.0 Form Post Response Mode §2: the response is a page whose form posts itself to the registered address, with every
// parameter in a hidden field and nothing in the address; nobody may store it.
func TestFormPostResponseMode(t *testing.T) {
	r := newRig(t)
	state := `a b&c="d"'<e>%41ü`
	for dialect, p := range dialects() {
		b := r.tab(t)
		p.signIn(b)
		answer := b.get(p.request("response_mode", "form_post", "state", state))
		found := fields(t, answer)
		if len(found["code"]) != 1 || len(found["state"]) != 1 || found["state"][0] != state || len(found["iss"]) != 1 || len(found) != 3 {
			t.Errorf("%s: fields %v", dialect, found)
		}
		method, action := formOf(t, answer)
		if method != "post" || action != p.callback {
			t.Errorf("%s: %s to %q", dialect, method, action)
		}
		if cache := answer.Header.Get("Cache-Control"); !strings.Contains(cache, "no-store") || !strings.Contains(cache, "no-cache") {
			t.Errorf("%s: Cache-Control %q", dialect, cache)
		}
		if kind := answer.Header.Get("Content-Type"); kind != "text/html; charset=utf-8" {
			t.Errorf("%s: Content-Type %q", dialect, kind)
		}
		p.redeem(t, r, found["code"][0]).grants(t, http.StatusOK, "", "")
		// Errors travel so too, and what the form cannot reach is not offered it.
		if found := fields(t, b.get(p.request("response_mode", "form_post", "scope", `"`))); len(found["error"]) != 1 || found["error"][0] != "invalid_scope" || len(found["code"]) > 0 {
			t.Errorf("%s: fields %v", dialect, found)
		}
	}
}

// The sign-in itself answers so: the form post follows the password.
func TestFormPostAfterSignIn(t *testing.T) {
	r := newRig(t)
	p, b := cedarNotes(), r.tab(t)
	b.get(p.request("response_mode", "form_post"))
	login := strings.Replace(p.request("response_mode", "form_post"), "/oauth2/authorize", "/login", 1)
	found := fields(t, b.post(login, url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {b.csrf(cedar)}}))
	if len(found["code"]) != 1 || len(found["state"]) != 1 {
		t.Errorf("fields %v", found)
	}
}

// formOf is method and address of the one form of a page.
func formOf(t testing.TB, p page) (method, action string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data != "form" {
			continue
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "method":
				method = a.Val
			case "action":
				action = a.Val
			}
		}
	}
	return method, action
}

// OAuth 2.0 Multiple Response Type Encoding Practices §2.1: response_mode names where the parameters go, and each response
// type has its own where none is named; §3: tokens are never put into a query, whoever asks.
func TestMultipleResponseTypes(t *testing.T) {
	r := newRig(t)
	p, b := cedarBoard(), r.tab(t)
	p.signIn(b)
	for _, c := range []struct{ kind, mode, want string }{
		{"code", "", "?code="}, {"code", "query", "?code="}, {"code", "fragment", "#code="},
		{"token", "", "#id_token="}, {"token", "fragment", "#id_token="},
		{"token", "query", "#state="}, // an error, and in the fragment all the same (§3)
		{"code", "dance", "?state="}, {"token", "dance", "#state="}, {"code", "QUERY", "?state="},
	} {
		to := b.get(p.request("response_type", c.kind, "response_mode", c.mode)).Header.Get("Location")
		if !strings.HasPrefix(to, p.callback+c.want) || strings.Contains(c.want, "state") != strings.Contains(to, "error=invalid_request") {
			t.Errorf("%s by %q: sent to %.90q, want %s", c.kind, c.mode, to, c.want)
		}
	}
}
