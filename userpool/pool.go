package userpool

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool/branding"
)

// Pool is a user pool with everything of it that fits in memory: all but people and tokens. Pools are immutable once
// assembled; a change makes a new Pool.
type Pool struct {
	ID       ID
	Name     string
	Created  time.Time
	Modified time.Time
	At       Addresses

	SignInWith    []string // UsernameAttributes: "email", "phone_number"; the user name is then a UUID
	Aliases       []string // AliasAttributes: other names a user signs in with, beside the user name
	CaseSensitive bool
	AutoVerify    []string // AutoVerifiedAttributes: which attribute a sign-up code is sent to
	SelfSignUp    bool     // people may create their own account
	Passwords     PasswordPolicy
	Schema        Schema
	RecoverBy     []string // attributes a recovery code goes to, best first: "email", "phone_number"
	Messages      Messages
	MFA           MFAPolicy
	FirstFactors  []Factor // what people may sign in with (AllowedFirstAuthFactors); at least FactorPassword
	Passkeys      Passkeys
	Devices       Devices
	// VerifyBeforeUpdate are the attributes whose new value counts only once it is verified: "email", "phone_number".
	VerifyBeforeUpdate []string
	Linking            Linking       // this and the next eight: the pool's tags (tags.go)
	Dialect            Dialect       // DialectCognito unless said otherwise
	Sessions           SessionPolicy // an hour, fixed, unless said otherwise
	Signing            string        // SigningRS256 unless said otherwise; what new signing keys are made for
	TokenBudget        int           // bytes above which a token is reported; 3840 unless said otherwise
	Account            []AccountPart // of the account page; none: there is no such page
	OfferPasskey       bool          // after a sign-in with a password, to whoever has none
	Languages          []string      // codes of the languages its pages offer, at least one
	Language           string        // the one of them where a person wants none of them
	Support            string        // whom people write to: an e-mail address or an https address; empty means the server's (SupportTag)
	Clients            map[ClientID]*AppClient
	Providers          map[string]*IdentityProvider // by name
	ResourceServer     map[string]*ResourceServer   // by identifier
	Brand              *branding.Brand              // the look of clients that have none of their own, and of pages of no client; nil is Portico's

	API types.UserPoolType
}

// ResourceServer is an API that has scopes of its own.
type ResourceServer struct {
	Identifier string
	Name       string
	Scopes     map[string]string // scope name → description
}

// HasScope reports whether a custom scope "<identifier>/<name>" exists. A scope removed from its resource server stays
// attached to clients but is silently dropped from tokens.
func (p *Pool) HasScope(scope string) bool {
	i := strings.LastIndexByte(scope, '/')
	if i < 0 {
		return false
	}
	server, ok := p.ResourceServer[scope[:i]]
	if !ok {
		return false
	}
	_, ok = server.Scopes[scope[i+1:]]
	return ok
}

// Provider finds a provider by name.
func (p *Pool) Provider(name string) (*IdentityProvider, bool) {
	found, ok := p.Providers[name]
	return found, ok
}

// ProviderByIdentifier finds a provider by one of its identifiers, compared lower-cased (e-mail domains mostly).
func (p *Pool) ProviderByIdentifier(identifier string) (*IdentityProvider, bool) {
	for _, provider := range p.Providers {
		for _, id := range provider.Identifiers {
			if strings.EqualFold(id, identifier) {
				return provider, true
			}
		}
	}
	return nil, false
}
