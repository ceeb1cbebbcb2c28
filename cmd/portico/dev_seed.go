package main

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/config"
	"portico/userpool"
)

// The seeded pool. IDs are the same on every machine, so that they can stand in an app's development settings; the client's
// secret is made anew with the folder.
const (
	devPool            = "us-east-1_PorticoDev"
	devApp             = "Acme Notes"
	devClientID        = "acmenotes0development00000"
	devPublicClientID  = "acmenotes0browser000000000"
	devMachineClientID = "acmenotes0machine000000000"
	devChoiceClientID  = "acmephotos0choice000000000"
	devChoiceApp       = "Acme Photos"
	devUser            = "ines@acme.example"
	devPassword        = "doorway-Lantern-7"
	devSecondUser      = "tomas@acme.example" // is asked for a code of an authenticator app
	devCallback        = "http://localhost:3000/callback"
	devLogout          = "http://localhost:3000/"
)

// devSecondSecret is what the authenticator app of devSecondUser makes its codes from: the same on every machine, so that an app
// on a phone is set up once, and printed, so that anybody can be that person.
const devSecondSecret = "ACMENOTESDEVELOPMENTSECONDFACTOR"

// seed declares the pool: sign-in by e-mail, a confidential and a public client, the practice providers, two people, one of whom
// has an authenticator app.
func (d *development) seed() (config.Pool, error) {
	scopes := []string{"openid", "email", "profile", "phone", "aws.cognito.signin.user.admin"}
	providers := append([]string{userpool.COGNITO}, providerNames(d.providers())...)
	client := types.UserPoolClientType{
		ClientId: new(devClientID), ClientName: new(devApp), AllowedOAuthFlowsUserPoolClient: new(true),
		AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, AllowedOAuthScopes: scopes,
		CallbackURLs: []string{devCallback}, LogoutURLs: []string{devLogout}, SupportedIdentityProviders: providers,
		PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled,
		ExplicitAuthFlows:          []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth},
	}
	public := client
	public.ClientId, public.ClientName = new(devPublicClientID), new(devApp)
	choice := client // people name their account first, and choose then how to sign in
	choice.ClientId, choice.ClientName = new(devChoiceClientID), new(devChoiceApp)
	choice.ExplicitAuthFlows = append(slices.Clone(client.ExplicitAuthFlows), types.ExplicitAuthFlowsTypeAllowUserAuth)
	machine := types.UserPoolClientType{
		ClientId: new(devMachineClientID), ClientName: new("Acme reports"), AllowedOAuthFlowsUserPoolClient: new(true),
		AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials}, AllowedOAuthScopes: []string{"notes/read", "notes/write"},
	}
	pool := config.Pool{
		GenerateSecret: map[int]bool{0: true, 2: true},
		Declaration: userpool.Declaration{
			Pool: types.UserPoolType{
				Id: new(devPool), Name: new("Acme"),
				UsernameAttributes:     []types.UsernameAttributeType{types.UsernameAttributeTypeEmail},
				UsernameConfiguration:  &types.UsernameConfigurationType{CaseSensitive: new(false)},
				AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
				Policies: &types.UserPoolPolicyType{
					PasswordPolicy: &types.PasswordPolicyType{MinimumLength: new(int32(12)), RequireLowercase: true, RequireUppercase: true, RequireNumbers: true},
					SignInPolicy: &types.SignInPolicyType{AllowedFirstAuthFactors: []types.AuthFactorType{
						types.AuthFactorTypePassword, types.AuthFactorTypeEmailOtp, types.AuthFactorTypeSmsOtp, types.AuthFactorTypeWebAuthn,
					}},
				},
				MfaConfiguration: types.UserPoolMfaTypeOptional,
				DeviceConfiguration: &types.DeviceConfigurationType{
					ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true,
				},
				UserPoolTags: map[string]string{userpool.LinkingTag: string(userpool.LinkingAsk), userpool.OfferPasskeyTag: "on"},
				AccountRecoverySetting: &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
					{Name: types.RecoveryOptionNameTypeVerifiedEmail, Priority: new(int32(1))},
				}},
				SchemaAttributes: []types.SchemaAttributeType{
					{Name: new("given_name"), AttributeDataType: types.AttributeDataTypeString, Required: new(true), Mutable: new(true)},
					{Name: new("family_name"), AttributeDataType: types.AttributeDataTypeString, Required: new(true), Mutable: new(true)},
				},
			},
			Factors:   userpool.FactorDocument{SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true}},
			Clients:   []types.UserPoolClientType{client, public, machine, choice},
			Providers: d.providers(),
			ResourceServers: []types.ResourceServerType{{
				Identifier: new("notes"), Name: new("Notes"),
				Scopes: []types.ResourceServerScopeType{
					{ScopeName: new("read"), ScopeDescription: new("Read notes")}, {ScopeName: new("write"), ScopeDescription: new("Write notes")},
				},
			}},
			Groups: []types.GroupType{{GroupName: new("editors"), Description: new("People who may edit"), Precedence: new(int32(10))}},
			Users: []userpool.DeclaredUser{
				declaredPerson("ines@acme.example", "Ines", "Duarte", "editors"),
				declaredPerson(devSecondUser, "Tomas", "Lindqvist"),
			},
		},
	}
	pool.Declaration.Users[1].SoftwareTokenSecret = devSecondSecret
	return pool, nil
}

func declaredPerson(email, given, family string, groups ...string) userpool.DeclaredUser {
	return userpool.DeclaredUser{
		Username: email, Password: devPassword, Groups: groups,
		UserAttributes: []types.AttributeType{
			{Name: new("email"), Value: &email}, {Name: new("given_name"), Value: &given}, {Name: new("family_name"), Value: &family},
		},
	}
}

// adjust fits the seeded pool to today's ports and flags: the demo app's addresses, where the practice providers are, whether a
// phone number will do, and whether everybody needs a second factor.
func (d *development) adjust(declared *userpool.Declaration) {
	if *declared.Pool.Id != devPool {
		return
	}
	for i := range declared.Clients {
		c := &declared.Clients[i]
		if id := *c.ClientId; id == devClientID || id == devPublicClientID || id == devChoiceClientID {
			c.CallbackURLs = append(c.CallbackURLs, d.demo+"/callback")
			c.LogoutURLs = append(c.LogoutURLs, d.demo+"/")
		}
	}
	fitProviders(declared, d.providers())
	if d.phone {
		takePhones(&declared.Pool)
	}
	if d.mfa {
		declared.Pool.MfaConfiguration = types.UserPoolMfaTypeOn
		declared.Factors.SmsMfaConfiguration = &types.SmsMfaConfigType{}
	}
}

// takePhones lets a phone number stand in place of the e-mail address everywhere.
func takePhones(pool *types.UserPoolType) {
	pool.UsernameAttributes = append(pool.UsernameAttributes, types.UsernameAttributeTypePhoneNumber)
	pool.AutoVerifiedAttributes = append(pool.AutoVerifiedAttributes, types.VerifiedAttributeTypePhoneNumber)
	pool.AccountRecoverySetting = &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
		{Name: types.RecoveryOptionNameTypeVerifiedEmail, Priority: new(int32(1))},
		{Name: types.RecoveryOptionNameTypeVerifiedPhoneNumber, Priority: new(int32(2))},
	}}
}

// devClient finds a client of the seeded pool.
func devClient(catalog *userpool.Catalog, id userpool.ClientID) *userpool.AppClient {
	pool, ok := catalog.ByID(devPool)
	if !ok {
		return nil
	}
	return pool.Clients[id]
}
