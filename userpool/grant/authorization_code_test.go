package grant

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"portico/userpool"
	"portico/userpool/oauth"
)

func TestCodeExchange(t *testing.T) {
	for _, client := range []userpool.ClientID{web, spa, rotating} {
		t.Run(string(client), func(t *testing.T) {
			h := newHouse(t)
			got := h.signIn(t, client)
			if got.TokenType != "Bearer" || got.ExpiresIn != 3600 || got.RefreshToken == "" {
				t.Errorf("response %+v", got)
			}
			id, access := claimsOf(t, got.IDToken), claimsOf(t, got.AccessToken)
			if id["nonce"] != "8Jb0o4JmQq7n" || id["auth_time"] != float64(start.Add(-time.Minute).Unix()) || id["email"] != "jane@example.com" {
				t.Errorf("ID token %v", id)
			}
			if access["scope"] != "openid email" || access["client_id"] != string(client) || access["origin_jti"] != id["origin_jti"] {
				t.Errorf("access token %v", access)
			}
			if !h.live(t, got) {
				t.Error("the access token is not good at userInfo")
			}
		})
	}
}

func TestResponseMembers(t *testing.T) {
	h := newHouse(t)
	members := func(r Response) string {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var names map[string]any
		if err := json.Unmarshal(text, &names); err != nil {
			t.Fatal(err)
		}
		var have []string
		for _, name := range []string{"id_token", "access_token", "refresh_token", "token_type", "expires_in", "scope"} {
			if _, there := names[name]; there {
				have = append(have, name)
			}
		}
		return strings.Join(have, " ")
	}
	signedIn := h.signIn(t, web)
	withoutOpenID := h.authorization(web)
	withoutOpenID.Scopes = oauth.Scopes{"email"}
	for want, got := range map[string]Response{
		"id_token access_token refresh_token token_type expires_in": signedIn,
		"access_token refresh_token token_type expires_in":          h.must(t, h.codeRequest(web, h.Authorize(withoutOpenID))),
		"id_token access_token token_type expires_in":               h.must(t, h.refreshRequest(web, signedIn.RefreshToken)),
		"access_token token_type expires_in":                        h.must(t, h.machineRequest("")),
	} {
		if diff := cmp.Diff(want, members(got)); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
	}
}

func TestCodeReplayEndsTheFamily(t *testing.T) {
	h := newHouse(t)
	request := h.codeRequest(web, h.Authorize(h.authorization(web)))
	first := h.must(t, request)
	h.refused(t, request, oauth.InvalidGrant, "")
	if h.live(t, first) {
		t.Error("the access token of the first redemption is still good")
	}
	h.refused(t, h.refreshRequest(web, first.RefreshToken), oauth.InvalidGrant, "")
}

func TestCodeReplayWithWrongVerifierEndsTheFamily(t *testing.T) {
	h := newHouse(t)
	request := h.codeRequest(web, h.Authorize(h.authorization(web)))
	first := h.must(t, request)
	request.Params.CodeVerifier = strings.Repeat("x", 43)
	h.refused(t, request, oauth.InvalidGrant, "")
	if h.live(t, first) {
		t.Error("somebody else has the code, and its tokens are still good")
	}
}

func TestCodeReplayTwentyAtOnce(t *testing.T) {
	h := newHouse(t)
	request := h.codeRequest(spa, h.Authorize(h.authorization(spa)))
	var group sync.WaitGroup
	responses, failures := make(chan Response, 20), make(chan error, 20)
	for range 20 {
		group.Go(func() {
			response, err := h.Exchange(context.Background(), request)
			if err != nil {
				failures <- err
				return
			}
			responses <- response
		})
	}
	group.Wait()
	close(responses)
	close(failures)
	if len(responses) != 1 {
		t.Fatalf("%d of 20 redemptions of one code succeeded", len(responses))
	}
	for err := range failures {
		wantError(t, err, oauth.InvalidGrant, "")
	}
	if h.live(t, <-responses) {
		t.Error("the family of a code that was used twenty times is alive")
	}
}

