package userpool

import (
	"errors"
	"slices"
	"strings"

	"portico/userpool/nearest"
)

// clientTag checks a setting of one app client.
func (c *checker) clientTag(path, tag string) {
	written, setting, ok := splitClientTag(tag)
	if !ok {
		c.fault(path, "is not a setting of ours: write %s", ClientTag("<ClientId or ClientName>", "<setting>"))
		return
	}
	value := c.d.Pool.UserPoolTags[tag]
	check := map[string]func(path, value string){
		ClientGroups: c.groupFilter, ClientIDToken: c.idToken, ClientAccessToken: c.accessToken, ClientStage: c.tagOneOf(StageNonProduction),
	}[setting]
	if check == nil {
		c.unknownSetting(path, setting)
		return
	}
	i, err := findClient(c.d.Clients, written)
	if err != nil {
		c.unknownClient(path, written, err)
		return
	}
	other := ClientTag(deref(c.d.Clients[i].ClientId), setting)
	if _, twice := c.d.Pool.UserPoolTags[other]; twice && other != tag {
		c.fault(path, "is set by the client's ID too: remove one of the two")
		return
	}
	check(path, value)
}

func (c *checker) unknownSetting(path, setting string) {
	known := []string{ClientAccessToken, ClientGroups, ClientIDToken, ClientStage}
	if near, ok := nearest.To(setting, known); ok {
		c.fault(path, "has no setting %s of app clients: did you mean %s?", setting, near)
		return
	}
	c.fault(path, "has no setting %s of app clients: there are %s", setting, strings.Join(known, ", "))
}

func (c *checker) unknownClient(path, written string, err error) {
	var known []string
	for _, client := range c.d.Clients {
		known = append(known, deref(client.ClientId), deref(client.ClientName))
	}
	if near, ok := nearest.To(written, known); ok && errors.Is(err, errNoClient) {
		c.fault(path, "names no app client of the pool: did you mean %s?", near)
		return
	}
	c.fault(path, "cannot be applied: %v", err)
}

// groupFilter takes names, and beginnings with one * at the end.
func (c *checker) groupFilter(path, value string) {
	for _, pattern := range parseGroupFilter(value) {
		if i := strings.IndexByte(pattern, '*'); i >= 0 && i < len(pattern)-1 {
			c.fault(path, "has a * inside %s: it may stand at the end only, as in team-*", pattern)
		}
	}
}

func (c *checker) idToken(path, value string) { c.projection(path, value, idTokenClaims[:]) }

func (c *checker) accessToken(path, value string) {
	if strings.TrimSpace(value) == "" {
		c.fault(path, "is empty: list attributes, or leave it out")
		return
	}
	c.projection(path, value, nil)
}

// projection checks a list of claims, and that their attributes exist.
func (c *checker) projection(path, value string, claims []string) {
	list, wrong := parseProjection(value, claims)
	for _, words := range wrong {
		c.fault(path, "%s", words)
	}
	for _, claim := range list {
		if _, known := c.schema[claim.Attribute]; known || slices.Contains(claims, claim.Attribute) {
			continue
		}
		if near, ok := nearest.To(claim.Attribute, c.attributeNames()); ok {
			c.fault(path, "lists %s, which is no attribute of the pool: did you mean %s?", claim.Attribute, near)
			continue
		}
		c.fault(path, "lists %s, which is no attribute of the pool: declare it under SchemaAttributes", claim.Attribute)
	}
}
