package userpool

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// TokenContents says what the tokens of an app client hold. The zero value is Cognito's way.
type TokenContents struct {
	Groups GroupFilter // of both tokens
	ID     Projection  // the most the ID token holds beside its protocol claims; nil is no bound
	Access Projection  // what a person's access token holds beside Cognito's claims
}

// GroupFilter says which groups show in tokens: names, or beginnings of names followed by *. nil lets all pass, an empty
// filter none.
type GroupFilter []string

func parseGroupFilter(text string) GroupFilter { return append(GroupFilter{}, strings.Fields(text)...) }

// Passes reports whether a group shows.
func (f GroupFilter) Passes(group string) bool {
	if f == nil {
		return true
	}
	for _, pattern := range f {
		if beginning, open := strings.CutSuffix(pattern, "*"); group == pattern || open && strings.HasPrefix(group, beginning) {
			return true
		}
	}
	return false
}

// Projection lists claims by what they are made from.
type Projection []Claim

// Claim is a claim and the attribute it is made from, mostly of the same name.
type Claim struct{ Name, Attribute string }

// Claims of the ID token that are no attributes. In an id-token list they stand under their own names, and one that is not
// listed is left out: they are the ones that grow.
const (
	ClaimGroups        = "cognito:groups"
	ClaimRoles         = "cognito:roles"
	ClaimPreferredRole = "cognito:preferred_role"
	ClaimIdentities    = "identities"
)

var idTokenClaims = [...]string{ClaimGroups, ClaimRoles, ClaimPreferredRole, ClaimIdentities}

// Names lists the claims that an attribute becomes; without a projection, the one of its own name.
func (p Projection) Names(attribute string) []string {
	if p == nil {
		return []string{attribute}
	}
	var names []string
	for _, claim := range p {
		if claim.Attribute == attribute {
			names = append(names, claim.Name)
		}
	}
	return names
}

// parseProjection reads a list of attributes, each perhaps as claim=attribute, and says what is wrong with it. Entries that
// are wrong are left out. Beside attributes it may list the claims given.
func parseProjection(text string, claims []string) (Projection, []string) {
	list, wrong := Projection{}, []string(nil)
	for entry := range strings.FieldsSeq(text) {
		claim := Claim{Name: entry, Attribute: entry}
		if name, attribute, renamed := strings.Cut(entry, "="); renamed {
			claim = Claim{name, attribute}
		}
		words := claim.fault(claims)
		if words == "" && slices.ContainsFunc(list, func(c Claim) bool { return c.Name == claim.Name }) {
			words = fmt.Sprintf("lists the claim %s twice", claim.Name)
		}
		if words != "" {
			wrong = append(wrong, words)
			continue
		}
		list = append(list, claim)
	}
	return list, wrong
}

// claimName keeps the names of claims to what every JSON library and every policy language can name.
var claimName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_:./-]{0,63}$`)

// fault says what is wrong with an entry; nothing is "".
func (c Claim) fault(claims []string) string {
	if slices.Contains(claims, c.Attribute) {
		if c.Name != c.Attribute {
			return fmt.Sprintf("renames %s, which cannot be renamed", c.Attribute)
		}
		return ""
	}
	_, standard := StandardSchema()[c.Attribute]
	switch {
	case c.Attribute == "sub":
		return "lists sub, which is in every token anyway: remove it"
	case slices.Contains(idTokenClaims[:], c.Attribute):
		return fmt.Sprintf("lists %s, which is no attribute: only the setting %s may list it", c.Attribute, ClientIDToken)
	case !standard && !strings.HasPrefix(c.Attribute, "custom:"):
		return fmt.Sprintf("lists %q, which is neither a standard attribute nor begins with custom:", c.Attribute)
	case c.Name == c.Attribute:
		return ""
	case !claimName.MatchString(c.Name):
		return fmt.Sprintf("names a claim %q: a name has 1 to 64 ASCII letters, digits and _ : . / - and begins with a letter or _", c.Name)
	}
	return c.renameFault()
}

// renameFault refuses names that mean something already. A custom attribute under the name of a claim that verifiers act on,
// or that a standard attribute has, would let whoever may write the attribute forge that claim.
func (c Claim) renameFault() string {
	_, standard := StandardSchema()[c.Name]
	switch {
	case ProtocolClaim(c.Name):
		return fmt.Sprintf("names a claim %s, which means something else in tokens: choose another name", c.Name)
	case standard || strings.HasPrefix(c.Name, "custom:"):
		return fmt.Sprintf("names a claim %s, which is another attribute's: choose another name", c.Name)
	}
	return ""
}

// ProtocolClaim reports whether a claim is one that no attribute may pose as.
func ProtocolClaim(name string) bool {
	return slices.Contains(protocolClaims[:], name) || strings.HasPrefix(name, "cognito:") || strings.HasPrefix(name, "dev:")
}

// protocolClaims are the names that no attribute may take: those that Cognito's token trigger may not touch, the ones of
// RFC 7519 §4.1, RFC 8693 §4, RFC 7800 §3.1, RFC 9068 §2.2 and OpenID Connect that verifiers act on, and scp, which some
// libraries read for scope.
var protocolClaims = [...]string{
	"_claim_names", "_claim_sources", "acr", "act", "amr", "at_hash", "aud", "auth_time", "azp", "c_hash", "client_id", "cnf", "device_key",
	"event_id", "events", "exp", "iat", "identities", "iss", "jti", "may_act", "nbf", "nonce", "origin_jti", "s_hash", "scope",
	"scp", "sid", "sub", "sub_jwk", "token_use", "username", "version",
}
