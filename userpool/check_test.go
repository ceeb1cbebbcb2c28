package userpool

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func ptr[T any](v T) *T { return &v }

// sound is a declaration without faults, with something of everything.
func sound() Declaration {
	return Declaration{
		Pool: types.UserPoolType{
			Id: ptr("us-east-1_Ab1Cd2Ef3"), Name: ptr("Shop"), UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail},
			SchemaAttributes: []types.SchemaAttributeType{{Name: ptr("tenant"), StringAttributeConstraints: &types.StringAttributeConstraintsType{MaxLength: ptr("20")}}},
		},
		Clients: []types.UserPoolClientType{
			{
				ClientName: ptr("web"), ClientId: ptr("webclient"), AllowedOAuthFlowsUserPoolClient: ptr(true),
				AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, AllowedOAuthScopes: []string{"openid", "email", "notes/read"},
				CallbackURLs: []string{"https://app.example.com/cb"}, SupportedIdentityProviders: []string{"COGNITO", "Company"},
				ReadAttributes: []string{"email", "custom:tenant"}, WriteAttributes: []string{"name"},
				RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled},
			},
			{
				ClientName: ptr("job"), ClientSecret: ptr(strings.Repeat("x", 24)), AllowedOAuthFlowsUserPoolClient: ptr(true),
				AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials}, AllowedOAuthScopes: []string{"notes/read"},
			},
		},
		Providers: []types.IdentityProviderType{
			{ProviderName: ptr("Company"), ProviderType: types.IdentityProviderTypeTypeOidc, IdpIdentifiers: []string{"company.example"},
				AttributeMapping: map[string]string{"username": "sub", "email": "email", "email_verified": "email_verified", "custom:tenant": "org"},
				ProviderDetails: map[string]string{"client_id": "a", "client_secret": "b", "oidc_issuer": "https://idp.company.example/realms/x/",
					"authorize_scopes": "openid email", "attributes_request_method": "GET"}},
			{ProviderName: ptr("Partner"), ProviderType: types.IdentityProviderTypeTypeSaml,
				ProviderDetails: map[string]string{"MetadataURL": "https://partner.example/metadata", "IDPInit": "false"}},
		},
		ResourceServers: []types.ResourceServerType{{Identifier: ptr("notes"), Name: ptr("Notes"), Scopes: []types.ResourceServerScopeType{{ScopeName: ptr("read"), ScopeDescription: ptr("Read")}}}},
		Groups:          []types.GroupType{{GroupName: ptr("staff"), Precedence: ptr(int32(0)), RoleArn: ptr("arn:aws:iam::123456789012:role/staff")}},
		Users: []DeclaredUser{{Username: "ada@example.com", Password: "Passw0rd!", Groups: []string{"staff"},
			UserAttributes: []types.AttributeType{{Name: ptr("custom:tenant"), Value: ptr("one")}, {Name: ptr("email_verified"), Value: ptr("true")}}}},
	}
}

func TestSoundDeclaration(t *testing.T) {
	for _, f := range slices.Concat(sound().Check(), sound().Warnings()) {
		t.Error(f)
	}
	for _, f := range (Declaration{Pool: types.UserPoolType{Name: ptr("Bare")}}).Check() {
		t.Error(f)
	}
}

