package token

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
)

// everything is a user with a value for each attribute.
func everything() userpool.User {
	user := jane()
	user.Attributes = map[string]string{"custom:tenant": "acme", "dev:custom:flag": "1", "cognito:alias": "x"}
	for _, name := range userpool.StandardAttributes {
		user.Attributes[name] = "x"
	}
	user.Attributes["updated_at"], user.Attributes["email_verified"] = "1700000000", "true"
	return user
}

// profile is what the scope profile opens, by Cognito's userInfo page.
var profile = []string{
	"name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
	"gender", "birthdate", "zoneinfo", "locale", "updated_at", "custom:tenant",
}

func TestScopesOpenAttributes(t *testing.T) {
	email, phone := []string{"email", "email_verified"}, []string{"phone_number", "phone_number_verified"}
	all := slices.Concat(profile, email, phone, []string{"address"})
	tests := []struct {
		scope string
		want  []string
	}{
		{"openid", all},
		{"openid aws.cognito.signin.user.admin", all},
		{"openid https://api.example.com/orders.read", all},
		{"openid email", email},
		{"openid phone", phone},
		{"openid profile", profile},
		{"profile openid email", slices.Concat(profile, email)},
		{"openid email aws.cognito.signin.user.admin", email},
	}
	for _, test := range tests {
		t.Run(test.scope, func(t *testing.T) {
			want := slices.Sorted(slices.Values(test.want))
			id := idAttributes(testPool("eu-west-1_Ab1Cd2Ef3"), testClient(), everything(), scopes(t, test.scope))
			if diff := cmp.Diff(want, slices.Sorted(maps.Keys(id))); diff != "" {
				t.Errorf("ID token (-want +got):\n%s", diff)
			}
			info := UserInfo(testPool("eu-west-1_Ab1Cd2Ef3"), testClient(), everything(), scopes(t, test.scope))
			want = slices.Sorted(slices.Values(append(want, "sub", "username")))
			if diff := cmp.Diff(want, slices.Sorted(maps.Keys(info))); diff != "" {
				t.Errorf("userInfo (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWithoutOpenIDThereIsNoIDToken(t *testing.T) {
	tokens := mustMint(t, testMint(t), janeGrant(t, "email aws.cognito.signin.user.admin"))
	if tokens.ID != "" {
		t.Error("an ID token without the scope openid")
	}
	if got := claimsOf(t, tokens.Access)["scope"]; got != "email aws.cognito.signin.user.admin" {
		t.Errorf("scope = %v", got)
	}
}

func TestUnreadableAttributeOfScopeRefusesGrant(t *testing.T) {
	g := janeGrant(t, "openid email")
	g.Client.Read = []string{"email", "given_name"} // but not email_verified
	if _, err := testMint(t).ForUser(context.Background(), g); !errors.Is(err, ErrUnreadable) {
		t.Errorf("openid email: error %v, want ErrUnreadable", err)
	}
	g.Scopes = scopes(t, "openid profile")
	if _, err := testMint(t).ForUser(context.Background(), g); !errors.Is(err, ErrUnreadable) {
		t.Errorf("openid profile: error %v, want ErrUnreadable", err)
	}
	// Without openid the scope email opens nothing.
	g.Scopes = scopes(t, "email")
	if _, err := testMint(t).ForUser(context.Background(), g); err != nil {
		t.Errorf("email: %v", err)
	}
}

func TestUnreadableAttributeStaysUnseen(t *testing.T) {
	client := testClient()
	client.Read = []string{"email", "custom:tenant"}
	got := idAttributes(testPool("eu-west-1_Ab1Cd2Ef3"), client, everything(), scopes(t, "openid"))
	if diff := cmp.Diff([]string{"custom:tenant", "email"}, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("ID token (-want +got):\n%s", diff)
	}
	got = UserInfo(testPool("eu-west-1_Ab1Cd2Ef3"), client, everything(), scopes(t, "openid email"))
	if diff := cmp.Diff([]string{"email", "sub", "username"}, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("userInfo (-want +got):\n%s", diff)
	}
}

func TestAttributeJSONTypes(t *testing.T) {
	user := jane()
	user.Attributes = map[string]string{
		"email": "jane@example.com", "email_verified": "true", "phone_number_verified": "false", "updated_at": "1700000000",
		"address": "1 Main St", "custom:age": "12", "custom:member": "true", "nickname": "",
	}
	got := claimsOf(t, mustMint(t, testMint(t), UserGrant{
		Pool: testPool("eu-west-1_Ab1Cd2Ef3"), Client: testClient(), User: user, Scopes: scopes(t, "openid"), AuthTime: signedIn,
	}).ID)
	want := map[string]any{
		"email": "jane@example.com", "email_verified": true, "phone_number_verified": false, "updated_at": float64(1700000000),
		"address": map[string]any{"formatted": "1 Main St"}, "custom:age": "12", "custom:member": "true",
	}
	for name, value := range want {
		if diff := cmp.Diff(value, got[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, absent := range []string{"nickname", "nonce", "identities", "phone_number", "client_id", "username", "scope", "version"} {
		if value, there := got[absent]; there {
			t.Errorf("%s = %v, want it absent", absent, value)
		}
	}
}

func TestUserInfoVerifiedFlagsAreText(t *testing.T) {
	got := UserInfo(testPool("eu-west-1_Ab1Cd2Ef3"), testClient(), jane(), scopes(t, "openid email phone"))
	if got["email_verified"] != "true" || got["phone_number_verified"] != "false" {
		t.Errorf("flags = %#v, %#v", got["email_verified"], got["phone_number_verified"])
	}
}

// In the standard dialect openid alone opens nothing (OpenID Connect Core §5.4), and flags are booleans everywhere (§5.1).
func TestStandardDialect(t *testing.T) {
	pool := testPool("eu-west-1_Ab1Cd2Ef3")
	pool.Dialect = userpool.DialectStandard
	if got := idAttributes(pool, testClient(), everything(), scopes(t, "openid")); len(got) > 0 {
		t.Errorf("openid alone opens %v", got)
	}
	info := UserInfo(pool, testClient(), jane(), scopes(t, "openid email phone"))
	if info["email_verified"] != true || info["phone_number_verified"] != false {
		t.Errorf("flags = %#v, %#v", info["email_verified"], info["phone_number_verified"])
	}
	if info["email"] != "jane@example.com" || info["given_name"] != nil {
		t.Errorf("userInfo = %v", info)
	}
}
