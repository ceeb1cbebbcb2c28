package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
)

// newOfferRig is a rig whose pool offers passkeys after a sign-in with a password.
func newOfferRig(t *testing.T) *rig {
	t.Helper()
	r := newWaysRig(t, types.UserPoolMfaTypeOff)
	changed := r.changed
	r.changed = func(stored *userpool.Declaration) {
		changed(stored)
		if *stored.Pool.Id == acmePool {
			stored.Pool.UserPoolTags[userpool.OfferPasskeyTag] = "on"
		}
	}
	r.restart(t)
	return r
}

// atBoard signs Ada in with her password to the app in which people choose, with more of the request.
func (b *tab) atBoard(more ...string) page {
	b.t.Helper()
	request := loginAt(acme, append([]string{"client_id", boardID, "redirect_uri", boardCallback}, more...)...)
	b.get(request)
	p := b.post(request, url.Values{"identifier": {adaName}, "identifierSubmitButton": {"1"}, "username": {adaName}, "_csrf": {b.csrf(acme)}})
	if p.Request.URL.Path == userpool.PathChoose {
		b.post(p.Request.URL.String(), url.Values{"way": {"PASSWORD"}, "_csrf": {b.csrf(acme)}})
	}
	return b.post(request, url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {b.csrf(acme)}})
}

// able is a browser whose script said that it can keep a passkey.
func (r *rig) able(t *testing.T) *tab {
	b := r.tab(t)
	b.plant(acme, "passkeys", "1")
	return b
}

// offered reports whether a sign-in came to the offer; else it must have come to the app.
func offered(t *testing.T, p page) bool {
	t.Helper()
	if p.StatusCode == http.StatusOK && p.Request.URL.Path == userpool.PathOfferPasskey {
		return true
	}
	if !strings.HasPrefix(p.Header.Get("Location"), boardCallback) {
		t.Fatalf("%d at %s, to %q: %s", p.StatusCode, p.Request.URL, p.Header.Get("Location"), p.body)
	}
	return false
}

// A passkey is offered once after a sign-in with a password; "Not now" leads to the app with its state, and the offer does not come
// again in this browser.
func TestPasskeyIsOffered(t *testing.T) {
	r := newOfferRig(t)
	b := r.able(t)
	p := b.atBoard("state", "s1", "prompt", "login")
	if !offered(t, p) {
		t.Fatal("nothing is offered")
	}
	p.shows(t, http.StatusOK, "Add a passkey", "Not now", "data-passkey")
	skip := strings.ReplaceAll(cut(t, p.body, `href="/passkeys/offer?`, `"`), "&amp;", "&")
	p = b.get(acme + userpool.PathOfferPasskey + "?" + skip)
	if offered(t, p) {
		t.Fatal("it is offered again at once")
	}
	if to := p.Header.Get("Location"); !strings.Contains(to, "code=") || !strings.Contains(to, "state=s1") {
		t.Errorf("sent to %s", to)
	}
	if got := b.cookie(acme, "__Host-passkey-offer"); got != "no" {
		t.Errorf("the cookie holds %q", got)
	}
	if offered(t, b.atBoard("prompt", "login")) {
		t.Error("it is offered again")
	}
}

// It is offered to nobody else: not where the browser does not say that it can, nor to whoever has one, nor where the pool does not.
func TestPasskeyIsNotOffered(t *testing.T) {
	r := newOfferRig(t)
	if offered(t, r.tab(t).atBoard()) {
		t.Error("in a browser that cannot")
	}
	changed := r.changed
	r.changed = func(stored *userpool.Declaration) {
		changed(stored)
		delete(stored.Pool.UserPoolTags, userpool.OfferPasskeyTag)
	}
	r.restart(t)
	if offered(t, r.able(t).atBoard()) {
		t.Error("in a pool that does not offer it")
	}
	r.changed = changed
	r.restart(t)
	if !offered(t, r.able(t).atBoard()) {
		t.Error("not even where it should be")
	}
	r.giveKey(t, adaName, "Phone")
	if offered(t, r.able(t).atBoard()) {
		t.Error("to somebody who has one")
	}
	b := r.able(t) // nobody is signed in
	if p := b.get(acme + userpool.PathOfferPasskey + "?" + ask("client_id", boardID, "redirect_uri", boardCallback).Encode()); p.Request.URL.Path != userpool.PathLogin {
		t.Errorf("a stranger is at %s", p.Request.URL)
	}
}
