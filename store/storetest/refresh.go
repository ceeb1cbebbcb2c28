package storetest

import (
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/uuid"

	"portico/userpool"
	"portico/userpool/grant"
	"portico/userpool/login"
	"portico/userpool/oauth"
	"portico/userpool/seal"
	"portico/userpool/token"
)

// The refresh grant with rotation on a real store: what it promises under attack rests on what the store does when several
// come at once (RFC 9700 §4.14.2).
func refreshes() []check {
	return []check{
		{name: "RefreshTokenReuseEndsTheFamily", run: refreshTokenReuse},
		{name: "RaceWithOneRefreshToken", run: raceWithOneRefreshToken},
		{name: "RaceOfRetriesWithinGrace", run: raceOfRetriesWithinGrace},
	}
}

// shop is an app's token endpoint on the suite's store.
type shop struct {
	*suite
	*grant.Exchanger
	pool *userpool.Pool

	mu  sync.Mutex
	now time.Time
}

// newShop opens a shop for one public client whose refresh tokens rotate, for user 1.
func (s *suite) newShop(grace time.Duration) *shop {
	s.Helper()
	s.create(1)
	declared := declaration(poolA)
	declared.Clients = []types.UserPoolClientType{{
		ClientId: new("client1"), AllowedOAuthFlowsUserPoolClient: new(true), AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode},
		AllowedOAuthScopes: []string{"openid"}, CallbackURLs: []string{"https://app.example/cb"},
		RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: new(int32(grace / time.Second))},
	}}
	var keys []token.Key
	for _, use := range []token.Use{token.UseID, token.UseAccess} {
		key, err := token.NewKey(poolA, use, userpool.SigningRS256, noon(), rand.Reader)
		s.must(err)
		keys = append(keys, key)
	}
	ring, err := token.NewKeyring(keys...)
	s.must(err)
	h := &shop{suite: s, now: noon(), pool: userpool.Assemble(declared, userpool.Addresses{Issuer: "https://id.example/p", Origin: "https://id.example"})}
	master := seal.NewMasterKey()
	h.Exchanger = &grant.Exchanger{
		Storage: s.db, Mint: token.Mint{Keys: ring.Of, Now: h.clock, NewID: uuid.NewString}, Now: h.clock, NewID: uuid.NewString,
		Codes: master.For(seal.AuthorizationCode), Refreshes: master.For(seal.RefreshToken),
	}
	s.must(s.db.SignIn(s.ctx, login.SignIn{Session: session(1, "cookie")}))
	return h
}

// clock never tells one time twice.
func (h *shop) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(time.Microsecond)
	return h.now
}

func (h *shop) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// buy exchanges a fresh code.
func (h *shop) buy() grant.Response {
	h.Helper()
	code := h.Authorize(grant.Authorization{
		Pool: poolA, Client: "client1", Sub: sub(1), Session: hash("cookie"), RedirectURI: "https://app.example/cb",
		Scopes: oauth.Scopes{"openid"}, AuthTime: noon(),
	})
	got, err := h.Exchange(h.ctx, grant.Request{Pool: h.pool, Params: grant.Params{
		GrantType: "authorization_code", ClientID: "client1", Code: code, RedirectURI: "https://app.example/cb",
	}})
	h.must(err)
	return got
}

func (h *shop) refresh(raw string) (grant.Response, error) {
	return h.Exchange(h.ctx, grant.Request{Pool: h.pool, Params: grant.Params{
		GrantType: "refresh_token", ClientID: "client1", RefreshToken: raw,
	}})
}

// refused expects invalid_grant.
func (h *shop) refused(err error) {
	h.Helper()
	if e := (*oauth.Error)(nil); !errors.As(err, &e) || e.Code != oauth.InvalidGrant {
		h.Errorf("got error %v, want invalid_grant", err)
	}
}

// alive reports whether an access token is good at our endpoints.
func (h *shop) alive(access string) bool {
	h.Helper()
	_, err := h.UserInfo(h.ctx, h.pool, access)
	if e := (*oauth.Error)(nil); err != nil && !errors.As(err, &e) {
		h.Fatal(err)
	}
	return err == nil
}

// refreshTokenReuse: a thief uses a token that the app has rotated, once the grace period is over.
func refreshTokenReuse(s *suite) {
	h := s.newShop(30 * time.Second)
	first := h.buy()
	second, err := h.refresh(first.RefreshToken)
	s.must(err)
	h.advance(30 * time.Second)
	_, err = h.refresh(first.RefreshToken)
	h.refused(err)
	_, err = h.refresh(second.RefreshToken)
	h.refused(err)
	if h.alive(second.AccessToken) || h.alive(first.AccessToken) {
		s.Error("an access token of the ended family is good")
	}
}

// raceWithOneRefreshToken: app and thief use one token at the same moment, where there is no grace.
func raceWithOneRefreshToken(s *suite) {
	h := s.newShop(0)
	first := h.buy()
	got := make([]grant.Response, crowd)
	granted := 0
	for i, err := range s.race(func(i int) (err error) { got[i], err = h.refresh(first.RefreshToken); return err }) {
		if err == nil {
			granted++
			_, err = h.refresh(got[i].RefreshToken)
		}
		h.refused(err)
	}
	s.same(granted, 1)
	if h.alive(first.AccessToken) {
		s.Error("the family is alive")
	}
}

// raceOfRetriesWithinGrace: tabs of one app refresh at the same moment. They share one new generation, and the family lives.
func raceOfRetriesWithinGrace(s *suite) {
	h := s.newShop(time.Minute)
	first := h.buy()
	got := make([]grant.Response, crowd)
	for _, err := range s.race(func(i int) (err error) { got[i], err = h.refresh(first.RefreshToken); return err }) {
		s.must(err)
	}
	// Had the family forked, the second of these would be two generations behind the fork.
	for _, r := range got {
		_, err := h.refresh(r.RefreshToken)
		s.must(err)
	}
	if !h.alive(first.AccessToken) {
		s.Error("retries ended the family")
	}
}
