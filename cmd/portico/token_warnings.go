package main

import (
	"fmt"
	"slices"
	"time"

	"portico/config"
	"portico/userpool"
	"portico/userpool/token"
)

// tokenWarnings says which app clients are to expect tokens beyond their pool's budget, by what the file declares: somebody
// in all groups that the client's tokens show, with attributes of ordinary length.
func tokenWarnings(file *config.File, now time.Time) ([]string, error) {
	var warnings []string
	addresses := declaredAddresses(file.Server)
	for i, declared := range file.Pools {
		d, err := complete(withOwnClients(declared), file.Server.Region, now)
		if err != nil {
			return nil, err
		}
		pool := userpool.Assemble(d, addresses(d))
		for j, c := range d.Clients {
			client := pool.Clients[userpool.ClientID(*c.ClientId)]
			if !client.OAuth {
				continue
			}
			sizes, err := token.Estimate(token.Sample(pool, client, declaredGroups(d)))
			if err != nil {
				return nil, err
			}
			for _, size := range sizes {
				if size.Bytes > size.Budget {
					warnings = append(warnings, fmt.Sprintf("pools[%d].Clients[%d]: %s", i, j, oversizeWords(size, client, inTags(declared, j))))
				}
			}
		}
	}
	return warnings, nil
}

// inTags is what a client is called in tags: its ID, or its name if the ID is going to be made.
func inTags(pool config.Pool, client int) string {
	c := pool.Declaration.Clients[client]
	if c.ClientId != nil {
		return *c.ClientId
	}
	return *c.ClientName
}

// withOwnClients copies what complete fills in.
func withOwnClients(pool config.Pool) config.Pool {
	pool.Declaration.Clients = slices.Clone(pool.Declaration.Clients)
	pool.Declaration.Providers = slices.Clone(pool.Declaration.Providers)
	return pool
}

func declaredGroups(d userpool.Declaration) []userpool.Group {
	var groups []userpool.Group
	for _, g := range d.Groups {
		group := userpool.Group{Name: *g.GroupName}
		if g.RoleArn != nil {
			group.RoleARN = *g.RoleArn
		}
		groups = append(groups, group)
	}
	return groups
}

// oversizeWords says which token is large, by what, and which setting helps. named is what the client is called in tags.
func oversizeWords(size token.Oversize, client *userpool.AppClient, named string) string {
	whose := "the " + map[token.Use]string{token.UseID: "ID", token.UseAccess: "access"}[size.Use] + " token of somebody in every group"
	if client.Flows.ClientCredentials {
		whose = "its access token"
	}
	return fmt.Sprintf("%s has about %d bytes, more than the budget of %d (%s); the largest claims are %s. %s",
		whose, size.Bytes, size.Budget, userpool.TokenBudgetTag, claimSizes(size.Largest), sizeAdvice(size, named))
}

// sizeAdvice names the setting that makes the largest claim smaller, of those that a setting can.
func sizeAdvice(size token.Oversize, named string) string {
	tag := func(setting string) string { return "The tag " + userpool.ClientTag(named, setting) }
	for _, claim := range size.Largest {
		switch {
		case claim.Name == userpool.ClaimGroups:
			return tag(userpool.ClientGroups) + " says which groups the app needs."
		case claim.Name == userpool.ClaimRoles, claim.Name == userpool.ClaimPreferredRole, claim.Name == userpool.ClaimIdentities:
			return tag(userpool.ClientIDToken) + " leaves out what it does not list, as " + claim.Name + "."
		case claim.Name == "scope":
			return "Allow the client fewer scopes, or let the app ask for those it needs."
		case userpool.ProtocolClaim(claim.Name):
			continue
		case size.Use == token.UseAccess:
			return tag(userpool.ClientAccessToken) + " adds " + claim.Name + "."
		}
		return tag(userpool.ClientIDToken) + " says which claims the app needs."
	}
	return "That is little more than every token holds: raise the budget."
}
