//go:build system

package systemtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
)

// claimsBudget is what an Application Load Balancer bears of claims and access
// token together: 11 KB, above which the person sees its HTTP 500.
const claimsBudget = 11 * 1024

// loadBalancer does what the authenticate-oidc action of an Application Load
// Balancer does: endpoints and issuer by configuration and not by discovery,
// scope openid, no PKCE, no nonce, a long state.
type loadBalancer struct {
	t *testing.T
	p *portico
	// post sends the client secret in the body; reports of load balancers
	// differ, so an issuer has to take both.
	post bool
}

// tokenAnswer is the token endpoint's.
type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	IDToken      string `json:"id_token"`
	RefreshToken string `json:"refresh_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	Error        string `json:"error"`
}

func TestLoadBalancer(t *testing.T) {
	p := startDev(t)
	for _, post := range []bool{false, true} {
		t.Run(fmt.Sprintf("post=%v", post), func(t *testing.T) {
			lb := &loadBalancer{t, p, post}
			// The state holds the original address, encrypted: kilobytes of it.
			state := strings.Repeat("AbC-_/+=", 300)
			code, returned := p.signIn(t, lb.authorize(state))
			if returned != state {
				t.Fatalf("a state of %d bytes came back with %d, or changed", len(state), len(returned))
			}
			tokens := lb.token(url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.CallbackURL}})
			lb.checkSession(tokens)
			again := lb.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.RefreshToken}})
			lb.checkSession(again)
		})
	}
}

func (lb *loadBalancer) authorize(state string) string {
	return lb.p.Domain + "/oauth2/authorize?" + url.Values{
		"client_id": {lb.p.ClientID}, "redirect_uri": {lb.p.CallbackURL}, "response_type": {"code"},
		"scope": {"openid"}, "state": {state},
		// AuthenticationRequestExtraParams may add what it likes.
		"display": {"page"},
	}.Encode()
}

func (lb *loadBalancer) token(body url.Values) tokenAnswer {
	lb.t.Helper()
	body.Set("client_id", lb.p.ClientID)
	if lb.post {
		body.Set("client_secret", lb.p.ClientSecret)
	}
	request, err := http.NewRequestWithContext(within(lb.t), http.MethodPost, lb.p.Domain+"/oauth2/token", strings.NewReader(body.Encode()))
	if err != nil {
		lb.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if !lb.post {
		request.SetBasicAuth(url.QueryEscape(lb.p.ClientID), url.QueryEscape(lb.p.ClientSecret))
	}
	var answer tokenAnswer
	lb.decode(request, &answer)
	if answer.Error != "" || !strings.EqualFold(answer.TokenType, "Bearer") || answer.ExpiresIn <= 0 {
		lb.t.Fatalf("token: error %q, type %q, expires in %d", answer.Error, answer.TokenType, answer.ExpiresIn)
	}
	return answer
}

// checkSession does what makes a session of the tokens: the ID token is the
// issuer's and for this client, userInfo is about the same person, and all of
// it fits.
func (lb *loadBalancer) checkSession(tokens tokenAnswer) {
	lb.t.Helper()
	ctx := oidc.ClientContext(within(lb.t), lb.p.client())
	keys := oidc.NewRemoteKeySet(ctx, lb.p.Issuer+"/.well-known/jwks.json")
	idToken, err := oidc.NewVerifier(lb.p.Issuer, keys, &oidc.Config{ClientID: lb.p.ClientID}).Verify(ctx, tokens.IDToken)
	if err != nil {
		lb.t.Fatalf("ID token: %v", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, lb.p.Domain+"/oauth2/userInfo", nil)
	if err != nil {
		lb.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+tokens.AccessToken)
	claims := map[string]any{}
	size := lb.decode(request, &claims)
	if claims["sub"] != idToken.Subject {
		lb.t.Errorf("sub is %v in userInfo, %s in the ID token", claims["sub"], idToken.Subject)
	}
	if size += len(tokens.AccessToken); size > claimsBudget {
		lb.t.Errorf("claims and access token have %d bytes, more than %d", size, claimsBudget)
	}
}

// decode sends the request and decodes the JSON of the answer; it gives the
// answer's size in bytes.
func (lb *loadBalancer) decode(request *http.Request, value any) (size int) {
	lb.t.Helper()
	response, err := lb.p.client().Do(request)
	if err != nil {
		lb.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		lb.t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		lb.t.Fatalf("%s %s: %s", request.Method, request.URL.Path, response.Status)
	}
	if err := json.Unmarshal(body, value); err != nil {
		lb.t.Fatalf("%s: %v", request.URL.Path, err)
	}
	return len(body)
}
