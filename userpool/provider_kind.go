package userpool

// ProviderKind is how an identity provider speaks. The API's types cannot tell all of them apart: what goes beyond them is
// of type OIDC there and says its kind in the detail portico_kind.
type ProviderKind string

// The kinds of providers. Facebook, Amazon, GitHub, X and OAuth2 have no ID token: who the person is comes from a user
// information endpoint.
const (
	KindSAML     ProviderKind = "saml"
	KindOIDC     ProviderKind = "oidc"
	KindGoogle   ProviderKind = "google"
	KindApple    ProviderKind = "apple"
	KindFacebook ProviderKind = "facebook"
	KindAmazon   ProviderKind = "amazon"
	KindGitHub   ProviderKind = "github"   // portico_kind
	KindX        ProviderKind = "x"        // portico_kind
	KindLinkedIn ProviderKind = "linkedin" // portico_kind
	KindEntra    ProviderKind = "entra"    // portico_kind: Microsoft Entra ID
	KindOAuth2   ProviderKind = "oauth2"   // portico_kind: any OAuth 2.0 provider with a user information endpoint
)

// declaredKinds are what portico_kind may say.
func declaredKinds() []string {
	return []string{string(KindOIDC), string(KindGitHub), string(KindX), string(KindLinkedIn), string(KindEntra), string(KindOAuth2)}
}

// Kind is how this provider speaks; empty if portico_kind says something unknown.
func (p *IdentityProvider) Kind() ProviderKind { return kindOf(p.Type, p.Details) }

func kindOf(t ProviderType, details ProviderDetails) ProviderKind {
	switch t {
	case TypeSAML:
		return KindSAML
	case TypeGoogle:
		return KindGoogle
	case TypeApple:
		return KindApple
	case TypeFacebook:
		return KindFacebook
	case TypeAmazon:
		return KindAmazon
	case TypeOIDC:
		switch kind := ProviderKind(details["portico_kind"]); kind {
		case "":
			return KindOIDC
		case KindOIDC, KindGitHub, KindX, KindLinkedIn, KindEntra, KindOAuth2:
			return kind
		}
	}
	return ""
}

// SubjectClaim is the provider's own name of what identifies a person (not configurable at Cognito; API answers show it as
// the mapping of username). It is empty where each provider has its own.
func (k ProviderKind) SubjectClaim() string {
	switch k {
	case KindSAML, KindOAuth2, "":
		return ""
	case KindFacebook, KindGitHub, KindX:
		return "id"
	case KindAmazon:
		return "user_id"
	}
	return "sub"
}
