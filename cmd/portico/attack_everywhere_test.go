package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"portico/userpool"
)

// An address of the attacker's is given in every parameter that any endpoint of ours knows (open redirect, RFC 9700 §4.11.2).
// A browser is sent to pages of ours, to the registered callback, to a provider of the pool, and nowhere else.
func TestOpenRedirectInEveryParameter(t *testing.T) {
	r := newRig(t)
	signedIn := r.tab(t)
	signedIn.signIn(acme, adaName, adaPassword)
	cookies := []string{"", sessionCookie + "=" + signedIn.cookie(acme, sessionCookie)}
	allowed := func(to string) bool {
		if strings.HasPrefix(to, "#") { // within the page
			return true
		}
		for _, start := range []string{appCallback + "?", appCallback + "#", appLogout, r.env["HARBOR"] + "/", r.env["NORTHWIND"] + "/"} {
			if strings.HasPrefix(to, start) || to == strings.TrimRight(start, "?#") {
				return true
			}
		}
		u, err := url.Parse(to)
		return err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.ContainsAny(to, `\`)
	}
	for _, evil := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", "\r\nLocation: https://evil.example"} {
		for _, name := range everyParameter() {
			for _, path := range r.visited() {
				for _, more := range [][]string{{}, {"response_mode", "form_post"}, {"identity_provider", "Harbor"}, {"post_logout_redirect_uri", appLogout, "logout_uri", appLogout}} {
					q := ask(more...)
					q.Set(name, evil)
					for _, cookie := range cookies {
						request := newRequest(t, http.MethodGet, acme+path+"?"+q.Encode(), nil)
						if path != userpool.PathLogout { // which would end the session
							request.Header.Set("Cookie", cookie)
						}
						p := read(t, r.serve(request))
						if to := p.Header.Get("Location"); to != "" && !allowed(to) {
							t.Errorf("%s with %s=%q leads to %q", path, name, evil, to)
						}
						for _, link := range links(t, p.body) {
							if !allowed(link) {
								t.Errorf("%s with %s=%q has %q", path, name, evil, link)
							}
						}
					}
				}
			}
		}
	}
}

func everyParameter() []string {
	return []string{
		"client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "login_hint", "domain_hint", "prompt", "max_age",
		"lang", "ui_locales", "display", "resource", "id_token_hint", "identity_provider", "idp_identifier", "code_challenge", "code_challenge_method",
		"request", "request_uri", "registration", "post_logout_redirect_uri", "logout_uri", "logout_hint", "RelayState", "SAMLResponse", "SAMLRequest",
		"code", "iss", "error", "error_description", "error_uri", "reference", "asked", "traced", "next", "return_to", "t",
	}
}

// The page that posts the response holds the app's state, and the page that asks about signing out its whole request: as
// fields and addresses, and as nothing else (cross-site scripting).
func TestInjectionIntoFormPostAndSignOut(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword)
	for _, evil := range hostileTexts() {
		t.Run(evil, func(t *testing.T) {
			for _, changes := range [][]string{{"state", evil}, {"state", evil, "prompt", "dance"}, {"state", evil, "scope", evil}} {
				p := b.get(authorizeAt(acme, append(changes, "response_mode", "form_post")...))
				unharmed(t, p)
				found := fields(t, p)
				// What HTML makes of these characters in any attribute.
				want := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD").Replace(strings.ToValidUTF8(evil, "\uFFFD"))
				if got := strings.ToValidUTF8(found["state"][0], "\uFFFD"); len(found["state"]) != 1 || strings.NewReplacer("\x00", "\uFFFD", "\r\n", "\n").Replace(got) != want {
					t.Errorf("state is %q, want %q", got, want)
				}
				if method, action := formOf(t, p); method != "post" || action != appCallback {
					t.Errorf("%s to %q", method, action)
				}
			}
			for name := range map[string]bool{"state": true, "client_id": true, "id_token_hint": true, "post_logout_redirect_uri": true, "ui_locales": true, "logout_hint": true} {
				for _, path := range []string{userpool.PathEndSession, userpool.PathSignOut} {
					q := url.Values{"client_id": {appID}, "post_logout_redirect_uri": {appLogout}}
					q.Set(name, evil)
					unharmed(t, b.get(acme+path+"?"+q.Encode()))
				}
			}
		})
	}
}

// The page that posts tokens leaves nothing for another to read: no script of ours is given the values, and the values stand
// in one form whose address no parameter can choose.
func TestFormPostPageHasOneForm(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword)
	p := b.get(authorizeAt(acme, "client_id", boardID, "redirect_uri", boardCallback, "response_type", "token", "response_mode", "form_post", "scope", "openid"))
	found := fields(t, p)
	if len(found["access_token"]) != 1 {
		t.Fatalf("fields %v", found)
	}
	root, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	holders := 0
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if strings.Contains(a.Val, found["access_token"][0]) {
				holders++
			}
		}
		if n.Type == html.TextNode && strings.Contains(n.Data, found["access_token"][0]) {
			t.Error("the token is in the text of the page")
		}
	}
	if holders != 1 {
		t.Errorf("the token stands in %d attributes", holders)
	}
}
