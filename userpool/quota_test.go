package userpool

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestQuotas holds a declaration to Cognito's quotas (oauth-endpoints 16, tokens 14.2 and 16): so many pass, and one more
// does not.
func TestQuotas(t *testing.T) {
	client := func(set func(c *types.UserPoolClientType, n int)) func(*Declaration, int) {
		return func(d *Declaration, n int) { set(&d.Clients[0], n) }
	}
	for name, quota := range map[string]struct {
		most int
		path string // of the fault
		set  func(d *Declaration, n int)
	}{
		"app clients": {1000, "Clients", func(d *Declaration, n int) {
			for i := len(d.Clients); i < n; i++ {
				d.Clients = append(d.Clients, types.UserPoolClientType{ClientName: ptr(fmt.Sprint("client ", i))})
			}
		}},
		"client name":   {128, "Clients[0].ClientName", client(func(c *types.UserPoolClientType, n int) { c.ClientName = text(n) })},
		"client ID":     {128, "Clients[0].ClientId", client(func(c *types.UserPoolClientType, n int) { c.ClientId = text(n) })},
		"client secret": {64, "Clients[0].ClientSecret", client(func(c *types.UserPoolClientType, n int) { c.ClientSecret = text(n) })},
		"callback URLs": {100, "Clients[0].CallbackURLs", client(func(c *types.UserPoolClientType, n int) { c.CallbackURLs = urls(n) })},
		"logout URLs":   {100, "Clients[0].LogoutURLs", client(func(c *types.UserPoolClientType, n int) { c.LogoutURLs = urls(n) })},
		"callback URL":  {1024, "Clients[0].CallbackURLs[0]", client(func(c *types.UserPoolClientType, n int) { c.CallbackURLs = []string{longURL(n)} })},
		"logout URL":    {1024, "Clients[0].LogoutURLs[0]", client(func(c *types.UserPoolClientType, n int) { c.LogoutURLs = []string{longURL(n)} })},
		"grace in seconds": {60, "Clients[0].RefreshTokenRotation.RetryGracePeriodSeconds", client(func(c *types.UserPoolClientType, n int) {
			c.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: ptr(int32(n))}
		})},
		"scopes of a client": {50, "Clients[0].AllowedOAuthScopes", func(d *Declaration, n int) {
			d.ResourceServers[0].Scopes = scopesOf(n)
			d.Clients[0].AllowedOAuthScopes = nil
			for i := range n {
				d.Clients[0].AllowedOAuthScopes = append(d.Clients[0].AllowedOAuthScopes, fmt.Sprint("notes/", i))
			}
			d.Clients = d.Clients[:1]
		}},
		"scopes of a resource server": {100, "ResourceServers[0].Scopes", func(d *Declaration, n int) {
			d.ResourceServers[0].Scopes, d.Clients = scopesOf(n), nil
		}},
		"resource servers": {25, "ResourceServers", func(d *Declaration, n int) {
			for i := 1; i < n; i++ {
				d.ResourceServers = append(d.ResourceServers, types.ResourceServerType{Identifier: ptr(fmt.Sprint(i)), Name: ptr("x")})
			}
		}},
		"resource server identifier": {256 - len("/read"), "ResourceServers[0].Scopes[0].ScopeName", func(d *Declaration, n int) {
			d.ResourceServers[0].Identifier, d.Clients = text(n), nil
		}},
		"providers": {300, "IdentityProviders", func(d *Declaration, n int) {
			for i := len(d.Providers); i < n; i++ {
				d.Providers = append(d.Providers, types.IdentityProviderType{
					ProviderName: ptr(fmt.Sprint("Partner", i)), ProviderType: types.IdentityProviderTypeTypeSaml,
					ProviderDetails: map[string]string{"MetadataURL": "https://partner.example/metadata"},
				})
			}
		}},
		"provider name":  {32, "IdentityProviders[1].ProviderName", func(d *Declaration, n int) { d.Providers[1].ProviderName = text(n) }},
		"IdP identifier": {40, "IdentityProviders[0].IdpIdentifiers[0]", func(d *Declaration, n int) { d.Providers[0].IdpIdentifiers = []string{*text(n)} }},
		"IdP identifiers": {50, "IdentityProviders[0].IdpIdentifiers", func(d *Declaration, n int) {
			d.Providers[0].IdpIdentifiers = nil
			for i := range n {
				d.Providers[0].IdpIdentifiers = append(d.Providers[0].IdpIdentifiers, fmt.Sprint(i, ".example"))
			}
		}},
		"custom attributes": {50, "SchemaAttributes", func(d *Declaration, n int) {
			for i := 1; i < n; i++ {
				d.Pool.SchemaAttributes = append(d.Pool.SchemaAttributes, types.SchemaAttributeType{Name: ptr(fmt.Sprint(i))})
			}
		}},
		"custom attribute's name": {20, "SchemaAttributes[1].Name", func(d *Declaration, n int) {
			d.Pool.SchemaAttributes = append(d.Pool.SchemaAttributes, types.SchemaAttributeType{Name: text(n)})
		}},
		"value of an attribute": {2048, "Users[0].UserAttributes[2].Value", func(d *Declaration, n int) {
			d.Users[0].UserAttributes = append(d.Users[0].UserAttributes, types.AttributeType{Name: ptr("name"), Value: text(n)})
		}},
		"password policy": {99, "Policies.PasswordPolicy.MinimumLength", func(d *Declaration, n int) { d.Pool.Policies, d.Users = policy(int32(n)), nil }},
		"groups": {10000, "Groups", func(d *Declaration, n int) {
			for i := len(d.Groups); i < n; i++ {
				d.Groups = append(d.Groups, types.GroupType{GroupName: ptr(fmt.Sprint("group", i))})
			}
		}},
		"groups of a user": {100, "Users[0].Groups", func(d *Declaration, n int) {
			d.Users[0].Groups = nil
			for i := range n {
				d.Groups = append(d.Groups, types.GroupType{GroupName: ptr(fmt.Sprint("group", i))})
				d.Users[0].Groups = append(d.Users[0].Groups, fmt.Sprint("group", i))
			}
		}},
		"group name": {128, "Groups[0].GroupName", func(d *Declaration, n int) { d.Groups[0].GroupName, d.Users = text(n), nil }},
		"user name": {128, "Users[0].Username", func(d *Declaration, n int) {
			d.Pool.UsernameAttributes, d.Users[0].Username, d.Users[0].UserAttributes = nil, *text(n), nil
		}},
		"password": {256, "Users[0].Password", func(d *Declaration, n int) { d.Users[0].Password = "Aa1!" + *text(n - 4) }},
	} {
		t.Run(name, func(t *testing.T) {
			d := sound()
			quota.set(&d, quota.most)
			for _, f := range d.Check() {
				t.Errorf("%d: %v", quota.most, f)
			}
			d = sound()
			quota.set(&d, quota.most+1)
			if found := d.Check(); !slices.ContainsFunc(found, func(f Fault) bool { return f.Path == quota.path }) {
				t.Errorf("%d: no fault of %s in %v", quota.most+1, quota.path, found)
			}
		})
	}
}

// text has n letters.
func text(n int) *string { return ptr(strings.Repeat("x", n)) }

func urls(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("https://app.example.com/%d", i))
	}
	return list
}

func longURL(n int) string {
	const beginning = "https://app.example.com/"
	return beginning + *text(n - len(beginning))
}

func scopesOf(n int) (list []types.ResourceServerScopeType) {
	for i := range n {
		list = append(list, types.ResourceServerScopeType{ScopeName: ptr(fmt.Sprint(i)), ScopeDescription: ptr("x")})
	}
	return list
}