// refusedCode is a way to get a good code refused, and what is said.
var refusedCodes = map[string]struct {
	change      func(*house, *Authorization, *Request)
	code        oauth.Code
	description string
}{
	"redirect mismatch": {func(_ *house, _ *Authorization, r *Request) {
		r.Params.RedirectURI = "https://evil.example.com/callback"
	}, oauth.UnauthorizedClient, "invalid_redirect"},
	"redirect of another case": {func(_ *house, _ *Authorization, r *Request) {
		r.Params.RedirectURI = strings.ToUpper(callback)
	}, oauth.UnauthorizedClient, "invalid_redirect"},
	"redirect missing": {func(_ *house, _ *Authorization, r *Request) { r.Params.RedirectURI = "" }, oauth.InvalidRequest, ""},
	"redirect named where there was neither one nor a default": {func(_ *house, a *Authorization, _ *Request) {
		a.RedirectURI = ""
	}, oauth.UnauthorizedClient, "invalid_redirect"},
	"wrong verifier": {func(_ *house, _ *Authorization, r *Request) {
		r.Params.CodeVerifier = strings.Repeat("x", 43)
	}, oauth.InvalidGrant, ""},
	"verifier missing": {func(_ *house, _ *Authorization, r *Request) { r.Params.CodeVerifier = "" }, oauth.InvalidGrant, ""},
	"challenge as verifier": {func(_ *house, _ *Authorization, r *Request) {
		r.Params.CodeVerifier = challenge()
	}, oauth.InvalidGrant, ""},
	"PKCE downgrade":  {func(_ *house, a *Authorization, _ *Request) { a.Challenge = "" }, oauth.InvalidGrant, ""},
	"plain challenge": {func(_ *house, a *Authorization, _ *Request) { a.Challenge = verifier }, oauth.InvalidGrant, ""},
	"session signed out": {func(h *house, _ *Authorization, _ *Request) {
		h.store.sessions = map[string]bool{}
	}, oauth.InvalidGrant, ""},
	"no session": {func(_ *house, a *Authorization, _ *Request) { a.Session = nil }, oauth.InvalidGrant, ""},
	"user disabled": {func(h *house, _ *Authorization, _ *Request) {
		user := h.store.users[janesSub]
		user.Enabled = false
		h.store.users[janesSub] = user
	}, oauth.InvalidGrant, ""},
	"user deleted":     {func(h *house, _ *Authorization, _ *Request) { delete(h.store.users, janesSub) }, oauth.InvalidGrant, ""},
	"provider removed": {func(_ *house, a *Authorization, _ *Request) { a.Provider = "Gone" }, oauth.InvalidGrant, ""},
	"scope the client may not read": {func(h *house, _ *Authorization, _ *Request) {
		h.pool.Clients[web].Read = []string{"email"}
	}, oauth.InvalidGrant, ""},
}

func TestRefusedCodeIsSpent(t *testing.T) {
	for name, test := range refusedCodes {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			authorization := h.authorization(web)
			request := h.codeRequest(web, "")
			test.change(h, &authorization, &request)
			request.Params.Code = h.Authorize(authorization)
			_, writes := h.store.counted(func() { h.refused(t, request, test.code, test.description) })
			if writes != 1 || len(h.store.spent) != 1 || len(h.store.families) != 0 {
				t.Errorf("%d writes, %d codes spent, %d families started", writes, len(h.store.spent), len(h.store.families))
			}
		})
	}
}

func TestSpentCodeCannotBeTriedAgain(t *testing.T) {
	h := newHouse(t)
	request := h.codeRequest(web, h.Authorize(h.authorization(web)))
	guess := request
	guess.Params.CodeVerifier = strings.Repeat("x", 43)
	h.refused(t, guess, oauth.InvalidGrant, "")
	h.refused(t, request, oauth.InvalidGrant, "")
}

func TestCodeOfAnotherClientIsNotTheirsToBurn(t *testing.T) {
	h := newHouse(t)
	code := h.Authorize(h.authorization(web))
	for _, thief := range []userpool.ClientID{spa, rotating} {
		_, writes := h.store.counted(func() { h.refused(t, h.codeRequest(thief, code), oauth.InvalidGrant, "") })
		if writes != 0 {
			t.Errorf("%d writes for somebody else's code", writes)
		}
	}
	h.must(t, h.codeRequest(web, code))
}

