package token

import (
	"slices"

	"portico/userpool"
)

// shownGroups are the groups of a user that a client's tokens show. Roles follow from them, so a group that is hidden gives
// no role either.
func shownGroups(client *userpool.AppClient, groups []userpool.Group) []userpool.Group {
	if client.Tokens.Groups == nil {
		return groups
	}
	return slices.DeleteFunc(slices.Clone(groups), func(g userpool.Group) bool { return !client.Tokens.Groups.Passes(g.Name) })
}

// groupNames lists groups as the cognito:groups claim has them.
func groupNames(groups []userpool.Group) []string {
	var names []string
	for _, g := range groups {
		names = append(names, g.Name)
	}
	return names
}
