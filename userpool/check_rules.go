package userpool

import (
	"reflect"
	"regexp"
)

// rule is what the API's model says about one member. min and max bound the length of a text in characters, or a
// number's value; max 0 is no bound. In a list or map they hold for each value.
type rule struct {
	required bool
	min, max int
	items    int      // most entries of a list
	keys     string   // the member whose rule holds for the keys of a map
	also     []string // values that the API documents but the SDK's enumeration lacks
	shape
}

// shape is a pattern for the whole of a text, and what to do when a text does not have it.
type shape struct {
	pattern *regexp.Regexp
	words   string
}

func whole(pattern, words string) shape {
	return shape{regexp.MustCompile(`^(?:` + pattern + `)$`), words}
}

// The patterns of the API's model. Its dialect agrees with Go's on all of them.
var (
	nameShape       = whole(`[\w\s+=,.@-]+`, "may hold the letters a to z, digits, spaces and _ + = , . @ - only")
	idShape         = whole(`[\w+]+`, "may hold the letters a to z, digits, _ and + only")
	scopeShape      = whole(`[\x21\x23-\x5B\x5D-\x7E]+`, `may hold ASCII characters only, without spaces, " and \`)
	scopeNameShape  = whole(`[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+`, `may hold ASCII characters only, without spaces, /, " and \`)
	visibleShape    = whole(`[\p{L}\p{M}\p{S}\p{N}\p{P}]+`, "may hold letters, digits and punctuation only, no spaces or control characters")
	attributeShape  = whole(`[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+`, "may hold letters, digits, punctuation and spaces only")
	providerShape   = whole(`[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+`, "needs at least 3 characters, no spaces, and no _ except as the second character")
	providersShape  = whole(`[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+`, "may hold letters, digits, punctuation and spaces only")
	identifierShape = whole(`[\w\s+=.@-]+`, "may hold the letters a to z, digits, spaces and _ + = . @ - only")
	domainShape     = whole(`[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?`, "may hold the small letters a to z, digits and - only, with a letter or digit at both ends")
	arnShape        = whole(`arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`,
		"is not an ARN: it looks like arn:aws:iam::123456789012:role/name")
	codeMailShape = whole(`[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`, "must contain {####}, where the code goes")
	linkMailShape = whole(`[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`,
		"must contain {##text##}, where the link goes")
	subjectShape = whole(`[\p{L}\p{M}\p{S}\p{N}\p{P} ]+`, "may hold letters, digits, punctuation and spaces only, on one line")
	secretShape  = whole(`[A-Z2-7]+`, "must be base32 without padding: capital letters and the digits 2 to 7")
	codeSMSShape = whole(`(?s:.*\{####\}.*)`, "must contain {####}, where the code goes")
)

// ruleOf finds the rule of a member, named as in UserPoolType.Name. A member without a rule takes any value of its type.
func ruleOf(member string) rule {
	switch member {
	case "UserPoolType.Name", "UserPoolClientType.ClientName":
		return rule{required: true, min: 1, max: 128, shape: nameShape}
	case "UserPoolType.Domain":
		return rule{min: 1, max: 63, shape: domainShape}
	case "UserPoolType.EmailVerificationMessage", "VerificationMessageTemplateType.EmailMessage":
		return rule{min: 6, max: 20000, shape: codeMailShape}
	case "VerificationMessageTemplateType.EmailMessageByLink":
		return rule{min: 6, max: 20000, shape: linkMailShape}
	case "UserPoolType.EmailVerificationSubject", "VerificationMessageTemplateType.EmailSubject",
		"VerificationMessageTemplateType.EmailSubjectByLink", "MessageTemplateType.EmailSubject":
		return rule{min: 1, max: 140, shape: subjectShape}
	case "UserPoolType.SmsVerificationMessage", "UserPoolType.SmsAuthenticationMessage", "VerificationMessageTemplateType.SmsMessage":
		return rule{min: 6, max: 140, shape: codeSMSShape}
	case "EmailMfaConfigType.Message":
		return rule{min: 6, max: 20000, shape: codeMailShape}
	case "EmailMfaConfigType.Subject":
		return rule{min: 1, max: 140, shape: subjectShape}
	case "SmsMfaConfigType.SmsAuthenticationMessage":
		return rule{min: 6, max: 140, shape: codeSMSShape}
	case "MessageTemplateType.SMSMessage":
		return rule{min: 6, max: 140}
	case "MessageTemplateType.EmailMessage":
		return rule{min: 6, max: 20000}
	case "UserPoolType.UserPoolTags":
		return rule{max: 256, keys: "TagKeysType"}
	case "TagKeysType":
		return rule{min: 1, max: 128}
	case "PasswordPolicyType.MinimumLength":
		return rule{min: 6, max: 99}
	case "PasswordPolicyType.PasswordHistorySize":
		return rule{max: 24}
	case "PasswordPolicyType.TemporaryPasswordValidityDays", "AdminCreateUserConfigType.UnusedAccountValidityDays":
		return rule{max: 365}
	case "SignInPolicyType.AllowedFirstAuthFactors":
		return rule{items: 5}
	case "SchemaAttributeType.Name":
		return rule{required: true, min: 1}
	case "AccountRecoverySettingType.RecoveryMechanisms":
		return rule{items: 2}
	case "RecoveryOptionType.Priority":
		return rule{required: true, min: 1, max: 2}
	case "RecoveryOptionType.Name", "UsernameConfigurationType.CaseSensitive", "UserPoolAddOnsType.AdvancedSecurityMode",
		"RefreshTokenRotationType.Feature", "IdentityProviderType.ProviderType":
		return rule{required: true}
	}
	return ruleOfParts(member)
}

// ruleOfParts holds the rules of what a pool contains.
func ruleOfParts(member string) rule {
	switch member {
	case "UserPoolClientType.ClientId":
		return rule{min: 1, max: 128, shape: idShape}
	case "UserPoolClientType.ClientSecret":
		return rule{min: 24, max: 64, shape: idShape}
	case "UserPoolClientType.RefreshTokenValidity":
		return rule{max: 315360000}
	case "UserPoolClientType.AccessTokenValidity", "UserPoolClientType.IdTokenValidity":
		return rule{min: 1, max: 86400}
	case "UserPoolClientType.AuthSessionValidity":
		return rule{min: 3, max: 15}
	case "RefreshTokenRotationType.RetryGracePeriodSeconds":
		return rule{max: 60}
	case "UserPoolClientType.ReadAttributes", "UserPoolClientType.WriteAttributes":
		return rule{min: 1, max: MaxAttributeLength}
	case "UserPoolClientType.SupportedIdentityProviders":
		return rule{min: 1, max: 32, shape: providersShape}
	case "UserPoolClientType.CallbackURLs", "UserPoolClientType.LogoutURLs":
		return rule{min: 1, max: 1024, items: 100, shape: visibleShape}
	case "UserPoolClientType.DefaultRedirectURI":
		return rule{min: 1, max: 1024, shape: visibleShape}
	case "UserPoolClientType.AllowedOAuthScopes":
		return rule{min: 1, max: 256, items: 50, shape: scopeShape}
	case "UserPoolClientType.ExplicitAuthFlows":
		// GetClientToken's documentation requires it; the SDK's enumeration lacks it.
		return rule{also: []string{"ALLOW_CLIENT_TOKEN_AUTH"}}
	case "IdentityProviderType.ProviderName":
		return rule{required: true, max: 32, shape: providerShape}
	case "IdentityProviderType.ProviderDetails", "IdentityProviderType.AttributeMapping":
		return rule{max: 131072, keys: member + ".key"}
	case "IdentityProviderType.AttributeMapping.key":
		return rule{min: 1, max: 32}
	case "IdentityProviderType.IdpIdentifiers":
		return rule{min: 1, max: 40, items: 50, shape: identifierShape}
	case "ResourceServerType.Identifier":
		return rule{required: true, min: 1, max: 256, shape: scopeShape}
	case "ResourceServerType.Name":
		return rule{required: true, min: 1, max: 256, shape: nameShape}
	case "ResourceServerType.Scopes":
		return rule{items: 100}
	case "ResourceServerScopeType.ScopeName":
		return rule{required: true, min: 1, max: 256, shape: scopeNameShape}
	case "ResourceServerScopeType.ScopeDescription":
		return rule{required: true, min: 1, max: 256}
	case "GroupType.GroupName":
		return rule{required: true, min: 1, max: 128, shape: visibleShape}
	case "GroupType.Description":
		return rule{max: 2048}
	case "GroupType.RoleArn":
		return rule{min: 20, max: 2048, shape: arnShape}
	case "DeclaredUser.Username":
		return rule{required: true, min: 1, max: 128, shape: visibleShape}
	case "DeclaredUser.Password", "DeclaredUser.TemporaryPassword":
		return rule{max: MaxPasswordLength}
	case "DeclaredUser.SoftwareTokenSecret":
		return rule{min: 32, max: 103, shape: secretShape}
	case "DeclaredUser.Groups":
		return rule{items: 100}
	case "AttributeType.Name":
		return rule{required: true, min: 1, max: 32, shape: attributeShape}
	case "AttributeType.Value":
		return rule{max: MaxAttributeLength}
	}
	return rule{}
}

// nounOf names a document in messages.
func nounOf(t reflect.Type) string {
	switch t.Name() {
	case "UserPoolType":
		return "every user pool"
	case "UserPoolClientType":
		return "every app client"
	case "IdentityProviderType":
		return "every identity provider"
	case "ResourceServerType":
		return "every resource server"
	case "ResourceServerScopeType":
		return "every scope"
	case "GroupType":
		return "every group"
	case "DeclaredUser":
		return "every user"
	case "AttributeType", "SchemaAttributeType":
		return "every attribute"
	}
	return "what it stands in"
}
