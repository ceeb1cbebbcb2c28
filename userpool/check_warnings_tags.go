package userpool

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool/nearest"
)

// clientTagWarnings reports settings of app clients that do less than they seem to.
func (c *checker) clientTagWarnings() {
	settings := clientSettings(c.d)
	for _, tag := range mapKeys(c.d.Pool.UserPoolTags) {
		written, setting, ok := splitClientTag(tag)
		if !ok {
			continue
		}
		i, err := findClient(c.d.Clients, written)
		if err != nil {
			continue
		}
		path, client := "UserPoolTags."+tag, c.d.Clients[i]
		if setting != ClientStage && slices.Contains(client.AllowedOAuthFlows, types.OAuthFlowTypeClientCredentials) {
			c.fault(path, "has no effect: the tokens of client_credentials are about no user")
			continue
		}
		switch setting {
		case ClientGroups:
			c.groupsHardlyMeant(path, settings[i])
		case ClientIDToken, ClientAccessToken:
			c.unreadableClaims(path, settings[i][setting], client)
		case ClientStage:
			if !slices.ContainsFunc(slices.Concat(client.CallbackURLs, client.LogoutURLs), isPattern) {
				c.fault(path, "has no effect: none of the client's CallbackURLs and LogoutURLs has a *")
			}
		}
	}
}

// unreadableClaims: a projection never shows a client more than its ReadAttributes do.
func (c *checker) unreadableClaims(path, value string, client types.UserPoolClientType) {
	list, _ := parseProjection(value, idTokenClaims[:])
	for _, claim := range list {
		if client.ReadAttributes == nil || slices.Contains(client.ReadAttributes, claim.Attribute) || slices.Contains(idTokenClaims[:], claim.Attribute) {
			continue
		}
		c.fault(path, "%s has no effect: it is not among the client's ReadAttributes", claim.Attribute)
	}
}

// groupsHardlyMeant finds names that are misspelt, and a filter beside an ID token that shows no groups.
func (c *checker) groupsHardlyMeant(path string, settings map[string]string) {
	var known []string
	for _, group := range c.d.Groups {
		known = append(known, deref(group.GroupName))
	}
	for _, pattern := range parseGroupFilter(settings[ClientGroups]) {
		if strings.HasSuffix(pattern, "*") || slices.Contains(known, pattern) {
			continue
		}
		if near, ok := nearest.To(pattern, known); ok {
			c.fault(path, "%s is no declared group: did you mean %s?", pattern, near)
		}
	}
	list, set := settings[ClientIDToken]
	if set && settings[ClientGroups] != "" && !slices.Contains(strings.Fields(list), ClaimGroups) {
		c.fault(path, "has an effect on the access token only: the setting %s does not list %s", ClientIDToken, ClaimGroups)
	}
}
