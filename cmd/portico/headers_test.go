package main

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portico/static"
	"portico/userpool"
)

var update = flag.Bool("update", false, "rewrite the golden files under testdata")

// securityHeaders are what the golden file holds of each answer.
func securityHeaders() []string {
	return []string{
		"Access-Control-Allow-Origin", "Cache-Control", "Content-Security-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy",
		"Referrer-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options",
	}
}

// TestSecurityHeaders walks the route table. Each route is asked with nothing, with an app's request, and with that and
// somebody signed in; a few answers that take more than a request to get stand beside them. Every answer keeps the rules of
// wantStrict, and testdata/headers.golden holds all headers to the letter: a new route fails here until they were looked at
// and written down with `go test ./cmd/portico -run TestSecurityHeaders -update`.
func TestSecurityHeaders(t *testing.T) {
	r := newRig(t)
	sets := map[string][]string{} // headers → answers
	note := func(name string, p page) {
		wantStrict(t, name, p)
		text := r.headersOf(p)
		sets[text] = append(sets[text], fmt.Sprintf("%d %s", p.StatusCode, name))
	}
	for _, pattern := range r.routes {
		for how, ask := range r.askings(t) {
			note(pattern+", "+how, ask(pattern))
		}
	}
	for name, p := range r.rareAnswers(t) {
		note(name, p)
	}
	var got strings.Builder
	for _, text := range slices.Sorted(maps.Keys(sets)) {
		slices.Sort(sets[text])
		got.WriteString("# " + strings.Join(sets[text], "\n# ") + "\n" + text + "\n")
	}
	const file = "testdata/headers.golden"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got.String()); d != "" {
		t.Errorf("differs from %s (-want +got); run with -update if it should:\n%s", file, d)
	}
}

// askings are the ways in which every route is asked.
func (r *rig) askings(t *testing.T) map[string]func(pattern string) page {
	t.Helper()
	ada := r.tab(t)
	ada.signIn(acme, adaName, adaPassword)
	csrf := ada.csrf(acme)
	call := func(pattern, query, cookies string) page {
		method, path, _ := strings.Cut(pattern, " ")
		path = strings.NewReplacer("{pool}", acmePool, "{$}", "", "/static/", static.New().Path("portico.css")).Replace(path)
		var form url.Values
		if method == http.MethodPost {
			form = url.Values{"_csrf": {csrf}}
		}
		request := newRequest(t, method, acme+path+query, form)
		request.Header.Set("Cookie", csrfCookie+"="+csrf+cookies)
		return read(t, r.serve(request))
	}
	return map[string]func(string) page{
		"nothing":       func(pattern string) page { return call(pattern, "", "") },
		"app's request": func(pattern string) page { return call(pattern, "?"+ask().Encode(), "") },
		"signed in": func(pattern string) page {
			if strings.HasSuffix(pattern, userpool.PathLogout) || strings.HasSuffix(pattern, userpool.PathEndSession) {
				return call(pattern, "?"+ask("logout_uri", appLogout, "redirect_uri", "").Encode(), "") // the session is needed for the others
			}
			return call(pattern, "?"+ask().Encode(), "; "+sessionCookie+"="+ada.cookie(acme, sessionCookie))
		},
	}
}

// rareAnswers are those that a single request at a route does not get.
func (r *rig) rareAnswers(t *testing.T) map[string]page {
	t.Helper()
	get := func(address string) page { return read(t, r.serve(newRequest(t, http.MethodGet, address, nil))) }
	b := r.tab(t)
	answers := map[string]page{
		"no such page":                 get(acme + "/nothing"),
		"no such file":                 get(acme + "/static/nothing.css"),
		"no such host":                 get("https://evil.example/login"),
		"wrong method":                 read(t, r.serve(newRequest(t, http.MethodPut, acme+userpool.PathLogin, nil))),
		"address too long":             get(acme + userpool.PathLogin + "?" + strings.Repeat("x", 20<<10)),
		"sign-in refused":              b.prove(adaName, "wrong"),
		"to a provider":                get(authorizeAt(acme, "identity_provider", "Harbor")),
		"to a provider by SAML":        get(authorizeAt(acme, "identity_provider", "Northwind")),
		"callback not registered":      get(authorizeAt(acme, "redirect_uri", "https://evil.example/")),
		"error to the app":             get(authorizeAt(acme, "prompt", "none")),
		"error to the app, posted":     get(authorizeAt(acme, "prompt", "none", "response_mode", "form_post")),
		"sign-in page of another app":  get(loginAt(acme, "client_id", boardID, "redirect_uri", "com.acme.board://callback")),
		"posted from another site":     nothingPosted(t, r, "https://evil.example"),
		"signed in, back to the app":   b.post(loginAt(acme), url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {b.csrf(acme)}}),
		"token refused":                read(t, r.serve(tokenRequest(reportsID, "wrong", url.Values{"grant_type": {"client_credentials"}}))),
		"token granted":                read(t, r.serve(tokenRequest(reportsID, reportsSecret, url.Values{"grant_type": {"client_credentials"}}))),
		"SAML metadata, with provider": get(acme + userpool.PathSAMLMetadata + "?identity_provider=Northwind"),
	}
	return answers
}

