package web

import (
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"portico/userpool"
	"portico/web/browser"
	"portico/web/endpoint"
	"portico/web/hostedui"
)

// Server serves all pools over HTTP. Its fields are set once, before Handler is called.
type Server struct {
	Pools     func() *userpool.Catalog
	Pages     *hostedui.Pages
	Endpoints *endpoint.Endpoints
	Look      *browser.Look
	Ready     func(*http.Request) error // whether the store answers, for /healthz
	Proxies   []netip.Prefix            // proxies whose X-Forwarded headers are believed
	Log       *slog.Logger
	Now       func() time.Time

	squeezer squeezer
}

// Limits of what is read. A SAML response is at most 100,000 characters, in a form that escapes some of them.
const (
	maxBody     = 512 << 10
	maxQuery    = 16 << 10
	readTimeout = 15 * time.Second
)

// Handler returns the whole server.
func (s *Server) Handler() http.Handler {
	return s.visitor(s.routes())
}

// NewHTTP makes an http.Server around a handler, with limits on headers and on slow clients.
func NewHTTP(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: readTimeout, ReadTimeout: 2 * readTimeout, WriteTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
