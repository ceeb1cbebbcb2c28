package main

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"portico/userpool"
)

// links are all addresses in a page that a browser could go to or load. Its tags are read one by one: what no element would
// come of is looked at as well.
func links(t *testing.T, body string) []string {
	t.Helper()
	var found []string
	for tags := html.NewTokenizer(strings.NewReader(body)); ; {
		switch tags.Next() {
		case html.ErrorToken:
			if err := tags.Err(); err != io.EOF {
				t.Fatal(err)
			}
			return found
		case html.StartTagToken, html.SelfClosingTagToken:
			for _, a := range tags.Token().Attr {
				switch a.Key {
				case "href", "src", "action", "formaction", "poster", "data", "srcset", "background":
					found = append(found, a.Val)
				}
			}
		}
	}
}

// hostileTexts try to end a header line, an attribute, an element or a script. Each holds the mark.
func hostileTexts() []string {
	return []string{
		`"><script>mark(1)</script>`,
		`'><img src=x onerror=mark(1)>`,
		`" onfocus="mark(1)" autofocus x="`,
		`</title><svg/onload=mark(1)>`,
		`</textarea><iframe srcdoc="<script>mark(1)</script>">`,
		"javascript:mark(1)",
		"JaVaScRiPt&colon;mark(1)",
		"data:text/html,<b>mark</b>",
		"mark\r\nX-Injected: mark\r\n\r\n<script>mark(1)</script>",
		"mark\nSet-Cookie: cognito=mark",
		"mark\u2028\u2029\u0085X-Injected: mark",
		"mark%0d%0aX-Injected:%20mark",
		"mark\x00<mark>",
		"\xff\xfe<mark>\xc0\xbcscript\xc0\xbe",
		"{{mark}}${mark}<%= mark %>",
		"mark; form-action *; script-src 'unsafe-inline'",
		"\u202emark\u202c<mark>",
	}
}

// unharmed expects that nothing of a hostile text has become a header, an element, an attribute or an address.
func unharmed(t *testing.T, p page) {
	t.Helper()
	for name, values := range p.Header {
		for _, value := range values {
			if strings.ContainsAny(name+value, "\r\n\x00") || strings.Contains(strings.ToLower(name), "injected") {
				t.Errorf("header %q: %q", name, value)
			}
		}
	}
	if policy := p.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || strings.Contains(policy, "mark") {
		t.Errorf("policy %q", policy)
	}
	for _, c := range p.Cookies() {
		if strings.Contains(c.Value, "mark") {
			t.Errorf("cookie %q", c.Raw)
		}
	}
	if !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
		return
	}
	root, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "mark", "iframe", "object", "embed", "base", "style":
			t.Errorf("the page has an element <%s>", n.Data)
		case "script":
			if n.FirstChild != nil {
				t.Error("the page has an inline script")
			}
		}
		for _, a := range n.Attr {
			address := a.Key == "href" || a.Key == "src" || a.Key == "action"
			scheme, _, _ := strings.Cut(strings.ToLower(a.Val), ":")
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc", a.Key == "formaction":
				t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
			case address && (scheme == "javascript" || scheme == "data"):
				t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
			}
		}
	}
}

// Every parameter that a stranger can put into an address or a form is tried with texts that would become script in a page
// or a line in a header, if it were copied (cross-site scripting, response splitting).
func TestInjection(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.get(loginAt(acme))
	csrf := b.csrf(acme)
	call := func(t *testing.T, method, path string, query, form url.Values) {
		t.Helper()
		request := newRequest(t, method, acme+path+"?"+query.Encode(), form)
		request.Header.Set("Cookie", csrfCookie+"="+csrf)
		p := read(t, r.serve(request))
		unharmed(t, p)
		if p.StatusCode >= http.StatusInternalServerError {
			t.Errorf("%s %s: status %d", method, path, p.StatusCode)
		}
		if next, err := url.Parse(p.Header.Get("Location")); err == nil && next.Host == "" && next.Path != "" {
			unharmed(t, read(t, r.serve(newRequest(t, http.MethodGet, acme+next.String(), nil))))
		}
	}
	reflected := []string{
		"client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "login_hint", "prompt", "identity_provider",
		"idp_identifier", "code_challenge", "code_challenge_method", "lang", "error", "error_description", "reference", "asked",
		"logout_uri", "RelayState", "SAMLResponse", "code", "iss", "unknown",
	}
	for _, evil := range hostileTexts() {
		t.Run(evil, func(t *testing.T) {
			for _, name := range reflected {
				for _, path := range r.visited() {
					call(t, http.MethodGet, path, ask(name, evil), nil)
				}
				for _, path := range []string{userpool.PathIDPResponse, userpool.PathSAMLResponse} {
					call(t, http.MethodPost, path, nil, url.Values{name: {evil}})
				}
			}
			// What people type is shown to them again.
			for path, form := range pagePosts() {
				for name := range form {
					if path == userpool.PathLogin || path == userpool.PathSignUp && name == "password" {
						continue // would hash once for every text; the user name is tried below
					}
					form.Set(name, evil)
				}
				form.Set("_csrf", csrf)
				call(t, http.MethodPost, path, ask(), form)
			}
			call(t, http.MethodPost, userpool.PathLogin, ask(), url.Values{"username": {evil + strings.Repeat("x", 9000)}, "password": {"x"}, "_csrf": {csrf}})
			call(t, http.MethodPost, userpool.PathLogin, ask("login_hint", evil), url.Values{"_csrf": {evil}})
			call(t, http.MethodGet, "/"+url.PathEscape(evil), nil, nil)
			call(t, http.MethodGet, "/"+url.PathEscape(evil)+userpool.PathDiscovery, nil, nil)
		})
	}
}

// The user name that was typed stands in the field again, as a value and nothing else.
func TestInjectionByUserName(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.get(loginAt(acme))
	const evil = `"><script>mark(1)</script>`
	p := b.post(loginAt(acme), url.Values{"username": {evil}, "password": {"x"}, "_csrf": {b.csrf(acme)}})
	unharmed(t, p)
	if p.StatusCode != http.StatusBadRequest || !strings.Contains(p.body, html.EscapeString(evil)) {
		t.Errorf("status %d, and the name is not shown again", p.StatusCode)
	}
}

// What an app or a provider calls itself, or a person, comes from settings and providers, and is text as well. The error
// page repeats nothing of an address: or strangers could put words in our mouth (content spoofing).
func TestContentSpoofingOnErrorPage(t *testing.T) {
	r := newRig(t)
	const words = "Your account is blocked. Call 555 0100."
	q := url.Values{
		"error": {words}, "error_description": {words}, "reference": {words}, "client_id": {words}, "asked": {words}, "redirect_uri": {words},
	}
	p := read(t, r.serve(newRequest(t, http.MethodGet, acme+userpool.PathError+"?"+q.Encode(), nil)))
	if p.StatusCode != http.StatusBadRequest || strings.Contains(p.body, "555 0100") {
		t.Errorf("status %d; the page repeats what the address says", p.StatusCode)
	}
}
