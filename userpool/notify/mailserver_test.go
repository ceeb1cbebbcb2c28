package notify

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// mailServer speaks just enough SMTP (RFC 5321) on loopback. Its switches are set before start.
type mailServer struct {
	startTLS, implicitTLS bool
	auth                  string            // mechanisms to offer, such as "PLAIN LOGIN"
	refuse                map[string]string // verb → whole reply line instead of the usual one
	silentAt              string            // verb that is never answered
	onSilence             func()            // called there, if set

	port  int
	roots *x509.CertPool
	tls   *tls.Config

	mu       sync.Mutex
	commands []string // as they came; mu owns it
	data     string   // of the last message; mu owns it
	secure   bool     // whether the last message came over TLS; mu owns it
	login    string   // decoded AUTH PLAIN; mu owns it
}

func (s *mailServer) start(t *testing.T) *mailServer {
	t.Helper()
	s.tls, s.roots = certificate(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	var running sync.WaitGroup
	conns := make(chan net.Conn, 16)
	t.Cleanup(func() {
		_ = listener.Close()
		for len(conns) > 0 {
			_ = (<-conns).Close()
		}
		running.Wait()
	})
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conns <- conn
			running.Go(func() { s.serve(conn) })
		}
	})
	return s
}

func (s *mailServer) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	if s.implicitTLS {
		conn = tls.Server(conn, s.tls)
	}
	in := bufio.NewReader(conn)
	say := func(lines ...string) { _, _ = conn.Write([]byte(strings.Join(lines, "\r\n") + "\r\n")) }
	say("220 mail.example ready")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb := strings.ToUpper(strings.Fields(line + " .")[0])
		s.note(line)
		if verb == s.silentAt {
			if s.onSilence != nil {
				s.onSilence()
			}
			_, _ = in.ReadString('\n') // until the client gives up
			return
		}
		if reply := s.refuse[verb]; reply != "" {
			say(reply)
			continue
		}
		switch verb {
		case "EHLO":
			say(s.extensions(conn)...)
		case "STARTTLS":
			say("220 go ahead")
			conn = tls.Server(conn, s.tls)
			in = bufio.NewReader(conn)
		case "AUTH":
			s.authenticate(line)
			say("235 welcome")
		case "DATA":
			say("354 end with a dot")
			s.read(in, conn)
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

func (s *mailServer) extensions(conn net.Conn) []string {
	_, secure := conn.(*tls.Conn)
	lines := []string{"250-mail.example", "250-8BITMIME", "250-SMTPUTF8"}
	if s.startTLS && !secure {
		lines = append(lines, "250-STARTTLS")
	}
	if s.auth != "" {
		lines = append(lines, "250-AUTH "+s.auth)
	}
	return append(lines, "250 SIZE 1000000")
}

func (s *mailServer) note(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = append(s.commands, line)
}

func (s *mailServer) authenticate(line string) {
	fields := strings.Fields(line)
	raw, _ := base64.StdEncoding.DecodeString(fields[len(fields)-1])
	s.mu.Lock()
	defer s.mu.Unlock()
	s.login = string(raw)
}

func (s *mailServer) read(in *bufio.Reader, conn net.Conn) {
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = b.String()
	_, s.secure = conn.(*tls.Conn)
}

// seen returns the commands whose verb is given.
func (s *mailServer) seen(verb string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, c := range s.commands {
		if strings.HasPrefix(strings.ToUpper(c), verb) {
			out = append(out, c)
		}
	}
	return out
}

// certificate is a fresh one for 127.0.0.1, and the pool that trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, roots
}
