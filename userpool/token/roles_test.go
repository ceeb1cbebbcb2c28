package token

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
)

func TestPreferredRole(t *testing.T) {
	at := func(n int) *int { return &n }
	group := func(role string, precedence *int) userpool.Group {
		return userpool.Group{Name: "g", RoleARN: role, Precedence: precedence}
	}
	tests := []struct {
		name   string
		groups []userpool.Group
		want   string
	}{
		{"no groups", nil, ""},
		{"no roles", []userpool.Group{group("", at(0))}, ""},
		{"one", []userpool.Group{group("a", nil)}, "a"},
		{"zero is strongest", []userpool.Group{group("a", at(1)), group("b", at(0)), group("c", at(2))}, "b"},
		{"none is weakest", []userpool.Group{group("a", nil), group("b", at(1<<31-1))}, "b"},
		{"a group without role does not count", []userpool.Group{group("", at(0)), group("b", at(5))}, "b"},
		{"tie of one role", []userpool.Group{group("a", at(3)), group("a", at(3))}, "a"},
		{"tie of two roles", []userpool.Group{group("a", at(3)), group("b", at(3))}, ""},
		{"tie of two roles, then the first again", []userpool.Group{group("a", at(3)), group("b", at(3)), group("a", at(3))}, ""},
		{"tie broken by a stronger one", []userpool.Group{group("a", at(3)), group("b", at(3)), group("c", at(1))}, "c"},
		{"tie without precedence", []userpool.Group{group("a", nil), group("b", nil)}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := preferredRole(test.groups); got != test.want {
				t.Errorf("preferred role %q, want %q", got, test.want)
			}
		})
	}
}

func TestGroupClaimsAreAbsentWithoutGroups(t *testing.T) {
	g := janeGrant(t, "openid")
	g.User.Groups = nil
	tokens := mustMint(t, testMint(t), g)
	for _, raw := range []string{tokens.ID, tokens.Access} {
		claims := claimsOf(t, raw)
		for _, name := range []string{"cognito:groups", "cognito:roles", "cognito:preferred_role"} {
			if value, there := claims[name]; there {
				t.Errorf("%s = %v, want it absent", name, value)
			}
		}
	}
}

func TestRolesListsEachOnce(t *testing.T) {
	got := roles([]userpool.Group{{RoleARN: "a"}, {}, {RoleARN: "b"}, {RoleARN: "a"}})
	if diff := cmp.Diff([]string{"a", "b"}, got); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
}