func nothingPosted(t *testing.T, r *rig, from string) page {
	t.Helper()
	request := newRequest(t, http.MethodPost, loginAt(acme), url.Values{})
	request.Header.Set("Origin", from)
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	return read(t, r.serve(request))
}

// headersOf writes an answer's security headers, with names in place of the addresses of this run.
func (r *rig) headersOf(p page) string {
	var text strings.Builder
	for _, name := range securityHeaders() {
		for _, value := range p.Header.Values(name) {
			fmt.Fprintf(&text, "%s: %s\n", name, value)
		}
	}
	return strings.NewReplacer(r.env["HARBOR"], "HARBOR", r.env["QUAY"], "QUAY", r.env["NORTHWIND"], "NORTHWIND").Replace(text.String())
}

// wantStrict holds the rules that no golden file can be updated past.
func wantStrict(t *testing.T, name string, p page) {
	t.Helper()
	one := func(header, want string) {
		if got := p.Header.Values(header); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %s: %q, want %q", name, header, got, want)
		}
	}
	one("X-Content-Type-Options", "nosniff")
	one("Referrer-Policy", "no-referrer")
	one("X-Frame-Options", "DENY")
	one("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	policy := p.Header.Values("Content-Security-Policy")
	if len(policy) != 1 || !strings.Contains(policy[0], "default-src 'none'") || !strings.Contains(policy[0], "frame-ancestors 'none'") ||
		strings.Contains(policy[0], "unsafe") || strings.Contains(policy[0], "*") {
		t.Errorf("%s: policy %q", name, policy)
	}
	if opener := p.Header.Get("Cross-Origin-Opener-Policy"); opener != "" {
		t.Errorf("%s: Cross-Origin-Opener-Policy %q breaks sign-in in a window of its own; see TestBrowserPopup", name, opener)
	}
	if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
		one("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate")
		one("Permissions-Policy", "camera=(), geolocation=(), microphone=(), publickey-credentials-create=(self), publickey-credentials-get=(self)")
		if !strings.Contains(policy[0], "base-uri 'none'") || !strings.Contains(policy[0], "form-action 'self'") {
			t.Errorf("%s: policy %q", name, policy)
		}
	}
	if p.Header.Get("Cache-Control") == "" && p.StatusCode/100 == 2 && p.body != "" {
		t.Errorf("%s: nothing says whether it may be kept", name)
	}
}

// Strict transport is asked for over https only (RFC 6797 §7.2: an answer over plain http must not), and nothing else
// depends on it.
func TestSecurityHeadersOverHTTP(t *testing.T) {
	r := newRig(t)
	for _, pattern := range r.routes {
		method, path, _ := strings.Cut(pattern, " ")
		path = strings.NewReplacer("{pool}", acmePool, "{$}", "").Replace(path)
		over := func(scheme string) http.Header {
			header := read(t, r.serve(newRequest(t, method, scheme+strings.TrimPrefix(acme, "https")+path+"?"+ask().Encode(), nil))).Header
			kept := http.Header{}
			for _, name := range securityHeaders() {
				kept[name] = header.Values(name)
			}
			return kept
		}
		secure, plain := over("https"), over("http")
		if len(plain["Strict-Transport-Security"]) != 0 {
			t.Errorf("%s asks for strict transport over http", pattern)
		}
		delete(secure, "Strict-Transport-Security")
		delete(plain, "Strict-Transport-Security")
		if d := cmp.Diff(secure, plain); d != "" {
			t.Errorf("%s (-https +http):\n%s", pattern, d)
		}
	}
}
