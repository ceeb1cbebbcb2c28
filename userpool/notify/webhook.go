package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"portico/userpool"
)

// Limits of a delivery by webhook. A person waits for the code, so there are few tries within a short time.
const (
	webhookTries   = 3
	webhookPause   = 250 * time.Millisecond // before the second try; four times as long before the third
	webhookTimeout = 15 * time.Second       // for all tries together
	webhookAnswer  = 64 << 10               // bytes of an answer that are read, so that the connection can be kept
)

// Webhook sends text messages by posting them to a program of the operator's, in the form of the Standard Webhooks
// specification: JSON, with an ID, the time of the attempt and an HMAC-SHA256 of both and the body in the headers. Every
// attempt at one message has the same ID. Its fields are set before its first use; it is safe for concurrent use.
type Webhook struct {
	URL    userpool.Secret // its path or query may be one
	Secret WebhookSecret
	Client *http.Client     // guards addresses and times; its redirects are not followed
	Now    func() time.Time // for the signed time
	Pause  time.Duration    // before the second try; 0 means a quarter of a second
}

var _ Sender = (*Webhook)(nil)

// posted is the body. Data is what a program needs to send the message in its own way: the text as it is, and its parts.
type posted struct {
	Type      string     `json:"type"` // "sms.code", or "sms.notice" where there is no code
	Timestamp string     `json:"timestamp"`
	Data      postedText `json:"data"`
}

type postedText struct {
	To   string `json:"to"` // E.164
	Text string `json:"text"`
	Kind string `json:"kind"` // Kind.String, such as "sign-up code"
	Code string `json:"code,omitempty"`
	App  string `json:"app,omitempty"`
	Pool string `json:"pool"`
}

// Send posts the message until it is answered with a 2xx status. It fails with ErrMessage for a message it refuses itself,
// with a *DeliveryError otherwise.
func (w *Webhook) Send(ctx context.Context, m Message) error {
	if m.Medium != userpool.MediumSMS {
		return ErrNoCarrier
	}
	if err := m.check(); err != nil {
		return err
	}
	what := "sms.code"
	if m.Kind.Notice() {
		what = "sms.notice"
	}
	body, err := json.Marshal(posted{
		Type: what, Timestamp: w.Now().UTC().Format(time.RFC3339),
		Data: postedText{To: m.To, Text: m.Text, Kind: m.Kind.String(), Code: m.Code.Reveal(), App: m.App, Pool: string(m.Pool)},
	})
	if err != nil {
		return errors.Join(ErrMessage, err)
	}
	ctx, cancel := context.WithTimeout(ctx, webhookTimeout)
	defer cancel()
	pause := w.Pause
	if pause == 0 {
		pause = webhookPause
	}
	id := "msg_" + rand.Text()
	for try := 1; ; try++ {
		err := w.post(ctx, id, body)
		if err == nil || !err.Temporary || try == webhookTries || !wait(ctx, pause) {
			return orNil(err)
		}
		pause *= 4
	}
}

// orNil keeps a nil pointer from becoming an error that is not nil.
func orNil(err *DeliveryError) error {
	if err == nil {
		return nil
	}
	return err
}

// wait reports whether the time passed before the context ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// post makes one attempt.
func (w *Webhook) post(ctx context.Context, id string, body []byte) *DeliveryError {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL.Reveal(), bytes.NewReader(body))
	if err != nil {
		return &DeliveryError{Step: "connect"} // the URL was checked with the settings; its text is not repeated
	}
	at := strconv.FormatInt(w.Now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Webhook-Id", id)
	request.Header.Set("Webhook-Timestamp", at)
	request.Header.Set("Webhook-Signature", w.Secret.sign(id, at, body))

	client := *w.Client
	// A redirect would carry the code and its signature to somebody else.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := client.Do(request)
	if err != nil {
		out := &DeliveryError{Step: "connect", Temporary: true, cause: err}
		if failed := (*url.Error)(nil); errors.As(err, &failed) {
			out.cause = failed.Err // without the address, whose path may be a secret
		}
		return out
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, webhookAnswer))
	if answer.StatusCode >= 200 && answer.StatusCode < 300 {
		return nil
	}
	return &DeliveryError{Step: "answer", Code: answer.StatusCode, Temporary: temporary(answer.StatusCode)}
}

// temporary: the other side may think better of it. Everything else it will refuse again.
func temporary(status int) bool {
	return status >= 500 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout
}

// WebhookSecret is the key of a webhook's signatures. It redacts itself.
type WebhookSecret struct{ userpool.Secret }

// Sizes of a webhook's key in bytes, as the Standard Webhooks specification sets them.
const webhookKeyMin, webhookKeyMax = 24, 64

// ParseWebhookSecret reads a key of 24 to 64 bytes in base64, with or without "whsec_" before it. Its error does not
// repeat it.
func ParseWebhookSecret(text string) (WebhookSecret, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, "whsec_"))
	if err != nil || len(key) < webhookKeyMin || len(key) > webhookKeyMax {
		return WebhookSecret{}, errors.New("notify: webhook secret: want 24 to 64 bytes in base64")
	}
	return WebhookSecret{userpool.NewSecret(string(key))}, nil
}

// sign is the value of the signature's header: the scheme's version and the HMAC in base64.
func (s WebhookSecret) sign(id, at string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(s.Reveal()))
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
