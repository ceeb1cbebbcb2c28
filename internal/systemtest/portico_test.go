//go:build system

package systemtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// program is the built portico, set by TestMain before any test runs.
var program string

func TestMain(m *testing.M) {
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "portico-system-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "portico")
	build := exec.Command("go", "build", "-o", program, "portico/cmd/portico")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// portico is a running program and what it said of itself.
type portico struct {
	Issuer         string `json:"issuer"`
	Domain         string `json:"domain"` // the origin of the pages and OAuth endpoints
	API            string `json:"api"`
	CAFile         string `json:"ca_file"` // with --tls
	UserPoolID     string `json:"user_pool_id"`
	ClientID       string `json:"client_id"`
	ClientSecret   string `json:"client_secret"`
	PublicClientID string `json:"public_client_id"`
	CallbackURL    string `json:"callback_url"`
	LogoutURL      string `json:"logout_url"`
	Username       string `json:"username"`
	Password       string `json:"password"`
	Providers      []struct {
		Name    string `json:"name"`
		Type    string `json:"type"`
		Address string `json:"address"`
	} `json:"providers"`

	transport http.RoundTripper // trusts the program's own certificate
}

// startDev runs `portico dev --json` in a folder of its own, on a free port,
// until the test ends; it must then stop cleanly on SIGTERM.
func startDev(t *testing.T, args ...string) *portico {
	t.Helper()
	p := &portico{}
	line := start(t, append([]string{"dev", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(line), p); err != nil {
		t.Fatalf("dev --json said %q: %v", line, err)
	}
	p.transport = p.trust(t)
	return p
}

// start runs the program and gives the first line it writes to standard output.
func start(t *testing.T, args ...string) string {
	t.Helper()
	log := &lockedBuffer{}
	cmd := exec.Command(program, args...)
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines, read := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(read)
		defer close(lines)
		for scanner, first := newLineScanner(out), true; scanner.Scan(); first = false {
			if first {
				lines <- scanner.Text()
			}
		}
	}()
	t.Cleanup(func() {
		stop(t, cmd, read)
		if t.Failed() {
			t.Logf("the program's log:\n%s", log)
		}
	})
	select {
	case line, said := <-lines:
		if !said {
			t.Fatalf("portico %v ended before it was ready:\n%s", args, log)
		}
		return line
	case <-time.After(patience):
		t.Fatalf("portico %v is not ready after %s:\n%s", args, patience, log)
	}
	return ""
}

// stop asks the program to end and demands that it does so in good order.
func stop(t *testing.T, cmd *exec.Cmd, read <-chan struct{}) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("stop the program: %v", err)
	}
	select {
	case <-read:
	case <-time.After(patience):
		t.Errorf("the program is still there %s after SIGTERM", patience)
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		<-read
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the program's end: %v", err)
	}
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
