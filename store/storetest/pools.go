package storetest

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/store"
	"portico/userpool"
	"portico/userpool/wire"
)

func pools() []check {
	return []check{
		{name: "PoolsComeBackWhole", run: poolsComeBackWhole, empty: true},
		{name: "PoolIsCreatedOnce", run: poolIsCreatedOnce, empty: true},
		{name: "ClientIDIsTakenOnce", run: clientIDIsTakenOnce, empty: true},
		{name: "SettingsVersionGrows", run: settingsVersionGrows, empty: true},
	}
}

// declaration is a small pool with one of everything; IDs of clients are those of the pool and a number.
func declaration(id userpool.ID) userpool.Declaration {
	return userpool.Declaration{
		Pool: types.UserPoolType{
			Id: new(string(id)), Name: new("People of " + string(id)), CreationDate: new(day()), LastModifiedDate: new(day()),
			UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail},
			Policies:           &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: new(int32(12)), RequireSymbols: true}},
		},
		Clients: []types.UserPoolClientType{
			client(id, 2, "s3cr3t"), client(id, 1, ""),
		},
		Terms: map[int][]types.TermsType{1: {terms(id, "privacy-policy"), terms(id, "terms-of-use")}},
		Providers: []types.IdentityProviderType{
			provider(id, "Okta", map[string]string{"MetadataFile": "<xml/>", "IDPSignout": "true"}),
			provider(id, "Google", map[string]string{"client_id": "g", "client_secret": "gs3cr3t"}),
		},
		ResourceServers: []types.ResourceServerType{{
			UserPoolId: new(string(id)), Identifier: new("https://api.example"), Name: new("API"),
			Scopes: []types.ResourceServerScopeType{{ScopeName: new("read"), ScopeDescription: new("Read")}},
		}},
		Groups: []types.GroupType{
			{UserPoolId: new(string(id)), GroupName: new("Zebras"), CreationDate: new(day()), LastModifiedDate: new(day())},
			{
				UserPoolId: new(string(id)), GroupName: new("apes"), Description: new("Apes"), RoleArn: new("arn:aws:iam::1:role/r"),
				Precedence: new(int32(0)), CreationDate: new(day()), LastModifiedDate: new(day()),
			},
		},
	}
}

func client(pool userpool.ID, number int, secret string) types.UserPoolClientType {
	c := types.UserPoolClientType{
		UserPoolId: new(string(pool)), ClientId: new(clientID(pool, number)), ClientName: new("app"), CallbackURLs: []string{"https://app.example/cb"},
		AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, EnableTokenRevocation: new(false),
		CreationDate: new(day()), LastModifiedDate: new(day()),
	}
	if secret != "" {
		c.ClientSecret = &secret
	}
	return c
}

// terms are a document of client 1.
func terms(pool userpool.ID, name string) types.TermsType {
	return types.TermsType{
		UserPoolId: new(string(pool)), ClientId: new(clientID(pool, 1)), TermsId: new(name + " of " + string(pool)), TermsName: &name,
		Enforcement: types.TermsEnforcementTypeNone, TermsSource: types.TermsSourceTypeLink,
		Links: map[string]string{"cognito:default": "https://acme.example/" + name}, CreationDate: new(day()), LastModifiedDate: new(day()),
	}
}

func clientID(pool userpool.ID, number int) string {
	return fmt.Sprintf("%s%d", pool[len(pool)-9:], number)
}

func provider(pool userpool.ID, name string, details map[string]string) types.IdentityProviderType {
	return types.IdentityProviderType{
		UserPoolId: new(string(pool)), ProviderName: &name, ProviderType: types.IdentityProviderTypeTypeOidc, ProviderDetails: details,
		AttributeMapping: map[string]string{"email": "email"}, IdpIdentifiers: []string{"example.com"},
		CreationDate: new(day()), LastModifiedDate: new(day()),
	}
}

// documentsAre compares declarations by their JSON, for the SDK's structs do not compare.
func (s *suite) documentsAre(got []userpool.Declaration, want ...userpool.Declaration) {
	s.Helper()
	if len(got) != len(want) {
		s.Fatalf("%d pools, want %d", len(got), len(want))
	}
	for i := range want {
		s.same(s.text(got[i].Pool), s.text(want[i].Pool))
		s.same(s.text(got[i].Clients), s.text(want[i].Clients))
		s.same(s.text(got[i].Providers), s.text(want[i].Providers))
		s.same(len(got[i].Terms), len(want[i].Terms))
		for client := range want[i].Terms {
			s.same(s.text(got[i].Terms[client]), s.text(want[i].Terms[client]))
		}
		s.same(s.text(got[i].ResourceServers), s.text(want[i].ResourceServers))
		s.same(s.text(got[i].Groups), s.text(want[i].Groups))
	}
}

func (s *suite) text(document any) string {
	s.Helper()
	text, err := wire.Marshal(document)
	s.must(err)
	return string(text)
}

func poolsComeBackWhole(s *suite) {
	got, err := s.db.Declarations(s.ctx)
	s.must(err)
	s.documentsAre(got)
	a, b := declaration(poolA), declaration(poolB)
	b.Clients, b.Terms, b.Providers, b.ResourceServers, b.Groups = nil, nil, nil, nil, nil
	s.must(s.db.CreatePool(s.ctx, a, nil))
	s.must(s.db.CreatePool(s.ctx, b, nil))
	if a.Clients[0].ClientSecret == nil || a.Providers[0].ProviderDetails == nil {
		s.Error("CreatePool changed the declaration it was given")
	}
	got, err = s.db.Declarations(s.ctx)
	s.must(err)
	s.documentsAre(got, b, a)
}

func poolIsCreatedOnce(s *suite) {
	first := declaration(poolA)
	s.must(s.db.CreatePool(s.ctx, first, nil))
	before, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	second := declaration(poolA)
	second.Pool.Name = new("another name")
	second.Clients = []types.UserPoolClientType{client(poolA, 7, "")}
	s.wants(s.db.CreatePool(s.ctx, second, nil), store.ErrExists)
	got, err := s.db.Declarations(s.ctx)
	s.must(err)
	s.documentsAre(got, first)
	after, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	s.same(after, before)
	if err := s.db.CreatePool(s.ctx, userpool.Declaration{}, nil); err == nil {
		s.Error("a pool without an ID was created")
	}
}

func clientIDIsTakenOnce(s *suite) {
	first, second := declaration(poolA), declaration(poolB)
	second.Clients = append(second.Clients, client(poolA, 1, ""))
	s.must(s.db.CreatePool(s.ctx, first, nil))
	s.wants(s.db.CreatePool(s.ctx, second, nil), store.ErrClientExists)
	got, err := s.db.Declarations(s.ctx)
	s.must(err)
	s.documentsAre(got, first)
}

func settingsVersionGrows(s *suite) {
	before, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	s.must(s.db.CreatePool(s.ctx, declaration(poolA), nil))
	after, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	if after <= before {
		s.Errorf("version went from %d to %d", before, after)
	}
	s.create(1)
	people, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	s.same(people, after) // people are no settings
	s.must(s.db.Ping(s.ctx))
}
