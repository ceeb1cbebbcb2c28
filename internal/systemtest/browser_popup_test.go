//go:build system

package systemtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"portico/internal/browser"
)

// popupApp signs in by a window of its own, as single-page apps do that do not want to leave their page: the callback
// hands the answer to the window that opened it.
const popupApp = `<!doctype html><html lang=en><title>Popup</title><link rel=icon href=data:,><h1>Popup</h1><p id=told>nothing</p>
<button id=open>Sign in</button><script>
	document.getElementById("open").onclick = () => open(document.body.dataset.to, "sign-in", "width=500,height=700");
	addEventListener("message", e => document.getElementById("told").textContent = e.data);
	document.body.dataset.to = %q;
</script>`

const popupCallback = `<!doctype html><html lang=en><title>Callback</title><link rel=icon href=data:,><script>
	if (opener) { opener.postMessage(location.search, location.origin); close(); }
</script>`

// TestBrowserPopup: a sign-in in a window of its own reaches the window that opened it. A Cross-Origin-Opener-Policy on any
// answer of the way would cut the two apart.
func TestBrowserPopup(t *testing.T) {
	var b *portico
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/" && r.URL.RawQuery != "" {
			_, _ = fmt.Fprint(w, popupCallback)
			return
		}
		_, _ = fmt.Fprintf(w, popupApp, b.authorize("scope", "openid"))
	}))
	t.Cleanup(site.Close)
	s := newServer(t, "page.yaml")
	s.set("PAGE", site.URL)
	b = s.app(s.start(), pagesPool, "board", "")
	b.CallbackURL = site.URL + "/"

	page := browser.Start(t)
	page.Open(b.authorize("scope", "openid"))
	signInHere(page, b)
	page.WaitURL(site.URL)
	page.Open(site.URL + "/app")
	page.Click("#open") // the session answers, without a page
	page.WaitText("#told", "code=")
	answer, err := url.ParseQuery(page.Text("#told")[1:])
	if err != nil || answer.Get("state") != "st-7" {
		t.Errorf("the window that opened it was told %v (%v)", answer, err)
	}
}
