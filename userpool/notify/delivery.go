package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"time"

	"github.com/wneessen/go-mail"
)

// DeliveryError is why a message did not reach the server that was to carry it. Its text holds no address, no number and
// nothing the server said, for servers like to repeat the address.
type DeliveryError struct {
	Step      string // "connect"; of mail "sender", "recipient" or "content"; of a text message "answer"
	Code      int    // the reply code of mail (RFC 5321 §4.2) or the HTTP status, or 0 when it did not get that far
	Reason    string // SNS's name of the error, such as Throttled; letters and dots only
	Temporary bool   // another attempt may succeed
	cause     error  // of a connection that failed; nil otherwise
}

func (e *DeliveryError) Error() string {
	text := "notify: the message was not delivered, step " + e.Step
	if e.Code != 0 {
		text += fmt.Sprintf(", reply %d", e.Code)
	}
	if e.Reason != "" {
		text += ", " + e.Reason
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

func (e *DeliveryError) Unwrap() error { return e.cause }

// deliver takes one connection from dialling to QUIT. The context ends it at any moment.
func (s *SMTP) deliver(ctx context.Context, timeout time.Duration, letter *mail.Msg) error {
	client, err := mail.NewClient(s.Host, s.options(ctx, timeout)...)
	if err != nil {
		return &DeliveryError{Step: "connect", cause: err}
	}
	if err := client.DialWithContext(ctx); err != nil {
		return connectError(ctx, err)
	}
	// After delivery the outcome is known: what goes wrong while saying goodbye does not matter.
	defer func() { _ = client.Close() }()

	if err := client.Send(letter); err != nil && !letter.IsDelivered() {
		return sendError(ctx, err)
	}
	return nil
}

func (s *SMTP) options(ctx context.Context, timeout time.Duration) []mail.Option {
	options := []mail.Option{
		mail.WithPort(s.Port),
		mail.WithTimeout(timeout),
		mail.WithTLSConfig(s.tlsConfig()),
		mail.WithDialContextFunc(s.dialer(ctx)),
	}
	if s.Hello != "" {
		options = append(options, mail.WithHELO(s.Hello))
	}
	switch s.encryption() {
	case ImplicitTLS:
		options = append(options, mail.WithSSL())
	case NoTLS:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.Username != "" {
		options = append(options, mail.WithUsername(s.Username), mail.WithPassword(s.Password.Reveal()),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin, mail.SMTPAuthCramMD5))
	}
	return options
}

func (s *SMTP) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: s.RootCAs, MinVersion: tls.VersionTLS12}
}

// dialer connects, and closes the connection when the whole attempt's context ends: the library looks at its context
// while dialling only, so that a server which stops in the middle would hold us for longer than was allowed.
func (s *SMTP) dialer(whole context.Context) mail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(whole, func() { _ = conn.Close() })
		if s.encryption() != ImplicitTLS {
			return conn, nil
		}
		secured := tls.Client(conn, s.tlsConfig())
		if err := secured.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			return nil, err
		}
		return secured, nil
	}
}

// connectError is about everything before the envelope: the address has not been sent, so the cause may be told, unless
// it is the server's own words.
func connectError(ctx context.Context, err error) error {
	out := &DeliveryError{Step: "connect", Temporary: true, cause: err}
	if ctx.Err() != nil {
		out.cause = ctx.Err()
		return out
	}
	var reply *textproto.Error
	if errors.As(err, &reply) {
		out.Code, out.Temporary, out.cause = reply.Code, reply.Code < 500, nil
	}
	return out
}

func sendError(ctx context.Context, err error) error {
	out := &DeliveryError{Step: "content", Temporary: true}
	if ctx.Err() != nil {
		out.cause = ctx.Err()
	}
	var failed *mail.SendError
	if !errors.As(err, &failed) {
		return out
	}
	out.Code = failed.ErrorCode()
	out.Temporary = out.Code < 500
	switch failed.Reason {
	case mail.ErrConnCheck:
		out.Step = "connect"
	case mail.ErrGetSender, mail.ErrSMTPMailFrom:
		out.Step = "sender"
	case mail.ErrGetRcpts, mail.ErrSMTPRcptTo:
		out.Step = "recipient"
	}
	return out
}
