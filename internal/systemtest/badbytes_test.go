//go:build system

package systemtest

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// everyEndpoint are the paths at a pool's domain, at its issuer, and nearly so.
func everyEndpoint(pool string) []string {
	return []string{
		"/", "/healthz", "/login", "/signup", "/confirm", "/resendcode", "/forgotPassword", "/confirmForgotPassword", "/error", "/logout",
		"/oauth2/authorize", "/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke", "/oauth2/idpresponse",
		"/saml2/idpresponse", "/saml2/metadata", "/saml2/logout", "/static/portico.css", "/static/../portico.db", "/inbox", "/inbox/1",
		"/" + pool + "/.well-known/openid-configuration", "/" + pool + "/.well-known/jwks.json",
		"/us-east-1_Nobody/.well-known/jwks.json", "/authorize", "//evil.example/login", "/login/", "/%2e%2e/%00", "/*",
	}
}

// TestMalformedEverything throws random bytes, and good requests with random
// bytes in them, at every endpoint. Nothing may answer with a fault of ours, a
// stack trace or a made-up user, and afterwards everything works.
func TestMalformedEverything(t *testing.T) {
	t.Run("serve", func(t *testing.T) {
		s, p, _ := startWithPracticeOIDC(t)
		inside := s.inside(t)
		before := inside.people(t)
		throw(t, p, p.Domain, 1500)
		if after := inside.people(t); after != before {
			t.Errorf("there were %s; now there are %s", before, after)
		}
		codeOf(t, atProvider(t, p, "Upstream", ""))
	})
	t.Run("dev", func(t *testing.T) {
		p := startDev(t)
		throw(t, p, p.Domain, 500)
		for _, provider := range p.Providers {
			throw(t, p, provider.Address, 200)
		}
		throw(t, p, strings.TrimSuffix(p.DemoApp, "/"), 200)
		p.signIn(t, p.authorize())
	})
}

// throw sends n malformed requests to the origin, four at a time.
func throw(t *testing.T, p *portico, origin string, n int) {
	t.Helper()
	paths := everyEndpoint(p.UserPoolID)
	paths = append(paths, "/choose", "/sso", "/metadata", "/token", "/userinfo", "/jwks", "/callback", "/signin", "/refresh", "/signout")
	client := p.client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			random := thrower{rand.New(rand.NewPCG(7, uint64(worker)))} // the same bytes every time
			for range n / 4 {
				request := random.request(t, p, origin, paths)
				if request == nil {
					continue
				}
				if err := survive(client, request); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	for _, sign := range []string{"level=ERROR", "panic", "goroutine "} {
		if line, found := p.findLog(sign); found {
			t.Errorf("the log says %s", line)
		}
	}
}

// survive sends a request and says what is wrong with the answer, if anything.
func survive(client *http.Client, request *http.Request) error {
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("%s %q: %w", request.Method, request.URL, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return err
	}
	switch {
	case response.StatusCode >= 500:
		return fmt.Errorf("%s %q is answered with %d", request.Method, request.URL, response.StatusCode)
	case stackTrace.Match(body) && !strings.HasPrefix(request.URL.Path, "/static/"):
		return fmt.Errorf("%s %q is answered with %q", request.Method, request.URL, stackTrace.Find(body))
	}
	// A browser takes a leading // or /\ for a host (RFC 3986 §4.2).
	if to := response.Header.Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) || strings.HasPrefix(to, "https://evil.example") {
		return fmt.Errorf("%s %q leads to %s", request.Method, request.URL, to)
	}
	return nil
}

// thrower makes malformed requests.
type thrower struct{ *rand.Rand }

func (r thrower) request(t *testing.T, p *portico, origin string, paths []string) *http.Request {
	method := r.one("GET", "GET", "POST", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW")
	query := r.one("", r.bytes(40), r.spoil(strings.SplitN(p.authorize(), "?", 2)[1]), strings.SplitN(p.authorize(), "?", 2)[1])
	body := r.one("", r.bytes(200), r.spoil(url.Values{
		"grant_type": {"authorization_code"}, "client_id": {p.ClientID}, "client_secret": {p.ClientSecret}, "code": {"x"}, "redirect_uri": {p.CallbackURL},
	}.Encode()), r.spoil("username=ada&password=x&_csrf=3f0d8a52-3f6c-4b1e-9c55-0a4f1f6f4c11&code=123456&email=a%40b.example"),
		r.spoil("SAMLResponse=PHg%2BPC94Pg%3D%3D&RelayState=tov000.AAAA&state=tov000.AAAA&code=x"), `{"grant_type":`)
	request, err := http.NewRequestWithContext(t.Context(), method, origin+"/", strings.NewReader(body))
	if err != nil {
		return nil
	}
	request.URL.Opaque = "" // the path as it is, escaped where it must be
	request.URL.Path = r.one(paths...)
	if r.IntN(8) == 0 {
		request.URL.Path = "/" + r.bytes(20)
	}
	request.URL.RawQuery = strings.Map(visible, query)
	request.Header.Set("Content-Type", r.one("application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "application/json",
		"multipart/form-data; boundary=x", "application/x-amz-json-1.1", ""))
	for _, name := range []string{"Cookie", "Authorization", "X-Amz-Target", "Accept-Language", "Origin", "X-Forwarded-Host", "Range", "If-None-Match"} {
		if r.IntN(3) == 0 {
			request.Header.Set(name, strings.Map(visible, r.headerValue(name)))
		}
	}
	if r.IntN(20) == 0 {
		request.Host = r.one("evil.example", "localhost", "[::1]:1", "a_b", "localhost:99999")
	}
	return request
}

func (r thrower) headerValue(name string) string {
	switch name {
	case "Cookie":
		const csrf = "XSRF-TOKEN=3f0d8a52-3f6c-4b1e-9c55-0a4f1f6f4c11"
		return r.one(csrf, csrf, csrf+"; cognito="+r.bytes(60), "attempt.tov000.AAAA="+r.bytes(80)+"; page-data="+r.bytes(50), r.bytes(100))
	case "Authorization":
		return r.one("Bearer "+r.bytes(60), "Basic "+r.bytes(30), "Bearer a.b.c", "Bearer eyJhbGciOiJub25lIn0.e30.", r.bytes(20))
	case "Origin", "X-Forwarded-Host":
		return r.one("https://evil.example", "null", "evil.example", r.bytes(20))
	}
	return r.bytes(30)
}

func (r thrower) one(of ...string) string { return of[r.IntN(len(of))] }

func (r thrower) bytes(limit int) string {
	out := make([]byte, r.IntN(limit))
	for i := range out {
		out[i] = byte(r.IntN(256))
	}
	return string(out)
}

// spoil changes, drops, doubles or inserts a few bytes.
func (r thrower) spoil(text string) string {
	b := []byte(text)
	for range 1 + r.IntN(4) {
		at := r.IntN(len(b))
		switch r.IntN(4) {
		case 0:
			b[at] = byte(r.IntN(256))
		case 1:
			b = append(b[:at:at], b[at+1:]...)
		case 2:
			b = append(b[:at:at], append(bytes.Clone(b[at:min(at+20, len(b))]), b[at:]...)...)
		case 3:
			b = append(b[:at:at], append([]byte(r.one("%00", "%", "&", "=", ";", "%ff", "../", "<", "\"")), b[at:]...)...)
		}
		if len(b) == 0 {
			return ""
		}
	}
	return string(b)
}

// visible drops what Go's client refuses to send in a header or a query.
func visible(c rune) rune {
	if c <= ' ' || c > '~' {
		return -1
	}
	return c
}
