//go:build system

package practice_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"portico/federation/practice"
	"portico/internal/browser"
)

// brokerAndApp are the two origins of the way back: the broker takes the answer and redirects on to the app, as
// Portico does. The broker is at localhost, so that the provider at 127.0.0.1 is another site.
func brokerAndApp(t *testing.T) (broker, app string) {
	t.Helper()
	arrived := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, "<!doctype html><title>App</title><p>%s</p>", r.URL.Query().Get("got"))
	}))
	t.Cleanup(arrived.Close)
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := r.FormValue("code") + r.FormValue("error")
		if r.FormValue("SAMLResponse") != "" {
			got = r.Method + " " + r.FormValue("RelayState")
		}
		http.Redirect(w, r, arrived.URL+"/callback?got="+strings.ReplaceAll(got, " ", "+"), http.StatusFound)
	}))
	t.Cleanup(back.Close)
	return strings.Replace(back.URL, "127.0.0.1", "localhost", 1), arrived.URL
}

func TestBrowserComesBackThroughTheBrokerToTheApp(t *testing.T) {
	broker, app := brokerAndApp(t)
	p := startOIDC(t, func(o *practice.OIDCOptions) { o.RedirectURIs = []string{broker + "/oauth2/idpresponse"} })
	rp := newRelyingParty(t, p)
	rp.config.RedirectURL = broker + "/oauth2/idpresponse"

	page := browser.Start(t)
	page.Open(rp.address())
	page.Shot("practice/chooser desk light")
	page.Phone()
	page.Dark()
	page.Shot("practice/chooser phone dark")
	page.Light()
	page.Desk()
	page.Click(`button[value="ines-4c1d"]`)
	if got := page.WaitURL(app + "/callback").Query().Get("got"); len(got) < 40 {
		t.Errorf("the app got %q", got)
	}

	page.Open(rp.address())
	page.Click("summary")
	page.Click(`input[value="cancel"]`)
	page.Shot("practice/chooser outcomes")
	page.Click(`button[value="mei-72f0"]`)
	if got := page.WaitURL(app + "/callback").Query().Get("got"); got != "access_denied" {
		t.Errorf("the app got %q", got)
	}

	page.Open(p.Issuer() + "/authorize?client_id=acme&redirect_uri=https://evil.example/")
	page.Shot("practice/refused desk")
	page.Open(p.Issuer() + "/")
	page.Phone()
	page.Shot("practice/front phone")
}

func TestBrowserPostsTheResponseWithAndWithoutScript(t *testing.T) {
	broker, app := brokerAndApp(t)
	p := startSAML(t, nil)
	if err := p.Register(entityID, broker+"/saml2/idpresponse"); err != nil {
		t.Fatal(err)
	}
	sp := serviceProvider(t, p)
	sp.AcsURL.Host, sp.AcsURL.Path = strings.TrimPrefix(broker, "http://"), "/saml2/idpresponse"
	_, address := ask(t, sp, nil)

	page := browser.Start(t)
	page.Open(address)
	page.Click(`button[value="kofi-90ab"]`)
	if got := page.WaitURL(app + "/callback").Query().Get("got"); got != "POST the-handle" {
		t.Errorf("with script the app got %q", got)
	}

	page.WithoutScript()
	page.Open(address)
	page.Click(`button[value="kofi-90ab"]`)
	page.WaitFor("form[data-send]")
	page.Shot("practice/post without script")
	page.Phone()
	page.Dark()
	page.Shot("practice/post phone dark")
	page.Click("button")
	if got := page.WaitURL(app + "/callback").Query().Get("got"); got != "POST the-handle" {
		t.Errorf("without script the app got %q", got)
	}
}
