package grant

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/oauth"
	"portico/userpool/seal"
	"portico/userpool/token"
)

const (
	poolID   userpool.ID       = "eu-west-1_Ab1Cd2Ef3"
	foreign  userpool.ID       = "us-east-1_h6I5IqQSs"
	web      userpool.ClientID = "3n4b5urk1ft4fl3mg5e62d9ado" // confidential, code flow
	spa      userpool.ClientID = "4public5spa6client7890abcd" // public, code flow
	rotating userpool.ClientID = "5rotating6client7890abcdef" // as web, with rotation
	machine  userpool.ClientID = "7m8n9o0p1q2r3s4t5u6v7w8x9y" // client credentials

	callback = "https://app.example.com/callback"
	verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636 appendix B
	janesSub = userpool.Sub("94482488-2081-70a1-3f7e-6f0f3c2a9d11")
)

// start is when the clock of every test begins.
var start = time.Unix(1767225600, 0)

// sharedKeys are made once: keys take long.
var sharedKeys = sync.OnceValue(func() *token.Keyring {
	var keys []token.Key
	for _, pool := range []userpool.ID{poolID, foreign} {
		for _, use := range []token.Use{token.UseID, token.UseAccess} {
			key, err := token.NewKey(pool, use, userpool.SigningRS256, start, rand.Reader)
			if err != nil {
				panic(err)
			}
			keys = append(keys, key)
		}
	}
	ring, err := token.NewKeyring(keys...)
	if err != nil {
		panic(err)
	}
	return ring
})

// house is an exchanger with everything around it.
type house struct {
	*Exchanger
	store *memory
	pool  *userpool.Pool
	other *userpool.Pool // with clients of the same names

	mu  sync.Mutex
	now time.Time
	ids int
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{now: start, pool: assemble(poolID), other: assemble(foreign)}
	h.store = newMemory(userpool.User{
		Pool: poolID, Sub: janesSub, Username: "jane", Enabled: true, Status: userpool.Confirmed,
		Attributes: map[string]string{"email": "jane@example.com", "email_verified": "true"},
	})
	h.store.sessions[string(poolID)+"session"] = true
	master := seal.NewMasterKey()
	h.Exchanger = &Exchanger{
		Storage: h.store, Now: h.clock, NewID: h.newID,
		Codes: master.For(seal.AuthorizationCode), Refreshes: master.For(seal.RefreshToken),
		Mint: token.Mint{Keys: sharedKeys().Of, Now: h.clock, NewID: h.newID},
	}
	return h
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(time.Microsecond) // no two moments are the same
	return h.now
}

func (h *house) newID() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ids++
	return "00000000-0000-4000-8000-" + strconv.Itoa(100000000000+h.ids)
}

func (h *house) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func ptr[T any](v T) *T { return &v }

// assemble makes a pool with one client of each kind.
func assemble(id userpool.ID) *userpool.Pool {
	codeClient := func(client userpool.ClientID, secret string) types.UserPoolClientType {
		c := types.UserPoolClientType{
			ClientId: ptr(string(client)), AllowedOAuthFlowsUserPoolClient: ptr(true),
			AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, CallbackURLs: []string{callback},
			AllowedOAuthScopes: []string{"openid", "email", "profile"}, SupportedIdentityProviders: []string{userpool.COGNITO},
		}
		if secret != "" {
			c.ClientSecret = ptr(secret)
		}
		return c
	}
	rotation := codeClient(rotating, secretOf(rotating))
	rotation.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: ptr(int32(30))}
	alone := codeClient(machine, secretOf(machine))
	alone.AllowedOAuthFlows = []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials}
	alone.AllowedOAuthScopes = []string{"https://api.example.com/orders.read", "https://api.example.com/orders.write", "https://api.example.com/gone"}
	return userpool.Assemble(userpool.Declaration{
		Pool:    types.UserPoolType{Id: ptr(string(id))},
		Clients: []types.UserPoolClientType{codeClient(web, secretOf(web)), codeClient(spa, ""), rotation, alone},
		ResourceServers: []types.ResourceServerType{{
			Identifier: ptr("https://api.example.com"), Scopes: []types.ResourceServerScopeType{
				{ScopeName: ptr("orders.read")}, {ScopeName: ptr("orders.write")}, {ScopeName: ptr("orders.delete")},
			},
		}},
		Providers: []types.IdentityProviderType{{ProviderName: ptr("AcmeSSO"), ProviderType: types.IdentityProviderTypeTypeSaml}},
	}, userpool.Addresses{Issuer: "https://auth.example.com/" + string(id), Origin: "https://auth.example.com"})
}

func secretOf(client userpool.ClientID) string {
	if client == spa {
		return ""
	}
	return "secret_of+" + string(client)
}

// authorization is what jane's sign-in grants a client.
func (h *house) authorization(client userpool.ClientID) Authorization {
	return Authorization{
		Pool: poolID, Client: client, Sub: janesSub, Session: []byte("session"), RedirectURI: callback,
		Scopes: oauth.Scopes{"openid", "email"}, Nonce: "8Jb0o4JmQq7n", Challenge: challenge(), AuthTime: start.Add(-time.Minute),
	}
}

func challenge() string { return s256(verifier) }

func s256(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// codeRequest is the request that redeems a code of authorization.
func (h *house) codeRequest(client userpool.ClientID, code string) Request {
	return Request{Pool: h.pool, Params: Params{
		GrantType: "authorization_code", ClientID: string(client), ClientSecret: secretOf(client),
		Code: code, RedirectURI: callback, CodeVerifier: verifier,
	}}
}

func (h *house) refreshRequest(client userpool.ClientID, refresh string) Request {
	return Request{Pool: h.pool, Params: Params{
		GrantType: "refresh_token", ClientID: string(client), ClientSecret: secretOf(client), RefreshToken: refresh,
	}}
}

func (h *house) machineRequest(scope string) Request {
	return Request{Pool: h.pool, Params: Params{
		GrantType: "client_credentials", ClientID: string(machine), ClientSecret: secretOf(machine), Scope: scope,
	}}
}

func (h *house) must(t testing.TB, r Request) Response {
	t.Helper()
	response, err := h.Exchange(context.Background(), r)
	if err != nil {
		t.Fatalf("%s: %v", r.Params.GrantType, err)
	}
	return response
}

// signIn redeems a fresh code.
func (h *house) signIn(t testing.TB, client userpool.ClientID) Response {
	t.Helper()
	return h.must(t, h.codeRequest(client, h.Authorize(h.authorization(client))))
}

// refused expects an exchange to fail with a code and description, and to hand nothing out.
func (h *house) refused(t testing.TB, r Request, code oauth.Code, description string) {
	t.Helper()
	response, err := h.Exchange(context.Background(), r)
	wantError(t, err, code, description)
	if response != (Response{}) {
		t.Errorf("something was handed out with the error")
	}
}

func wantError(t testing.TB, err error, code oauth.Code, description string) {
	t.Helper()
	refusal := (*oauth.Error)(nil)
	if !errors.As(err, &refusal) {
		t.Fatalf("error %v, want %s", err, code)
	}
	if refusal.Code != code || refusal.Description != description {
		t.Errorf("error %v, want %s with description %q", err, code, description)
	}
}

func claimsOf(t testing.TB, raw string) map[string]any {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// live reports whether the family of an access token is alive at our endpoints.
func (h *house) live(t testing.TB, r Response) bool {
	t.Helper()
	_, err := h.UserInfo(context.Background(), h.pool, r.AccessToken)
	return err == nil
}
