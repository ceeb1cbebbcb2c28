package federation

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// OutboundOptions set the limits of NewClient. The zero value is the strict one.
type OutboundOptions struct {
	// AllowPrivate is for development and for providers in one's own network: loopback, private and carrier-grade NAT
	// addresses, on any port. Link-local addresses, where clouds answer with their machines' credentials, stay refused.
	AllowPrivate bool
	// Roots are the certificate authorities to trust; nil means the system's.
	Roots *x509.CertPool
	// Timeout bounds a whole exchange: redirects and reading the body included. Zero means 10 seconds.
	Timeout time.Duration
	// MaxBody bounds the body of an answer in bytes, after decompression. Zero means 1 MiB.
	MaxBody int64
}

const (
	defaultTimeout = 10 * time.Second
	defaultMaxBody = 1 << 20
	// maxRedirects is Cognito's documented limit.
	maxRedirects = 20
	userAgent    = "Portico"
)

var (
	// ErrAddressRefused: the address, port or scheme is none that a provider's configuration may send us to.
	ErrAddressRefused = errors.New("address refused")
	// ErrRedirectRefused: the redirect is one too many, leaves https, or would carry a request body to another host.
	ErrRedirectRefused = errors.New("redirect refused")
	// ErrTooLarge: the answer is longer than MaxBody.
	ErrTooLarge = errors.New("answer too large")
)

// NewClient makes the one HTTP client for requests to identity providers. Their URLs come from configuration that a
// pool's administrator types and from documents that the provider controls, so none of them is trusted with our network
// (server-side request forgery): addresses are checked after name resolution, on every connection, so neither a redirect
// nor a name that changes its address (DNS rebinding) gets around the check.
//
// Proxy settings of the environment (HTTP_PROXY and its kin) are deliberately ignored: a proxy would resolve the name
// itself, and the check would see only the proxy's address. Ports other than 80 and 443 are refused, as at Cognito,
// unless AllowPrivate is set.
func NewClient(options OutboundOptions) *http.Client {
	return newClient(options, newGuard(options.AllowPrivate), nil)
}

func newClient(options OutboundOptions, reach *guard, resolver *net.Resolver) *http.Client {
	if options.Timeout == 0 {
		options.Timeout = defaultTimeout
	}
	if options.MaxBody == 0 {
		options.MaxBody = defaultMaxBody
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: reach.control, Resolver: resolver}
	return &http.Client{
		Timeout:       options.Timeout,
		CheckRedirect: checkRedirect,
		Transport: &outbound{maxBody: options.MaxBody, next: &http.Transport{
			Proxy:                  nil,
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{RootCAs: options.Roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    5 * time.Second,
			ForceAttemptHTTP2:      true,
			MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConns:           256,
			MaxIdleConnsPerHost:    32,
			IdleConnTimeout:        90 * time.Second,
		}},
	}
}

// checkRedirect judges a redirect by its form; where it leads is judged when the connection is made.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first, last := via[0], via[len(via)-1]
	switch {
	case len(via) > maxRedirects:
		return fmt.Errorf("%w: more than %d", ErrRedirectRefused, maxRedirects)
	case last.URL.Scheme == "https" && next.URL.Scheme != "https":
		return fmt.Errorf("%w: from https to %s", ErrRedirectRefused, next.URL.Scheme)
	case first.Method != http.MethodGet && first.Method != http.MethodHead && next.URL.Host != first.URL.Host:
		// 307 and 308 repeat the body, and with it a client secret and a code.
		return fmt.Errorf("%w: a %s may not go on to another host", ErrRedirectRefused, first.Method)
	}
	return nil
}

// outbound adds to a transport what every request and answer needs.
type outbound struct {
	next    *http.Transport
	maxBody int64
}

// RoundTrip is called for every hop, so redirects pass these checks too.
func (o *outbound) RoundTrip(r *http.Request) (*http.Response, error) {
	if (r.URL.Scheme != "https" && r.URL.Scheme != "http") || r.URL.User != nil {
		if r.Body != nil {
			_ = r.Body.Close() // the contract of RoundTripper: the body is closed on errors too
		}
		return nil, fmt.Errorf("%w: want a plain http or https URL", ErrAddressRefused)
	}
	if r.Header.Get("User-Agent") == "" {
		r = r.Clone(r.Context())
		r.Header.Set("User-Agent", userAgent)
	}
	answer, err := o.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = &limitedBody{body: answer.Body, left: o.maxBody}
	return answer, nil
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the transport.
func (o *outbound) CloseIdleConnections() { o.next.CloseIdleConnections() }

// limitedBody fails where io.LimitReader would cut: half of a document must not pass for the whole.
type limitedBody struct {
	body io.ReadCloser
	left int64 // bytes still allowed; negative once there were more
}

func (l *limitedBody) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.body.Read(p)
	l.left -= int64(n)
	if l.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err
}

func (l *limitedBody) Close() error { return l.body.Close() }
