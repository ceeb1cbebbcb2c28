package grant

import (
	"context"
	"errors"
	"regexp"
	"sync"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
)

func TestRefresh(t *testing.T) {
	h := newHouse(t)
	first := h.signIn(t, web)
	h.advance(time.Hour)
	user := h.store.users[janesSub]
	user.Attributes = map[string]string{"email": "new@example.com", "email_verified": "false"}
	user.Groups = []userpool.Group{{Name: "admins"}}
	h.store.users[janesSub] = user

	second := h.must(t, h.refreshRequest(web, first.RefreshToken))
	before, after := claimsOf(t, first.IDToken), claimsOf(t, second.IDToken)
	for _, same := range []string{"sub", "aud", "iss", "auth_time", "origin_jti", "token_use"} {
		if before[same] != after[same] {
			t.Errorf("%s: %v, then %v", same, before[same], after[same])
		}
	}
	for _, changed := range []string{"jti", "iat", "exp", "at_hash", "email"} {
		if before[changed] == after[changed] {
			t.Errorf("%s is still %v", changed, after[changed])
		}
	}
	if nonce, there := after["nonce"]; there {
		t.Errorf("nonce %v on refresh", nonce)
	}
	access := claimsOf(t, second.AccessToken)
	if access["scope"] != "openid email" || access["cognito:groups"] == nil || access["version"] != float64(2) {
		t.Errorf("access token %v", access)
	}
	if second.RefreshToken != "" {
		t.Error("a new refresh token without rotation")
	}
	h.must(t, h.refreshRequest(web, first.RefreshToken))
}

func TestRefreshTokenAlphabet(t *testing.T) {
	h := newHouse(t)
	if raw := h.signIn(t, web).RefreshToken; !regexp.MustCompile(`^[A-Za-z0-9_=.-]+$`).MatchString(raw) {
		t.Errorf("refresh token %q has characters that the API does not allow", raw)
	}
}

func TestRefreshRefusesForeignTokens(t *testing.T) {
	h := newHouse(t)
	signedIn := h.signIn(t, web)
	code := h.Authorize(h.authorization(web))
	ofAnotherPool := h.refreshRequest(web, signedIn.RefreshToken)
	ofAnotherPool.Pool = h.other
	attacks := map[string]Request{
		"refresh token of another client": h.refreshRequest(spa, signedIn.RefreshToken),
		"refresh token of another pool":   ofAnotherPool,
		"access token as refresh token":   h.refreshRequest(web, signedIn.AccessToken),
		"ID token as refresh token":       h.refreshRequest(web, signedIn.IDToken),
		"code as refresh token":           h.refreshRequest(web, code),
		"garbage":                         h.refreshRequest(web, "garbage"),
		"line break":                      h.refreshRequest(web, signedIn.RefreshToken+"\n"),
		"generation never issued": h.refreshRequest(web, h.sealRefresh(Family{
			ID: claimsOf(t, signedIn.AccessToken)["origin_jti"].(string), Pool: poolID, Client: web, Generation: 1,
		})),
		"family of another client": h.refreshRequest(spa, h.sealRefresh(Family{
			ID: claimsOf(t, signedIn.AccessToken)["origin_jti"].(string), Pool: poolID, Client: spa,
		})),
		"unknown family": h.refreshRequest(web, h.sealRefresh(Family{ID: "x", Pool: poolID, Client: web})),
	}
	for name, request := range attacks {
		t.Run(name, func(t *testing.T) {
			_, writes := h.store.counted(func() { h.refused(t, request, oauth.InvalidGrant, "") })
			if writes != 0 {
				t.Errorf("%d writes", writes)
			}
		})
	}
	missing := h.refreshRequest(web, "")
	h.refused(t, missing, oauth.InvalidRequest, "")
	h.must(t, h.refreshRequest(web, signedIn.RefreshToken))
}

