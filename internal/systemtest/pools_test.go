//go:build system

package systemtest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The pools of testdata/pools.yaml.
const (
	firstPool  = "us-east-1_First0001"
	secondPool = "us-east-1_Second001"
	thirdPool  = "us-east-1_Third0001"
)

// TestServeSeveralPools has three pools in one server: each has a domain, an
// issuer and keys of its own, and none takes what another gave.
func TestServeSeveralPools(t *testing.T) {
	s := newServer(t, "pools.yaml")
	process := s.start()
	port := portOf(s.origin)
	pools := []*portico{
		s.app(process, firstPool, "first", appSecret),
		s.app(process, secondPool, "second", appSecret),
		s.app(process, thirdPool, "third", appSecret),
	}
	pools[1].Domain, pools[2].Domain = "http://second.localhost:"+port, "http://third.localhost:"+port

	keys, tokens := map[string]string{}, make([]tokenAnswer, len(pools))
	for i, p := range pools {
		p.Username, p.Password = ada["username"], ada["password"]
		found := discover(t, p)
		wantClaims(t, found, map[string]any{
			"issuer": p.Issuer, "jwks_uri": p.Issuer + "/.well-known/jwks.json",
			"authorization_endpoint": p.Domain + "/oauth2/authorize", "token_endpoint": p.Domain + "/oauth2/token",
			"userinfo_endpoint": p.Domain + "/oauth2/userInfo", "end_session_endpoint": p.Domain + "/oauth2/endsession",
		})
		set := keySet(t, p)
		if other, taken := keys[set]; taken {
			t.Errorf("%s and %s have the same keys", p.UserPoolID, other)
		}
		keys[set] = p.UserPoolID
		signInWithGo(t, p, "email") // go-oidc verifies issuer, audience and signature
		code, _ := p.signIn(t, p.authorize())
		tokens[i] = p.redeem(t, code)
		if got := p.userInfo(t, tokens[i].AccessToken); got.status != http.StatusOK {
			t.Errorf("%s: userInfo: %d %s", p.UserPoolID, got.status, got.body)
		}
	}
	for i, p := range pools {
		for j, other := range pools {
			if i != j {
				wantForeign(t, p, other, tokens[j])
			}
		}
	}
}

// wantForeign shows what one pool gave to another.
func wantForeign(t *testing.T, p, from *portico, tokens tokenAnswer) {
	t.Helper()
	if got := p.userInfo(t, tokens.AccessToken); got.status != http.StatusUnauthorized || !strings.Contains(got.header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("%s answers a token of %s with %d %q", p.UserPoolID, from.UserPoolID, got.status, got.header.Get("WWW-Authenticate"))
	}
	if got := p.refresh(t, tokens.RefreshToken); got.Error != "invalid_grant" {
		t.Errorf("%s answers a refresh token of %s with %q", p.UserPoolID, from.UserPoolID, got.Error)
	}
	code, _ := from.signIn(t, from.authorize())
	if got := p.redeem(t, code); got.Error != "invalid_grant" {
		t.Errorf("%s answers a code of %s with %q", p.UserPoolID, from.UserPoolID, got.Error)
	}
	if got := from.redeem(t, code); got.Error != "" {
		t.Errorf("%s could burn a code of %s: %q", p.UserPoolID, from.UserPoolID, got.Error)
	}
	// The other pool's client is nobody here, whatever its secret.
	reply := p.postToken(t, from.ClientID, from.ClientSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.RefreshToken}})
	if !strings.Contains(string(reply.body), `"invalid_client"`) {
		t.Errorf("%s answers the client of %s with %s", p.UserPoolID, from.UserPoolID, reply.body)
	}
}

func discover(t *testing.T, p *portico) map[string]any {
	t.Helper()
	var found map[string]any
	if err := json.Unmarshal(p.get(t, p.Issuer+"/.well-known/openid-configuration").body, &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// keySet is the pool's key set as it is published.
func keySet(t *testing.T, p *portico) string {
	t.Helper()
	return string(p.get(t, p.Issuer+"/.well-known/jwks.json").body)
}

// get asks with a plain GET.
func (p *portico) get(t *testing.T, address string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(within(t), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p.ask(t, request)
}
