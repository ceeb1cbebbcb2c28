package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed portico.css bench.css portico.js favicon.svg
var content embed.FS

// mediaType is written out because the table of package mime depends on the
// machine.
func mediaType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		panic("static: no media type for " + ext)
	}
}

// Files holds every file ready to send. It never changes after New and is safe
// for concurrent use.
type Files struct {
	paths  map[string]string // name to address
	assets map[string]asset  // address to bytes
}

type asset struct {
	mediaType   string
	hash        string
	plain, gzip []byte
}

// New reads and compresses the embedded files. They are part of the program,
// so a fault here is a fault of the build and panics.
func New() *Files {
	f := &Files{paths: map[string]string{}, assets: map[string]asset{}}
	entries, err := content.ReadDir(".")
	if err != nil {
		panic(fmt.Sprintf("static: reading the embedded files: %v", err))
	}
	for _, entry := range entries {
		name := entry.Name()
		data, err := content.ReadFile(name)
		if err != nil {
			panic(fmt.Sprintf("static: reading %s: %v", name, err))
		}
		sum := sha256.Sum256(data)
		ext := path.Ext(name)
		a := asset{
			mediaType: mediaType(ext),
			hash:      hex.EncodeToString(sum[:8]),
			plain:     data,
			gzip:      compress(data),
		}
		address := "/static/" + strings.TrimSuffix(name, ext) + "." + a.hash + ext
		f.paths[name] = address
		f.assets[address] = a
	}
	return f
}

// compress never fails: a bytes.Buffer takes every write.
func compress(data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(fmt.Sprintf("static: gzip: %v", err))
	}
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

// Path gives the address of a file, such as "/static/portico.1f2e3d4c5b6a7988.css"
// for "portico.css". Names are constants of the program, so an unknown one panics.
func (f *Files) Path(name string) string {
	address, ok := f.paths[name]
	if !ok {
		panic("static: there is no file " + strconv.Quote(name))
	}
	return address
}

// ServeHTTP answers the addresses that Path gives, and 404 to all others. It
// expects the whole path of the request, "/static/" included.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, ok := f.assets[r.URL.Path]
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	if !ok {
		http.Error(w, "404 page not found", http.StatusNotFound)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	body, tag := a.plain, `"`+a.hash+`"`
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		// Another encoding is another representation and has its own tag (RFC 9110 §8.8.3.3).
		body, tag = a.gzip, `"`+a.hash+`-gzip"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", tag)
	if matches(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", a.mediaType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body)
	}
}

// acceptsGzip reads Accept-Encoding (RFC 9110 §12.5.3): gzip is welcome when it,
// or "*", is listed with a weight above zero.
func acceptsGzip(header string) bool {
	star := false
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(part, ";")
		wanted := !isZero(weight)
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return wanted
		case "*":
			star = wanted
		}
	}
	return star
}

func isZero(weight string) bool {
	value, found := strings.CutPrefix(strings.TrimSpace(weight), "q=")
	if !found {
		return false
	}
	q, err := strconv.ParseFloat(value, 64)
	return err == nil && q == 0
}

// matches compares weakly, as If-None-Match asks (RFC 9110 §13.1.2).
func matches(header, tag string) bool {
	if strings.TrimSpace(header) == "*" {
		return true
	}
	for part := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(part), "W/") == tag {
			return true
		}
	}
	return false
}
