package static

import (
	"bytes"
	"embed"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed portico.css account.css bench.css portico.js favicon.svg
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
	paths     map[string]string    // name to address
	documents map[string]*Document // by address
}

// New reads the embedded files. They are part of the program,
// so a fault here is a fault of the build and panics.
func New() *Files {
	f := &Files{paths: map[string]string{}, documents: map[string]*Document{}}
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
		ext := path.Ext(name)
		document := NewDocument(mediaType(ext), data)
		address := "/static/" + strings.TrimSuffix(name, ext) + "." + document.hash + ext
		f.paths[name] = address
		f.documents[address] = document
	}
	return f
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

// Read gives a copy of a file's bytes, to make a larger one of.
func (f *Files) Read(name string) []byte { return bytes.Clone(f.documents[f.Path(name)].plain) }

// ServeHTTP answers the addresses that Path gives, and 404 to all others. It
// expects the whole path of the request, "/static/" included.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	document, ok := f.documents[r.URL.Path]
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
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	document.Send(w, r)
}
