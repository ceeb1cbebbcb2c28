package web

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"

	"github.com/google/uuid"

	"portico/federation/trace"
	"portico/web/problem"
	"portico/web/visit"
)

// visitor opens a visit for every request, bounds it, survives its panics, and writes its one log line. The line holds no
// query and no form: tokens, codes, assertions and addresses travel there.
func (s *Server) visitor(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := s.Now()
		v := &visit.Visit{Reference: visit.NewReference(), Remote: remote(r)}
		s.believeProxy(r, v)
		// A request may turn out to belong to a sign-in that began with another one: then that one's reference is shown.
		told := trace.New(v.Reference, s.Now, func(reference string) { v.Reference, v.Traced = reference, true })
		r = r.WithContext(trace.With(visit.With(r.Context(), v), told))
		out := &recorder{ResponseWriter: w}
		s.secure(out.Header(), v)
		defer func() {
			if fault := recover(); fault != nil {
				if fault == http.ErrAbortHandler { //nolint:errorlint // a recovered value is no error chain
					panic(fault)
				}
				v.Err = fmt.Errorf("panic: %v", fault)
				s.Log.Error("handler panicked", "reference", v.Reference, "panic", fmt.Sprint(fault), "stack", string(debug.Stack()))
				if out.status == 0 {
					s.errorOnly(problem.Fault(v.Err)).ServeHTTP(out, r)
				}
			}
			s.log(r, v, out.status, started.UnixNano())
		}()
		if len(r.URL.RawQuery) > maxQuery {
			s.errorOnly(problem.TooLong()).ServeHTTP(out, r)
			return
		}
		next.ServeHTTP(out, r)
	})
}

// errorOnly is a page that is an error, with all that surrounds a page.
func (s *Server) errorOnly(err error) http.Handler {
	return s.page(func(http.ResponseWriter, *http.Request) error { return err })
}

// secure sets what every answer carries. Pages and endpoints add their own: only a page may load and run anything, so
// everything else (JSON, files, redirects) has a policy that allows nothing, should a browser ever show it. Development never asks for strict transport: a
// browser would hold every other program on localhost to it, for a year.
func (s *Server) secure(header http.Header, v *visit.Visit) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	header.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
	header.Set("X-Amz-Cognito-Request-Id", uuid.NewString())
	if v.Secure && !s.Look.Dev {
		header.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// log writes the request's line.
func (s *Server) log(r *http.Request, v *visit.Visit, status int, started int64) {
	level := slog.LevelInfo
	switch {
	case r.URL.Path == "/healthz" && r.Context().Err() != nil:
		level = slog.LevelDebug // whoever asks has a limit of their own, and asks again
	case status >= 500 && r.Context().Err() != nil:
		level = slog.LevelWarn // the client left before the end, which mostly is why it failed
	case status == http.StatusServiceUnavailable:
		level = slog.LevelWarn // sent away in good order
	case status >= 500, v.Fault:
		level = slog.LevelError
	case strings.HasPrefix(r.URL.Path, "/static/"), r.URL.Path == "/healthz":
		level = slog.LevelDebug
	}
	attrs := []slog.Attr{
		slog.String("reference", v.Reference), slog.String("method", r.Method), slog.String("path", r.URL.Path),
		slog.Int("status", status), slog.Int64("us", (s.Now().UnixNano()-started)/1000), slog.String("remote", v.Remote),
	}
	if v.Pool != nil {
		attrs = append(attrs, slog.String("pool", string(v.Pool.ID)))
	}
	for _, a := range []slog.Attr{slog.String("client", string(v.Client)), slog.String("provider", v.Provider), slog.String("outcome", v.Outcome)} {
		if a.Value.String() != "" {
			attrs = append(attrs, a)
		}
	}
	if v.Err != nil {
		attrs = append(attrs, slog.String("err", v.Err.Error()))
	}
	s.Log.LogAttrs(context.WithoutCancel(r.Context()), level, "request", attrs...)
}

// believeProxy takes over what a trusted proxy says of the person's connection. From anybody else the headers are ignored:
// they would let strangers choose our host name, or hide who they are.
func (s *Server) believeProxy(r *http.Request, v *visit.Visit) {
	v.Secure = r.TLS != nil
	peer, err := netip.ParseAddr(v.Remote)
	if err != nil || !trusted(s.Proxies, peer) {
		return
	}
	if r.Header.Get("X-Forwarded-Proto") == "https" {
		v.Secure = true
	}
	if host := r.Header.Get("X-Forwarded-Host"); host != "" && !strings.ContainsAny(host, ", ") {
		r.Host = host
	}
	// The last address was added by our proxy; earlier ones are the client's own claims.
	hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return
		}
		v.Remote = hop.String()
		if !trusted(s.Proxies, hop) {
			return
		}
	}
}

func trusted(proxies []netip.Prefix, peer netip.Addr) bool {
	for _, p := range proxies {
		if p.Contains(peer.Unmap()) {
			return true
		}
	}
	return false
}

func remote(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// recorder remembers the status for the log.
type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the real writer.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
