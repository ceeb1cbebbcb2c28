//go:build system

package systemtest

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// server is where a `portico serve` lives: its file, its database and its port
// stay the same however often it is started.
type server struct {
	t           *testing.T
	origin      string // the file's SERVER_URL
	file        string
	environment map[string]string // the file's variables
	transport   http.RoundTripper
}

// newServer prepares a server for a file of testdata, in a folder of its own.
func newServer(t *testing.T, file string) *server {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	listen, folder := freeAddress(t), t.TempDir()
	s := &server{
		t: t, origin: "http://localhost:" + portOf(listen), file: filepath.Join(folder, "portico.yaml"), transport: localTransport(t),
		environment: map[string]string{
			"LISTEN": listen, "DATABASE": filepath.Join(folder, "portico.db"), "PORTICO_KEY": masterKey(),
		},
	}
	if err := os.WriteFile(s.file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// set sets a variable of the file for the next start.
func (s *server) set(name, value string) { s.environment[name] = value }

// start runs the server until it is ready.
func (s *server) start() *process {
	s.t.Helper()
	p := run(s.t, s.variables(), "serve", "--config", s.file)
	p.waitReady()
	return p
}

// variables are the environment of the program.
func (s *server) variables() []string {
	variables := append(os.Environ(), "SERVER_URL="+s.origin)
	for name, value := range s.environment {
		variables = append(variables, name+"="+value)
	}
	return variables
}

// app is the server as a client of one of its pools sees it.
func (s *server) app(p *process, pool, clientID, clientSecret string) *portico {
	return &portico{
		Issuer: s.origin + "/" + pool, Domain: s.origin, API: s.origin, UserPoolID: pool, ClientID: clientID, ClientSecret: clientSecret,
		CallbackURL: somebodysCallback, LogoutURL: "http://127.0.0.1:1/", process: p, transport: s.transport,
	}
}

// localTransport finds every name below localhost on this machine, as browsers
// do: Go asks a resolver that may not know them.
func localTransport(t *testing.T) *http.Transport {
	t.Helper()
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, port, err := net.SplitHostPort(address); err == nil && strings.HasSuffix(host, ".localhost") {
			address = net.JoinHostPort("127.0.0.1", port)
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// freeAddress is an address on this machine that nobody listens at now.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func portOf(address string) string { return address[strings.LastIndex(address, ":")+1:] }

func masterKey() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return base64.StdEncoding.EncodeToString(key)
}