func TestRefreshEndsWithTheSignIn(t *testing.T) {
	tests := map[string]func(*house, Response){
		"expired": func(h *house, _ Response) { h.advance(30 * 24 * time.Hour) },
		"user disabled": func(h *house, _ Response) {
			user := h.store.users[janesSub]
			user.Enabled = false
			h.store.users[janesSub] = user
		},
		"user deleted": func(h *house, _ Response) { delete(h.store.users, janesSub) },
		"family gone":  func(h *house, _ Response) { h.store.families = map[string]Family{} },
		"revoked": func(h *house, r Response) {
			if err := h.Revoke(context.Background(), Request{Pool: h.pool, Params: Params{
				ClientID: string(web), ClientSecret: secretOf(web), Token: r.RefreshToken,
			}}); err != nil {
				panic(err)
			}
		},
		"attribute no longer readable": func(h *house, _ Response) { h.pool.Clients[web].Read = []string{"email"} },
	}
	for name, end := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			signedIn := h.signIn(t, web)
			end(h, signedIn)
			h.refused(t, h.refreshRequest(web, signedIn.RefreshToken), oauth.InvalidGrant, "")
		})
	}
}

func TestRotationReplacesTheToken(t *testing.T) {
	h := newHouse(t)
	signedIn := h.signIn(t, rotating)
	current := signedIn.RefreshToken
	for range 3 {
		h.advance(time.Hour)
		next := h.must(t, h.refreshRequest(rotating, current)).RefreshToken
		if next == "" || next == current {
			t.Fatal("the refresh token was not replaced")
		}
		current = next
	}
	h.advance(30*24*time.Hour - 3*time.Hour) // rotation does not extend the family
	h.refused(t, h.refreshRequest(rotating, current), oauth.InvalidGrant, "")
}

func TestRetryWithinGraceGetsTheSameGeneration(t *testing.T) {
	h := newHouse(t)
	old := h.signIn(t, rotating).RefreshToken
	lost := h.must(t, h.refreshRequest(rotating, old))
	h.advance(29 * time.Second)
	var retry Response
	_, writes := h.store.counted(func() { retry = h.must(t, h.refreshRequest(rotating, old)) })
	if writes != 0 {
		t.Errorf("a retry cost %d writes", writes)
	}
	for _, raw := range []string{lost.RefreshToken, retry.RefreshToken} {
		opened, err := h.openRefresh(poolID, rotating, raw)
		if err != nil || opened.generation != 1 {
			t.Errorf("generation %d, error %v; the family forked", opened.generation, err)
		}
	}
	h.must(t, h.refreshRequest(rotating, retry.RefreshToken))
}

func TestRotatedOutTokenReusedEndsTheFamily(t *testing.T) {
	h := newHouse(t)
	signedIn := h.signIn(t, rotating)
	current := h.must(t, h.refreshRequest(rotating, signedIn.RefreshToken))
	h.advance(31 * time.Second)
	h.refused(t, h.refreshRequest(rotating, signedIn.RefreshToken), oauth.InvalidGrant, "")
	h.refused(t, h.refreshRequest(rotating, current.RefreshToken), oauth.InvalidGrant, "")
	if h.live(t, current) {
		t.Error("the access token of the ended family is still good")
	}
}

func TestTokenTwoGenerationsOldEndsTheFamilyEvenWithinGrace(t *testing.T) {
	h := newHouse(t)
	oldest := h.signIn(t, rotating).RefreshToken
	middle := h.must(t, h.refreshRequest(rotating, oldest)).RefreshToken
	newest := h.must(t, h.refreshRequest(rotating, middle)).RefreshToken
	h.refused(t, h.refreshRequest(rotating, oldest), oauth.InvalidGrant, "")
	h.refused(t, h.refreshRequest(rotating, newest), oauth.InvalidGrant, "")
}

func TestRotatedOutTokenReusedWithoutGrace(t *testing.T) {
	h := newHouse(t)
	h.pool.Clients[rotating].Rotation.Grace = 0
	old := h.signIn(t, rotating).RefreshToken
	current := h.must(t, h.refreshRequest(rotating, old)).RefreshToken
	h.refused(t, h.refreshRequest(rotating, old), oauth.InvalidGrant, "")
	h.refused(t, h.refreshRequest(rotating, current), oauth.InvalidGrant, "")
}

