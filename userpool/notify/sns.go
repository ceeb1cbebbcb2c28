package notify

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"portico/userpool"
)

// Limits of a delivery by SNS.
const (
	snsTries   = 3
	snsBackoff = 2 * time.Second  // between two tries, at most
	snsTimeout = 15 * time.Second // for all tries together
)

// SNS sends text messages with the Publish operation of Amazon SNS, at Amazon or at a server that is compatible. Its fields
// are set before its first use; it is safe for concurrent use.
type SNS struct {
	Region      string
	Endpoint    string // empty means Amazon's of the region
	Credentials aws.CredentialsProvider
	SenderID    string       // shown as the sender where a country's networks allow it; may be empty
	Client      *http.Client // guards addresses and times
}

var _ Sender = (*SNS)(nil)

// Send hands the message to SNS. It fails with ErrMessage for a message it refuses itself, with a *DeliveryError otherwise.
// An attempt whose answer is lost is made again, so in rare cases the same code arrives twice.
func (s *SNS) Send(ctx context.Context, m Message) error {
	if m.Medium != userpool.MediumSMS {
		return ErrNoCarrier
	}
	if err := m.check(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, snsTimeout)
	defer cancel()
	_, err := sns.New(s.options()).Publish(ctx, &sns.PublishInput{
		PhoneNumber: aws.String(m.To), Message: aws.String(m.Text), MessageAttributes: s.attributes(),
	})
	if err != nil {
		return snsError(ctx, err)
	}
	return nil
}

func (s *SNS) options() sns.Options {
	options := sns.Options{
		Region: s.Region, Credentials: s.Credentials, HTTPClient: s.Client,
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff = snsTries, snsBackoff
			// SNS's own name for being asked too often, which the SDK does not know.
			o.Retryables = append(o.Retryables, retry.RetryableErrorCode{Codes: map[string]struct{}{"Throttled": {}}})
		}),
	}
	if s.Endpoint != "" {
		options.BaseEndpoint = aws.String(s.Endpoint)
	}
	return options
}

// attributes: a code must arrive soon, which is what Amazon calls transactional.
func (s *SNS) attributes() map[string]types.MessageAttributeValue {
	text := func(value string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(value)}
	}
	attributes := map[string]types.MessageAttributeValue{"AWS.SNS.SMS.SMSType": text("Transactional")}
	if s.SenderID != "" {
		attributes["AWS.SNS.SMS.SenderID"] = text(s.SenderID)
	}
	return attributes
}

// snsError keeps of an error what names nobody: SNS's messages repeat the phone number.
func snsError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &DeliveryError{Step: "connect", Temporary: true, cause: ctx.Err()}
	}
	var refused smithy.APIError
	if !errors.As(err, &refused) {
		return &DeliveryError{Step: "connect", Temporary: true, cause: connectionCause(err)}
	}
	out := &DeliveryError{Step: "answer", Reason: errorName(refused.ErrorCode())}
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) {
		out.Code = answer.HTTPStatusCode()
	}
	out.Temporary = temporary(out.Code) || strings.Contains(out.Reason, "Throttl")
	return out
}

// connectionCause is the innermost words about a connection; those around them name the request.
func connectionCause(err error) error {
	if operation := (*net.OpError)(nil); errors.As(err, &operation) {
		return operation
	}
	if failed := (*url.Error)(nil); errors.As(err, &failed) {
		return failed.Err
	}
	return errors.New("no credentials, or no answer that could be read")
}

// errorName lets through what an error's name may hold, since the other side writes it.
func errorName(name string) string {
	clean := strings.Map(func(r rune) rune {
		if (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || r == '.' {
			return r
		}
		return -1
	}, name)
	return clean[:min(len(clean), 64)]
}
