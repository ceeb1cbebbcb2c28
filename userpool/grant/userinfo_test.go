package grant

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portico/userpool/oauth"
)

func TestUserInfo(t *testing.T) {
	h := newHouse(t)
	signedIn := h.signIn(t, web)
	got, err := h.UserInfo(context.Background(), h.pool, signedIn.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"sub": string(janesSub), "username": "jane", "email": "jane@example.com", "email_verified": "true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("userInfo (-want +got):\n%s", diff)
	}
	if got["sub"] != claimsOf(t, signedIn.IDToken)["sub"] {
		t.Error("sub differs from the ID token's")
	}
}

func TestUserInfoRefuses(t *testing.T) {
	tests := map[string]struct {
		change func(testing.TB, *house, *Response)
		code   oauth.Code
	}{
		"no token":         {func(_ testing.TB, _ *house, r *Response) { r.AccessToken = "" }, oauth.InvalidRequest},
		"garbage":          {func(_ testing.TB, _ *house, r *Response) { r.AccessToken = "garbage" }, oauth.InvalidToken},
		"ID token":         {func(_ testing.TB, _ *house, r *Response) { r.AccessToken = r.IDToken }, oauth.InvalidToken},
		"refresh token":    {func(_ testing.TB, _ *house, r *Response) { r.AccessToken = r.RefreshToken }, oauth.InvalidToken},
		"expired":          {func(_ testing.TB, h *house, _ *Response) { h.advance(time.Hour) }, oauth.InvalidToken},
		"another pool":     {func(_ testing.TB, h *house, _ *Response) { h.pool = h.other }, oauth.InvalidToken},
		"client deleted":   {func(_ testing.TB, h *house, _ *Response) { delete(h.pool.Clients, web) }, oauth.InvalidToken},
		"user deleted":     {func(_ testing.TB, h *house, _ *Response) { delete(h.store.users, janesSub) }, oauth.InvalidToken},
		"family forgotten": {func(_ testing.TB, h *house, _ *Response) { h.store.families = map[string]Family{} }, oauth.InvalidToken},
		"user disabled": {func(_ testing.TB, h *house, _ *Response) {
			user := h.store.users[janesSub]
			user.Enabled = false
			h.store.users[janesSub] = user
		}, oauth.InvalidToken},
		"openid not granted": {func(t testing.TB, h *house, r *Response) {
			authorization := h.authorization(web)
			authorization.Scopes = oauth.Scopes{"aws.cognito.signin.user.admin"}
			*r = h.must(t, h.codeRequest(web, h.Authorize(authorization)))
		}, oauth.InvalidToken},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			signedIn := h.signIn(t, web)
			test.change(t, h, &signedIn)
			description := descriptionBadToken
			if test.code == oauth.InvalidRequest {
				description = DescriptionBadRequest
			}
			info, err := h.UserInfo(context.Background(), h.pool, signedIn.AccessToken)
			wantError(t, err, test.code, description)
			if info != nil {
				t.Errorf("told %v", info)
			}
		})
	}
}

func TestUserInfoReportsAFailingStore(t *testing.T) {
	h := newHouse(t)
	signedIn := h.signIn(t, web)
	h.store.broken = errors.New("disk is full")
	_, err := h.UserInfo(context.Background(), h.pool, signedIn.AccessToken)
	if refusal := (*oauth.Error)(nil); !errors.Is(err, h.store.broken) || errors.As(err, &refusal) {
		t.Errorf("error %v; a failure of ours must not look like a bad token", err)
	}
}
