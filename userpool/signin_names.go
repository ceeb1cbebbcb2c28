package userpool

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Kinds of alias.
const (
	AliasEmail     = "email"
	AliasPhone     = "phone_number"
	AliasPreferred = "preferred_username"
)

// UsernameKey is a user name as it is compared: NFC, and lower-cased in a case-insensitive pool. Cognito folds the
// whole name of a federated user too, prefix included.
func (p *Pool) UsernameKey(username string) string {
	key := norm.NFC.String(username)
	if !p.CaseSensitive {
		// Some letters have a composed form in lower case only (T and a diaeresis), so normalize again.
		key = norm.NFC.String(strings.ToLower(key))
	}
	return key
}

// AliasKey is an alias value as it is compared. Phone numbers have no case; e-mail addresses and preferred user names
// follow the pool's case rule.
func (p *Pool) AliasKey(value string) string { return p.UsernameKey(value) }

// StoredUsername is the user name as the pool stores it for a federated user: lower-cased in a case-insensitive pool.
func (p *Pool) StoredUsername(username string) string { return p.UsernameKey(username) }

// UsesAlias reports whether people may sign in with an attribute of this kind.
func (p *Pool) UsesAlias(kind string) bool {
	return slices.Contains(p.SignInWith, kind) || slices.Contains(p.Aliases, kind)
}

// AliasesOf returns the aliases a user holds, given the attributes. In pools that sign in with e-mail or phone the value
// counts at once; as an alias beside a user name it counts only once verified, except preferred_username, which needs none.
func (p *Pool) AliasesOf(attributes map[string]string) []Alias {
	var aliases []Alias
	for _, kind := range []string{AliasEmail, AliasPhone, AliasPreferred} {
		value := attributes[kind]
		if value == "" || !p.UsesAlias(kind) {
			continue
		}
		counts := kind == AliasPreferred || slices.Contains(p.SignInWith, kind) || attributes[kind+"_verified"] == "true"
		if counts {
			aliases = append(aliases, Alias{Kind: kind, Key: p.AliasKey(value)})
		}
	}
	return aliases
}
