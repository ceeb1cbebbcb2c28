//go:build system

package templates

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"portico/internal/browser"
)

// Every page people meet keeps everything in sight: at 200 % and at 400 % (1.4.10 Reflow), with text at twice its size
// (1.4.4), and mirrored for languages from right to left. TestEveryLanguageFits holds the same for the words of each language.
func TestEveryPageFits(t *testing.T) {
	address, p := site(t), browser.Start(t)
	for _, one := range accessiblePages() {
		entry := slices.ContainsFunc(entryPages(), func(e page) bool { return e.name == one.name })
		widths := []int64{320, 640, 1280}
		if !entry {
			widths = widths[1:] // developers' pages have tables; see docs/accessibility.md
		}
		for _, width := range widths {
			p.Width(width)
			p.Open(address + "/" + one.name)
			wantFitting(t, one.name, width, "", p)
			p.Mirror()
			wantFitting(t, one.name, width, ", mirrored", p)
		}
		if entry {
			p.LargeText(200)
			wantFitting(t, one.name, 1280, ", large text", p)
		}
	}
}

func wantFitting(t *testing.T, name string, width int64, how string, p *browser.Page) {
	t.Helper()
	for _, what := range append(p.Overflowing(), p.Sideways()...) {
		t.Errorf("%s at %d%s: %s", name, width, how, what)
	}
}

// Nothing moves by itself: what is drawn first stays where it is when style sheets, icons and scripts have done their work. The
// pages come in pieces, as they do over slow connections: a browser that painted what it has so far would move it with the next.
func TestNothingShifts(t *testing.T) {
	address, p := slowly(t, site(t)), browser.Start(t)
	for _, size := range []struct {
		name string
		set  func()
	}{{"desk", p.Desk}, {"phone", p.Phone}} {
		size.set()
		for _, one := range accessiblePages() {
			if leaves(one) {
				continue
			}
			p.Open(address + "/" + one.name)
			for _, shift := range p.Shifts() {
				t.Errorf("%s, %s: moved %s", one.name, size.name, shift)
			}
		}
	}
}

// Pieces of a page, and the pause between two: longer than Chromium waits before it paints what it has.
const (
	pieces = 3
	pause  = 60 * time.Millisecond
)

// slowly passes a site on, its pages in pieces.
func slowly(t *testing.T, address string) string {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		proxy.ServeHTTP(answer, r)
		maps.Copy(w.Header(), answer.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		page := answer.Body.Bytes()
		for i := range pieces {
			_, _ = w.Write(page[len(page)*i/pieces : len(page)*(i+1)/pieces])
			if i < pieces-1 && strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				_ = http.NewResponseController(w).Flush()
				time.Sleep(pause)
			}
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}
