package web

import (
	"net/http"

	"portico/web/problem"
)

// brand serves operators' style sheets and pictures. Their names are made of their hashes, so they are kept for good. Opened by
// themselves, in a tab, they are in a sandbox without an origin: a drawing that holds more than it should can do nothing there.
func (s *Server) brand(w http.ResponseWriter, r *http.Request) error {
	document, known := s.Look.Worn().Find(r.URL.Path)
	if !known {
		return problem.NotFound(nil)
	}
	header := w.Header()
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	document.Send(w, r)
	return nil
}
