package userpool

import (
	"maps"
	"strings"
	"time"
)

// Status is where a user stands (API reference, UserStatusType).
type Status string

// The statuses that are in use. ARCHIVED, COMPROMISED and UNKNOWN exist in the API only.
const (
	Unconfirmed         Status = "UNCONFIRMED"
	Confirmed           Status = "CONFIRMED"
	ExternalProvider    Status = "EXTERNAL_PROVIDER"
	ForceChangePassword Status = "FORCE_CHANGE_PASSWORD"
	ResetRequired       Status = "RESET_REQUIRED"
)

// User is one person in a pool, without credentials.
type User struct {
	Pool       ID
	Sub        Sub
	Username   string // as chosen, or "<ProviderName>_<id>" for a person first seen at a provider, or equal to Sub
	Status     Status
	Enabled    bool
	Attributes map[string]string // standard names and "custom:…"; booleans are "true" or "false"; sub is not among them
	Identities []Identity        // in the order they were attached
	Groups     []Group           // by name
	MFA        MFASettings
	Created    time.Time
	Modified   time.Time
	Version    int64 // grows with every write of the row; a write that names an old version fails with ErrConflict
}

// Clone returns a copy whose attributes can be changed without touching u.
func (u User) Clone() User {
	u.Attributes = maps.Clone(u.Attributes)
	return u
}

// FullName is what people call the user; empty where the attributes do not say.
func (u User) FullName() string {
	if name := u.Attributes["name"]; name != "" {
		return name
	}
	return strings.TrimSpace(u.Attributes["given_name"] + " " + u.Attributes["family_name"])
}

// Identity ties a user to an account at an identity provider.
type Identity struct {
	Provider string // name of the provider in the pool, case kept
	Type     ProviderType
	UserID   string // the provider's lasting name for the person; compared case-sensitively even in case-insensitive pools
	// Attribute is set on an identity that was linked by an attribute's value, until the person first signs in: UserID is that
	// value, and Attribute the pool attribute whose mapped claim will have it.
	Attribute string
	Issuer    string // SAML: entity ID of the provider; empty for the others (null in tokens)
	Primary   bool   // true where this identity created the user, false where it was linked later
	Attached  time.Time
}

// Group is a group of a pool as a member's tokens need it.
type Group struct {
	Name        string
	Description string
	RoleARN     string
	Precedence  *int // nil is the weakest; 0 the strongest
}

// Alias is a value a user can sign in with besides the user name. Key is the value as it is compared (see Pool.AliasKey).
type Alias struct {
	Kind string // "email", "phone_number" or "preferred_username"
	Key  string
}

// Password is a user's stored password: an argon2id hash in PHC form, and, in pools with an SRP client, a sealed verifier.
type Password struct {
	Hash        string
	SRPSalt     []byte
	SRPVerifier Secret // raw bytes as a string; the store seals it
	Temporary   bool
	Changed     time.Time
}
