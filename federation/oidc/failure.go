package oidc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"portico/federation"
)

// step is a request to the provider, by its term in the log.
type step string

const (
	stepDiscovery step = "discovery"
	stepToken     step = "token-endpoint"
	stepKeys      step = "keys"
	stepUserInfo  step = "userinfo"
)

// words are Cognito's for a failure of the step (Developer Guide, Authorize endpoint): for a timeout, and after "error
// getting".
func (s step) words() (timeout, noun string) {
	switch s {
	case stepToken:
		return "Timeout occurred in calling IdP token endpoint", "token"
	case stepKeys:
		return "Timeout in calling jwks uri", "keys"
	case stepUserInfo:
		return "Read timed out", "user info"
	default:
		return "Read timed out", "configuration"
	}
}

// badAnswer is a request that failed. Text is safe for a log: it never holds the provider's body, for that may quote a
// token, a secret or a person.
type badAnswer struct {
	status int // 0: there was no answer
	text   string
	cause  error // for errors.Is
}

func (b *badAnswer) Error() string { return b.text }
func (b *badAnswer) Unwrap() error { return b.cause }

// failed turns an error of a request into what the app and the log are told.
func (p *Provider) failed(at step, err error) error {
	timeout, noun := at.words()
	description := "Connection reset"
	var bad *badAnswer
	switch known := errors.As(err, &bad); {
	case isTimeout(err):
		description = timeout
	case known && bad.status != 0:
		description = fmt.Sprintf("%s Error - %d error getting %s", p.name, bad.status, noun)
	}
	return federation.Refuse(string(at), description, "%s: %w", at, err)
}

// refused is a check of the provider's ID token that failed, described after Cognito's "Bad id_token issuer <iss>".
func refused(check, format string, args ...any) error {
	return federation.Refuse(check, "Bad id_token "+strings.ReplaceAll(check, "-", " "), format, args...)
}

// watch sees what really happened below libraries that turn errors into text.
type watch struct {
	next      http.RoundTripper
	status    int
	mediaType string
	err       error
}

// watched returns a client for one call, what it will have seen, and the call's context, which ends when the client's
// time is up. (The client's own timer would show below as a request canceled by nobody in particular.) The context
// carries the client to go-oidc and x/oauth2.
func (p *Provider) watched(ctx context.Context) (context.Context, context.CancelFunc, *http.Client, *watch) {
	seen, once := &watch{next: p.client.Transport}, *p.client
	if seen.next == nil {
		seen.next = http.DefaultTransport
	}
	once.Transport, once.Timeout = seen, 0
	cancel := context.CancelFunc(func() {})
	if p.client.Timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, p.client.Timeout)
	}
	return gooidc.ClientContext(ctx, &once), cancel, &once, seen
}

func (w *watch) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := w.next.RoundTrip(r)
	if err != nil {
		w.status, w.err = 0, err
		return nil, err
	}
	w.status = answer.StatusCode
	w.mediaType, _, _ = mime.ParseMediaType(answer.Header.Get("Content-Type"))
	answer.Body = &watchedBody{ReadCloser: answer.Body, seen: w}
	return answer, nil
}

type watchedBody struct {
	io.ReadCloser
	seen *watch
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		b.seen.err = err
	}
	return n, err
}

// failure describes why a call failed, given the error it returned.
func (w *watch) failure(err error) error {
	if w.err != nil {
		err = w.err
	}
	var location *url.Error
	if errors.As(err, &location) {
		err = location.Err // without the URL, which after a redirect is the provider's text
	}
	bad := &badAnswer{status: w.status, cause: err}
	var retrieve *oauth2.RetrieveError
	switch {
	case errors.As(err, &retrieve):
		bad.cause = nil // it holds the body
		bad.text = fmt.Sprintf("status %d, error %q", w.status, registered(retrieve.ErrorCode))
	case w.err == nil && w.status != 0 && w.status/100 != 2 && w.status/100 != 3:
		bad.cause = nil
		bad.text = fmt.Sprintf("status %d", w.status)
	default:
		bad.text = fmt.Sprintf("status %d: %s", w.status, printable(err.Error(), 200))
	}
	return bad
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// registered lets an OAuth error code pass only in its usual shape: lower-case words and underscores.
func registered(code string) string {
	if len(code) > 64 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "unreadable"
	}
	return code
}

// printable cuts text to what RFC 6749 appendix A.8 allows in an error description (printable ASCII without the double
// quote and the backslash), to a number of characters, and takes out words with an @, which may name a person.
func printable(text string, limit int) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < ' ' || r > '~' || r == '"' || r == '\\':
			return -1
		}
		return r
	}, text)
	words := strings.Fields(clean)
	for i, word := range words {
		if strings.Contains(word, "@") {
			words[i] = "..."
		}
	}
	clean = strings.Join(words, " ")
	return clean[:min(len(clean), limit)]
}
