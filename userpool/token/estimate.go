package token

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"portico/userpool"
	"portico/userpool/oauth"
)

// EstimateTolerance is by how many bytes an estimate may be off for the very person it was made for: the time's digits, and
// what a header and a signature take.
const EstimateTolerance = 64

// Estimate says how large the tokens of a grant become, without a key: the claims are those that ForUser makes, or ForClient
// for a client that acts on its own.
func Estimate(g UserGrant) ([]Oversize, error) {
	m := Mint{NewID: func() string { return strings.Repeat("0", 36) }}
	now := time.Unix(1_800_000_000, 0) // any of ten digits
	claims := map[Use]any{}
	if g.Client.Flows.ClientCredentials {
		claims[UseAccess] = m.clientAccess(ClientGrant{Pool: g.Pool, Client: g.Client, Scopes: g.Scopes}, now)
	} else {
		claims[UseAccess] = m.userAccess(g, now)
		if g.Scopes.Has(oauth.ScopeOpenID) {
			claims[UseID] = m.userID(g, now, "")
		}
	}
	var sizes []Oversize
	for _, use := range []Use{UseID, UseAccess} {
		if claims[use] == nil {
			continue
		}
		payload, err := json.Marshal(claims[use], jsontext.AllowInvalidUTF8(true))
		if err != nil {
			return nil, fmt.Errorf("write claims: %w", err)
		}
		sizes = append(sizes, Oversize{
			Pool: g.Pool.ID, Client: g.Client.ID, Use: use, Budget: g.Pool.TokenBudget, Largest: largest(payload),
			Bytes: base64.RawURLEncoding.EncodedLen(len(payload)) + wrapping(g.Pool.Signing),
		})
	}
	return sizes, nil
}

// wrapping is what header, signature and dots take around the claims: a kid has 44 characters, an RSA signature of 2048 bits
// 256 bytes, one on P-256 64 (RFC 7518 §3.3, §3.4).
func wrapping(alg string) int {
	signature := 256
	if alg == userpool.SigningES256 {
		signature = 64
	}
	encoding := base64.RawURLEncoding
	return encoding.EncodedLen(len(`{"kid":"","alg":""}`)+44+len(userpool.SigningRS256)) + encoding.EncodedLen(signature) + len("..")
}

// maxGroupsOfUser is Cognito's quota.
const maxGroupsOfUser = 100

// Sample is a grant to a made-up person who has much of what a pool declares: every attribute, of ordinary length; every
// group that the client's tokens show, the largest first and no more than one person may be in; and an account at the first
// provider that the client offers. The scopes are all that the client has, as when it asks for none in particular.
func Sample(pool *userpool.Pool, client *userpool.AppClient, groups []userpool.Group) UserGrant {
	user := userpool.User{
		Pool: pool.ID, Sub: userpool.Sub(strings.Repeat("0", 36)), Username: strings.Repeat("0", 36), Attributes: map[string]string{},
	}
	for name, attribute := range pool.Schema {
		if name != "sub" {
			user.Attributes[name] = ordinary(attribute)
		}
	}
	user.Groups = slices.Clone(shownGroups(client, groups))
	slices.SortStableFunc(user.Groups, func(a, b userpool.Group) int {
		return cmp.Compare(len(b.Name)+len(b.RoleARN), len(a.Name)+len(a.RoleARN))
	})
	user.Groups = user.Groups[:min(len(user.Groups), maxGroupsOfUser)]
	for _, name := range client.Providers {
		if provider, ok := pool.Provider(name); ok {
			user.Groups = append(user.Groups, userpool.Group{Name: provider.GroupName()})
			user.Identities = []userpool.Identity{{
				Provider: name, Type: provider.Type, UserID: strings.Repeat("0", 32), Issuer: issuerOf(provider), Primary: true, Attached: time.Unix(1_800_000_000, 0),
			}}
			break
		}
	}
	return UserGrant{
		Pool: pool, Client: client, User: user, Scopes: client.Scopes, Nonce: strings.Repeat("0", 32), Origin: strings.Repeat("0", 36),
		AuthTime: time.Unix(1_800_000_000, 0),
	}
}

// issuerOf is an entity ID of ordinary length; other providers have none in tokens.
func issuerOf(provider *userpool.IdentityProvider) string {
	if provider.Type != userpool.TypeSAML {
		return ""
	}
	return "https://idp.example.com/saml/metadata"
}

// ordinary is a value of an attribute as long as most are.
func ordinary(a userpool.Attribute) string {
	switch a.Type {
	case "Boolean":
		return "true"
	case "Number":
		return "1800000000"
	}
	length := 24
	switch a.Name {
	case "picture", "profile", "website", "address":
		length = 64
	}
	if a.MaxLength > 0 {
		length = min(length, a.MaxLength)
	}
	return strings.Repeat("x", max(length, a.MinLength))
}
