package userpool

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool/nearest"
)

// Quotas of a pool (API reference, quotas).
const (
	maxClients         = 1000
	maxProviders       = 300
	maxResourceServers = 25
	maxGroups          = 10000
)

func (c *checker) clients() {
	if n := len(c.d.Clients); n > maxClients {
		c.fault("Clients", "has %d entries: at most %d are allowed", n, maxClients)
	}
	ids, settings := map[string]string{}, clientSettings(c.d)
	for i, client := range c.d.Clients {
		path := at("Clients", i)
		if client.ClientId != nil {
			c.once(ids, *client.ClientId, member(path, "ClientId"), "the client ID")
		}
		c.belongs(path, client.UserPoolId)
		c.redirects(path, client, settings[i])
		c.flows(path, client)
		c.authFlows(path, client)
		c.providersOf(path, client)
		c.validity(path, client)
		c.permissions(member(path, "ReadAttributes"), client.ReadAttributes)
		c.permissions(member(path, "WriteAttributes"), client.WriteAttributes)
		c.writable(member(path, "WriteAttributes"), client.WriteAttributes)
	}
}

// belongs checks the pool ID that documents carry when they are pasted from the API's answers.
func (c *checker) belongs(path string, pool *string) {
	if pool != nil && c.d.Pool.Id != nil && *pool != *c.d.Pool.Id {
		c.fault(member(path, "UserPoolId"), "names another pool: remove it")
	}
}

// flows checks AllowedOAuthFlows with the settings they need (CreateUserPoolClient).
func (c *checker) flows(path string, client types.UserPoolClientType) {
	has := func(flow types.OAuthFlowType) bool { return slices.Contains(client.AllowedOAuthFlows, flow) }
	on, flows := deref(client.AllowedOAuthFlowsUserPoolClient), member(path, "AllowedOAuthFlows")
	if !on {
		if len(client.AllowedOAuthFlows)+len(client.AllowedOAuthScopes)+len(client.CallbackURLs)+len(client.LogoutURLs) > 0 {
			c.fault(member(path, "AllowedOAuthFlowsUserPoolClient"), "must be true: without it the client cannot use the sign-in pages, and its flows, scopes and URLs have no effect")
		}
		return
	}
	if len(client.AllowedOAuthFlows) == 0 {
		c.fault(flows, "is missing: list code or client_credentials")
	}
	if len(client.AllowedOAuthScopes) == 0 {
		c.fault(member(path, "AllowedOAuthScopes"), "is missing: list the scopes the client may ask for, such as openid")
	}
	if (has(types.OAuthFlowTypeCode) || has(types.OAuthFlowTypeImplicit)) && len(client.CallbackURLs) == 0 {
		c.fault(member(path, "CallbackURLs"), "is missing: list the addresses of the app that a sign-in may return to")
	}
	machine := has(types.OAuthFlowTypeClientCredentials)
	if machine && len(client.AllowedOAuthFlows) > 1 {
		c.fault(flows, "client_credentials cannot stand beside other flows: make a client of its own for it")
	}
	if machine && deref(client.ClientSecret) == "" {
		c.fault(member(path, "ClientSecret"), "is missing: client_credentials needs a secret")
	}
	c.scopes(member(path, "AllowedOAuthScopes"), client.AllowedOAuthScopes, machine)
}

// authFlows checks ExplicitAuthFlows: old and new names do not mix, and rotation replaces the refresh flow of the API.
func (c *checker) authFlows(path string, client types.UserPoolClientType) {
	flows := member(path, "ExplicitAuthFlows")
	var older, newer bool
	for _, flow := range client.ExplicitAuthFlows {
		if strings.HasPrefix(string(flow), "ALLOW_") {
			newer = true
		} else {
			older = true
		}
	}
	if older && newer {
		c.fault(flows, "mixes old names with ALLOW_ names: use those that begin with ALLOW_")
	}
	rotates := client.RefreshTokenRotation != nil && client.RefreshTokenRotation.Feature == types.FeatureTypeEnabled
	if rotates && slices.Contains(client.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth) {
		c.fault(flows, "ALLOW_REFRESH_TOKEN_AUTH cannot stand beside RefreshTokenRotation: remove one of the two")
	}
}

func (c *checker) providersOf(path string, client types.UserPoolClientType) {
	known := []string{COGNITO}
	for _, p := range c.d.Providers {
		known = append(known, deref(p.ProviderName))
	}
	for i, name := range client.SupportedIdentityProviders {
		if slices.Contains(known, name) {
			continue
		}
		path := at(member(path, "SupportedIdentityProviders"), i)
		if near, ok := nearest.To(name, known); ok {
			c.fault(path, "is no provider of the pool: did you mean %s?", near)
			continue
		}
		c.fault(path, "is no provider of the pool: declare it under IdentityProviders, or write COGNITO for the pool's own users")
	}
}

// validity checks lifetimes in the unit they are given in.
func (c *checker) validity(path string, client types.UserPoolClientType) {
	units := types.TokenValidityUnitsType{}
	if client.TokenValidityUnits != nil {
		units = *client.TokenValidityUnits
	}
	const day = 24 * time.Hour
	c.lifetime(member(path, "AccessTokenValidity"), deref(client.AccessTokenValidity), unit(units.AccessToken, time.Hour), 5*time.Minute, day, "5 minutes to 1 day")
	c.lifetime(member(path, "IdTokenValidity"), deref(client.IdTokenValidity), unit(units.IdToken, time.Hour), 5*time.Minute, day, "5 minutes to 1 day")
	c.lifetime(member(path, "RefreshTokenValidity"), client.RefreshTokenValidity, unit(units.RefreshToken, day), time.Hour, 3650*day, "60 minutes to 3650 days")
}

// lifetime counts in seconds: the largest number of the largest unit does not fit a time.Duration.
func (c *checker) lifetime(path string, n int32, unit, low, high time.Duration, words string) {
	seconds := int64(n) * int64(unit/time.Second)
	if n > 0 && (seconds < int64(low/time.Second) || seconds > int64(high/time.Second)) {
		c.fault(path, "is out of range in its unit (%s, see TokenValidityUnits): allowed are %s", unitName(unit), words)
	}
}

func unitName(unit time.Duration) string {
	switch unit {
	case time.Second:
		return "seconds"
	case time.Minute:
		return "minutes"
	case time.Hour:
		return "hours"
	}
	return "days"
}

// permissions checks that the attributes a client may read or write exist.
func (c *checker) permissions(path string, names []string) {
	for i, name := range names {
		if _, ok := c.schema[name]; ok || name == identitiesAttribute {
			continue
		}
		c.unknownAttribute(at(path, i), name)
	}
}

func (c *checker) unknownAttribute(path, name string) {
	if near, ok := nearest.To(name, c.attributeNames()); ok {
		c.fault(path, "is no attribute of the pool: did you mean %s?", near)
		return
	}
	c.fault(path, "is no attribute of the pool: declare it under SchemaAttributes, and write custom: before the name of a custom attribute")
}

// writable: no client writes who a user is or that an address is verified.
func (c *checker) writable(path string, names []string) {
	for i, name := range names {
		switch name {
		case "sub", "email_verified", "phone_number_verified", identitiesAttribute:
			c.fault(at(path, i), "%s cannot be written by an app client: remove it", name)
		}
	}
}
