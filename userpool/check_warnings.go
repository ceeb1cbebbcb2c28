package userpool

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// withoutEffect reports settings that are carried only.
func (c *checker) withoutEffect() {
	p := c.d.Pool
	for _, w := range []struct {
		set           bool
		path, message string
	}{
		{p.SmsConfiguration != nil, "SmsConfiguration", "has no effect: text messages are sent as server.sms says"},
		{ownSender(p.EmailConfiguration), "EmailConfiguration", "has no effect: mail is sent as server.mail says"},
		{p.UserPoolAddOns != nil && p.UserPoolAddOns.AdvancedSecurityMode == types.AdvancedSecurityModeTypeAudit,
			"UserPoolAddOns.AdvancedSecurityMode", "AUDIT has no effect yet: sign-ins are not rated"},
		{p.KeyConfiguration != nil && p.KeyConfiguration.KeyType == types.EncryptionKeyTypeCustomerManagedKey,
			"KeyConfiguration", "has no effect: secrets are sealed with the server's key"},
		{p.IssuerConfiguration != nil && p.IssuerConfiguration.Type == types.IssuerTypeUpdated,
			"IssuerConfiguration", "has no effect: the issuer is the server's URL and the pool ID"},
		{p.Domain != nil && p.CustomDomain != nil, "Domain", "has no effect beside CustomDomain: the pool lives at CustomDomain only"},
	} {
		if w.set {
			c.fault(w.path, "%s", w.message)
		}
	}
	c.templatesWithoutEffect()
	c.partsWithoutEffect()
}

// ownSender reports whether mail was to be sent in the operator's own name; the API shows the default to everybody.
func ownSender(e *types.EmailConfigurationType) bool {
	return e != nil && (e.EmailSendingAccount == types.EmailSendingAccountTypeDeveloper || e.From != nil || e.ReplyToEmailAddress != nil || e.SourceArn != nil)
}

func (c *checker) templatesWithoutEffect() {
	p := c.d.Pool
	if a := p.AdminCreateUserConfig; a != nil && a.InviteMessageTemplate != nil {
		c.fault("AdminCreateUserConfig.InviteMessageTemplate", "has no effect yet: no invitations are sent")
	}
	c.factorsWithoutEffect()
}

// factorsWithoutEffect: people choose how to sign in where an app lets them, and where the pool lets them choose.
func (c *checker) factorsWithoutEffect() {
	policies := c.d.Pool.Policies
	factors := assembleFirstFactors(policies)
	chooses := func(client types.UserPoolClientType) bool {
		return slices.Contains(client.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowUserAuth)
	}
	if len(factors) > 1 && len(c.d.Clients) > 0 && !slices.ContainsFunc(c.d.Clients, chooses) {
		c.fault("Policies.SignInPolicy.AllowedFirstAuthFactors", "has no effect: no client's ExplicitAuthFlows hold ALLOW_USER_AUTH")
	}
	if c.d.Factors.WebAuthnConfiguration != nil && !slices.Contains(factors, FactorPasskey) {
		c.fault("WebAuthnConfiguration", "has no effect: AllowedFirstAuthFactors do not hold WEB_AUTHN")
	}
}

func (c *checker) partsWithoutEffect() {
	for i, client := range c.d.Clients {
		path := at("Clients", i)
		if client.AnalyticsConfiguration != nil {
			c.fault(member(path, "AnalyticsConfiguration"), "has no effect: nothing is sent to Amazon Pinpoint")
		}
		if deref(client.EnablePropagateAdditionalUserContextData) {
			c.fault(member(path, "EnablePropagateAdditionalUserContextData"), "has no effect yet: sign-ins are not rated")
		}
	}
}

// hardlyMeant reports what is allowed and will disappoint.
func (c *checker) hardlyMeant() {
	c.clientTagWarnings()
	c.mfaHardlyMeant()
	c.termsAlone()
	for i, client := range c.d.Clients {
		if j := slices.Index(client.AllowedOAuthFlows, types.OAuthFlowTypeImplicit); j >= 0 {
			c.fault(at(member(at("Clients", i), "AllowedOAuthFlows"), j), "implicit sends tokens through the address bar, where histories and scripts find them (RFC 9700 §2.1.2): use code, with PKCE in apps without a secret")
		}
		if slices.Contains(client.AllowedOAuthFlows, types.OAuthFlowTypeCode) && len(client.SupportedIdentityProviders) == 0 {
			c.fault(member(at("Clients", i), "SupportedIdentityProviders"), "is missing: only the pool's own users can sign in; list COGNITO, providers, or both")
		}
		if sharesRefreshTokens(client) {
			c.fault(member(at("Clients", i), "RefreshTokenRotation"), "is off for a client without a secret: a copied refresh token works as long as the app's own (RFC 9700 §4.14.2); set Feature: ENABLED")
		}
	}
	for i, provider := range c.d.Providers {
		for _, f := range LintMapping(c.schema, provider) {
			c.fault(member(at("IdentityProviders", i), f.Path), "%s", f.Message)
		}
	}
}

// sharesRefreshTokens: nothing would tell a thief of the client's refresh token from the app. RFC 9700 §2.2.2 wants those of
// public clients replaced at each use; Cognito leaves it to the operator.
func sharesRefreshTokens(client types.UserPoolClientType) bool {
	rotates := client.RefreshTokenRotation != nil && client.RefreshTokenRotation.Feature == types.FeatureTypeEnabled
	return slices.Contains(client.AllowedOAuthFlows, types.OAuthFlowTypeCode) && deref(client.ClientSecret) == "" && !rotates
}
