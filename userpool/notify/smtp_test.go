package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"portico/userpool"
	"portico/words"
)

func sender(s *mailServer, change func(*SMTP)) *SMTP {
	out := &SMTP{
		Host: "127.0.0.1", Port: s.port, From: "no-reply@acme.example", FromName: "Acme Notes", RootCAs: s.roots,
		Timeout: 5 * time.Second, Now: func() time.Time { return time.Date(2026, 3, 3, 14, 2, 11, 0, time.UTC) },
	}
	if change != nil {
		change(out)
	}
	return out
}

func letter() Message {
	m := Compose(words.English(), SignUpCode, Facts{App: "Açme Notes", Code: userpool.NewSecret("481526"), Validity: 24 * time.Hour}, Own{})
	m.To = "ines@acme.example"
	m.Subject = "Bestätige deine Adresse"
	return m
}

func TestSMTPDelivers(t *testing.T) {
	for _, test := range []struct {
		name   string
		server *mailServer
		change func(*SMTP)
		secure bool
		login  string
	}{
		{"in clear when configured", &mailServer{}, func(s *SMTP) { s.Encryption = NoTLS }, false, ""},
		{"starttls by default", &mailServer{startTLS: true}, nil, true, ""},
		{"implicit TLS", &mailServer{implicitTLS: true}, func(s *SMTP) { s.Encryption = ImplicitTLS }, true, ""},
		{"with a password", &mailServer{startTLS: true, auth: "LOGIN PLAIN"}, func(s *SMTP) {
			s.Username, s.Password = "portico", userpool.NewSecret("Lantern-7")
		}, true, "\x00portico\x00Lantern-7"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := test.server.start(t)
			if err := sender(server, test.change).Send(t.Context(), letter()); err != nil {
				t.Fatal(err)
			}
			if server.secure != test.secure {
				t.Errorf("over TLS: %v, want %v", server.secure, test.secure)
			}
			if server.login != test.login {
				t.Errorf("signed in with %q, want %q", server.login, test.login)
			}
			if rcpt := server.seen("RCPT"); len(rcpt) != 1 || !strings.Contains(rcpt[0], "<ines@acme.example>") {
				t.Errorf("recipients: %q", rcpt)
			}
			checkLetter(t, server.data)
		})
	}
}

func checkLetter(t *testing.T, data string) {
	t.Helper()
	got, err := mail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if err != nil || subject != "Bestätige deine Adresse" {
		t.Errorf("subject %q, %v", subject, err)
	}
	for name, want := range map[string]string{
		"To": "<ines@acme.example>", "From": `"Acme Notes" <no-reply@acme.example>`, "Auto-Submitted": "auto-generated",
		"Date": "Tue, 03 Mar 2026 14:02:11 +0000",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Header.Get(name), want)
		}
	}
	if id := got.Header.Get("Message-ID"); !strings.HasSuffix(id, "@acme.example>") {
		t.Errorf("Message-ID %q does not end with the sender's domain", id)
	}
	_, params, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for r := multipart.NewReader(got.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		parts[part.Header.Get("Content-Type")] = string(text)
	}
	if text := parts["text/plain; charset=UTF-8"]; !strings.HasPrefix(text, "Your code for Açme Notes is 481526.") {
		t.Errorf("plain text: %q in %v", text, parts)
	}
	if text := parts["text/html; charset=UTF-8"]; !strings.Contains(text, ">481526<") {
		t.Errorf("HTML: %q", text)
	}
}

// An attacker between us and the server strips STARTTLS from its answer and would read the code.
func TestAttackSTARTTLSIsStripped(t *testing.T) {
	server := (&mailServer{}).start(t)
	if err := sender(server, nil).Send(t.Context(), letter()); err == nil {
		t.Fatal("sent in clear")
	}
	if got := server.seen("MAIL"); len(got) != 0 {
		t.Errorf("the server was told %q", got)
	}
}

func TestAttackMailServerWithAStrangersCertificate(t *testing.T) {
	for name, encryption := range map[string]Encryption{"starttls": StartTLS, "implicit": ImplicitTLS} {
		t.Run(name, func(t *testing.T) {
			server := (&mailServer{startTLS: true, implicitTLS: encryption == ImplicitTLS, auth: "PLAIN"}).start(t)
			_, strangers := certificate(t)
			err := sender(server, func(s *SMTP) {
				s.Encryption, s.RootCAs = encryption, strangers
				s.Username, s.Password = "portico", userpool.NewSecret("Lantern-7")
			}).Send(t.Context(), letter())
			if err == nil || len(server.seen("AUTH")) != 0 || len(server.seen("MAIL")) != 0 {
				t.Fatalf("trusted a stranger: %v, %q", err, server.seen(""))
			}
		})
	}
}

