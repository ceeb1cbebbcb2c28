package web

import (
	"compress/gzip"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"

	"portico/static"
	"portico/web/browser"
)

// squeezer sends pages compressed to browsers that take it. Compression tells whoever watches the wire whether what an attacker
// put into a page resembles something else in it (BREACH), so
//
//   - a browser that is signed in gets pages as they are: they may say who the person is;
//   - what is left to find out, before anybody is signed in, is the form token, and a post needs our own origin besides (see
//     dispatch). To find even that out by lengths is made slow: each answer is longer by a random number of bytes.
type squeezer struct{ writers sync.Pool }

func (s *squeezer) wrap(w http.ResponseWriter, r *http.Request) *squeezed {
	welcome := static.AcceptsGzip(r.Header.Get("Accept-Encoding")) && r.Method != http.MethodHead && !browser.MayBeSignedIn(r)
	return &squeezed{ResponseWriter: w, squeezer: s, welcome: welcome}
}

// blur bounds the bytes by which an answer is longer than it need be. They stand in the file name that gzip's header may have
// (RFC 1952 §2.3.1), which browsers skip.
const blur = 32

// blurred is a name of random length.
func blurred() string {
	return strings.Repeat("x", rand.IntN(blur)) //nolint:gosec // ChaCha8, which the runtime seeds: nobody can tell the next one
}

// squeezed compresses one answer if it is a page.
type squeezed struct {
	http.ResponseWriter
	*squeezer
	welcome bool
	begun   bool
	gz      *gzip.Writer // nil: sent as it is
}

// WriteHeader decides, by the media type. What stands in a redirect nobody reads.
func (w *squeezed) WriteHeader(status int) {
	header := w.Header()
	if !w.begun && status/100 != 3 && strings.HasPrefix(header.Get("Content-Type"), "text/html") {
		header.Add("Vary", "Accept-Encoding")
		if w.welcome {
			header.Set("Content-Encoding", "gzip")
			header.Del("Content-Length")
			w.gz = w.writer()
		}
	}
	w.begun = true
	w.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the answer.
func (w *squeezed) Write(b []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	if w.gz != nil {
		return w.gz.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// finish ends the answer. A browser that is gone is no fault of the page.
func (w *squeezed) finish() {
	if w.gz != nil {
		_ = w.gz.Close()
		w.writers.Put(w.gz)
		w.gz = nil
	}
}

// writer is one that was used before, if there is one: making it takes longer than compressing a page.
func (w *squeezed) writer() *gzip.Writer {
	gz, used := w.writers.Get().(*gzip.Writer)
	if !used {
		gz = gzip.NewWriter(nil)
	}
	gz.Reset(w.ResponseWriter)
	gz.Name = blurred()
	return gz
}

// Unwrap lets http.ResponseController reach the real writer.
func (w *squeezed) Unwrap() http.ResponseWriter { return w.ResponseWriter }
