//go:build system

package systemtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"portico/internal/browser"
)

// board is an app at another site that remembers what it was sent.
type board struct {
	*portico
	origin string
	posted chan url.Values
}

func startBoard(t *testing.T) *board {
	t.Helper()
	b := &board{posted: make(chan url.Values, 1)}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			b.posted <- r.PostForm
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Board</title><link rel=icon href=data:,><h1>The board</h1>"))
	}))
	t.Cleanup(site.Close)
	b.origin = site.URL
	s := newServer(t, "page.yaml")
	s.set("PAGE", b.origin)
	b.portico = s.app(s.start(), pagesPool, "board", "")
	b.CallbackURL, b.LogoutURL = b.origin+"/", b.origin+"/bye"
	return b
}

func signInHere(page *browser.Page, p *portico) {
	page.WaitURL(p.Domain + "/login")
	page.Fill("[name=username]", ada["username"])
	page.Fill("[name=password]", ada["password"])
	page.Click("[name=signInSubmitButton]")
}

// TestBrowserImplicit: tokens come in the fragment (RFC 6749 §4.2.2), which the app's server never sees and the page's
// script reads.
func TestBrowserImplicit(t *testing.T) {
	browser.BothWays(t, func(t *testing.T, page *browser.Page) { readFragment(t, startBoard(t), page) })
}

func readFragment(t *testing.T, b *board, page *browser.Page) {
	page.Open(b.authorize("response_type", "token", "nonce", "n-1", "scope", "openid email"))
	signInHere(page, b.portico)
	page.WaitText("h1", "The board")
	tokens, err := url.ParseQuery(page.URL().Fragment)
	if err != nil || tokens.Get("token_type") != "bearer" || tokens.Get("state") != "st-7" || tokens.Get("iss") != b.Issuer {
		t.Fatalf("the fragment holds %q (%v)", page.URL().Fragment, err)
	}
	if got := b.userInfo(t, tokens.Get("access_token")); got.status != http.StatusOK {
		t.Errorf("userInfo answers %d to the access token", got.status)
	}
}

// TestBrowserFormPost: the response is posted to another site, by script and by hand, and the content security policy of our
// page lets it.
func TestBrowserFormPost(t *testing.T) {
	browser.EveryWay(t, func(t *testing.T, page *browser.Page) {
		b := startBoard(t)
		page.Open(b.authorize("response_mode", "form_post", "scope", "openid email"))
		signInHere(page, b.portico)
		sendOn(t, page, b.Domain)
		page.WaitText("h1", "The board")
		got := <-b.posted
		if got.Get("code") == "" || got.Get("state") != "st-7" || got.Get("iss") != b.Issuer || page.URL().RawQuery != "" {
			t.Errorf("%q was posted to %s", got, page.URL())
		}
	})
}

// TestBrowserSignOut: an app that cannot prove whom it means has the person asked (RP-Initiated Logout 1.0 §2), and the session
// is over only when they agree.
func TestBrowserSignOut(t *testing.T) {
	browser.EveryWay(t, func(t *testing.T, page *browser.Page) { signOutWhenAsked(t, startBoard(t), page) })
}

func signOutWhenAsked(t *testing.T, b *board, page *browser.Page) {
	silently := b.authorize("prompt", "none", "scope", "openid")
	page.Open(b.authorize("scope", "openid"))
	signInHere(page, b.portico)
	page.WaitText("h1", "The board")

	query := url.Values{"client_id": {"board"}, "post_logout_redirect_uri": {b.LogoutURL}, "state": {"out-1"}}
	page.Open(b.Domain + "/oauth2/endsession?" + query.Encode())
	page.WaitText("h1", "Sign out?")
	page.Everywhere("sign-out")
	page.Open(silently)
	if back := page.WaitURL(b.CallbackURL); !back.Query().Has("code") {
		t.Errorf("asking alone ended the session: %s", back)
	}
	page.Open(b.Domain + "/oauth2/endsession?" + query.Encode())
	page.ClickText("Sign out")
	if back := page.WaitURL(b.LogoutURL); back.Query().Get("state") != "out-1" {
		t.Errorf("came back to %s", back)
	}
	page.Open(silently)
	if back := page.WaitURL(b.CallbackURL); back.Query().Get("error") != "login_required" {
		t.Errorf("after the sign-out: %s", back)
	}

	page.Open(b.Domain + "/oauth2/endsession")
	page.WaitText("h1", "You are signed out")
	page.Everywhere("signed-out")
}
