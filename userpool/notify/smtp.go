package notify

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode"

	"github.com/wneessen/go-mail"

	"portico/userpool"
)

// Encryption is how the connection to the mail server is protected.
type Encryption string

// The ways. The zero value of a configuration is StartTLS.
const (
	StartTLS    Encryption = "starttls" // begins in clear and must become TLS, or nothing is sent (RFC 3207)
	ImplicitTLS Encryption = "implicit" // TLS from the first byte (RFC 8314 §3)
	NoTLS       Encryption = "none"     // in clear: for a mail server on this machine or in a trusted network
)

// defaultTimeout is generous: RFC 5321 §4.5.3.2 would let a server think for minutes, but a person waits for this mail.
const defaultTimeout = 20 * time.Second

// SMTP sends messages through a mail server. Its fields are set before its first use and not changed after; Check says
// whether they make sense. It is safe for concurrent use. Each message takes a connection of its own.
type SMTP struct {
	Host       string     // a name or an IP address
	Port       int        // 1 to 65535
	Encryption Encryption // empty means StartTLS

	Username string // empty sends without authentication
	Password userpool.Secret

	From     string // bare address, in the envelope and in the From header
	FromName string // shown beside it; may be empty

	Timeout time.Duration    // for one message, from dialling to the server's acceptance; 0 means 20 seconds
	Hello   string           // this machine's name in EHLO; empty means its host name
	RootCAs *x509.CertPool   // whom to trust; nil means the system's authorities
	Now     func() time.Time // for the Date header; nil means time.Now
}

var _ Sender = (*SMTP)(nil)

// Check reports every setting that cannot work, joined.
func (s *SMTP) Check() error {
	var faults []error
	fault := func(wrong bool, text string) {
		if wrong {
			faults = append(faults, errors.New("notify: smtp: "+text))
		}
	}
	fault(s.Host == "" || strings.ContainsAny(s.Host, "/ \r\n"), "host: want a name or an IP address")
	fault(s.Port < 1 || s.Port > 65535, "port: want a number from 1 to 65535")
	fault(checkAddress(s.From) != nil, "from: want a bare e-mail address")
	fault(strings.ContainsFunc(s.FromName, unicode.IsControl), "from name: control character")
	fault(strings.ContainsFunc(s.Hello, unicode.IsControl), "hello: control character")
	fault(s.Timeout < 0, "timeout: want a positive duration")
	fault(s.Username == "" && !s.Password.Empty(), "password without a user name")
	switch s.encryption() {
	case StartTLS, ImplicitTLS:
	case NoTLS:
		fault(s.Username != "" && !loopback(s.Host), "a password must not travel unencrypted: set tls to starttls or implicit")
	default:
		fault(true, "tls: want starttls, implicit or none")
	}
	return errors.Join(faults...)
}

func (s *SMTP) encryption() Encryption {
	if s.Encryption == "" {
		return StartTLS
	}
	return s.Encryption
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Send hands the message to the mail server and returns when the server has taken responsibility for it. It fails with
// ErrMessage for a message it refuses itself, with a *DeliveryError for everything that happens on the way.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	if err := s.Check(); err != nil {
		return err
	}
	if err := m.check(); err != nil {
		return err
	}
	letter, err := s.letter(m)
	if err != nil {
		return err
	}
	timeout := s.Timeout
	if timeout == 0 {
		timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return s.deliver(ctx, timeout, letter)
}

// letter writes the message in the form of RFC 5322.
func (s *SMTP) letter(m Message) (*mail.Msg, error) {
	letter := mail.NewMsg(mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingQP), mail.WithNoDefaultUserAgent())
	// The library's errors quote the address, so they end here.
	if letter.FromFormat(s.FromName, s.From) != nil {
		return nil, fmt.Errorf("%w: the sender is not an e-mail address", ErrMessage)
	}
	if letter.To(m.To) != nil {
		return nil, fmt.Errorf("%w: the recipient is not an e-mail address", ErrMessage)
	}
	now := s.Now
	if now == nil {
		now = time.Now
	}
	letter.Subject(m.Subject)
	letter.SetDateWithValue(now())
	// Our own, because the library's tells the world this machine's name.
	letter.SetMessageIDWithValue(strings.ToLower(rand.Text()) + "@" + s.From[strings.LastIndexByte(s.From, '@')+1:])
	// RFC 3834 §5: nobody is here to read an automatic answer, such as "I am on holiday".
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		letter.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	return letter, nil
}
