package grant

import (
	"errors"
	"math/rand/v2"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
	"portico/userpool/oauth"
)

// noise is a text of any bytes, often empty.
func noise(dice *rand.Rand) string {
	raw := make([]byte, max(0, dice.IntN(80)-20))
	for i := range raw {
		raw[i] = byte(dice.IntN(256))
	}
	return string(raw)
}

// Whatever an authorization holds, with a resource or without, the code brings it back to the client and pool it was sealed
// for, and to no other.
func TestCodesSurviveTheWay(t *testing.T) {
	h := newHouse(t)
	dice := rand.New(rand.NewPCG(3, 4)) // the same every time
	for range 2000 {
		want := Authorization{
			Pool: poolID, Client: web, Sub: userpool.Sub(noise(dice)), Session: []byte("s" + noise(dice)), RedirectURI: noise(dice), Scopes: oauth.Scopes{"openid", "a/b"}[:dice.IntN(3)],
			Resource: noise(dice), Nonce: noise(dice), Challenge: noise(dice), AuthTime: time.Unix(dice.Int64N(1<<33), 0), Provider: noise(dice),
		}
		text := h.Authorize(want)
		got, err := h.openCode(poolID, web, text)
		if err != nil {
			t.Fatal(err)
		}
		if len(want.Scopes) == 0 {
			want.Scopes = nil
		}
		if diff := cmp.Diff(want, got.Authorization); diff != "" {
			t.Fatalf("-sealed +opened:\n%s", diff)
		}
		for _, other := range []struct {
			pool   userpool.ID
			client userpool.ClientID
		}{{poolID, spa}, {"us-east-1_Other0001", web}} {
			if _, err := h.openCode(other.pool, other.client, text); err == nil {
				t.Fatalf("opens for %v", other)
			}
		}
		at := dice.IntN(len(text))
		if changed := text[:at] + string(text[at]^1) + text[at+1:]; changed != text {
			if _, err := h.openCode(poolID, web, changed); err == nil {
				t.Fatalf("a changed code opens: byte %d", at)
			}
		}
	}
}

// Refresh tokens likewise: family and generation, for one client of one pool; and neither opens as the other.
func TestRefreshTokensSurviveTheWay(t *testing.T) {
	h := newHouse(t)
	dice := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		family := Family{ID: noise(dice), Pool: poolID, Client: web, Generation: dice.IntN(1 << 30)}
		text := h.sealRefresh(family)
		got, err := h.openRefresh(poolID, web, text)
		if err != nil || got.family != family.ID || got.generation != family.Generation {
			t.Fatalf("%+v, %v", got, err)
		}
		if _, err := h.openRefresh(poolID, spa, text); err == nil {
			t.Fatal("opens for another client")
		}
		if _, err := h.openCode(poolID, web, text); err == nil {
			t.Fatal("opens as a code")
		}
		if _, err := h.openRefresh(poolID, web, h.Authorize(h.authorization(web))); err == nil {
			t.Fatal("a code opens as a refresh token")
		}
	}
}

// FuzzParseParams: a form is read as it stands, once each, within limits; or it is invalid_request.
func FuzzParseParams(f *testing.F) {
	f.Add("grant_type=authorization_code&code=x&resource=https%3A%2F%2Fapi.example")
	f.Add("grant_type=a&grant_type=b")
	f.Add("token=%00&scope=+&Client_ID=x&client_id[]=y")
	f.Fuzz(func(t *testing.T, raw string) {
		form, _ := url.ParseQuery(raw)
		p, err := ParseParams(form)
		if told := (*oauth.Error)(nil); err != nil {
			if !errors.As(err, &told) || told.Code != oauth.InvalidRequest || p != (Params{}) {
				t.Fatalf("%+v, error %v", p, err)
			}
			return
		}
		read := map[string]string{
			"grant_type": p.GrantType, "client_id": p.ClientID, "client_secret": p.ClientSecret, "code": p.Code, "redirect_uri": p.RedirectURI,
			"code_verifier": p.CodeVerifier, "refresh_token": p.RefreshToken, "scope": p.Scope, "resource": p.Resource, "token": p.Token,
		}
		if reflect.TypeFor[Params]().NumField() != len(read) {
			t.Fatal("a parameter is not looked at here")
		}
		for name, value := range read {
			if len(form[name]) > 1 || form.Get(name) != value || len(value) > maxToken {
				t.Errorf("%s is %q, of %q", name, value, form[name])
			}
		}
	})
}
