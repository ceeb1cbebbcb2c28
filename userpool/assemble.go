package userpool

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Assemble makes a Pool from its declaration. The declaration must be free of faults (see Declaration.Check).
func Assemble(d Declaration, at Addresses) *Pool {
	api := d.Pool
	p := &Pool{
		ID: ID(deref(api.Id)), Name: deref(api.Name), Created: deref(api.CreationDate), Modified: deref(api.LastModifiedDate),
		At: at, SelfSignUp: true, API: api, Schema: assembleSchema(api.SchemaAttributes),
		// The API's default when the setting is omitted; the console's default is the opposite.
		CaseSensitive:  api.UsernameConfiguration == nil || deref(api.UsernameConfiguration.CaseSensitive),
		SignInWith:     texts(api.UsernameAttributes),
		Aliases:        texts(api.AliasAttributes),
		AutoVerify:     texts(api.AutoVerifiedAttributes),
		Passwords:      assemblePolicy(api.Policies, api.AdminCreateUserConfig),
		RecoverBy:      assembleRecovery(api.AccountRecoverySetting),
		Clients:        map[ClientID]*AppClient{},
		Providers:      map[string]*IdentityProvider{},
		ResourceServer: map[string]*ResourceServer{},
	}
	p.assembleTags(api)
	if c := api.AdminCreateUserConfig; c != nil {
		p.SelfSignUp = !c.AllowAdminCreateUserOnly
	}
	p.Messages = assembleMessages(d)
	p.assembleFactors(d)
	settings, looks := clientSettings(d), assembleLooks(d)
	p.Brand = looks.all
	for i, c := range d.Clients {
		client := assembleClient(p.ID, c)
		client.assembleSettings(settings[i])
		client.Terms = assembleTerms(d.Terms[i])
		client.Look = looks.of(client.ID)
		if p.Dialect == DialectStandard {
			client.loopback = loopbackRedirects(c.CallbackURLs)
		}
		for _, s := range d.Secrets {
			if s.Client == client.ID {
				client.Secrets = append(client.Secrets, s.Value)
			}
		}
		p.Clients[client.ID] = client
	}
	for _, i := range d.Providers {
		p.Providers[deref(i.ProviderName)] = &IdentityProvider{
			Pool: p.ID, Name: deref(i.ProviderName), Type: ProviderType(i.ProviderType), Details: i.ProviderDetails,
			Mapping: i.AttributeMapping, Identifiers: i.IdpIdentifiers,
			Created: deref(i.CreationDate), Modified: deref(i.LastModifiedDate),
		}
	}
	for _, r := range d.ResourceServers {
		server := &ResourceServer{Identifier: deref(r.Identifier), Name: deref(r.Name), Scopes: map[string]string{}}
		for _, s := range r.Scopes {
			server.Scopes[deref(s.ScopeName)] = deref(s.ScopeDescription)
		}
		p.ResourceServer[server.Identifier] = server
	}
	return p
}

func assemblePolicy(policies *types.UserPoolPolicyType, created *types.AdminCreateUserConfigType) PasswordPolicy {
	if policies == nil || policies.PasswordPolicy == nil {
		// Cognito's default policy.
		return PasswordPolicy{MinLength: 8, Lower: true, Upper: true, Number: true, Symbol: true, TemporaryLife: temporaryLife(nil, created)}
	}
	given := policies.PasswordPolicy
	policy := PasswordPolicy{
		MinLength: 8, Lower: given.RequireLowercase, Upper: given.RequireUppercase,
		Number: given.RequireNumbers, Symbol: given.RequireSymbols,
		History: int(deref(given.PasswordHistorySize)), TemporaryLife: temporaryLife(given, created),
	}
	if given.MinimumLength != nil {
		policy.MinLength = int(*given.MinimumLength)
	}
	return policy
}

// temporaryLife is TemporaryPasswordValidityDays, or the older UnusedAccountValidityDays where that alone is set.
func temporaryLife(policy *types.PasswordPolicyType, created *types.AdminCreateUserConfigType) time.Duration {
	days := 0
	if created != nil {
		days = int(created.UnusedAccountValidityDays)
	}
	if policy != nil && policy.TemporaryPasswordValidityDays > 0 {
		days = int(policy.TemporaryPasswordValidityDays)
	}
	if days <= 0 {
		return DefaultTemporaryLife
	}
	return time.Duration(days) * 24 * time.Hour
}

// assembleRecovery orders the ways to recover. Without a setting, Cognito's legacy order is phone first, then e-mail.
// admin_only means that nobody recovers by code.
func assembleRecovery(setting *types.AccountRecoverySettingType) []string {
	if setting == nil || len(setting.RecoveryMechanisms) == 0 {
		return []string{AliasPhone, AliasEmail}
	}
	options := slices.Clone(setting.RecoveryMechanisms)
	slices.SortFunc(options, func(a, b types.RecoveryOptionType) int { return int(deref(a.Priority)) - int(deref(b.Priority)) })
	by := []string{}
	for _, o := range options {
		switch o.Name {
		case types.RecoveryOptionNameTypeVerifiedEmail:
			by = append(by, AliasEmail)
		case types.RecoveryOptionNameTypeVerifiedPhoneNumber:
			by = append(by, AliasPhone)
		}
	}
	return by
}

