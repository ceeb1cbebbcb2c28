package grant

import (
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
)

// Tokens that are out when rotation is turned on become the first generation of it: they work, and are replaced.
func TestRotationTurnedOnWhileTokensAreOut(t *testing.T) {
	h := newHouse(t)
	h.pool.Clients[rotating].Rotation = userpool.Rotation{}
	old := h.signIn(t, rotating).RefreshToken
	for range 2 {
		h.must(t, h.refreshRequest(rotating, old))
	}
	h.pool.Clients[rotating].Rotation = userpool.Rotation{Enabled: true}
	next := h.must(t, h.refreshRequest(rotating, old)).RefreshToken
	if next == "" {
		t.Fatal("not rotated")
	}
	h.refused(t, h.refreshRequest(rotating, old), oauth.InvalidGrant, "")
	h.refused(t, h.refreshRequest(rotating, next), oauth.InvalidGrant, "")
}

// RFC 9700 §4.14.2: rotation keeps what the person granted: the scopes and the sign-in (auth_time, origin_jti) of the first
// token, whatever the client may ask for by now.
func TestRotationKeepsWhatWasGranted(t *testing.T) {
	h := newHouse(t)
	first := h.signIn(t, rotating)
	h.advance(time.Hour)
	request := h.refreshRequest(rotating, first.RefreshToken)
	request.Params.Scope = "openid email profile aws.cognito.signin.user.admin"
	second := h.must(t, request)
	before, after := claimsOf(t, first.AccessToken), claimsOf(t, second.AccessToken)
	for _, same := range []string{"scope", "auth_time", "origin_jti", "sub", "client_id", "username"} {
		if before[same] != after[same] {
			t.Errorf("%s: %v, then %v", same, before[same], after[same])
		}
	}
	if before["jti"] == after["jti"] {
		t.Error("one jti for two tokens")
	}
}

// A client that was deleted, or may not use the code flow any more, refreshes nothing; and its access tokens are refused.
func TestRefreshAfterTheClientIsGone(t *testing.T) {
	h := newHouse(t)
	signedIn := h.signIn(t, rotating)
	client := h.pool.Clients[rotating]
	client.Flows.Code = false
	h.refused(t, h.refreshRequest(rotating, signedIn.RefreshToken), oauth.UnauthorizedClient, "")
	client.Flows.Code = true
	delete(h.pool.Clients, rotating)
	h.refused(t, h.refreshRequest(rotating, signedIn.RefreshToken), oauth.InvalidClient, "")
	if h.live(t, signedIn) {
		t.Error("the access token of a deleted client is good")
	}
	// Nothing of it became a use of the token.
	h.pool.Clients[rotating] = client
	h.must(t, h.refreshRequest(rotating, signedIn.RefreshToken))
}

// Whoever is disabled is refused, and once enabled again goes on: the refusal used nothing up.
func TestRotationOfADisabledUserUsesNothingUp(t *testing.T) {
	h := newHouse(t)
	old := h.signIn(t, rotating).RefreshToken
	user := h.store.users[janesSub]
	user.Enabled = false
	h.store.users[janesSub] = user
	_, writes := h.store.counted(func() { h.refused(t, h.refreshRequest(rotating, old), oauth.InvalidGrant, "") })
	if writes != 0 {
		t.Errorf("%d writes", writes)
	}
	user.Enabled = true
	h.store.users[janesSub] = user
	h.must(t, h.refreshRequest(rotating, old))
}
