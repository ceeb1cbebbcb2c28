//go:build system

package systemtest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestServeSendsMail signs up at `portico serve` with the code that comes by
// e-mail, and sets a new password with another.
func TestServeSendsMail(t *testing.T) {
	const email, password, changed = "noor@people.example", "first-Password-1", "second-Password-2"
	relay := startRelay(t)
	s := newServer(t, "mail.yaml")
	s.set("MAIL_PORT", portOf(relay.address))
	p := s.app(s.start(), firstPool, "first", appSecret)
	query := "?" + strings.SplitN(p.authorize(), "?", 2)[1]

	them := newPerson(t, p.transport)
	confirm := them.visit(p.Domain+"/signup"+query, p.Domain+"/confirm", map[string]string{"username": email, "password": password})
	message := relay.next(t)
	if message.to != email || message.from != "sign-in@pool.example" {
		t.Errorf("the message goes to %s, from %s", message.to, message.from)
	}
	back := them.visit(confirm.String(), p.CallbackURL, map[string]string{"code": message.code(t)})
	tokens := p.redeem(t, codeOf(t, back))
	wantClaims(t, claimsOf(t, tokens.IDToken), map[string]any{"email": email, "email_verified": true})

	them = newPerson(t, p.transport)
	reset := them.visit(p.Domain+"/forgotPassword"+query, p.Domain+"/confirmForgotPassword", map[string]string{"username": email})
	message = relay.next(t)
	them.visit(reset.String(), p.Domain+"/login", map[string]string{"code": message.code(t), "password": changed, "confirmPassword": changed})
	back = them.visit(p.authorize(), p.CallbackURL, map[string]string{"username": email, "password": changed})
	if got := p.redeem(t, codeOf(t, back)); got.Error != "" {
		t.Errorf("the code of the new password: %s", got.Error)
	}
	if strings.Contains(p.log.String(), message.code(t)) {
		t.Error("the log holds a code")
	}
}

// relay is a mail server that takes every message and delivers it to the test.
type relay struct {
	address string
	inbox   chan message
}

type message struct {
	from, to string
	text     []byte
}

func startRelay(t *testing.T) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	r := &relay{address: listener.Addr().String(), inbox: make(chan message, 10)}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go r.serve(conn)
		}
	}()
	return r
}

// serve speaks the SMTP of RFC 5321 §4.3.2 without extensions.
func (r *relay) serve(conn net.Conn) {
	defer conn.Close()
	in := textproto.NewReader(bufio.NewReader(conn))
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 relay.example")
	var m message
	for {
		line, err := in.ReadLine()
		if err != nil {
			return
		}
		switch verb, rest, _ := strings.Cut(line, ":"); strings.ToUpper(strings.Fields(verb + " ")[0]) {
		case "MAIL":
			m = message{from: address(rest)}
			say("250 go on")
		case "RCPT":
			m.to = address(rest)
			say("250 go on")
		case "DATA":
			say("354 go on")
			if m.text, err = in.ReadDotBytes(); err != nil {
				return
			}
			r.inbox <- m
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 relay.example")
		}
	}
}

// address is what stands between < and >.
func address(text string) string {
	_, rest, _ := strings.Cut(text, "<")
	inner, _, _ := strings.Cut(rest, ">")
	return inner
}

// next is the next message that arrives.
func (r *relay) next(t *testing.T) message {
	t.Helper()
	select {
	case m := <-r.inbox:
		return m
	case <-time.After(patience):
		t.Fatalf("no message in %s", patience)
	}
	return message{}
}

var sixDigits = regexp.MustCompile(`\b[0-9]{6}\b`)

// code is the code in the message's text. The plain part comes first.
func (m message) code(t *testing.T) string {
	t.Helper()
	parsed, err := mail.ReadMessage(bytes.NewReader(m.text))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(parsed.Body)
	if err != nil {
		t.Fatal(err)
	}
	code := sixDigits.FindString(string(body))
	if code == "" {
		t.Fatalf("no code in\n%s", m.text)
	}
	return code
}
