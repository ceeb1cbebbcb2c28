package userpool

import (
	"slices"

	"portico/userpool/nearest"
	"portico/userpool/oauth"
)

// resourceServers checks identifiers and that a scope's full name, "<identifier>/<name>", fits a scope.
func (c *checker) resourceServers() {
	if n := len(c.d.ResourceServers); n > maxResourceServers {
		c.fault("ResourceServers", "has %d entries: at most %d are allowed", n, maxResourceServers)
	}
	identifiers := map[string]string{}
	for i, server := range c.d.ResourceServers {
		path := at("ResourceServers", i)
		c.belongs(path, server.UserPoolId)
		c.once(identifiers, deref(server.Identifier), member(path, "Identifier"), "the identifier")
		names := map[string]string{}
		for j, scope := range server.Scopes {
			path := member(at(member(path, "Scopes"), j), "ScopeName")
			c.once(names, deref(scope.ScopeName), path, "the scope")
			if n := len(deref(server.Identifier)) + 1 + len(deref(scope.ScopeName)); n > oauth.MaxScopeLength {
				c.fault(path, "makes a scope of %d characters with the identifier: at most %d are allowed", n, oauth.MaxScopeLength)
			}
		}
	}
}

// scopes checks a client's scopes: each exists, and those of OpenID Connect come with openid. A machine (client_credentials)
// has no user, so system scopes, which open a user's data, mean nothing to it.
func (c *checker) scopes(path string, scopes []string, machine bool) {
	custom := c.customScopes()
	known := slices.Concat(oauth.SystemScopes[:], custom)
	for i, scope := range scopes {
		path := at(path, i)
		switch {
		case slices.Contains(custom, scope):
		case !slices.Contains(known, scope):
			c.unknownScope(path, scope, known)
		case machine:
			c.fault(path, "%s is about a user, and client_credentials has none: list scopes of resource servers", scope)
		case needsOpenID(scope) && !slices.Contains(scopes, oauth.ScopeOpenID):
			c.fault(path, "%s has an effect only beside openid: add openid", scope)
		}
	}
}

func needsOpenID(scope string) bool {
	return scope == oauth.ScopeEmail || scope == oauth.ScopePhone || scope == oauth.ScopeProfile
}

func (c *checker) unknownScope(path, scope string, known []string) {
	if scope == "offline_access" {
		c.fault(path, "is not needed: the code flow always gives a refresh token; remove it")
		return
	}
	if near, ok := nearest.To(scope, known); ok {
		c.fault(path, "is no scope of the pool: did you mean %s?", near)
		return
	}
	c.fault(path, "is no scope of the pool: declare it under ResourceServers, or use %s", orList(oauth.SystemScopes[:]))
}

func (c *checker) customScopes() []string {
	var scopes []string
	for _, server := range c.d.ResourceServers {
		for _, scope := range server.Scopes {
			scopes = append(scopes, deref(server.Identifier)+"/"+deref(scope.ScopeName))
		}
	}
	return scopes
}