// TestCheck changes one thing of a sound declaration at a time. Each change gives the faults listed and no others.
func TestCheck(t *testing.T) {
	client := func(change func(*types.UserPoolClientType)) func(*Declaration) {
		return func(d *Declaration) { change(&d.Clients[0]) }
	}
	oidc := func(key, value string) func(*Declaration) {
		return func(d *Declaration) { d.Providers[0].ProviderDetails[key] = value }
	}
	saml := func(key, value string) func(*Declaration) {
		return func(d *Declaration) { d.Providers[1].ProviderDetails[key] = value }
	}
	for name, c := range map[string]struct {
		change func(*Declaration)
		want   []string // "path: beginning of the message"
	}{
		"no name":            {func(d *Declaration) { d.Pool.Name = nil }, []string{"Name: is missing"}},
		"name pattern":       {func(d *Declaration) { d.Pool.Name = ptr("a/b") }, []string{"Name: may hold the letters"}},
		"name length":        {func(d *Declaration) { d.Pool.Name = ptr(strings.Repeat("a", 129)) }, []string{"Name: is 129 characters long"}},
		"foreign pool ID":    {func(d *Declaration) { d.Clients[0].UserPoolId = ptr("us-east-1_Other") }, []string{"Clients[0].UserPoolId: names another pool"}},
		"aliases and names":  {func(d *Declaration) { d.Pool.AliasAttributes = []types.AliasAttributeType{"email"} }, []string{"AliasAttributes: cannot stand beside"}},
		"MFA":                {func(d *Declaration) { d.Pool.MfaConfiguration = types.UserPoolMfaTypeOn }, []string{"MfaConfiguration: ON needs a factor"}},
		"trigger":            {func(d *Declaration) { d.Pool.LambdaConfig = &types.LambdaConfigType{PreTokenGeneration: ptr("x")} }, []string{"LambdaConfig: is not supported yet"}},
		"no triggers":        {func(d *Declaration) { d.Pool.LambdaConfig = &types.LambdaConfigType{} }, nil},
		"password too short": {func(d *Declaration) { d.Pool.Policies = policy(5) }, []string{"Policies.PasswordPolicy.MinimumLength: is out of range"}},
		"password too long":  {func(d *Declaration) { d.Pool.Policies = policy(100) }, []string{"Policies.PasswordPolicy.MinimumLength: is out of range", "Users[0].Password: does not meet"}},
		"domain":             {func(d *Declaration) { d.Pool.Domain = ptr("-x") }, []string{"Domain: may hold the small letters"}},
		"custom domain":      {func(d *Declaration) { d.Pool.CustomDomain = ptr("auth.example.com") }, nil},
		"custom address":     {func(d *Declaration) { d.Pool.CustomDomain = ptr("192.0.2.1") }, []string{"CustomDomain: is not a host name"}},
		"custom port":        {func(d *Declaration) { d.Pool.CustomDomain = ptr("auth.example.com:8443") }, []string{"CustomDomain: is not a host name"}},

		"client without name":  {client(func(c *types.UserPoolClientType) { c.ClientName = nil }), []string{"Clients[0].ClientName: is missing"}},
		"client ID":            {client(func(c *types.UserPoolClientType) { c.ClientId = ptr("a-b") }), []string{"Clients[0].ClientId: may hold"}},
		"empty client ID":      {client(func(c *types.UserPoolClientType) { c.ClientId = ptr("") }), []string{"Clients[0].ClientId: is empty"}},
		"client ID twice":      {func(d *Declaration) { d.Clients[1].ClientId = ptr("webclient") }, []string{"Clients[1].ClientId: the client ID is taken by Clients[0].ClientId"}},
		"secret of 23":         {client(func(c *types.UserPoolClientType) { c.ClientSecret = ptr(strings.Repeat("x", 23)) }), []string{"Clients[0].ClientSecret: is too short"}},
		"secret of 65":         {client(func(c *types.UserPoolClientType) { c.ClientSecret = ptr(strings.Repeat("x", 65)) }), []string{"Clients[0].ClientSecret: is 65 characters"}},
		"OAuth off":            {client(func(c *types.UserPoolClientType) { c.AllowedOAuthFlowsUserPoolClient = nil }), []string{"Clients[0].AllowedOAuthFlowsUserPoolClient: must be true"}},
		"no callback":          {client(func(c *types.UserPoolClientType) { c.CallbackURLs = nil }), []string{"Clients[0].CallbackURLs: is missing"}},
		"101 callbacks":        {client(func(c *types.UserPoolClientType) { c.CallbackURLs = slices.Repeat(c.CallbackURLs, 101) }), []string{"Clients[0].CallbackURLs: has 101 entries"}},
		"long callback":        {client(func(c *types.UserPoolClientType) { c.CallbackURLs[0] += strings.Repeat("x", 1024) }), []string{"Clients[0].CallbackURLs[0]: is 1050 characters"}},
		"email without openid": {client(func(c *types.UserPoolClientType) { c.AllowedOAuthScopes = []string{"email"} }), []string{"Clients[0].AllowedOAuthScopes[0]: email has an effect only beside openid"}},
		"only admin scope":     {client(func(c *types.UserPoolClientType) { c.AllowedOAuthScopes = []string{"aws.cognito.signin.user.admin"} }), nil},
		"public machine":       {func(d *Declaration) { d.Clients[1].ClientSecret = nil }, []string{"Clients[1].ClientSecret: is missing"}},
		"unknown provider":     {client(func(c *types.UserPoolClientType) { c.SupportedIdentityProviders = []string{"Compnay"} }), []string{"Clients[0].SupportedIdentityProviders[0]: is no provider of the pool: did you mean Company?"}},
		"access of 5 minutes": {client(func(c *types.UserPoolClientType) {
			c.AccessTokenValidity, c.TokenValidityUnits = ptr(int32(300)), units("seconds")
		}), nil},
		"access of 299 seconds": {client(func(c *types.UserPoolClientType) {
			c.AccessTokenValidity, c.TokenValidityUnits = ptr(int32(299)), units("seconds")
		}), []string{"Clients[0].AccessTokenValidity: is out of range in its unit (seconds"}},
		"access of a day": {client(func(c *types.UserPoolClientType) {
			c.AccessTokenValidity, c.TokenValidityUnits = ptr(int32(1)), units("days")
		}), nil},
		"access of 25 hours":     {client(func(c *types.UserPoolClientType) { c.AccessTokenValidity = ptr(int32(25)) }), []string{"Clients[0].AccessTokenValidity: is out of range in its unit (hours"}},
		"refresh of 0":           {client(func(c *types.UserPoolClientType) { c.RefreshTokenValidity = 0 }), nil},
		"refresh of 3650 days":   {client(func(c *types.UserPoolClientType) { c.RefreshTokenValidity = 3650 }), nil},
		"refresh of 3651 days":   {client(func(c *types.UserPoolClientType) { c.RefreshTokenValidity = 3651 }), []string{"Clients[0].RefreshTokenValidity: is out of range in its unit (days"}},
		"refresh that overflows": {client(func(c *types.UserPoolClientType) { c.RefreshTokenValidity = 315360000 }), []string{"Clients[0].RefreshTokenValidity: is out of range in its unit (days"}},
		"refresh of 59 minutes":  {client(func(c *types.UserPoolClientType) { c.RefreshTokenValidity, c.TokenValidityUnits = 59, units("minutes") }), []string{"Clients[0].RefreshTokenValidity: is out of range in its unit (minutes"}},
		"verified is writable":   {client(func(c *types.UserPoolClientType) { c.WriteAttributes = []string{"email_verified", "sub"} }), []string{"Clients[0].WriteAttributes[0]: email_verified cannot be written", "Clients[0].WriteAttributes[1]: sub cannot be written"}},
		"custom without prefix":  {client(func(c *types.UserPoolClientType) { c.ReadAttributes = []string{"tenant"} }), []string{"Clients[0].ReadAttributes[0]: is no attribute of the pool"}},

		"issuer over http":       {oidc("oidc_issuer", "http://idp.company.example"), []string{"IdentityProviders[0].ProviderDetails.oidc_issuer: must begin with https://"}},
		"issuer on this machine": {oidc("oidc_issuer", "http://127.0.0.1:9000"), nil},
		"issuer like loopback":   {oidc("oidc_issuer", "http://127.0.0.1.evil.example"), []string{"IdentityProviders[0].ProviderDetails.oidc_issuer: must begin with https://"}},
		"issuer is script":       {oidc("authorize_url", "javascript:alert(1)"), []string{"IdentityProviders[0].ProviderDetails.authorize_url: is not a web address"}},
		"no openid":              {oidc("authorize_scopes", "email"), []string{"IdentityProviders[0].ProviderDetails.authorize_scopes: must contain openid"}},
		"unknown detail":         {oidc("oidc_isuer", "x"), []string{"IdentityProviders[0].ProviderDetails.oidc_isuer: is no detail of this type of provider: did you mean oidc_issuer?"}},
		"no client ID":           {func(d *Declaration) { delete(d.Providers[0].ProviderDetails, "client_id") }, []string{"IdentityProviders[0].ProviderDetails.client_id: is missing"}},
		"encrypted responses":    {saml("EncryptedResponses", "TRUE"), nil},
		"IdP-initiated":          {saml("IDPInit", "true"), nil},
		"accepted unasked":       {saml("portico_idp_init", "accept"), nil},
		"unasked in some way":    {saml("portico_idp_init", "yes"), []string{"IdentityProviders[1].ProviderDetails.portico_idp_init: must be convert"}},
		"signed requests":        {saml("RequestSigningAlgorithm", "rsa-sha256"), nil},
		"signed by SHA-1":        {saml("RequestSigningAlgorithm", "rsa-sha1"), []string{"IdentityProviders[1].ProviderDetails.RequestSigningAlgorithm: must be rsa-sha256"}},
		"NameID format":          {saml("portico_name_id_format", "persistent"), nil},
		"NameID format by URN":   {saml("portico_name_id_format", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"), nil},
		"transient NameIDs":      {saml("portico_name_id_format", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"), []string{"IdentityProviders[1].ProviderDetails.portico_name_id_format: cannot be transient"}},
		"unknown NameID format":  {saml("portico_name_id_format", "email"), []string{"IdentityProviders[1].ProviderDetails.portico_name_id_format: must be"}},
		"two metadata":           {saml("MetadataFile", "<EntityDescriptor/>"), []string{"IdentityProviders[1].ProviderDetails.MetadataFile: cannot stand beside"}},
		"no metadata":            {saml("MetadataURL", ""), []string{"IdentityProviders[1].ProviderDetails.MetadataURL: is missing"}},
		"social provider":        {func(d *Declaration) { d.Providers[1].ProviderType = "Facebook" }, []string{"IdentityProviders[1].ProviderName: must be Facebook", "IdentityProviders[1].ProviderDetails.client_id: is missing", "IdentityProviders[1].ProviderDetails.client_secret: is missing", "IdentityProviders[1].ProviderDetails.authorize_scopes: is missing", "IdentityProviders[1].ProviderDetails.IDPInit: is no detail of this type of provider", "IdentityProviders[1].ProviderDetails.MetadataURL: is no detail of this type of provider"}},
		"provider type":          {func(d *Declaration) { d.Providers[1].ProviderType = "saml" }, []string{"IdentityProviders[1].ProviderType: is not a value of the API: did you mean SAML?"}},
		"provider COGNITO":       {func(d *Declaration) { d.Providers[1].ProviderName = ptr("cognito") }, []string{"IdentityProviders[1].ProviderName: COGNITO stands for the pool's own users"}},
		"provider twice":         {func(d *Declaration) { d.Providers[1].ProviderName = ptr("COMPANY") }, []string{"IdentityProviders[1].ProviderName: the name (whatever its case) is taken"}},
		"identifier twice":       {func(d *Declaration) { d.Providers[1].IdpIdentifiers = []string{"Company.Example"} }, []string{"IdentityProviders[1].IdpIdentifiers[0]: the identifier (whatever its case) is taken"}},
		"mapping of sub":         {func(d *Declaration) { d.Providers[0].AttributeMapping = map[string]string{"sub": "sub"} }, []string{"IdentityProviders[0].AttributeMapping.sub: cannot be mapped"}},
		"mapping of the key":     {func(d *Declaration) { d.Providers[0].AttributeMapping["username"] = "email" }, []string{"IdentityProviders[0].AttributeMapping.username: can only be sub"}},
		"mapping reversed":       {func(d *Declaration) { d.Providers[0].AttributeMapping["http://claims/mail"] = "email" }, []string{"IdentityProviders[0].AttributeMapping.http://claims/mail: is no attribute of the pool, but its value is one"}},

		"user without groups":   {func(d *Declaration) { d.Groups = nil }, []string{"Users[0].Groups[0]: is no group of the pool: declare it"}},
		"user name no address":  {func(d *Declaration) { d.Users[0].Username = "ada" }, []string{"Users[0].Username: must be the address people sign in with: email"}},
		"weak password":         {func(d *Declaration) { d.Users[0].Password = "password" }, []string{"Users[0].Password: does not meet the pool's policy: it lacks a capital letter, a digit, a symbol"}},
		"password with a space": {func(d *Declaration) { d.Users[0].Password = "Passw0rd! " }, []string{"Users[0].Password: must not begin or end with a space"}},
		"user twice":            {func(d *Declaration) { d.Users = slices.Repeat(d.Users, 2) }, []string{"Users[1].Username: the user name is taken by Users[0].Username"}},
		"value too long":        {func(d *Declaration) { d.Users[0].UserAttributes[0].Value = ptr(strings.Repeat("x", 21)) }, []string{"Users[0].UserAttributes[0].Value: does not fit: String must be no longer than 20 characters"}},
		"required attribute": {func(d *Declaration) {
			d.Pool.SchemaAttributes = append(d.Pool.SchemaAttributes, types.SchemaAttributeType{Name: ptr("name"), Required: ptr(true)})
		}, []string{"Users[0].UserAttributes: lacks name"}},
		"required and given": {func(d *Declaration) {
			d.Pool.SchemaAttributes = append(d.Pool.SchemaAttributes, types.SchemaAttributeType{Name: ptr("email"), Required: ptr(true)})
		}, nil},
		"identities in the schema": {func(d *Declaration) {
			d.Pool.SchemaAttributes = append(d.Pool.SchemaAttributes, types.SchemaAttributeType{Name: ptr("identities"), StringAttributeConstraints: &types.StringAttributeConstraintsType{}})
		}, nil},
		"group with a space": {func(d *Declaration) { d.Groups[0].GroupName, d.Users[0].Groups = ptr("a b"), nil }, []string{"Groups[0].GroupName: may hold letters"}},
		"scope with a slash": {func(d *Declaration) { d.ResourceServers[0].Scopes[0].ScopeName = ptr("a/b"); d.Clients = nil }, []string{"ResourceServers[0].Scopes[0].ScopeName: may hold ASCII"}},
		"scope too long": {func(d *Declaration) { d.ResourceServers[0].Identifier = ptr(strings.Repeat("x", 252)); d.Clients = nil },
			[]string{"ResourceServers[0].Scopes[0].ScopeName: makes a scope of 257 characters"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := sound()
			c.change(&d)
			got := d.Check()
			ok := len(got) == len(c.want)
			for i := 0; ok && i < len(got); i++ {
				ok = strings.HasPrefix(got[i].Error(), c.want[i])
			}
			if !ok {
				t.Errorf("got  %q\nwant %q", texted(got), c.want)
			}
		})
	}
}

func policy(length int32) *types.UserPoolPolicyType {
	return &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: &length}}
}

func units(all types.TimeUnitsType) *types.TokenValidityUnitsType {
	return &types.TokenValidityUnitsType{AccessToken: all, IdToken: all, RefreshToken: all}
}

func texted(faults []Fault) []string {
	var list []string
	for _, f := range faults {
		list = append(list, f.Error())
	}
	return list
}

// TestAliasPools: beside an alias a user name must not look like one, or one person's name could be another's address.
func TestAliasPools(t *testing.T) {
	d := sound()
	d.Pool.UsernameAttributes, d.Pool.AliasAttributes = nil, []types.AliasAttributeType{"email", "preferred_username"}
	if got := texted(d.Check()); len(got) != 1 || !strings.HasPrefix(got[0], "Users[0].Username: must not look like an alias") {
		t.Errorf("got %q", got)
	}
	d.Users[0].Username = "ada"
	if got := texted(d.Check()); len(got) != 0 {
		t.Errorf("got %q", got)
	}
	d.Pool.SchemaAttributes = append(d.Pool.SchemaAttributes, types.SchemaAttributeType{Name: ptr("preferred_username"), Required: ptr(true)})
	if got := texted(d.Check()); len(got) != 2 || !strings.HasPrefix(got[0], "AliasAttributes: preferred_username cannot be") {
		t.Errorf("got %q", got)
	}
}

// TestRedirectAddresses lists what may and may not be redirected to. Open redirects and script addresses are closed here,
// where addresses are registered; CallbackURL compares letter for letter.
func TestRedirectAddresses(t *testing.T) {
	for _, good := range []string{
		"https://app.example.com", "https://app.example.com/cb?x=1&y=2", "https://App.Example.com:8443/a/b%20c", "https://192.0.2.1/", "https://[2001:db8::1]:8443/",
		"http://localhost", "http://localhost:3000/cb", "http://127.0.0.1:1/cb", "http://[::1]:65535/cb", "https://xn--bcher-kva.example/",
		"myapp://callback", "myapp:///cb", "com.example.app:/oauth2redirect", "com.example.app://cb/x?y=z", "https://under_score.example.com/",
	} {
		if fault := redirectFault(good); fault != "" {
			t.Errorf("%s: %s", good, fault)
		}
	}
	for _, bad := range []string{
		"", "/cb", "cb", "//app.example.com/cb", "app.example.com/cb", "https:", "https:///cb", "https://", "https:app.example.com", "https://app.example.com/#", "https://a.example/cb#x",
		"http://app.example.com/", "http://localhost.evil.example/", "http://127.0.0.2/", "http://127.1/", "http://[::2]/", "http://0.0.0.0/", "http://localhost@evil.example/",
		"https://user@app.example.com/", "https://user:pass@app.example.com/", "https://*.example.com/", "https://a;b.example.com/", "https://a.example,evil.example/",
		"https://a.example.com:/", "https://a.example:0/", "https://a.example:65536/", "https://a.example:x/", "https://-a.example/", "https://bücher.example/", "https://a.example%2eevil/",
		`https://a.example\@evil.example/`, `https:\\a.example`, `https://a.example/\..`, "https://a.example/%zz", "https://a.example/\x7f",
		"javascript:alert(1)", "JavaScript:alert(1)", "javascript://a.example/%0aalert(1)", "data:text/html,x", "DATA://x/y", "vbscript:x", "file:///etc/passwd", "blob:https://a.example/x",
		"about:blank", "view-source:https://a.example", "intent://x/#Intent;end", "mailto:a@example.com", "ws://a.example/", "ftp://a.example/", "myapp:", "myapp:cb", "myapp://", "1app://cb", " https://a.example/",
	} {
		if redirectFault(bad) == "" {
			t.Errorf("%q may be redirected to", bad)
		}
	}
}

// TestEveryEnumerationIsChecked: a value the SDK does not list is a fault wherever it stands.
func TestEveryEnumerationIsChecked(t *testing.T) {
	d := sound()
	d.Pool.DeletionProtection, d.Pool.UserPoolTier = "active", "FREE"
	d.Pool.UserPoolAddOns = &types.UserPoolAddOnsType{AdvancedSecurityMode: "enforced"}
	d.Pool.AccountRecoverySetting = &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{{Name: "email", Priority: ptr(int32(3))}}}
	d.Clients[0].PreventUserExistenceErrors = "ON"
	d.Clients[0].RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: "On"}
	d.Clients[0].TokenValidityUnits = &types.TokenValidityUnitsType{IdToken: "weeks"}
	d.Clients[0].ExplicitAuthFlows = []types.ExplicitAuthFlowsType{"ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_ANYTHING"}
	var paths []string
	for _, f := range d.Check() {
		paths = append(paths, f.Path)
	}
	want := []string{
		"AccountRecoverySetting.RecoveryMechanisms[0].Name", "AccountRecoverySetting.RecoveryMechanisms[0].Priority", "DeletionProtection",
		"UserPoolAddOns.AdvancedSecurityMode", "UserPoolTier", "Clients[0].ExplicitAuthFlows[1]", "Clients[0].PreventUserExistenceErrors",
		"Clients[0].RefreshTokenRotation.Feature", "Clients[0].TokenValidityUnits.IdToken",
	}
	slices.Sort(paths)
	slices.Sort(want)
	if !slices.Equal(paths, want) {
		t.Errorf("faults at %q\nwant      %q", paths, want)
	}
}
