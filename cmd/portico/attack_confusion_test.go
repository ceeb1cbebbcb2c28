package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// One kind of credential is brought where another is asked for: none is taken for the other, though all are made by one key
// ring and several are sealed by the same master key (RFC 8725 §2.8, cross-JWT confusion, and the same for what is sealed).
func TestCredentialConfusion(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		b := r.tab(t)
		a := p.redeem(t, r, p.code(b))
		code := response(t, b.get(p.request())).Get("code")
		session := b.cookie(p.pool, sessionCookie)
		callback, _ := url.Parse(r.tab(t).atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab"))
		all := map[string]string{
			"code": code, "refresh token": a.RefreshToken, "access token": a.AccessToken, "ID token": a.IDToken, "session": session,
			"attempt": callback.Query().Get("state"), "nothing": "",
		}
		for kind, text := range all {
			if kind != "code" {
				if got := p.redeem(t, r, text); got.Error == "" {
					t.Errorf("%s: a %s is redeemed as a code", dialect, kind)
				}
			}
			if kind != "refresh token" {
				if got := p.refresh(t, r, text); got.Error == "" {
					t.Errorf("%s: a %s refreshes", dialect, kind)
				}
			}
			if kind != "access token" {
				if got := p.info(t, r, text); got.StatusCode == http.StatusOK {
					t.Errorf("%s: a %s opens userInfo", dialect, kind)
				}
			}
			if kind != "session" {
				thief := r.tab(t)
				thief.plant(p.pool, sessionCookie, text)
				if !p.signedOut(thief) {
					t.Errorf("%s: a %s is a session", dialect, kind)
				}
			}
			if kind != "ID token" && text != "" {
				if got := b.get(p.endSession("id_token_hint", text)); got.StatusCode != http.StatusBadRequest || p.signedOut(b) {
					t.Errorf("%s: a %s is taken as id_token_hint", dialect, kind)
				}
			}
			if kind != "refresh token" && kind != "access token" { // and revokes nothing; access tokens do in the standard dialect
				p.call(t, r, userpool.PathRevoke, url.Values{"token": {text}})
			}
		}
		p.refresh(t, r, a.RefreshToken).grants(t, http.StatusOK, "", "")
		p.redeem(t, r, code).grants(t, http.StatusOK, "", "")
	}
}

// A client's ID is its own in the whole server: a file that gives it to apps of two pools is refused, so that no token or
// secret of the one app can be good for the other by name.
func TestClientIDInTwoPools(t *testing.T) {
	pool := func(id string) string {
		return "  - {PoolName: " + id + ", Id: us-east-1_" + id + ", Clients: [{ClientName: app, ClientId: thesameclient}]}\n"
	}
	if err := loads(t, "pools:\n"+pool("Aaaaaaaa1")); err != nil {
		t.Fatal(err)
	}
	if err := loads(t, "pools:\n"+pool("Aaaaaaaa1")+pool("Bbbbbbbb1")); err == nil || !strings.Contains(err.Error(), "every app client has its own") {
		t.Errorf("got %v", err)
	}
}

// Credentials of a pool are brought to another pool of the server, where app and person have the same names and secrets.
func TestPoolConfusion(t *testing.T) {
	r := newRig(t)
	here, there := acmeNotes(), cedarNotes()
	b := r.tab(t)
	a := here.redeem(t, r, here.code(b))
	code := response(t, b.get(here.request())).Get("code")
	there.redeem(t, r, code).grants(t, http.StatusBadRequest, "invalid_grant", "")
	there.refresh(t, r, a.RefreshToken).grants(t, http.StatusBadRequest, "invalid_grant", "")
	if status := there.info(t, r, a.AccessToken).StatusCode; status != http.StatusUnauthorized {
		t.Errorf("userInfo answers %d", status)
	}
	other := r.tab(t)
	there.signIn(other)
	if got := other.get(there.endSession("id_token_hint", a.IDToken)); got.StatusCode != http.StatusBadRequest || there.signedOut(other) {
		t.Errorf("the other pool takes the hint: status %d", got.StatusCode)
	}
	there.call(t, r, userpool.PathRevoke, url.Values{"token": {a.RefreshToken}})
	here.refresh(t, r, a.RefreshToken).grants(t, http.StatusOK, "", "")
}

// The attacker gives an app a token that was issued to another one in the implicit flow (token substitution, OpenID Connect
// Core §16.11, RFC 9700 §2.1.2). The app can tell: by client_id in the access token, by aud and at_hash in the ID token.
func TestImplicitTokenSubstitution(t *testing.T) {
	r := newRig(t)
	board := party{pool: acme, issuer: acmeNotes().issuer, id: boardID, callback: boardCallback}
	stolen := board.signIn(r.tab(t), "response_type", "token", "scope", "openid")
	if got := claims(t, stolen.Get("access_token"))["client_id"]; got != boardID {
		t.Errorf("client_id %v", got)
	}
	if got := claims(t, stolen.Get("id_token"))["aud"]; got != boardID {
		t.Errorf("aud %v", got)
	}
	own := acmeNotes().redeem(t, r, acmeNotes().code(r.tab(t)))
	id := acmeNotes().verify(t, r, own.IDToken)
	if id.VerifyAccessToken(own.AccessToken) != nil || id.VerifyAccessToken(stolen.Get("access_token")) == nil {
		t.Error("at_hash does not tell the tokens apart")
	}
	// And it cannot be made into more: there is no refresh token in it, nor a code.
	for _, text := range []string{stolen.Get("access_token"), stolen.Get("id_token")} {
		board.refresh(t, r, text).grants(t, http.StatusBadRequest, "invalid_grant", "")
		board.redeem(t, r, text).grants(t, http.StatusBadRequest, "invalid_grant", "")
	}
}
