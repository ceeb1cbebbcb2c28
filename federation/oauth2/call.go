package oauth2

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"portico/federation"
)

// Step is a request to the provider, by its term in the log.
type Step string

// The steps, in the order of a sign-in.
const (
	StepDiscovery Step = "discovery"
	StepToken     Step = "token-endpoint"
	StepKeys      Step = "keys"
	StepTokenInfo Step = "token-info"
	StepUserInfo  Step = "userinfo"
)

// words are Cognito's for a failure of the step (Developer Guide, Authorize endpoint): for a timeout, and after "error
// getting".
func (s Step) words() (timeout, noun string) {
	switch s {
	case StepToken:
		return "Timeout occurred in calling IdP token endpoint", "token"
	case StepKeys:
		return "Timeout in calling jwks uri", "keys"
	case StepUserInfo:
		return "Read timed out", "user info"
	case StepTokenInfo:
		return "Read timed out", "token info"
	default:
		return "Read timed out", "configuration"
	}
}

// Caller makes the requests to one provider.
type Caller struct {
	Name   string // the provider's, for messages
	Client *http.Client
	// TellsCode: what the app is told ends with the provider's own error code where it gave one, as Cognito does of Google.
	TellsCode bool
}

// Failed turns an error of a request, as Call.Failure describes it, into what the app and the log are told.
func (c Caller) Failed(at Step, err error) error {
	timeout, noun := at.words()
	description := "Connection reset"
	var bad *badAnswer
	switch known := errors.As(err, &bad); {
	case isTimeout(err):
		description = timeout
	case known && c.TellsCode && bad.code != "":
		description = fmt.Sprintf("%s Error - %d %s", c.Name, bad.status, bad.code)
	case known && bad.status != 0:
		description = fmt.Sprintf("%s Error - %d error getting %s", c.Name, bad.status, noun)
	}
	return federation.Refuse(string(at), description, "%s: %w", at, err)
}

// Call is one exchange with the provider, however many redirects it takes.
type Call struct {
	// Context carries the exchange's client to go-oidc and x/oauth2. It ends when the client's time is up: the client's own
	// timer would show as a request canceled by nobody in particular.
	Context context.Context
	// Client makes the requests of this exchange.
	Client *http.Client

	seen   *watch
	cancel context.CancelFunc
}

// Call begins an exchange. The caller ends it with End.
func (c Caller) Call(ctx context.Context) *Call {
	seen, once := &watch{next: c.Client.Transport}, *c.Client
	if seen.next == nil {
		seen.next = http.DefaultTransport
	}
	once.Transport, once.Timeout = seen, 0
	call := &Call{Client: &once, seen: seen, cancel: func() {}}
	if c.Client.Timeout > 0 {
		ctx, call.cancel = context.WithTimeout(ctx, c.Client.Timeout)
	}
	call.Context = context.WithValue(ctx, oauth2.HTTPClient, call.Client)
	return call
}

// End frees what the exchange holds.
func (c *Call) End() { c.cancel() }

// MediaType is that of the last answer, without parameters.
func (c *Call) MediaType() string { return c.seen.mediaType }

// Read makes a request and returns the body of an answer with status 200. The client bounds its size.
func (c *Call) Read(method, address string, header http.Header) ([]byte, error) {
	request, err := http.NewRequestWithContext(c.Context, method, address, nil)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	answer, err := c.Client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", answer.StatusCode)
	}
	return io.ReadAll(answer.Body)
}

// Failure describes why the exchange failed, given the error it returned. The text is safe for a log.
func (c *Call) Failure(err error) error {
	w := c.seen
	if w.err != nil {
		err = w.err
	}
	var location *url.Error
	if errors.As(err, &location) {
		err = location.Err // without the URL, which may hold a secret, and after a redirect is the provider's text
	}
	bad := &badAnswer{status: w.status, cause: err}
	var retrieve *oauth2.RetrieveError
	switch {
	case errors.As(err, &retrieve):
		bad.cause = nil // it holds the body
		bad.code = Registered(retrieve.ErrorCode)
		bad.text = fmt.Sprintf("status %d, error %q", w.status, bad.code)
	case w.err == nil && w.status != 0 && w.status/100 != 2 && w.status/100 != 3:
		bad.cause = nil
		bad.text = fmt.Sprintf("status %d", w.status)
	default:
		bad.text = fmt.Sprintf("status %d: %s", w.status, Printable(err.Error(), 200))
	}
	return bad
}

// badAnswer is a request that failed. Text is safe for a log: it never holds the provider's body, for that may quote a
// token, a secret or a person.
type badAnswer struct {
	status int    // 0: there was no answer
	code   string // the OAuth error code; empty if there was none
	text   string
	cause  error // for errors.Is
}

func (b *badAnswer) Error() string { return b.text }
func (b *badAnswer) Unwrap() error { return b.cause }

// Unanswered reports whether an error is one of a request, its time or its context, not of what an answer said.
func Unanswered(err error) bool {
	var bad *badAnswer
	return errors.As(err, &bad) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// Registered lets an OAuth error code pass only in its usual shape: lower-case words and underscores.
func Registered(code string) string {
	if len(code) > 64 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "unreadable"
	}
	return code
}

// Printable cuts text to what RFC 6749 appendix A.8 allows in an error description (printable ASCII without the double
// quote and the backslash), to a number of characters, and takes out words with an @, which may name a person.
func Printable(text string, limit int) string {
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
