package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"portico/userpool"
)

// everyPage are pages of each kind, as a signed-out person reaches them.
func everyPage() map[string]string {
	q := "?" + ask().Encode()
	return map[string]string{
		"sign-in":            userpool.PathLogin + q,
		"sign-up":            userpool.PathSignUp + q,
		"forgotten":          userpool.PathForgot + q,
		"confirm":            userpool.PathConfirm + q,
		"reset":              userpool.PathConfirmForgot + q,
		"error":              userpool.PathError + "?error=redirect_mismatch",
		"authorize":          userpool.PathAuthorize + q,
		"refused":            userpool.PathAuthorize + "?client_id=nobody",
		"SAML form":          userpool.PathAuthorize + "?" + ask("identity_provider", "Northwind").Encode(),
		"sign-out":           userpool.PathLogout,
		"callback":           userpool.PathIDPResponse + "?state=x&code=y",
		"form post":          userpool.PathAuthorize + "?" + ask("response_mode", "form_post", "prompt", "none").Encode(),
		"asked to sign out":  userpool.PathEndSession + "?client_id=" + appID,
		"refused to do so":   userpool.PathEndSession + "?id_token_hint=x",
		"sign-out page":      userpool.PathSignOut,
		"sign-out elsewhere": userpool.PathIDPLogout + "?state=x",
		"not found":          "/nothing/here",
	}
}

// A page of ours is shown inside a page of the attacker's, who moves the victim's clicks onto it (clickjacking), and has no
// way to run script or to be read by others.
func TestClickjacking(t *testing.T) {
	r := newRig(t)
	for name, path := range everyPage() {
		t.Run(name, func(t *testing.T) {
			p := read(t, r.serve(newRequest(t, http.MethodGet, acme+path, nil)))
			policy := p.Header.Get("Content-Security-Policy")
			for _, directive := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'"} {
				if !strings.Contains(policy, directive) {
					t.Errorf("the policy has no %s: %q", directive, policy)
				}
			}
			for header, want := range map[string]string{
				"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
				"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
				"Cache-Control":             "no-cache, no-store, max-age=0, must-revalidate",
			} {
				if got := p.Header.Values(header); len(got) != 1 || got[0] != want {
					t.Errorf("%s: %q, want %q", header, got, want)
				}
			}
			if p.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Error("other origins may read the page")
			}
		})
	}
}

// A stranger names another host, to have it stand in links, redirects, documents or caches (host header poisoning).
func TestHostHeaderPoisoning(t *testing.T) {
	r := newRig(t)
	for _, host := range []string{
		"evil.example", "login.acme.example.evil.example", "evil.example:443", "login.acme.example@evil.example", "login.acme.example.",
		"evil.example/login.acme.example", "login.acme.example,evil.example", "login.acme.example evil.example", "", "[::1]", "id.example",
		"login.acme.example:8443", "login.acme.example\r\nX-Injected: mark",
	} {
		t.Run(host, func(t *testing.T) {
			for _, path := range everyPage() {
				request := newRequest(t, http.MethodGet, acme+path, nil)
				p := r.atHost(t, request, host)
				unharmed(t, p)
				if p.StatusCode != http.StatusNotFound || p.Header.Get("Location") != "" || len(p.Cookies()) > 0 {
					t.Errorf("%s: status %d, location %q, want 404", path, p.StatusCode, p.Header.Get("Location"))
				}
				if strings.Contains(p.body, "evil.example") {
					t.Errorf("%s: the page names the host", path)
				}
			}
			for _, path := range []string{userpool.PathToken, userpool.PathRevoke, userpool.PathUserInfo} {
				request := newRequest(t, http.MethodPost, acme+path, url.Values{})
				if p := r.atHost(t, request, host); p.StatusCode != http.StatusNotFound {
					t.Errorf("%s: status %d, want 404", path, p.StatusCode)
				}
			}
			// Issuers answer on any host, and name their own.
			document := read(t, r.serve(newRequest(t, http.MethodGet, acme+"/"+acmePool+userpool.PathDiscovery, nil))).body
			request := newRequest(t, http.MethodGet, acme+"/"+acmePool+userpool.PathDiscovery, nil)
			if p := r.atHost(t, request, host); p.body != document || !strings.Contains(p.body, `"issuer":"https://id.example/`+acmePool) {
				t.Errorf("the discovery document is %q", p.body)
			}
		})
	}
}

func (r *rig) atHost(t *testing.T, request *http.Request, host string) page {
	t.Helper()
	request.Host = host
	if host == "" {
		request.Host = " " // http.Request takes the empty host for that of the URL
	}
	return read(t, r.serve(request))
}

