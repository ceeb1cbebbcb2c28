//go:build system

package practice_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"portico/federation/practice"
	"portico/internal/browser"
)

// Apple's answer is a post from another site: of the broker's cookies only those with SameSite=None come with it.
func TestBrowserPostsApplesAnswerAcrossSites(t *testing.T) {
	a := newApple(t, nil)
	broker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/start":
			http.SetCookie(w, &http.Cookie{Name: "lax", Value: "1", Path: "/", SameSite: http.SameSiteLaxMode})
			http.SetCookie(w, &http.Cookie{Name: "none", Value: "1", Path: "/", SameSite: http.SameSiteNoneMode, Secure: true})
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
			return
		case "/arrived":
			_, _ = fmt.Fprintln(w, "arrived")
			return
		}
		var cookies []string
		for _, c := range r.Cookies() {
			cookies = append(cookies, c.Name)
		}
		got := fmt.Sprint(r.Method, " ", r.Header.Get("Sec-Fetch-Site"), " ", r.PostFormValue("state"), " user=", r.PostFormValue("user") != "", " ", cookies)
		http.Redirect(w, r, "/arrived?got="+url.QueryEscape(got), http.StatusSeeOther)
	}))
	t.Cleanup(broker.Close)
	home := strings.Replace(broker.URL, "127.0.0.1", "localhost", 1)
	if err := a.AllowRedirect(home + "/oauth2/idpresponse"); err != nil {
		t.Fatal(err)
	}
	start := home + "/start?to=" + url.QueryEscape(a.authorize("response_mode", "form_post", "redirect_uri", home+"/oauth2/idpresponse"))
	who := `button[value="` + practice.ApplePeople()[0].ID + `"]`

	page := browser.Start(t)
	for _, want := range []string{"POST cross-site the-state user=true [none]", "POST cross-site the-state user=false [none]"} {
		page.Open(start)
		page.Shot("practice/apple chooser")
		page.Click(who)
		if got := page.WaitURL(home + "/arrived").Query().Get("got"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	page.WithoutScript()
	page.Open(start)
	page.Click(who)
	page.WaitFor("form[data-send]")
	page.Shot("practice/apple post without script")
	page.Click("button")
	if got := page.WaitURL(home + "/arrived").Query().Get("got"); got != "POST cross-site the-state user=false [none]" {
		t.Errorf("without script: %q", got)
	}
}