func assembleSchema(declared []types.SchemaAttributeType) Schema {
	schema := StandardSchema()
	for _, d := range declared {
		name := schemaName(d)
		if name == "" || name == identitiesAttribute {
			continue
		}
		base, standard := schema[name]
		if !standard {
			base = Attribute{Type: "String", Mutable: true, MaxLength: MaxAttributeLength}
		}
		base.Name, base.DeveloperOnly = name, deref(d.DeveloperOnlyAttribute)
		if d.AttributeDataType != "" {
			base.Type = string(d.AttributeDataType)
		}
		if d.Mutable != nil {
			base.Mutable = *d.Mutable
		}
		if d.Required != nil {
			base.Required = *d.Required
		}
		if c := d.StringAttributeConstraints; c != nil {
			base.MinLength, base.MaxLength = bound(c.MinLength, base.MinLength), bound(c.MaxLength, base.MaxLength)
		}
		if c := d.NumberAttributeConstraints; c != nil {
			base.MinValue, base.MaxValue = bound64(c.MinValue, base.MinValue), bound64(c.MaxValue, base.MaxValue)
		}
		schema[name] = base
	}
	return schema
}

// identitiesAttribute is listed in the schema of recent pools. It is written at sign-in only and is no attribute here:
// User.Identities holds it.
const identitiesAttribute = "identities"

// schemaName is the name under which a declared attribute is used. CreateUserPool takes custom attributes without their
// prefix, DescribeUserPool shows them with it; developer-only ones have a prefix of their own.
func schemaName(d types.SchemaAttributeType) string {
	name := deref(d.Name)
	_, standard := StandardSchema()[name]
	switch {
	case name == "" || standard || name == identitiesAttribute || strings.HasPrefix(name, "dev:"):
		return name
	case deref(d.DeveloperOnlyAttribute):
		return "dev:custom:" + strings.TrimPrefix(name, "custom:")
	case strings.HasPrefix(name, "custom:"):
		return name
	}
	return "custom:" + name
}

func assembleClient(pool ID, c types.UserPoolClientType) *AppClient {
	client := &AppClient{
		ID: ClientID(deref(c.ClientId)), Pool: pool, Name: deref(c.ClientName), OAuth: deref(c.AllowedOAuthFlowsUserPoolClient),
		Scopes: c.AllowedOAuthScopes, Providers: c.SupportedIdentityProviders, Read: c.ReadAttributes, Write: c.WriteAttributes,
		Revocation: c.EnableTokenRevocation == nil || *c.EnableTokenRevocation,
		HideUsers:  c.PreventUserExistenceErrors == types.PreventUserExistenceErrorTypesEnabled,
		SRP:        allowsSRP(c.ExplicitAuthFlows),
		Choice:     slices.Contains(c.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowUserAuth),
		Validity:   assembleValidity(c),

		callbackURLs: c.CallbackURLs, logoutURLs: c.LogoutURLs, defaultRedirect: deref(c.DefaultRedirectURI),
	}
	if secret := deref(c.ClientSecret); secret != "" {
		client.Secrets = []Secret{NewSecret(secret)}
	}
	for _, flow := range c.AllowedOAuthFlows {
		switch flow {
		case types.OAuthFlowTypeCode:
			client.Flows.Code = true
		case types.OAuthFlowTypeImplicit:
			client.Flows.Implicit = true
		case types.OAuthFlowTypeClientCredentials:
			client.Flows.ClientCredentials = true
		}
	}
	if r := c.RefreshTokenRotation; r != nil && r.Feature == types.FeatureTypeEnabled {
		client.Rotation = Rotation{Enabled: true, Grace: time.Duration(deref(r.RetryGracePeriodSeconds)) * time.Second}
	}
	c.ClientSecret = nil
	client.API = c
	return client
}

// allowsSRP: a client that lists no flows behaves as if it allowed refresh, SRP and custom authentication.
func allowsSRP(flows []types.ExplicitAuthFlowsType) bool {
	return len(flows) == 0 || slices.Contains(flows, types.ExplicitAuthFlowsTypeAllowUserSrpAuth)
}

// assembleValidity applies units and defaults: bare numbers are hours for access and ID tokens and days for refresh
// tokens; a refresh validity of 0 means the default of 30 days.
func assembleValidity(c types.UserPoolClientType) Validity {
	units := types.TokenValidityUnitsType{}
	if c.TokenValidityUnits != nil {
		units = *c.TokenValidityUnits
	}
	v := Validity{Access: time.Hour, ID: time.Hour, Refresh: 30 * 24 * time.Hour}
	if n := deref(c.AccessTokenValidity); n > 0 {
		v.Access = time.Duration(n) * unit(units.AccessToken, time.Hour)
	}
	if n := deref(c.IdTokenValidity); n > 0 {
		v.ID = time.Duration(n) * unit(units.IdToken, time.Hour)
	}
	if n := c.RefreshTokenValidity; n > 0 {
		v.Refresh = time.Duration(n) * unit(units.RefreshToken, 24*time.Hour)
	}
	return v
}

func unit(u types.TimeUnitsType, otherwise time.Duration) time.Duration {
	switch u {
	case types.TimeUnitsTypeSeconds:
		return time.Second
	case types.TimeUnitsTypeMinutes:
		return time.Minute
	case types.TimeUnitsTypeHours:
		return time.Hour
	case types.TimeUnitsTypeDays:
		return 24 * time.Hour
	}
	return otherwise
}
