package web

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"portico/web/problem"
)

// Pages are sent compressed to whoever takes them so, one after the other and side by side, and are the same to everybody.
func TestPagesAreCompressed(t *testing.T) {
	f := newFixture(t)
	draw := func(method, accepts string) *httptest.ResponseRecorder {
		r := request(method, "/login")
		r.Header.Set("Accept-Encoding", accepts)
		return f.through(f.page(failing(problem.NotFound(errors.New("no such page")))), r)
	}
	plain := withoutReference(draw(http.MethodGet, "identity").Body.String())
	for range 3 {
		w := draw(http.MethodGet, "gzip, br")
		if w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Vary") != "Accept-Encoding" || w.Body.Len() >= len(plain)*2/3 {
			t.Fatalf("%d of %d bytes, %v", w.Body.Len(), len(plain), w.Header())
		}
		unpacked, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(unpacked)
		if err != nil || withoutReference(string(text)) != plain {
			t.Errorf("unpacked (%v):\n%s", err, text)
		}
	}
	if w := draw(http.MethodHead, "gzip"); w.Body.Len() != 0 || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("HEAD: %d bytes, %v", w.Body.Len(), w.Header())
	}
	if w := draw(http.MethodGet, "gzip;q=0"); w.Header().Get("Content-Encoding") != "" || w.Header().Get("Vary") != "Accept-Encoding" {
		t.Errorf("unwelcome: %v", w.Header())
	}
}

// What is no page is left alone: redirects and documents have their own ways.
func TestOnlyPagesAreCompressed(t *testing.T) {
	f := newFixture(t)
	r := request(http.MethodGet, "/login")
	r.Header.Set("Accept-Encoding", "gzip")
	w := f.through(f.page(func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "application/samlmetadata+xml")
		_, err := io.WriteString(w, "<EntityDescriptor/>")
		return err
	}), r)
	if w.Header().Get("Content-Encoding") != "" || w.Body.String() != "<EntityDescriptor/>" {
		t.Errorf("%v %s", w.Header(), w.Body)
	}
}

// Whoever watches the wire and sends a signed-in person's browser to pages with guesses in their address learns nothing from
// their lengths: they are not compressed. For everybody else the lengths of one page differ by chance.
func TestAttackBREACH(t *testing.T) {
	f := newFixture(t)
	draw := func(cookie string) *httptest.ResponseRecorder {
		r := request(http.MethodGet, "/login")
		r.Header.Set("Accept-Encoding", "gzip")
		if cookie != "" {
			r.Header.Set("Cookie", "lang=en; "+cookie+"=anything")
		}
		return f.through(f.page(func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, err := io.WriteString(w, strings.Repeat("<p>ines@acme.example</p>", 50))
			return err
		}), r)
	}
	for _, cookie := range []string{"cognito", "__Host-cognito"} {
		if w := draw(cookie); w.Header().Get("Content-Encoding") != "" || w.Header().Get("Vary") == "" {
			t.Errorf("%s: %v", cookie, w.Header())
		}
	}
	lengths := map[int]bool{}
	for range 64 {
		lengths[draw("").Body.Len()] = true
	}
	if len(lengths) < 8 {
		t.Errorf("one page has %d lengths", len(lengths))
	}
}

func withoutReference(page string) string {
	before, after, _ := strings.Cut(page, `<dd id="reference" dir="ltr">`)
	if len(after) > 9 {
		after = after[9:]
	}
	return before + after
}
