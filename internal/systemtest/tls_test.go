//go:build system

package systemtest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestServeTLS has the program speak https with certificate files.
func TestServeTLS(t *testing.T) {
	s := newServer(t, "tls.yaml")
	s.origin = "https://localhost:" + portOf(s.origin)
	roots := writeCertificate(t, filepath.Dir(s.file))
	transport := s.transport.(*http.Transport)
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	process := s.start()
	p := s.app(process, firstPool, "first", appSecret)
	p.Username, p.Password = ada["username"], ada["password"]

	signInWithGo(t, p, "email")
	wantSafeCookies(t, p)
	page := p.get(t, p.Domain+"/login?"+strings.SplitN(p.authorize(), "?", 2)[1])
	if hsts := page.header.Get("Strict-Transport-Security"); page.status != http.StatusOK || hsts == "" {
		t.Errorf("the sign-in page: %d, Strict-Transport-Security %q", page.status, hsts)
	}
	for version, accepted := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conn, err := tls.Dial("tcp", "localhost:"+portOf(s.origin), &tls.Config{RootCAs: roots, MinVersion: version, MaxVersion: version})
		if (err == nil) != accepted {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
		if err == nil {
			conn.Close()
		}
	}
	if plain := p.get(t, "http://localhost:"+portOf(s.origin)+"/login"); plain.status != http.StatusBadRequest {
		t.Errorf("plain http is answered with %d", plain.status)
	}
}

// TestServeBehindProxy signs in through a proxy that speaks https.
func TestServeBehindProxy(t *testing.T) {
	s := newServer(t, "proxy.yaml")
	inside, err := url.Parse(s.origin)
	if err != nil {
		t.Fatal(err)
	}
	inside.Host = "127.0.0.1:" + inside.Port()
	proxy := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(inside)
		r.SetXForwarded()
	}})
	t.Cleanup(proxy.Close)
	s.origin = proxy.URL
	s.transport = proxy.Client().Transport
	process := s.start()
	p := s.app(process, firstPool, "first", appSecret)
	p.Username, p.Password = ada["username"], ada["password"]
	signInWithGo(t, p, "email")
	wantSafeCookies(t, p)
	if health := p.get(t, p.Domain+"/healthz"); health.header.Get("Strict-Transport-Security") == "" {
		t.Error("no Strict-Transport-Security through the proxy")
	}
}

// TestForwardedHeadersFromStranger: a stranger who writes X-Forwarded headers
// would choose the host that pools are found by, and the address in the log.
// The same headers from the trusted proxy are believed.
func TestForwardedHeadersFromStranger(t *testing.T) {
	s := newServer(t, "proxy.yaml")
	listen := "127.0.0.1:" + portOf(s.origin)
	s.origin = "https://sign-in.example"
	process := s.start()
	for _, c := range []struct {
		from    string // the address of this machine that the request comes from
		trusted bool
	}{{"127.0.0.1", true}, {"127.0.0.2", false}} {
		t.Run(c.from, func(t *testing.T) {
			dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(c.from)}}
			transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return dialer.DialContext(ctx, network, listen)
			}}
			t.Cleanup(transport.CloseIdleConnections)
			p := s.app(process, firstPool, "first", appSecret)
			p.transport = transport
			request, err := http.NewRequestWithContext(within(t), http.MethodGet, "http://"+listen+"/login?mark="+c.from, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("X-Forwarded-Host", "sign-in.example")
			request.Header.Set("X-Forwarded-Proto", "https")
			request.Header.Set("X-Forwarded-For", "198.51.100.7, 203.0.113.9")
			answer := p.ask(t, request)
			status, remote := http.StatusNotFound, c.from
			if c.trusted {
				status, remote = http.StatusBadRequest, "203.0.113.9" // no client_id; the first address is the client's own claim
			}
			if answer.status != status {
				t.Errorf("answered with %d, want %d", answer.status, status)
			}
			if hsts := answer.header.Get("Strict-Transport-Security"); (hsts != "") != c.trusted {
				t.Errorf("Strict-Transport-Security is %q", hsts)
			}
			process.waitLog(t, "path=/login", "remote="+remote)
		})
	}
}

// wantSafeCookies signs in and holds that every cookie is Secure, and the
// session's bound to the host.
func wantSafeCookies(t *testing.T, p *portico) {
	t.Helper()
	them := newPerson(t, p.transport)
	keeper := &cookieKeeper{}
	them.client.Transport = keeper.watch(p.transport)
	them.visit(p.authorize(), p.CallbackURL, ada)
	if len(keeper.seen) == 0 {
		t.Fatal("no cookies")
	}
	for _, c := range keeper.seen {
		if !c.Secure || !c.HttpOnly {
			t.Errorf("cookie %s is Secure %v, HttpOnly %v", c.Name, c.Secure, c.HttpOnly)
		}
	}
	if !slices.ContainsFunc(keeper.seen, func(c *http.Cookie) bool { return c.Name == "__Host-cognito" && c.Path == "/" && c.Domain == "" }) {
		t.Errorf("no session cookie bound to the host among %v", keeper.seen)
	}
}

// cookieKeeper remembers the cookies that answers set.
type cookieKeeper struct{ seen []*http.Cookie }

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (k *cookieKeeper) watch(transport http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		response, err := transport.RoundTrip(r)
		if err == nil {
			k.seen = append(k.seen, response.Cookies()...)
		}
		return response, err
	})
}

// writeCertificate makes cert.pem and key.pem for localhost in the folder and
// gives the pool that trusts them.
func writeCertificate(t *testing.T, folder string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for name, text := range map[string][]byte{
		"cert.pem": certificate, "key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate)
	return roots
}
