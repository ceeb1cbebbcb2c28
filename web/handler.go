package web

import (
	"net/http"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/browser"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// handler serves a request or says why not. It never writes an error itself.
type handler func(http.ResponseWriter, *http.Request) error

// page wraps a handler for browsers: nothing is cached, nothing inline runs, and errors are pages or redirects. There is no
// Cross-Origin-Opener-Policy: apps sign people in in a window of its own, and any value but unsafe-none, on any answer of the
// way, redirects included, would cut that window off from the app that opened it.
func (s *Server) page(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate")
		header.Set("Content-Security-Policy", browser.Policy())
		header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), publickey-credentials-create=(self), publickey-credentials-get=(self)")
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		r = s.spoken(r)
		out := s.squeezer.wrap(w, r)
		if err := h(out, r); err != nil {
			s.writePageError(out, r, err)
		}
		out.finish()
	})
}

// spoken is a request that knows the words of its pages, and of the e-mails that it causes.
func (s *Server) spoken(r *http.Request) *http.Request {
	if _, chosen := words.From(r.Context()); chosen {
		return r
	}
	pool, _ := s.Pools().ByHost(r.Host) // nil at a host that is none of a pool's
	return r.WithContext(words.With(r.Context(), s.Look.Speak(r, pool)))
}

// machine wraps a handler for programs: any origin may call it (it reads no cookie), nothing is cached unless the handler says
// so, and errors are JSON.
func (s *Server) machine(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("Access-Control-Expose-Headers", exposed)
		header.Set("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate")
		header.Set("Pragma", "no-cache") // RFC 6749 §5.1
		header.Set("Expires", "0")
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := h(w, r); err != nil {
			s.writeMachineError(w, r, err)
		}
	})
}

// exposed are the answer's headers that a script of another origin may read (Amplify reads the first three).
const exposed = "x-amzn-requestid, x-amzn-errortype, date, x-amz-cognito-request-id, www-authenticate"

// preflight answers a CORS preflight for every machine endpoint.
func preflight(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
	allowed := "authorization, content-type, x-amz-target, x-amz-user-agent, x-amz-date, x-amz-security-token, amz-sdk-invocation-id, amz-sdk-request, cache-control"
	header.Set("Access-Control-Allow-Headers", allowed)
	header.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// atDomain lets a handler run for the pool whose domain the request came to.
func (s *Server) atDomain(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		v := visit.From(r.Context())
		pool, ok := s.Pools().ByHost(r.Host)
		if !ok {
			return s.noPool(r)
		}
		v.Pool = pool
		if _, spoken := words.From(r.Context()); spoken && r.Method == http.MethodGet { // programs have no words, and no cookies
			browser.KeepLanguage(w, r, pool)
		}
		ctx := login.WithBrowser(directory.WithCaller(r.Context(), v.Remote), browser.Agent(r.UserAgent()))
		return h(w, r.WithContext(ctx))
	}
}

// atIssuer lets a handler run for the pool that the path names: issuers answer on any host.
func (s *Server) atIssuer(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		pool, ok := s.Pools().ByID(userpool.ID(r.PathValue("pool")))
		if !ok {
			return problem.NotFound(nil)
		}
		visit.From(r.Context()).Pool = pool
		return h(w, r)
	}
}
