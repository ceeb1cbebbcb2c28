//go:build system

package systemtest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestMalformedHTTP sends bytes that are no HTTP at all, or nearly.
func TestMalformedHTTP(t *testing.T) {
	_, p := startFirst(t)
	address := "127.0.0.1:" + portOf(p.Domain)
	host := "\r\nHost: localhost:" + portOf(p.Domain) + "\r\n"
	for name, text := range map[string]string{
		"nonsense":           "\x00\x01\x02\r\n\r\n",
		"TLS to plain http":  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
		"no host":            "GET /login HTTP/1.1\r\n\r\n",
		"two hosts":          "GET /login HTTP/1.1" + host + "Host: evil.example\r\n\r\n",
		"two lengths":        "POST /oauth2/token HTTP/1.1" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"length and chunks":  "POST /oauth2/token HTTP/1.1" + host + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"broken chunk":       "POST /oauth2/token HTTP/1.1" + host + "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"header with a null": "GET /login HTTP/1.1" + host + "X: a\x00b\r\n\r\n",
		"folded header":      "GET /login HTTP/1.1" + host + "X: a\r\n b\r\n\r\n",
		"oversized headers":  "GET /login HTTP/1.1" + host + "X: " + strings.Repeat("x", 100_000) + "\r\n\r\n",
		"many headers":       "GET /login HTTP/1.1" + host + strings.Repeat("X: y\r\n", 20_000) + "\r\n",
		"absolute form":      "GET http://evil.example/login HTTP/1.1" + host + "\r\n",
		"asterisk":           "OPTIONS * HTTP/1.1" + host + "\r\n",
		"CONNECT":            "CONNECT evil.example:443 HTTP/1.1" + host + "\r\n",
		"HTTP/0.9":           "GET /login\r\n\r\n",
		"HTTP/2 without TLS": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"body that stops":    "POST /oauth2/token HTTP/1.1" + host + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ngrant_type",
		"answer, no request": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.DialTimeout("tcp", address, patience)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
				t.Fatal(err)
			}
			_, _ = io.WriteString(conn, text) // it may hang up before the end
			_ = conn.(*net.TCPConn).CloseWrite()
			answer, _ := io.ReadAll(io.LimitReader(conn, 1<<20)) // or cut the line
			if stackTrace.Match(answer) || bytes.HasPrefix(answer, []byte("HTTP/1.1 5")) && !bytes.HasPrefix(answer, []byte("HTTP/1.1 505")) && !bytes.HasPrefix(answer, []byte("HTTP/1.1 501")) {
				t.Errorf("answered with %q", answer)
			}
			if bytes.HasPrefix(answer, []byte("HTTP/1.1 3")) && bytes.Contains(answer, []byte("evil.example")) {
				t.Errorf("it leads to a stranger: %q", answer)
			}
		})
	}
	if _, found := p.findLog("level=ERROR"); found {
		t.Error("the log has errors of ours")
	}
	p.signIn(t, p.authorize())
}

// TestPeopleHangUp: whoever leaves before the answer is no fault of ours in the
// log, and holds nobody else up.
func TestPeopleHangUp(t *testing.T) {
	_, p := startFirst(t)
	query := strings.SplitN(p.authorize(), "?", 2)[1]
	const token = "3f0d8a52-3f6c-4b1e-9c55-0a4f1f6f4c11"
	form := url.Values{"username": {p.Username}, "password": {p.Password}, "_csrf": {token}}.Encode()
	redeem := url.Values{"grant_type": {"authorization_code"}, "code": {"x"}, "redirect_uri": {p.CallbackURL}, "client_id": {p.ClientID}, "client_secret": {p.ClientSecret}}.Encode()
	post := func(path, body string) string {
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost:%s\r\nCookie: XSRF-TOKEN=%s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
			path, portOf(p.Domain), token, len(body), body)
	}
	for i := range 60 {
		conn, err := net.DialTimeout("tcp", "127.0.0.1:"+portOf(p.Domain), patience)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, [...]string{
			post("/login?"+query, form), post("/oauth2/token", redeem), "GET /login HTTP/1.1\r\nHost: localhost:" + portOf(p.Domain) + "\r\n\r\n",
		}[i%3])
		if i%2 == 0 {
			_ = conn.(*net.TCPConn).SetLinger(0) // reset, not a farewell
		}
		time.Sleep(time.Duration(i%5) * time.Millisecond) // at different moments of the work
		conn.Close()
	}
	p.signIn(t, p.authorize())
	if line, found := p.findLog("level=ERROR"); found {
		t.Errorf("the log says %s", line)
	}
}