func TestRotatedOutTokenReusedAfterRotationWasTurnedOff(t *testing.T) {
	h := newHouse(t)
	old := h.signIn(t, rotating).RefreshToken
	current := h.must(t, h.refreshRequest(rotating, old)).RefreshToken
	h.pool.Clients[rotating].Rotation = userpool.Rotation{}
	if got := h.must(t, h.refreshRequest(rotating, current)).RefreshToken; got != "" {
		t.Error("rotated although rotation is off")
	}
	h.refused(t, h.refreshRequest(rotating, old), oauth.InvalidGrant, "")
}

// Two read the same generation, one rotates it, then the other comes to rotate.
func TestSlowerOfTwoRotationsWithoutGrace(t *testing.T) {
	h := newHouse(t)
	h.pool.Clients[rotating].Rotation.Grace = 0
	signedIn := h.signIn(t, rotating)
	h.store.beforeRotate = func() {
		for id, family := range h.store.families {
			family.Generation, family.Rotated = 1, h.clock()
			h.store.families[id] = family
		}
	}
	h.refused(t, h.refreshRequest(rotating, signedIn.RefreshToken), oauth.InvalidGrant, "")
	if h.live(t, signedIn) {
		t.Error("two hands hold the token, and the family is alive")
	}
}

func TestSlowerOfTwoRotationsWithinGrace(t *testing.T) {
	h := newHouse(t)
	signedIn := h.signIn(t, rotating)
	h.store.beforeRotate = func() {
		for id, family := range h.store.families {
			family.Generation, family.Rotated = 1, h.clock()
			h.store.families[id] = family
		}
	}
	got := h.must(t, h.refreshRequest(rotating, signedIn.RefreshToken))
	if opened, err := h.openRefresh(poolID, rotating, got.RefreshToken); err != nil || opened.generation != 1 {
		t.Errorf("generation %d, error %v", opened.generation, err)
	}
}

func TestRevokedDuringTheRotation(t *testing.T) {
	h := newHouse(t)
	signedIn := h.signIn(t, rotating)
	h.store.beforeRotate = func() {
		for id := range h.store.families {
			h.store.end(id, h.clock())
		}
	}
	h.refused(t, h.refreshRequest(rotating, signedIn.RefreshToken), oauth.InvalidGrant, "")
}

// atOnce sends one refresh token twenty times and returns the refresh tokens that came back.
func atOnce(t *testing.T, h *house, refresh string) (granted []string) {
	t.Helper()
	var group sync.WaitGroup
	var mu sync.Mutex
	for range 20 {
		group.Go(func() {
			response, err := h.Exchange(context.Background(), h.refreshRequest(rotating, refresh))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				granted = append(granted, response.RefreshToken)
			} else if refusal := (*oauth.Error)(nil); !errors.As(err, &refusal) || refusal.Code != oauth.InvalidGrant {
				t.Errorf("error %v, want invalid_grant", err)
			}
		})
	}
	group.Wait()
	return granted
}

func TestRotationTwentyAtOnceWithoutGrace(t *testing.T) {
	h := newHouse(t)
	h.pool.Clients[rotating].Rotation.Grace = 0
	signedIn := h.signIn(t, rotating)
	if granted := atOnce(t, h, signedIn.RefreshToken); len(granted) != 1 {
		t.Errorf("%d of 20 uses of one refresh token succeeded", len(granted))
	}
	if h.live(t, signedIn) {
		t.Error("the family is alive after its token was used twenty times")
	}
}

func TestRotationTwentyAtOnceWithinGraceNeverForks(t *testing.T) {
	h := newHouse(t)
	granted := atOnce(t, h, h.signIn(t, rotating).RefreshToken)
	if len(granted) != 20 {
		t.Errorf("%d of 20 retries succeeded", len(granted))
	}
	for _, raw := range granted {
		if opened, err := h.openRefresh(poolID, rotating, raw); err != nil || opened.generation != 1 {
			t.Fatalf("generation %d, error %v", opened.generation, err)
		}
	}
}

func TestFailedRotationHandsNothingOut(t *testing.T) {
	h := newHouse(t)
	old := h.signIn(t, rotating).RefreshToken
	h.store.broken = errors.New("disk is full")
	if response, err := h.Exchange(context.Background(), h.refreshRequest(rotating, old)); !errors.Is(err, h.store.broken) || response != (Response{}) {
		t.Errorf("response %v, error %v", response, err)
	}
	h.store.broken = nil
	h.must(t, h.refreshRequest(rotating, old))
}
