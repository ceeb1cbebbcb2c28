package grant

import (
	"errors"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
	"portico/userpool/token"
)

// implicit asks for tokens at once for jane's sign-in.
func (h *house) implicit(t *testing.T, change func(*Authorization)) (Response, error) {
	t.Helper()
	a := h.authorization(spa)
	a.Challenge = ""
	if change != nil {
		change(&a)
	}
	return h.Implicit(t.Context(), h.pool, h.pool.Clients[spa], a)
}

// RFC 6749 §4.2.2: an access token and no refresh token; with openid an ID token. One durable write.
func TestImplicit(t *testing.T) {
	h := newHouse(t)
	var got Response
	_, writes := h.store.counted(func() {
		var err error
		if got, err = h.implicit(t, nil); err != nil {
			t.Fatal(err)
		}
	})
	if writes != 1 {
		t.Errorf("%d durable writes, want 1", writes)
	}
	if got.RefreshToken != "" || got.TokenType != "Bearer" || got.ExpiresIn != 3600 || got.Scope != "" {
		t.Errorf("%+v", got)
	}
	id, access := claimsOf(t, got.IDToken), claimsOf(t, got.AccessToken)
	if id["nonce"] != "8Jb0o4JmQq7n" || id["at_hash"] == nil || id["aud"] != string(spa) {
		t.Errorf("ID token %v", id)
	}
	if access["scope"] != "openid email" || access["origin_jti"] != id["origin_jti"] || access["auth_time"] != id["auth_time"] {
		t.Errorf("access token %v", access)
	}
	if _, err := h.UserInfo(t.Context(), h.pool, got.AccessToken); err != nil {
		t.Errorf("userInfo: %v", err)
	}
	family := h.store.families[access["origin_jti"].(string)]
	if family.Client != spa || family.Expires.Sub(family.Issued) != time.Hour {
		t.Errorf("family %+v", family)
	}
}

func TestImplicitWithoutOpenID(t *testing.T) {
	h := newHouse(t)
	got, err := h.implicit(t, func(a *Authorization) { a.Scopes = oauth.Scopes{"email"} })
	if err != nil || got.IDToken != "" || got.AccessToken == "" {
		t.Errorf("%+v, %v", got, err)
	}
}

// Ending the family reaches tokens that never had a refresh token.
func TestImplicitTokensAreRevoked(t *testing.T) {
	h := newHouse(t)
	got, err := h.implicit(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	origin := claimsOf(t, got.AccessToken)["origin_jti"].(string)
	if err := h.store.EndFamily(t.Context(), poolID, origin, h.clock()); err != nil {
		t.Fatal(err)
	}
	_, err = h.UserInfo(t.Context(), h.pool, got.AccessToken)
	wantError(t, err, oauth.InvalidToken, descriptionBadToken)
}

// What has become of the sign-in since is looked at: the app is told in codes that an authorization response may hold.
func TestImplicitRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*house, *Authorization)
		code   oauth.Code
	}{
		"a session that is over":  {func(_ *house, a *Authorization) { a.Session = []byte("another") }, oauth.AccessDenied},
		"a user who is gone":      {func(h *house, _ *Authorization) { delete(h.store.users, janesSub) }, oauth.AccessDenied},
		"a provider that is gone": {func(_ *house, a *Authorization) { a.Provider = "Nobody" }, oauth.AccessDenied},
		"a scope it may not read": {func(h *house, _ *Authorization) { h.pool.Clients[spa].Read = []string{"email"} }, oauth.InvalidScope},
		"a user who was switched off": {func(h *house, _ *Authorization) {
			user := h.store.users[janesSub]
			user.Enabled = false
			h.store.users[janesSub] = user
		}, oauth.AccessDenied},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			_, writes := h.store.counted(func() {
				got, err := h.implicit(t, func(a *Authorization) { c.change(h, a) })
				wantError(t, err, c.code, "")
				if got != (Response{}) {
					t.Errorf("%+v", got)
				}
			})
			if writes != 0 {
				t.Errorf("%d durable writes for nobody", writes)
			}
		})
	}
}

// A failure of ours is ours, and hands out nothing.
func TestImplicitWithoutAStore(t *testing.T) {
	h := newHouse(t)
	h.Mint.Keys = func(userpool.ID) (*token.KeySet, bool) { return nil, false }
	got, err := h.implicit(t, nil)
	if told := (*oauth.Error)(nil); err == nil || errors.As(err, &told) || got != (Response{}) {
		t.Errorf("%+v, %v", got, err)
	}
}
