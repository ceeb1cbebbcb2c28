package token

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
)

// randomUser has attributes of all names, of hostile values, and groups with and without roles.
func randomUser(r *rand.Rand) userpool.User {
	values := []string{"", "x", "true", "12", `"}<script>&\`, "\xff\xfe", "日本語", "null", "\x00", strings.Repeat("w", 2048)}
	names := slices.Concat(userpool.StandardAttributes[:], []string{
		"custom:tenant", "custom:aud", "dev:custom:x", "sub", "iss", "aud", "exp", "token_use", "cognito:groups",
		"cognito:username", "identities", "scope", "client_id", "username", "version", "origin_jti", "nonce", "jti", "", "custom:",
	})
	user := userpool.User{Sub: "94482488-2081-70a1-3f7e-6f0f3c2a9d11", Username: values[1+r.IntN(len(values)-1)], Attributes: map[string]string{}}
	for _, name := range names {
		if r.IntN(2) == 0 {
			user.Attributes[name] = values[r.IntN(len(values))]
		}
	}
	for range r.IntN(4) {
		group := userpool.Group{Name: values[1+r.IntN(len(values)-1)], RoleARN: values[r.IntN(3)]}
		if n := r.IntN(3); n > 0 {
			group.Precedence = &n
		}
		user.Groups = append(user.Groups, group)
	}
	for range r.IntN(3) {
		user.Identities = append(user.Identities, userpool.Identity{
			Provider: "P", Type: userpool.TypeOIDC, UserID: values[r.IntN(len(values))], Issuer: values[r.IntN(2)],
			Primary: r.IntN(2) == 0, Attached: time.UnixMilli(r.Int64N(1 << 41)),
		})
	}
	return user
}

// protocol are the claims of an ID token that no attribute may touch, with their values.
func protocol(g UserGrant) map[string]any {
	return map[string]any{
		"sub": string(g.User.Sub), "iss": g.Pool.At.Issuer, "aud": string(g.Client.ID), "token_use": "id",
		"exp": float64(signedIn.Add(time.Hour).Unix()), "iat": float64(signedIn.Unix()), "auth_time": float64(signedIn.Unix()),
		"origin_jti": g.Origin,
	}
}

func TestNoAttributeForgesAClaim(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m, g := testMint(t), janeGrant(t, "openid")
	for range 60 {
		g.User = randomUser(r)
		tokens := mustMint(t, m, g)
		id, access := claimsOf(t, tokens.ID), claimsOf(t, tokens.Access)
		for name, want := range protocol(g) {
			if id[name] != want {
				t.Fatalf("%s = %v, want %v", name, id[name], want)
			}
		}
		for name := range maps.Keys(id) {
			if strings.HasPrefix(name, "dev:") || slices.Contains([]string{"scope", "client_id", "username", "version", "nonce"}, name) {
				t.Fatalf("claim %s came from an attribute", name)
			}
		}
		if groups, there := id["cognito:groups"]; there != (len(g.User.Groups) > 0) || there && len(groups.([]any)) != len(g.User.Groups) {
			t.Fatalf("cognito:groups = %v for %d groups", groups, len(g.User.Groups))
		}
		for name := range access {
			if _, attribute := g.User.Attributes[name]; attribute && strings.HasPrefix(name, "custom:") {
				t.Fatalf("attribute %s is in the access token", name)
			}
		}
		if _, err := m.Verify(g.Pool, tokens.Access); err != nil {
			t.Fatal(err)
		}
	}
}

func TestClaimTypesNeverChange(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	m, g := testMint(t), janeGrant(t, "openid")
	for range 60 {
		g.User = randomUser(r)
		for name, value := range claimsOf(t, mustMint(t, m, g).ID) {
			_, isText := value.(string)
			switch {
			case strings.HasPrefix(name, "custom:") && !isText:
				t.Fatalf("%s is %T", name, value)
			case strings.HasSuffix(name, "_verified"):
				if _, ok := value.(bool); !ok {
					t.Fatalf("%s is %T", name, value)
				}
			case name == "identities":
				for _, identity := range value.([]any) {
					for member, value := range identity.(map[string]any) {
						if _, ok := value.(string); !ok && !(member == "issuer" && value == nil) {
							t.Fatalf("identities.%s is %T", member, value)
						}
					}
				}
			}
		}
		info := UserInfo(testPool("eu-west-1_Ab1Cd2Ef3"), g.Client, g.User, g.Scopes)
		if _, err := json.Marshal(info); err != nil {
			t.Fatal(err)
		}
		if info["sub"] != string(g.User.Sub) || info["username"] != g.User.Username {
			t.Fatalf("userInfo names %v, %v", info["sub"], info["username"])
		}
		if text, there := info["identities"]; there && !json.Valid([]byte(text.(string))) {
			t.Fatalf("identities is not JSON: %s", text)
		}
	}
}

func TestNobodySignsForACallerWhoLeft(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := testMint(t).ForUser(ctx, janeGrant(t, "openid")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

// ForClient takes no user, so no claim about one can slip in.
func TestClientTokenNamesNoUser(t *testing.T) {
	tokens, err := testMint(t).ForClient(context.Background(), ClientGrant{Pool: testPool("eu-west-1_Ab1Cd2Ef3"), Client: testClient(), Scopes: oauth.Scopes{"a/b"}})
	if err != nil {
		t.Fatal(err)
	}
	claims := claimsOf(t, tokens.Access)
	for _, name := range []string{"username", "cognito:groups", "origin_jti"} {
		if value, there := claims[name]; there {
			t.Errorf("%s = %v", name, value)
		}
	}
	if claims["sub"] != claims["client_id"] {
		t.Errorf("sub %v is not the client %v", claims["sub"], claims["client_id"])
	}
}
