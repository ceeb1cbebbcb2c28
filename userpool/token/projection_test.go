package token

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
)

// contents of a client's tokens, as its tags would give them.
func contents(t testing.TB, settings map[string]string) userpool.TokenContents {
	t.Helper()
	const name = "app"
	d := userpool.Declaration{}
	d.Clients = append(d.Clients, appNamed(name))
	d.Pool.UserPoolTags = map[string]string{}
	for setting, value := range settings {
		d.Pool.UserPoolTags[userpool.ClientTag(name, setting)] = value
	}
	return userpool.Assemble(d, userpool.Addresses{}).Clients[name].Tokens
}

func TestIDTokenProjection(t *testing.T) {
	for name, c := range map[string]struct {
		scope, list string
		want        []string
	}{
		"narrowed":                        {"openid", "email given_name", []string{"email", "given_name"}},
		"renamed":                         {"openid", "tenant=custom:tenant", []string{"tenant"}},
		"under two names":                 {"openid", "custom:tenant tenant=custom:tenant", []string{"custom:tenant", "tenant"}},
		"nothing":                         {"openid", "", nil},
		"a scope is not widened":          {"openid email", "email given_name tenant=custom:tenant", []string{"email"}},
		"what the user lacks is no claim": {"openid", "email nickname", []string{"email"}},
		"groups":                          {"openid", "cognito:groups", []string{"cognito:groups"}},
		"roles":                           {"openid", "cognito:roles cognito:preferred_role identities", []string{"cognito:preferred_role", "cognito:roles", "identities"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := janeGrant(t, c.scope)
			g.User.Identities = []userpool.Identity{samlIdentity(false, 1767225600123)}
			g.Client.Tokens = contents(t, map[string]string{userpool.ClientIDToken: c.list})
			tokens := mustMint(t, testMint(t), g)
			got := claimsOf(t, tokens.ID)
			for _, always := range []string{"sub", "iss", "aud", "exp", "iat", "jti", "auth_time", "origin_jti", "token_use", "at_hash", "cognito:username"} {
				if _, there := got[always]; !there {
					t.Errorf("%s is gone", always)
				}
				delete(got, always)
			}
			if diff := cmp.Diff(c.want, slices.Sorted(maps.Keys(got))); diff != "" {
				t.Errorf("claims (-want +got):\n%s", diff)
			}
			if access := claimsOf(t, tokens.Access); access["cognito:groups"] == nil || access["email"] != nil {
				t.Errorf("the access token changed: %v", access)
			}
		})
	}
}

func TestIDTokenProjectionNeverWidens(t *testing.T) {
	g := janeGrant(t, "openid")
	g.Client.Read = []string{"email"}
	g.Client.Tokens = contents(t, map[string]string{userpool.ClientIDToken: "email given_name tenant=custom:tenant"})
	got := claimsOf(t, mustMint(t, testMint(t), g).ID)
	if got["email"] == nil || got["given_name"] != nil || got["tenant"] != nil {
		t.Errorf("claims %v", got)
	}
}

func TestAccessTokenProjection(t *testing.T) {
	g := janeGrant(t, "openid email")
	g.Client.Read = []string{"email", "email_verified", "custom:tenant", "nickname", "updated_at"}
	g.User.Attributes["updated_at"] = "1700000000"
	g.Client.Tokens = contents(t, map[string]string{
		userpool.ClientAccessToken: "verified=email_verified tenant=custom:tenant email nickname given_name custom:isMember updated_at",
	})
	m := testMint(t)
	got := claimsOf(t, mustMint(t, m, g).Access)
	want := map[string]any{
		"verified": true, "tenant": "acme", "email": "jane@example.com", "updated_at": float64(1700000000),
		"nickname":   nil,                         // the user has none
		"given_name": nil, "custom:isMember": nil, // the client may not read them
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s = %v, want %v", name, got[name], value)
		}
	}
	if _, err := m.Verify(g.Pool, mustMint(t, m, g).Access); err != nil {
		t.Errorf("the token does not verify: %v", err)
	}
	// A client on its own has no user to speak of.
	tokens, err := m.ForClient(t.Context(), ClientGrant{Pool: g.Pool, Client: g.Client, Scopes: scopes(t, "notes/read")})
	if err != nil {
		t.Fatal(err)
	}
	if machine := claimsOf(t, tokens.Access); machine["tenant"] != nil || machine["email"] != nil {
		t.Errorf("a machine's token holds %v", machine)
	}
}

func TestGroupFilterHoldsInBothTokens(t *testing.T) {
	for filter, want := range map[string]struct {
		groups    any
		roles     any
		preferred any
	}{
		"admins":  {[]any{"admins"}, []any{"arn:aws:iam::111122223333:role/pool-admins"}, "arn:aws:iam::111122223333:role/pool-admins"},
		"edit* x": {[]any{"editors"}, []any{"arn:aws:iam::111122223333:role/pool-editors"}, "arn:aws:iam::111122223333:role/pool-editors"},
		"":        {nil, nil, nil}, // absent, never empty
	} {
		g := janeGrant(t, "openid")
		g.Client.Tokens = contents(t, map[string]string{userpool.ClientGroups: filter})
		before := len(g.User.Groups)
		tokens := mustMint(t, testMint(t), g)
		id, access := claimsOf(t, tokens.ID), claimsOf(t, tokens.Access)
		got := []any{id["cognito:groups"], access["cognito:groups"], id["cognito:roles"], id["cognito:preferred_role"]}
		if diff := cmp.Diff([]any{want.groups, want.groups, want.roles, want.preferred}, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", filter, diff)
		}
		if len(g.User.Groups) != before || g.User.Groups[0].Name != "admins" {
			t.Errorf("%q changed the user", filter)
		}
	}
}

// TestAttackProjectionForgesNoClaim: whatever attributes hold, and whatever an operator renames, protocol claims are ours.
func TestAttackProjectionForgesNoClaim(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	m, g := testMint(t), janeGrant(t, "openid")
	g.Client.Tokens = contents(t, map[string]string{
		userpool.ClientIDToken:     "aud=custom:aud iss=custom:tenant tenant=custom:tenant email sub=email cognito:groups=custom:aud cognito:groups",
		userpool.ClientAccessToken: "scope=custom:aud client_id=custom:aud tenant=custom:tenant aud=custom:aud username=email exp=custom:aud",
	})
	for range 40 {
		g.User = randomUser(r)
		tokens := mustMint(t, m, g)
		id, access := claimsOf(t, tokens.ID), claimsOf(t, tokens.Access)
		for name, want := range protocol(g) {
			if id[name] != want {
				t.Fatalf("%s = %v, want %v", name, id[name], want)
			}
		}
		if access["scope"] != "openid" || access["client_id"] != string(g.Client.ID) || access["aud"] != nil || access["sub"] != string(g.User.Sub) {
			t.Fatalf("access token %v", access)
		}
		for name := range id {
			if strings.HasPrefix(name, "custom:") {
				t.Fatalf("%s is not listed", name)
			}
		}
		if _, err := m.Verify(g.Pool, tokens.Access); err != nil {
			t.Fatal(err)
		}
	}
}