// Forwarding headers are believed from the proxy only: from a stranger they would choose the host, the scheme and whom the
// log blames.
func TestForwardedHeadersOfStrangers(t *testing.T) {
	r := newRig(t)
	ask := func(from string, header http.Header) page {
		request := newRequest(t, http.MethodGet, "http://nowhere.example/login?"+ask().Encode(), nil)
		request.Header, request.RemoteAddr = header, from+":40000"
		return read(t, r.serve(request))
	}
	forged := http.Header{"X-Forwarded-Host": {"login.acme.example"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-For": {"203.0.113.9"}}
	for _, from := range []string{stranger, "192.0.2.2", "::1", "::ffff:192.0.2.2", "127.0.0.1"} {
		if strings.Contains(from, ":") {
			from = "[" + from + "]"
		}
		p := ask(from, forged)
		if p.StatusCode != http.StatusNotFound || p.Header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s is believed: status %d", from, p.StatusCode)
		}
	}
	if log := r.log.String(); strings.Contains(log, "203.0.113.9") {
		t.Error("a stranger chose the address in the log")
	}
	for _, from := range []string{trustedProxy, "[::ffff:" + trustedProxy + "]"} {
		p := ask(from, forged)
		if p.StatusCode != http.StatusOK || p.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("the proxy at %s is not believed: status %d", from, p.StatusCode)
		}
	}
	if log := r.log.String(); !strings.Contains(log, "remote=203.0.113.9") {
		t.Error("the address that the proxy names is not in the log")
	}
	// Other spellings of these headers are nobody's business.
	for _, name := range []string{"Forwarded", "X-Host", "X-Original-Host", "X-Rewrite-Url", "X-Original-Url", "X-Http-Method-Override", "X-Forwarded-Server"} {
		p := ask(trustedProxy, http.Header{name: {"host=login.acme.example"}})
		if p.StatusCode != http.StatusNotFound {
			t.Errorf("%s is believed: status %d", name, p.StatusCode)
		}
	}
}

// Whatever a stranger says of the way a request took, no address changes that we write: in redirects, links, forms, documents
// and cookies. Our own proxy may name another host, and then only one that is a pool's.
func TestForwardedHeadersInAddresses(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword)
	session := sessionCookie + "=" + b.cookie(acme, sessionCookie)
	addresses := func(path, from string, forged http.Header) string {
		t.Helper()
		request := newRequest(t, http.MethodGet, acme+path, nil)
		for name, values := range forged {
			request.Header[name] = values
		}
		request.Header.Set("Cookie", session)
		request.RemoteAddr = from + ":40000"
		p := read(t, r.serve(request))
		if strings.HasPrefix(p.Header.Get("Content-Type"), "application/json") {
			return p.Status + p.body
		}
		text := p.Status
		for _, to := range append(links(t, p.body), p.Header.Get("Location")) {
			to, _, _ = strings.Cut(to, "?") // what follows is another one every time
			text += " " + to
		}
		return text
	}
	paths := []string{
		"/" + acmePool + userpool.PathDiscovery, userpool.PathMetadata + "/" + acmePool, userpool.PathAuthorize + "?" + ask().Encode(),
		userpool.PathAuthorize + "?" + ask("response_mode", "form_post").Encode(), userpool.PathAuthorize + "?" + ask("prompt", "login").Encode(),
		userpool.PathAuthorize + "?" + ask("identity_provider", "Harbor").Encode(), userpool.PathEndSession + "?client_id=" + appID, userpool.PathSignOut,
		userpool.PathAuthorize + "?client_id=nobody", userpool.PathLogin + "?" + ask("prompt", "login").Encode(),
	}
	for _, path := range paths {
		honest := addresses(path, stranger, nil)
		for _, forged := range []http.Header{
			{"X-Forwarded-Host": {"evil.example"}, "X-Forwarded-Proto": {"http"}, "X-Forwarded-Port": {"8080"}, "X-Forwarded-Prefix": {"/evil"}},
			{"Forwarded": {"host=evil.example;proto=http;for=203.0.113.9"}}, {"X-Original-Url": {"/evil"}, "X-Rewrite-Url": {"/evil"}},
			{"X-Forwarded-Host": {"login.bravo.example"}}, {"X-Http-Method-Override": {"POST"}}, {"Referer": {"https://evil.example/"}},
		} {
			if got := addresses(path, stranger, forged); got != honest {
				t.Errorf("%s with %v: %q, want %q", path, forged, got, honest)
			}
		}
		if strings.Contains(path, acmePool) {
			continue // issuers answer on any host
		}
		if got := addresses(path, trustedProxy, http.Header{"X-Forwarded-Host": {"evil.example"}}); !strings.HasPrefix(got, "404") || strings.Contains(got, "evil") {
			t.Errorf("%s by the proxy for another host: %q", path, got)
		}
	}
}

// A client that claims to be forwarded through our proxy is not believed about what stands left of the proxy's own word.
func TestForwardedForSpoofing(t *testing.T) {
	r := newRig(t)
	request := newRequest(t, http.MethodGet, acme+userpool.PathLogin+"?"+ask().Encode(), nil)
	request.RemoteAddr = trustedProxy + ":40000"
	request.Header.Set("X-Forwarded-For", "203.0.113.9, 198.51.100.77, "+trustedProxy)
	read(t, r.serve(request))
	lines := strings.Split(strings.TrimSpace(r.log.String()), "\n")
	if last := lines[len(lines)-1]; !strings.Contains(last, "remote=198.51.100.77") {
		t.Errorf("the log says %q", last)
	}
}

// Programs may be called from any origin, and so must not know who the browser is: no cookie is read or set.
func TestCookiesMeanNothingToPrograms(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword)
	for _, path := range []string{userpool.PathToken, userpool.PathUserInfo, userpool.PathRevoke} {
		p := b.post(acme+path, url.Values{"grant_type": {"authorization_code"}})
		if p.StatusCode == http.StatusOK || p.Header.Get("Access-Control-Allow-Credentials") != "" || len(p.Cookies()) > 0 {
			t.Errorf("%s: status %d with a browser's cookies", path, p.StatusCode)
		}
		if got := p.Header.Values("Access-Control-Allow-Origin"); !slices.Equal(got, []string{"*"}) {
			t.Errorf("%s: %q may read it", path, got)
		}
	}
}
