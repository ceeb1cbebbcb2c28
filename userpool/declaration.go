package userpool

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// Declaration is a pool as it is declared: the API's own documents, from the file, the API or the store. One schema
// serves all three.
type Declaration struct {
	Pool            types.UserPoolType
	Factors         FactorDocument
	Clients         []types.UserPoolClientType
	Secrets         []ClientSecret            // of clients, beside the ClientSecret in the client's document; only the store knows any
	Terms           map[int][]types.TermsType // of clients, by index into Clients
	Providers       []types.IdentityProviderType
	ResourceServers []types.ResourceServerType
	Groups          []types.GroupType
	Users           []DeclaredUser

	UICustomizations      []UICustomization      // how pages look: classic settings
	ManagedLoginBrandings []ManagedLoginBranding // how pages look: managed login's
}

// MFA is the pool's rule on second factors.
func (d Declaration) MFA() MFAPolicy { return assembleMFA(d) }

// DeclaredUser is a person the file declares, for development. Password makes one that is confirmed; TemporaryPassword, in
// its place, one who must choose a password at the first sign-in, and is asked then for required attributes that are missing
// here. Member names are those of AdminCreateUser and AdminSetUserPassword.
type DeclaredUser struct {
	Username          string
	Password          string
	TemporaryPassword string
	// SoftwareTokenSecret is that of an authenticator app that is set up already, as AssociateSoftwareToken returns it: base32.
	SoftwareTokenSecret string
	UserAttributes      []types.AttributeType
	Groups              []string
}

// Fault is one thing wrong with a declaration. Path names the member, as in Clients[0].CallbackURLs[2].
type Fault struct {
	Path    string
	Message string
}

func (f Fault) Error() string { return f.Path + ": " + f.Message }
