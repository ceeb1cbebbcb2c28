//go:build system

package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const wobbly = `<!doctype html><html lang=en><title>Wobbly</title><style>#cut { width: 5rem; overflow: hidden; white-space: nowrap }
#wide { width: 900px } em { display: block; height: 30px }</style><p id=cut>More than there is room for</p><p id=wide>Wide</p>
<script>requestAnimationFrame(() => requestAnimationFrame(() => document.body.prepend(document.createElement("em"))))</script>`

// TestLayoutSees: what pages are said to be free of is found where it is.
func TestLayoutSees(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, wobbly) }))
	t.Cleanup(server.Close)
	p := Start(t)
	p.Width(640)
	p.Open(server.URL)
	p.WaitFor("em")
	found := strings.Join(p.Sideways(), "; ")
	if !strings.Contains(found, "wide in a window of 640") || !strings.Contains(found, "cut off: P. More than") {
		t.Errorf("found %q", found)
	}
	if shifts := p.Shifts(); len(shifts) == 0 {
		t.Error("what moved was not seen")
	}
	p.Width(1280)
	if found := p.Sideways(); len(found) != 1 {
		t.Errorf("where there is room: %q", found)
	}
	p.LargeText(200)
	if width := run(p, "measure", chromedp.Evaluate[float64](`document.querySelector("#cut").offsetWidth`)); width != 160 {
		t.Error("the text did not grow")
	}
}
