package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

var names = []string{"portico.css", "bench.css", "portico.js", "favicon.svg"}

func get(f *Files, path string, header ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w.Result()
}

func TestPathHoldsTheHash(t *testing.T) {
	f := New()
	for _, name := range names {
		p := f.Path(name)
		stem, ext, _ := strings.Cut(name, ".")
		if !regexp.MustCompile(`^/static/` + stem + `\.[0-9a-f]{16}\.` + ext + `$`).MatchString(p) {
			t.Errorf("Path(%q) = %q", name, p)
		}
	}
}

func TestPathOfUnknownFilePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	New().Path("portico.php")
}

func TestServe(t *testing.T) {
	f := New()
	types := map[string]string{
		"portico.css": "text/css; charset=utf-8",
		"bench.css":   "text/css; charset=utf-8",
		"portico.js":  "text/javascript; charset=utf-8",
		"favicon.svg": "image/svg+xml",
	}
	for _, name := range names {
		want, err := content.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		plain := get(f, f.Path(name))
		body, _ := io.ReadAll(plain.Body)
		if plain.StatusCode != http.StatusOK || !bytes.Equal(body, want) {
			t.Errorf("%s: status %d, %d bytes", name, plain.StatusCode, len(body))
		}
		for header, value := range map[string]string{
			"Content-Type":           types[name],
			"Cache-Control":          "public, max-age=31536000, immutable",
			"X-Content-Type-Options": "nosniff",
			"Vary":                   "Accept-Encoding",
			"Content-Encoding":       "",
		} {
			if got := plain.Header.Get(header); got != value {
				t.Errorf("%s: %s = %q, want %q", name, header, got, value)
			}
		}

		packed := get(f, f.Path(name), "Accept-Encoding", "br, gzip")
		if packed.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: not compressed", name)
		}
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatal(err)
		}
		if body, _ := io.ReadAll(z); !bytes.Equal(body, want) {
			t.Errorf("%s: the compressed file differs", name)
		}
		if plain.Header.Get("ETag") == packed.Header.Get("ETag") {
			t.Errorf("%s: both encodings have the tag %s", name, plain.Header.Get("ETag"))
		}

		again := get(f, f.Path(name), "Accept-Encoding", "gzip", "If-None-Match", `"x", W/`+packed.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: status %d for a known tag", name, again.StatusCode)
		}
	}
}

func TestServeRefuses(t *testing.T) {
	f := New()
	for _, path := range []string{
		"/static/", "/static/portico.css", "/static/embed.go", "/static/../static/portico.css",
		f.Path("portico.css") + "/", strings.Replace(f.Path("portico.css"), "portico", "bench", 1),
	} {
		if r := get(f, path); r.StatusCode != http.StatusNotFound || r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: status %d", path, r.StatusCode)
		}
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, httptest.NewRequest(http.MethodPost, f.Path("portico.js"), nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
		t.Errorf("POST: status %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	w = httptest.NewRecorder()
	f.ServeHTTP(w, httptest.NewRequest(http.MethodHead, f.Path("portico.js"), nil))
	if w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD: status %d, %d bytes, length %q", w.Code, w.Body.Len(), w.Header().Get("Content-Length"))
	}
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "identity": false, "gzip": true, "GZIP;q=0.5": true, "gzip;q=0": false, "gzip; q=0.000": false,
		"br, deflate": false, "*": true, "*;q=0": false, "gzip;q=0, *": false, "*, gzip;q=0": false,
	} {
		if got := AcceptsGzip(header); got != want {
			t.Errorf("AcceptsGzip(%q) = %v, want %v", header, got, want)
		}
	}
}

// TestStyleSheetsAskForNothing holds the rule of three requests: page, style, script.
func TestStyleSheetsAskForNothing(t *testing.T) {
	for _, name := range names[:2] {
		data, err := content.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if m := regexp.MustCompile(`(?i)url\(|@import|https?:`).Find(data); m != nil {
			t.Errorf("%s contains %q", name, m)
		}
	}
}