// Somebody signs up with an address or names an app so that a header or an SMTP command of their own is sent.
func TestAttackHeaderInjection(t *testing.T) {
	server := (&mailServer{}).start(t)
	s := sender(server, func(s *SMTP) { s.Encryption = NoTLS })
	inbox := NewInbox(10, nil)
	for name, change := range map[string]func(*Message){
		"newline in To":            func(m *Message) { m.To = "ines@acme.example\r\nBcc: mallory@evil.example" },
		"bare line feed in To":     func(m *Message) { m.To = "ines@acme.example\nBcc: mallory@evil.example" },
		"command in To":            func(m *Message) { m.To = "ines@acme.example>\r\nRCPT TO:<mallory@evil.example" },
		"quoted newline in To":     func(m *Message) { m.To = "\"ines\r\n\"@acme.example" },
		"two addresses in To":      func(m *Message) { m.To = "ines@acme.example, mallory@evil.example" },
		"name and address in To":   func(m *Message) { m.To = "Ines <ines@acme.example>" },
		"nobody in To":             func(m *Message) { m.To = "" },
		"newline in Subject":       func(m *Message) { m.Subject = "Hello\r\nBcc: mallory@evil.example" },
		"carriage return":          func(m *Message) { m.Subject = "Hello\rBcc: mallory@evil.example" },
		"zero byte in Subject":     func(m *Message) { m.Subject = "Hello\x00" },
		"subject longer than line": func(m *Message) { m.Subject = strings.Repeat("a", 999) },
		"endless text":             func(m *Message) { m.Text = strings.Repeat("a", maxBody+1) },
		"no text":                  func(m *Message) { m.Text = "" },
	} {
		m := letter()
		change(&m)
		for sender, err := range map[string]error{"SMTP": s.Send(t.Context(), m), "Inbox": inbox.Send(t.Context(), m)} {
			if !errors.Is(err, ErrMessage) {
				t.Errorf("%s, %s: %v, want ErrMessage", name, sender, err)
			} else if strings.Contains(err.Error(), "example") {
				t.Errorf("%s: the error repeats the address: %v", name, err)
			}
		}
	}
	if got := server.seen(""); len(got) != 0 {
		t.Errorf("the server was told %q", got)
	}
	if inbox.Count() != 0 {
		t.Errorf("the inbox took %d messages", inbox.Count())
	}
}

func TestSMTPErrorsNameTheStepAndNotTheAddress(t *testing.T) {
	for _, test := range []struct {
		verb, reply, step string
		code              int
		temporary         bool
	}{
		{"RCPT", "550 <ines@acme.example> is unknown here", "recipient", 550, false},
		{"RCPT", "451 ines@acme.example: try again", "recipient", 451, true},
		{"MAIL", "553 no-reply@acme.example may not send", "sender", 553, false},
		{"DATA", "554 not 481526", "content", 554, false},
		{"EHLO", "554 go away", "connect", 554, false},
		{"AUTH", "535 portico: wrong password Lantern-7", "connect", 535, false},
	} {
		t.Run(test.verb+test.reply[:3], func(t *testing.T) {
			server := (&mailServer{auth: "PLAIN", refuse: map[string]string{test.verb: test.reply, "HELO": test.reply}}).start(t)
			err := sender(server, func(s *SMTP) {
				s.Encryption = NoTLS
				if test.verb == "AUTH" {
					s.Username, s.Password = "portico", userpool.NewSecret("Lantern-7")
				}
			}).Send(t.Context(), letter())
			var failed *DeliveryError
			if !errors.As(err, &failed) {
				t.Fatalf("%v, want a DeliveryError", err)
			}
			if failed.Step != test.step || failed.Code != test.code || failed.Temporary != test.temporary {
				t.Errorf("step %s, code %d, temporary %v", failed.Step, failed.Code, failed.Temporary)
			}
			for _, secret := range []string{"acme", "ines", "481526", "Lantern"} {
				if strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
					t.Errorf("the error repeats %q: %v", secret, err)
				}
			}
		})
	}
}

func TestSMTPGivesUpOnASilentServer(t *testing.T) {
	for _, verb := range []string{"EHLO", "MAIL", "DATA"} {
		t.Run(verb, func(t *testing.T) {
			server := (&mailServer{silentAt: verb}).start(t)
			err := sender(server, func(s *SMTP) { s.Encryption, s.Timeout = NoTLS, 50*time.Millisecond }).Send(t.Context(), letter())
			var failed *DeliveryError
			if !errors.As(err, &failed) || !failed.Temporary {
				t.Fatalf("%v, want a temporary DeliveryError", err)
			}
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		server := (&mailServer{silentAt: "RCPT", onSilence: cancel}).start(t)
		err := sender(server, func(s *SMTP) { s.Encryption = NoTLS }).Send(ctx, letter())
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("%v, want context.Canceled", err)
		}
	})
}

func TestSMTPCheck(t *testing.T) {
	good := SMTP{Host: "mail.example", Port: 587, From: "no-reply@acme.example"}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change func(*SMTP)
		want   string
	}{
		"no host":         {func(s *SMTP) { s.Host = "" }, "host"},
		"no port":         {func(s *SMTP) { s.Port = 0 }, "port"},
		"no sender":       {func(s *SMTP) { s.From = "" }, "from"},
		"injected sender": {func(s *SMTP) { s.From = "a@b.example\r\nBcc: c@d.example" }, "from"},
		"injected name":   {func(s *SMTP) { s.FromName = "Acme\r\nBcc: c@d.example" }, "from name"},
		"unknown mode":    {func(s *SMTP) { s.Encryption = "tls" }, "tls"},
		"password, clear": {func(s *SMTP) { s.Encryption, s.Username = NoTLS, "portico" }, "unencrypted"},
		"password alone":  {func(s *SMTP) { s.Password = userpool.NewSecret("x") }, "user name"},
	} {
		s := good
		test.change(&s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want a word of %q", name, err, test.want)
		}
	}
}
