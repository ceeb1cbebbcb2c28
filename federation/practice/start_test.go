package practice_test

import (
	"crypto/rand"
	"crypto/rsa"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"portico/federation/practice"
)

const (
	callback = "http://app.example/oauth2/idpresponse?from=practice"
	acs      = "http://app.example/saml2/idpresponse"
	entityID = "urn:amazon:cognito:sp:us-east-1_Practice1"
)

// sharedKey makes one key for all tests: making it takes longer than most of them.
var sharedKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func key(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	made, err := sharedKey()
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func startOIDC(t *testing.T, change func(*practice.OIDCOptions)) *practice.OIDC {
	t.Helper()
	options := practice.OIDCOptions{
		Name: "Northwind", ClientID: "acme", ClientSecret: "s3cret/&+", RedirectURIs: []string{callback},
		LogoutURIs: []string{"http://app.example/bye"}, Pages: practice.Pages{App: "Acme Notes"}, Key: key(t),
		Patience: 10 * time.Second,
	}
	if change != nil {
		change(&options)
	}
	p, err := practice.NewOIDC(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	t.Cleanup(p.Close)
	if err := p.SetIssuer(server.URL); err != nil {
		t.Fatal(err)
	}
	return p
}

func startSAML(t *testing.T, change func(*practice.SAMLOptions)) *practice.SAML {
	t.Helper()
	options := practice.SAMLOptions{Name: "Northwind", Pages: practice.Pages{App: "Acme Notes"}, Key: key(t), Patience: 10 * time.Second}
	if change != nil {
		change(&options)
	}
	p, err := practice.NewSAML(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	t.Cleanup(p.Close)
	if err := p.SetBaseURL(server.URL); err != nil {
		t.Fatal(err)
	}
	return p
}

// still is a client that shows redirects instead of following them.
func still() *http.Client {
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// body reads a page to its end.
func body(t *testing.T, r *http.Response) string {
	t.Helper()
	defer func() { _ = r.Body.Close() }()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func get(t *testing.T, address string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := still().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// checkPage holds a page to what every practice page promises, and returns the files it loads.
func checkPage(t *testing.T, r *http.Response, text string) (files []string) {
	t.Helper()
	policy := r.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q has no %q", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "X-Frame-Options": "DENY"} {
		if r.Header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, r.Header.Get(name), want)
		}
	}
	if !strings.Contains(text, "Practice Northwind · not the real Northwind · runs on this machine") {
		t.Error("the page does not say that it is practice")
	}
	return loaded(t, r, text)
}

// loaded are the files that a page loads. Nothing may be inline.
func loaded(t *testing.T, r *http.Response, text string) (files []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "style" || n.Data == "script" && n.FirstChild != nil {
			t.Errorf("inline <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("inline %s=%q", a.Key, a.Val)
			}
			if a.Key == "src" || n.Data == "link" && a.Key == "href" {
				files = append(files, "http://"+r.Request.URL.Host+a.Val)
			}
		}
	}
	return files
}

func checkFiles(t *testing.T, files []string) {
	t.Helper()
	if len(files) < 4 {
		t.Errorf("the page loads %q only", files)
	}
	for _, address := range files {
		if r := get(t, address); r.StatusCode != http.StatusOK || body(t, r) == "" {
			t.Errorf("%s: status %d", address, r.StatusCode)
		}
	}
}
