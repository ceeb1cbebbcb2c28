//go:build system

package systemtest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestGracefulStop asks the program to stop while a code is being exchanged:
// nobody new is let in, the exchange is finished, and the exit code is 0.
func TestGracefulStop(t *testing.T) {
	t.Run("serve", func(t *testing.T) {
		s := newServer(t, "pools.yaml")
		p := s.app(s.start(), firstPool, "first", appSecret)
		p.Username, p.Password = ada["username"], ada["password"]
		stopGracefully(t, p, syscall.SIGTERM)
	})
	t.Run("dev", func(t *testing.T) { stopGracefully(t, startDev(t), syscall.SIGINT) }) // Ctrl-C
}

func stopGracefully(t *testing.T, p *portico, signal syscall.Signal) {
	code, _ := p.signIn(t, p.authorize())
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.CallbackURL},
		"client_id": {p.ClientID}, "client_secret": {p.ClientSecret},
	}.Encode()
	address := "127.0.0.1:" + portOf(p.Domain)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /oauth2/token HTTP/1.1\r\nHost: localhost:%s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n"+
		"Expect: 100-continue\r\n\r\n", portOf(p.Domain), len(form))
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") { // it is being served
		t.Fatalf("%q, %v", line, err)
	}
	if _, err := answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	io.WriteString(conn, form[:20])
	if err := p.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		another, err := net.Dial("tcp", address)
		if err != nil {
			break // nobody new is let in
		}
		another.Close()
		if time.Now().After(deadline) {
			t.Fatalf("new connections are still taken %s after %s", patience, signal)
		}
	}
	select {
	case <-p.ended:
		t.Fatal("it ended with a request in flight")
	default:
	}
	io.WriteString(conn, form[20:])
	response, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(body), "access_token") {
		t.Errorf("the exchange in flight: %s %s %v", response.Status, body, err)
	}
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatalf("still there %s after the last request", patience)
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
