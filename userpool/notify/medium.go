package notify

import (
	"context"
	"errors"

	"portico/userpool"
)

// ErrNoCarrier: the server has nothing that carries this kind of message.
var ErrNoCarrier = errors.New("notify: no carrier is configured for this kind of message")

// ByMedium is a Sender that gives e-mails to one carrier and text messages to another; nil carries none.
type ByMedium struct{ Mail, Texts Sender }

var _ Sender = ByMedium{}

// Send hands the message to its carrier, or fails with ErrNoCarrier.
func (b ByMedium) Send(ctx context.Context, m Message) error {
	carrier := b.Mail
	if m.Medium == userpool.MediumSMS {
		carrier = b.Texts
	}
	if carrier == nil {
		return ErrNoCarrier
	}
	return carrier.Send(ctx, m)
}
