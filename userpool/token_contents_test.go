package userpool

import (
	"slices"
	"strings"
	"testing"
)

// FuzzProjection: whatever is in a list, what comes of it names no claim of the protocol, no claim twice, and nothing but
// standard and custom attributes.
func FuzzProjection(f *testing.F) {
	for _, seed := range []string{
		"email tenant=custom:tenant", "sub=email", "a=b=c", "= =a a=", "cognito:groups x=cognito:groups", "email email", "custom: x=custom:", "SUB=email Aud=email", "\u00e9=email\u2003name",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, claims := range [][]string{nil, idTokenClaims[:]} {
			list, wrong := parseProjection(text, claims)
			if list == nil || len(list)+len(wrong) != len(strings.Fields(text)) {
				t.Fatalf("%q: %d entries and %d faults", text, len(list), len(wrong))
			}
			seen := map[string]bool{}
			for _, claim := range list {
				if seen[claim.Name] {
					t.Errorf("%q names %s twice", text, claim.Name)
				}
				seen[claim.Name] = true
				if slices.Contains(claims, claim.Attribute) && claim.Name == claim.Attribute {
					continue
				}
				_, standard := StandardSchema()[claim.Attribute]
				if ProtocolClaim(claim.Name) || claim.Name == "" || !standard && !strings.HasPrefix(claim.Attribute, "custom:") {
					t.Errorf("%q makes the claim %s of %s", text, claim.Name, claim.Attribute)
				}
			}
		}
	})
}
