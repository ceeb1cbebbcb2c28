//go:build system

package systemtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"os"
	"testing"
)

// portico is a running program and what it said of itself.
type portico struct {
	Issuer          string `json:"issuer"`
	Domain          string `json:"domain"` // the origin of the pages and OAuth endpoints
	API             string `json:"api"`
	CAFile          string `json:"ca_file"` // with --tls
	UserPoolID      string `json:"user_pool_id"`
	ClientID        string `json:"client_id"`
	ClientSecret    string `json:"client_secret"`
	PublicClientID  string `json:"public_client_id"`
	MachineClientID string `json:"machine_client_id"`
	MachineSecret   string `json:"machine_client_secret"`
	CallbackURL     string `json:"callback_url"`
	LogoutURL       string `json:"logout_url"`
	Username        string `json:"username"`
	Password        string `json:"password"`
	SecondUsername  string `json:"second_factor_username"`
	SecondSecret    string `json:"second_factor_secret"`
	Providers       []struct {
		Name    string `json:"name"`
		Type    string `json:"type"`
		Address string `json:"address"`
	} `json:"providers"`

	Home    string `json:"home"`
	Inbox   string `json:"inbox"`
	DemoApp string `json:"demo_app"`

	*process
	transport http.RoundTripper // trusts the program's own certificate
}

// startDev runs `portico dev --json` in a folder of its own, on a free port,
// until the test ends; it must then stop cleanly on SIGTERM.
func startDev(t *testing.T, args ...string) *portico {
	t.Helper()
	p := &portico{process: run(t, nil, append([]string{"dev", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--json", "-v"}, args...)...)}
	line := p.firstLine()
	if err := json.Unmarshal([]byte(line), p); err != nil {
		t.Fatalf("dev --json said %q: %v", line, err)
	}
	p.transport = p.trust(t)
	return p
}

// trust is a transport that knows the program's own certificate authority.
func (p *portico) trust(t *testing.T) http.RoundTripper {
	t.Helper()
	transport := &http.Transport{}
	if p.CAFile != "" {
		authority, err := os.ReadFile(p.CAFile)
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(authority) {
			t.Fatalf("%s holds no certificate", p.CAFile)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// client is an HTTP client for a relying app of this program.
func (p *portico) client() *http.Client {
	return &http.Client{Transport: p.transport, Timeout: patience}
}

// signIn has the seeded person sign in by password at the authorization
// request, and gives the address they are sent back to.
func (p *portico) signIn(t *testing.T, authorize string) (code, state string) {
	t.Helper()
	back := newPerson(t, p.transport).visit(authorize, p.CallbackURL, map[string]string{"username": p.Username, "password": p.Password})
	query := back.Query()
	if query.Get("code") == "" {
		t.Fatalf("came back without a code: %s", query.Encode())
	}
	return query.Get("code"), query.Get("state")
}

// within is the test's context with an end.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
