package main

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"portico/federation/practice"
	"portico/userpool"
)

// tab is a person's browser at a rig, without script. It keeps the rules that sign-in depends on: __Host- cookies,
// SameSite, Secure, and the Origin and Sec-Fetch-Site headers of a post. It follows redirects until one leads to an app
// or to the callback of a provider, which tests deliver themselves.
type tab struct {
	t      testing.TB
	r      *rig
	client *http.Client
	jar    map[string]map[string]*http.Cookie // host → name
	at     string                             // origin of the page that is shown
}

func (r *rig) tab(t testing.TB) *tab {
	b := &tab{t: t, r: r, jar: map[string]map[string]*http.Cookie{}}
	b.client = &http.Client{Transport: b, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(next.URL.Path, "/idpresponse") || (!ours(next.URL) && next.URL.Hostname() != "127.0.0.1") {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

func ours(u *url.URL) bool { return slices.Contains([]string{acme, bravo, cedar}, origin(u)) }

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// RoundTrip carries a request to the rig, or to a provider's real address.
func (b *tab) RoundTrip(request *http.Request) (*http.Response, error) {
	crossSite := request.Method == http.MethodPost && b.at != "" && b.at != origin(request.URL)
	request.Header = request.Header.Clone()
	if request.Method == http.MethodPost && request.Header.Get("Origin") == "" && b.at != "" {
		request.Header.Set("Origin", b.at)
		request.Header.Set("Sec-Fetch-Site", map[bool]string{true: "cross-site", false: "same-origin"}[crossSite])
	}
	for _, c := range b.jar[request.URL.Host] {
		if !crossSite || c.SameSite == http.SameSiteNoneMode {
			request.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
	var response *http.Response
	if ours(request.URL) {
		response = b.r.serve(request)
	} else {
		var err error
		if response, err = http.DefaultTransport.RoundTrip(request); err != nil {
			return nil, err
		}
	}
	b.keep(request.URL, response)
	if response.StatusCode/100 != 3 {
		b.at = origin(request.URL)
	}
	return response, nil
}

// serve answers a request without a network, as if it had come from a stranger over TLS.
func (r *rig) serve(request *http.Request) *http.Response {
	incoming := request.Clone(request.Context())
	incoming.RequestURI = request.URL.RequestURI()
	incoming.URL = &url.URL{Path: request.URL.Path, RawPath: request.URL.RawPath, RawQuery: request.URL.RawQuery}
	if incoming.Host == "" {
		incoming.Host = request.URL.Host
	}
	if incoming.RemoteAddr == "" {
		incoming.RemoteAddr = stranger + ":40000"
	}
	if request.URL.Scheme == "https" {
		incoming.TLS = &tls.ConnectionState{}
	}
	if incoming.Body == nil {
		incoming.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	r.handler.ServeHTTP(recorder, incoming)
	response := recorder.Result()
	response.Request = request
	return response
}

// keep stores cookies, and complains of those that a browser would not take (RFC 6265bis §4.1.3, §5.7) or has no room for (RFC 6265
// §6.1).
func (b *tab) keep(u *url.URL, response *http.Response) {
	b.t.Helper()
	if b.jar[u.Host] == nil {
		b.jar[u.Host] = map[string]*http.Cookie{}
	}
	for _, c := range response.Cookies() {
		switch {
		case strings.HasPrefix(c.Name, "__Host-") && (!c.Secure || c.Path != "/" || c.Domain != ""),
			c.SameSite == http.SameSiteNoneMode && !c.Secure, c.Domain != "", len(c.Raw) > 4096:
			b.t.Errorf("a browser would not take the cookie %q", c.Raw)
		case c.MaxAge < 0:
			delete(b.jar[u.Host], c.Name)
		default:
			b.jar[u.Host][c.Name] = c
		}
	}
}

// page is an answer with its body read.
type page struct {
	*http.Response
	body string
}

func (b *tab) do(request *http.Request) page {
	b.t.Helper()
	response, err := b.client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	return read(b.t, response)
}

func read(t testing.TB, response *http.Response) page {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return page{response, string(body)}
}

func (b *tab) get(address string) page {
	b.t.Helper()
	return b.do(newRequest(b.t, http.MethodGet, address, nil))
}

func (b *tab) post(address string, form url.Values) page {
	b.t.Helper()
	return b.do(newRequest(b.t, http.MethodPost, address, form))
}

func newRequest(t testing.TB, method, address string, form url.Values) *http.Request {
	t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return request
}

// cookie is the value of a cookie at a pool's host; plant puts one there.
func (b *tab) cookie(at, name string) string {
	u, _ := url.Parse(at)
	if c := b.jar[u.Host][name]; c != nil {
		return c.Value
	}
	return ""
}

func (b *tab) plant(at, name, value string) {
	u, _ := url.Parse(at)
	if b.jar[u.Host] == nil {
		b.jar[u.Host] = map[string]*http.Cookie{}
	}
	b.jar[u.Host][name] = &http.Cookie{Name: name, Value: value, SameSite: http.SameSiteNoneMode}
}

const (
	sessionCookie = "__Host-cognito"
	attemptCookie = "__Host-attempt."
	csrfCookie    = "XSRF-TOKEN"
)

func (b *tab) csrf(at string) string { return b.cookie(at, csrfCookie) }

// cookies copies what the browser holds for a pool.
func (b *tab) cookies(at string) map[string]*http.Cookie {
	u, _ := url.Parse(at)
	return maps.Clone(b.jar[u.Host])
}

// ask is an authorization request of the app, with changes: names and values in turn, an empty value takes one out.
func ask(changes ...string) url.Values {
	q := url.Values{
		"client_id": {appID}, "redirect_uri": {appCallback}, "response_type": {"code"}, "scope": {"openid email"},
		"state": {"st/ate=1&x"}, "nonce": {"nonce-of-the-app"},
	}
	for i := 0; i < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			q.Del(changes[i])
		}
	}
	return q
}

func authorizeAt(pool string, changes ...string) string {
	return pool + userpool.PathAuthorize + "?" + ask(changes...).Encode()
}

func loginAt(pool string, changes ...string) string {
	return pool + userpool.PathLogin + "?" + ask(changes...).Encode()
}

// signIn signs in with a password and returns what the app is sent.
func (b *tab) signIn(pool, name, password string, changes ...string) url.Values {
	b.t.Helper()
	b.get(authorizeAt(pool, changes...))
	return b.toApp(b.post(loginAt(pool, changes...), url.Values{"username": {name}, "password": {password}, "_csrf": {b.csrf(pool)}}))
}

// toApp expects a redirect to an app and returns its query.
func (b *tab) toApp(p page) url.Values {
	b.t.Helper()
	to, err := p.Location()
	if err != nil || ours(to) {
		b.t.Fatalf("status %d, sent to %v (%v), want the app", p.StatusCode, to, err)
	}
	return to.Query()
}

// atOpenID goes to an OpenID provider, signs in there and stops on the way back: it returns the callback's address.
func (b *tab) atOpenID(authorize, person string) string {
	b.t.Helper()
	response, err := practice.Choose(b.t.Context(), b.client, authorize, person, "")
	if err != nil {
		b.t.Fatal(err)
	}
	p := read(b.t, response)
	to, err := p.Location()
	if err != nil || to.Path != userpool.PathIDPResponse {
		b.t.Fatalf("status %d, sent to %v (%v), want the callback", p.StatusCode, to, err)
	}
	return to.String()
}

// atNorthwind does the same at the SAML provider: it returns the form that would be posted.
func (b *tab) atNorthwind(authorize, person string) (action string, form url.Values) {
	b.t.Helper()
	response, err := practice.Choose(b.t.Context(), b.client, authorize, person, "")
	if err != nil {
		b.t.Fatal(err)
	}
	if action, form, err = practice.Fields(response); err != nil {
		b.t.Fatal(err)
	}
	return action, form
}

// token calls the token endpoint of a pool with Basic credentials; without a secret, as a public client.
func (r *rig) token(t testing.TB, pool, client, secret string, form url.Values) answer {
	t.Helper()
	if secret == "" {
		form.Set("client_id", client)
	}
	request := newRequest(t, http.MethodPost, pool+userpool.PathToken, form)
	if secret != "" {
		request.SetBasicAuth(client, secret)
	}
	p := read(t, r.serve(request))
	a := answer{status: p.StatusCode}
	if err := json.Unmarshal([]byte(p.body), &a); err != nil {
		t.Fatalf("%v in %q", err, p.body)
	}
	return a
}

// redeem exchanges a code of the app.
func (r *rig) redeem(t testing.TB, pool, code string, changes ...string) answer {
	t.Helper()
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {appCallback}}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return r.token(t, pool, appID, appSecret, form)
}

// userInfo calls userInfo with an access token and returns the status.
func (r *rig) userInfo(t testing.TB, pool, access string) int {
	t.Helper()
	request := newRequest(t, http.MethodGet, pool+userpool.PathUserInfo, nil)
	request.Header.Set("Authorization", "Bearer "+access)
	return read(t, r.serve(request)).StatusCode
}
