package main

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
)

// redeemers are apps with and without a secret: a thief of a code needs less with the latter.
func redeemers() map[string]party {
	return map[string]party{
		"confidential": acmeNotes(), "public": {pool: acme, id: phoneID, callback: appCallback},
		"confidential, standard": cedarNotes(), "public, standard": cedarPhone(),
	}
}

// A code that is used twice ends everything that came of its first use (RFC 6749 §4.1.2).
func TestCodeReplay(t *testing.T) {
	for name, p := range redeemers() {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			b := r.tab(t)
			code := p.code(b, "scope", "openid")
			first := p.redeem(t, r, code)
			first.grants(t, http.StatusOK, "", "")
			second := p.refresh(t, r, first.RefreshToken)
			second.grants(t, http.StatusOK, "", "")
			if status := p.info(t, r, first.AccessToken).StatusCode; status != http.StatusOK {
				t.Fatalf("userInfo answers %d before the replay", status)
			}

			p.redeem(t, r, code).grants(t, http.StatusBadRequest, "invalid_grant", "")
			for _, refresh := range []string{first.RefreshToken, second.RefreshToken} {
				if refresh != "" { // without rotation there is one
					p.refresh(t, r, refresh).grants(t, http.StatusBadRequest, "invalid_grant", "")
				}
			}
			for _, access := range []string{first.AccessToken, second.AccessToken} {
				if status := p.info(t, r, access).StatusCode; status != http.StatusUnauthorized {
					t.Errorf("userInfo answers %d after the replay", status)
				}
			}
			// The person is still signed in, and other grants of theirs are untouched.
			again := response(t, b.get(p.request("scope", "openid"))).Get("code")
			p.redeem(t, r, again).grants(t, http.StatusOK, "", "")
		})
	}
}

// Of twenty that bring one code at the same moment one gets tokens, and since nobody can tell thief from owner, these die
// with the first replay.
func TestTwentyRedeemersOfOneCode(t *testing.T) {
	for name, p := range redeemers() {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			code := p.code(r.tab(t), "scope", "openid")
			p.oneOf(t, r, func() answer { return p.redeem(t, r, code) })
		})
	}
}

// Of twenty that use one refresh token at the same moment, where each use replaces it, one gets another, and the family ends:
// nineteen were reuses (RFC 9700 §4.14.2).
func TestTwentyRefreshersOfOneToken(t *testing.T) {
	drawings := party{pool: acme, id: drawingsID, secret: drawingsSecret, callback: appCallback}
	for name, p := range map[string]party{"confidential": drawings, "public": cedarPhone()} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			first := p.redeem(t, r, p.code(r.tab(t), "scope", "openid"))
			p.oneOf(t, r, func() answer { return p.refresh(t, r, first.RefreshToken) })
			p.refresh(t, r, first.RefreshToken).grants(t, http.StatusBadRequest, "invalid_grant", "")
		})
	}
}

// oneOf does twenty at once what may be done once: one succeeds, and what it was given is worth nothing afterwards.
func (p party) oneOf(t *testing.T, r *rig, use func() answer) {
	t.Helper()
	answers := make([]answer, 20)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = use() })
	}
	all.Wait()
	var won []answer
	for _, a := range answers {
		if a.Error == "" {
			won = append(won, a)
			continue
		}
		a.grants(t, http.StatusBadRequest, "invalid_grant", "")
	}
	if len(won) != 1 {
		t.Fatalf("%d of %d got tokens", len(won), len(answers))
	}
	if status := p.info(t, r, won[0].AccessToken).StatusCode; status != http.StatusUnauthorized {
		t.Errorf("userInfo answers %d", status)
	}
	p.refresh(t, r, won[0].RefreshToken).grants(t, http.StatusBadRequest, "invalid_grant", "")
}

// A refresh token that was stolen and used is noticed when its owner uses it (RFC 9700 §4.14.2).
func TestStolenRefreshTokenWithRotation(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	code := b.signIn(acme, adaName, adaPassword, "client_id", drawingsID, "scope", "openid").Get("code")
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {appCallback}}
	first := r.token(t, acme, drawingsID, drawingsSecret, form)
	refresh := func(token string) answer {
		return r.token(t, acme, drawingsID, drawingsSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
	}
	thief := refresh(first.RefreshToken)
	thief.grants(t, http.StatusOK, "", "")
	if thief.RefreshToken == "" || thief.RefreshToken == first.RefreshToken {
		t.Fatal("the refresh token did not change")
	}
	refresh(first.RefreshToken).grants(t, http.StatusBadRequest, "invalid_grant", "")
	refresh(thief.RefreshToken).grants(t, http.StatusBadRequest, "invalid_grant", "")
	if status := r.userInfo(t, acme, thief.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("userInfo answers %d", status)
	}
}
