package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"strings"
	"unicode"

	"portico/userpool"
	"portico/words"
)

// Limits of a message, in bytes. RFC 5322 §2.1.1 ends a line, and so an unfolded subject, at 998; the bodies have room
// for ten times the longest text that the user pools API lets an operator set.
const (
	maxSubject = 998
	maxBody    = 200_000
)

// ErrMessage is why a Sender refuses a message that it could not send safely. It is always wrapped with the reason.
var ErrMessage = errors.New("notify: message refused")

// Message is one e-mail or one text message. Compose or ComposeText makes it; the caller adds To and Pool.
type Message struct {
	Medium  string // userpool.MediumSMS is a text message; everything else is an e-mail
	To      string // a bare address (no display name, no second address), or a phone number (E.164)
	Subject string // of an e-mail
	Text    string // the whole message as plain text
	HTML    string // the same as HTML; empty sends plain text alone

	Kind Kind
	Code userpool.Secret // the code that Text and HTML contain; empty in a link and in a notice
	Link userpool.Secret // the link they contain, of SignUpLink
	App  string          // the app the code is for; may be empty
	Pool userpool.ID

	// Heading, Before and After are the parts of Text around the code or the link, for whoever draws the message anew. Each of
	// Before and After is a list of paragraphs. A text message is too short for parts: Before is the whole of it.
	Heading       string
	Before, After []string

	language words.Language
}

// Sender delivers messages. Send returns when the message was handed over, which may take as long as the context
// allows; an error means that it was not. Errors name neither the address nor the code. Send is safe for concurrent use.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// String, GoString, MarshalText and LogValue say what the message is for, and hide address, texts and code.
func (m Message) String() string               { return fmt.Sprintf("[%s, pool %s]", m.Kind, m.Pool) }
func (m Message) GoString() string             { return m.String() }
func (m Message) MarshalText() ([]byte, error) { return []byte(m.String()), nil }
func (m Message) LogValue() slog.Value         { return slog.StringValue(m.String()) }

// Preview is the first line of the text.
func (m Message) Preview() string {
	line, _, _ := strings.Cut(m.Text, "\n")
	return strings.TrimSpace(line)
}

// check refuses what would become something else on its way: an address that is two, or a header that is two.
func (m Message) check() error {
	if m.Medium == userpool.MediumSMS {
		return m.checkText()
	}
	if err := checkAddress(m.To); err != nil {
		return fmt.Errorf("%w: recipient: %w", ErrMessage, err)
	}
	switch {
	case m.Subject == "":
		return fmt.Errorf("%w: no subject", ErrMessage)
	case len(m.Subject) > maxSubject:
		return fmt.Errorf("%w: the subject is over %d bytes long", ErrMessage, maxSubject)
	case strings.ContainsFunc(m.Subject, unicode.IsControl):
		return fmt.Errorf("%w: control character in the subject", ErrMessage)
	case m.Text == "":
		return fmt.Errorf("%w: no text", ErrMessage)
	case len(m.Text) > maxBody, len(m.HTML) > maxBody:
		return fmt.Errorf("%w: the text is over %d bytes long", ErrMessage, maxBody)
	}
	return nil
}

// checkAddress accepts exactly one bare address. Its errors do not repeat it.
func checkAddress(address string) error {
	// A newline would end the header or the SMTP command and begin another of the sender's choice.
	if strings.ContainsFunc(address, unicode.IsControl) {
		return errors.New("control character in the address")
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Name != "" || parsed.Address != address {
		return errors.New("not a bare e-mail address")
	}
	return nil
}
