//go:build system

package systemtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"portico/internal/browser"
)

// wandering is an app whose callback, at one origin, sends the browser on to another.
func wandering(t *testing.T, on *httptest.Server) *portico {
	t.Helper()
	callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, on.URL+"/welcome?"+r.URL.RawQuery, http.StatusFound)
	}))
	t.Cleanup(callback.Close)
	s := newServer(t, "page.yaml")
	s.set("PAGE", callback.URL)
	b := s.app(s.start(), pagesPool, "board", "")
	b.CallbackURL = callback.URL + "/"
	return b
}

func welcome(t *testing.T, start func(http.Handler) *httptest.Server) *httptest.Server {
	t.Helper()
	site := start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, "<!doctype html><html lang=en><title>Welcome</title><link rel=icon href=data:,><h1>Welcome</h1>")
	}))
	t.Cleanup(site.Close)
	return site
}

// TestBrowserFormActionAllowsTheWayBack: Chromium holds the callback, and where it leads from there, against the form-action
// of the page whose form was posted. None of it is ours, and all of it must be let through.
func TestBrowserFormActionAllowsTheWayBack(t *testing.T) {
	browser.BothWays(t, func(t *testing.T, page *browser.Page) {
		site := welcome(t, httptest.NewTLSServer)
		page.Open(wandering(t, site).authorize("scope", "openid"))
		page.Fill("[name=username]", ada["username"])
		page.Fill("[name=password]", ada["password"])
		page.Click("[name=signInSubmitButton]")
		if at := page.WaitURL(site.URL + "/welcome"); at.Query().Get("code") == "" || at.Query().Get("state") != "st-7" {
			t.Errorf("the app was sent to %s", at)
		}
	}, browser.IgnoreCertificates)
}

// TestBrowserFormActionIsHeld: the same form goes to no plain http origin that was not named. (The test of the way back would
// pass without any policy.)
func TestBrowserFormActionIsHeld(t *testing.T) {
	site, page := welcome(t, httptest.NewServer), browser.Start(t)
	b := wandering(t, site)
	page.Open(b.authorize("scope", "openid"))
	signInHere(page, b)
	held := func() bool {
		return slices.ContainsFunc(page.Complaints(), func(text string) bool { return strings.Contains(text, "form-action") })
	}
	for deadline := time.Now().Add(patience); !held(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("Chromium lets the form through to %s; it complains %q", page.URL(), page.Complaints())
		}
	}
	if at := page.URL().String(); strings.HasPrefix(at, site.URL) {
		t.Errorf("the form went to %s", at)
	}
}
