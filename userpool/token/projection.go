package token

import "portico/userpool"

// accessAttributes are the attributes that a client wants in a person's access token: those of its projection that it may
// read and the user has. Scopes do not narrow them, for no scope of an access token is about claims in it. They have the
// form of the ID token.
func accessAttributes(client *userpool.AppClient, user userpool.User) map[string]any {
	var claims map[string]any
	for _, claim := range client.Tokens.Access {
		value := user.Attributes[claim.Attribute]
		if value == "" || !client.CanRead(claim.Attribute) {
			continue
		}
		if claims == nil {
			claims = map[string]any{}
		}
		claims[claim.Name] = idClaim(claim.Attribute, value)
	}
	return claims
}

// project narrows an ID token to what its client's projection lists: what is not listed is left out, attributes get the
// names they are listed under. Nothing comes in that was not there.
func (c *idClaims) project(list userpool.Projection) {
	if list == nil {
		return
	}
	attributes := map[string]any{}
	for name, value := range c.Attributes {
		for _, claim := range list.Names(name) {
			attributes[claim] = value
		}
	}
	c.Attributes = attributes
	lists := func(claim string) bool { return len(list.Names(claim)) > 0 }
	if !lists(userpool.ClaimGroups) {
		c.Groups = nil
	}
	if !lists(userpool.ClaimRoles) {
		c.Roles = nil
	}
	if !lists(userpool.ClaimPreferredRole) {
		c.PreferredRole = ""
	}
	if !lists(userpool.ClaimIdentities) {
		c.Identities = nil
	}
}
