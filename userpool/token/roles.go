package token

import (
	"math"
	"slices"

	"portico/userpool"
)

// roles lists the roles of a user's groups, each once.
func roles(groups []userpool.Group) []string {
	var arns []string
	for _, g := range groups {
		if g.RoleARN != "" && !slices.Contains(arns, g.RoleARN) {
			arns = append(arns, g.RoleARN)
		}
	}
	return arns
}

// preferredRole is the role of the strongest group that has one. Where several groups are equally strong and their roles
// differ there is none: Cognito leaves the claim out rather than pick.
func preferredRole(groups []userpool.Group) string {
	preferred, best, tied := "", int64(math.MaxInt64), false
	for _, g := range groups {
		if g.RoleARN == "" {
			continue
		}
		switch p := precedence(g); {
		case preferred == "" || p < best:
			preferred, best, tied = g.RoleARN, p, false
		case p == best && g.RoleARN != preferred:
			tied = true
		}
	}
	if tied {
		return ""
	}
	return preferred
}

// precedence orders groups: 0 is the strongest, a group without any is weaker than all that have one.
func precedence(g userpool.Group) int64 {
	if g.Precedence == nil {
		return math.MaxInt64
	}
	return int64(*g.Precedence)
}