func TestCodeOfAnotherPool(t *testing.T) {
	h := newHouse(t)
	request := h.codeRequest(web, h.Authorize(h.authorization(web)))
	request.Pool = h.other
	h.refused(t, request, oauth.InvalidGrant, "")
}

func TestCodeExpiresAfterFiveMinutes(t *testing.T) {
	h := newHouse(t)
	early, late := h.Authorize(h.authorization(web)), h.Authorize(h.authorization(web))
	h.advance(CodeLifetime - time.Second)
	h.must(t, h.codeRequest(web, early))
	h.advance(time.Second)
	h.refused(t, h.codeRequest(web, late), oauth.InvalidGrant, "")
}

func TestTamperedCode(t *testing.T) {
	h := newHouse(t)
	code := h.Authorize(h.authorization(web))
	for i := 0; i < len(code); i += 7 {
		changed := []byte(code)
		changed[i] ^= 1
		h.refused(t, h.codeRequest(web, string(changed)), oauth.InvalidGrant, "")
	}
	for _, other := range []string{code + "A", code[:len(code)-1], code + "\n", code + "=", " " + code, strings.Repeat("A", maxToken+1)} {
		h.refused(t, h.codeRequest(web, other), oauth.InvalidGrant, "")
	}
	h.must(t, h.codeRequest(web, code))
}

func TestRefreshTokenAsCode(t *testing.T) {
	h := newHouse(t)
	signedIn := h.signIn(t, web)
	for _, raw := range []string{signedIn.RefreshToken, signedIn.AccessToken, signedIn.IDToken} {
		h.refused(t, h.codeRequest(web, raw), oauth.InvalidGrant, "")
	}
}

func TestCodeWithoutPKCE(t *testing.T) {
	h := newHouse(t)
	authorization := h.authorization(web)
	authorization.Challenge = ""
	request := h.codeRequest(web, h.Authorize(authorization))
	request.Params.CodeVerifier = ""
	h.must(t, request)
}

func TestDefaultRedirectMayBeNamedOrLeftOut(t *testing.T) {
	h := newHouse(t)
	declaration := h.pool.Clients[web].API
	declaration.DefaultRedirectURI, declaration.ClientSecret = ptr(callback), ptr(secretOf(web))
	h.pool.Clients[web] = userpool.Assemble(userpool.Declaration{Clients: []types.UserPoolClientType{declaration}}, userpool.Addresses{}).Clients[web]
	for _, redirect := range []string{callback, ""} {
		authorization := h.authorization(web)
		authorization.RedirectURI = ""
		request := h.codeRequest(web, h.Authorize(authorization))
		request.Params.RedirectURI = redirect
		h.must(t, request)
	}
}

// A failure of ours is no refusal: the app may try the code again.
func TestFailedCommitHandsNothingOutAndSpendsNothing(t *testing.T) {
	h := newHouse(t)
	request := h.codeRequest(web, h.Authorize(h.authorization(web)))
	h.store.broken = errors.New("disk is full")
	response, err := h.Exchange(context.Background(), request)
	if refusal := (*oauth.Error)(nil); !errors.Is(err, h.store.broken) || errors.As(err, &refusal) {
		t.Errorf("error %v, want the failure of the store", err)
	}
	if response != (Response{}) {
		t.Error("tokens without a family were handed out")
	}
	h.store.broken = nil
	h.must(t, request)
}

func TestCallerWhoLeavesKeepsTheCode(t *testing.T) {
	h := newHouse(t)
	request := h.codeRequest(web, h.Authorize(h.authorization(web)))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.Exchange(ctx, request); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	h.must(t, request)
}

func TestUserDeletedDuringTheExchange(t *testing.T) {
	h := newHouse(t)
	h.store.beforeRedeem = func() { delete(h.store.users, janesSub) }
	h.refused(t, h.codeRequest(web, h.Authorize(h.authorization(web))), oauth.InvalidGrant, "")
}
