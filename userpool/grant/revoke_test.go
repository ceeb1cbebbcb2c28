package grant

import (
	"context"
	"errors"
	"testing"

	"portico/userpool"
	"portico/userpool/oauth"
)

func (h *house) revocation(client userpool.ClientID, raw string) Request {
	return Request{Pool: h.pool, Params: Params{ClientID: string(client), ClientSecret: secretOf(client), Token: raw}}
}

func TestRevokeEndsOneSignIn(t *testing.T) {
	for _, client := range []userpool.ClientID{web, spa} {
		h := newHouse(t)
		revoked, kept := h.signIn(t, client), h.signIn(t, client)
		for range 2 { // revoking twice is no error
			if err := h.Revoke(context.Background(), h.revocation(client, revoked.RefreshToken)); err != nil {
				t.Fatal(err)
			}
		}
		if h.live(t, revoked) {
			t.Error("the access token is still good")
		}
		h.refused(t, h.refreshRequest(client, revoked.RefreshToken), oauth.InvalidGrant, "")
		if !h.live(t, kept) {
			t.Error("another sign-in of the user was ended")
		}
	}
}

func TestRevokeTakesAnyGeneration(t *testing.T) {
	h := newHouse(t)
	old := h.signIn(t, rotating).RefreshToken
	current := h.must(t, h.refreshRequest(rotating, old))
	if err := h.Revoke(context.Background(), h.revocation(rotating, old)); err != nil {
		t.Fatal(err)
	}
	if h.live(t, current) {
		t.Error("revoking an old generation left the family alive")
	}
}

func TestRevokeSaysNothingOfForeignTokens(t *testing.T) {
	h := newHouse(t)
	signedIn := h.signIn(t, web)
	for name, request := range map[string]Request{
		"garbage":                  h.revocation(web, "garbage"),
		"looks like a JWT":         h.revocation(web, "eyJhbGciOiJub25lIn0.e30.x"),
		"token of another client":  h.revocation(spa, signedIn.RefreshToken),
		"code":                     h.revocation(web, h.Authorize(h.authorization(web))),
		"refresh token, cut short": h.revocation(web, signedIn.RefreshToken[1:]),
	} {
		_, writes := h.store.counted(func() {
			if err := h.Revoke(context.Background(), request); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
		if writes != 0 {
			t.Errorf("%s: %d writes", name, writes)
		}
	}
	inOtherPool := h.revocation(web, signedIn.RefreshToken)
	inOtherPool.Pool = h.other
	if err := h.Revoke(context.Background(), inOtherPool); err != nil {
		t.Error(err)
	}
	if !h.live(t, signedIn) {
		t.Error("somebody else ended the sign-in")
	}
}

func TestRevokeRefuses(t *testing.T) {
	h := newHouse(t)
	signedIn := h.signIn(t, web)
	wrongSecret := h.revocation(web, signedIn.RefreshToken)
	wrongSecret.Params.ClientSecret = "wrong"
	mixed := h.revocation(web, signedIn.RefreshToken)
	mixed.Basic = basic(web, secretOf(web))
	tests := map[string]struct {
		request     Request
		code        oauth.Code
		description string
	}{
		"no token":       {h.revocation(web, ""), oauth.InvalidRequest, ""},
		"access token":   {h.revocation(web, signedIn.AccessToken), oauth.UnsupportedTokenType, ""},
		"ID token":       {h.revocation(web, signedIn.IDToken), oauth.UnsupportedTokenType, ""},
		"unknown client": {h.revocation("unknown", signedIn.RefreshToken), oauth.InvalidClient, ""},
		"wrong secret":   {wrongSecret, oauth.InvalidClient, "invalid_client_secret"},
		"basic and post": {mixed, oauth.InvalidRequest, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			wantError(t, h.Revoke(context.Background(), test.request), test.code, test.description)
		})
	}
	h.pool.Clients[web].Revocation = false
	wantError(t, h.Revoke(context.Background(), h.revocation(web, signedIn.RefreshToken)), oauth.InvalidRequest, "")
	if !h.live(t, signedIn) {
		t.Error("a refused revocation ended the sign-in")
	}
}

func TestRevokeReportsAFailingStore(t *testing.T) {
	h := newHouse(t)
	signedIn := h.signIn(t, web)
	h.store.broken = errors.New("disk is full")
	if err := h.Revoke(context.Background(), h.revocation(web, signedIn.RefreshToken)); !errors.Is(err, h.store.broken) {
		t.Errorf("error %v; the app believes the token revoked", err)
	}
}
