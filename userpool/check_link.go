package userpool

import (
	"slices"
	"strings"
)

// tagPrefix begins the tags that are ours: settings of a pool that Cognito has no member for.
const tagPrefix = "portico:"

// tags checks our own tags; everybody else's are carried.
func (c *checker) tags() {
	pool := c.d.Pool
	for name, value := range pool.UserPoolTags {
		path := "UserPoolTags." + name
		switch {
		case name == LinkingTag:
			c.linking(path, Linking(value))
		case strings.HasPrefix(name, tagPrefix):
			c.fault(path, "is not a setting of ours; the tags that begin with %s are: %s", tagPrefix, LinkingTag)
		}
	}
}

func (c *checker) linking(path string, policy Linking) {
	switch policy {
	case LinkingOff:
	case LinkingAsk, LinkingAutomatic:
		signsIn := slices.Concat(texts(c.d.Pool.UsernameAttributes), texts(c.d.Pool.AliasAttributes))
		if !slices.Contains(signsIn, AliasEmail) {
			c.fault(path, "needs email among UsernameAttributes or AliasAttributes: only then is an address one person's")
		}
	default:
		c.fault(path, "is %q; it is off, ask or automatic", policy)
	}
}
