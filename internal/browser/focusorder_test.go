//go:build system

package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestFocusFaultsSees: each kind of fault is found, and a page without any is
// not blamed.
func TestFocusFaultsSees(t *testing.T) {
	pages := map[string]string{
		"/good": `<form><input name=a><input type=radio name=r value=1><input type=radio name=r value=2 checked><input type=hidden name=h>
			<details><summary>more</summary><input name=b></details><button disabled>no</button><a href=/>home</a></form>`,
		"/order":    `<input name=a><input name=b tabindex=2><input name=c>`,
		"/unmarked": `<style>:focus { outline: none }</style><a href=/>a</a><a href=/>b</a>`,
		"/covered":  `<style>div { position: fixed; inset: 0 }</style><a href=/>a</a><div></div>`,
		"/trap":     `<input name=a><input name=b><script>document.querySelector("[name=a]").onkeydown = e => e.preventDefault()</script>`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<!doctype html><html lang=en><title>Focus</title>"+pages[r.URL.Path])
	}))
	t.Cleanup(server.Close)
	p := Start(t)
	for path, want := range map[string]string{
		"/good": "", "/order": "the focus goes from", "/unmarked": "a a is not marked", "/covered": "is covered by div", "/trap": "of 2 stops were reached",
	} {
		p.Open(server.URL + path)
		if faults := strings.Join(p.FocusFaults(), "; "); (want == "") != (faults == "") || !strings.Contains(faults, want) {
			t.Errorf("%s: %q, want %q", path, faults, want)
		}
	}
}
