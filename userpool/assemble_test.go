package userpool

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
)

func TestAssembleDefaults(t *testing.T) {
	p := Assemble(Declaration{Pool: types.UserPoolType{Id: ptr("us-east-1_A"), Name: ptr("Bare")}, Clients: []types.UserPoolClientType{{ClientId: ptr("c")}}}, Addresses{Origin: "https://id.example.com"})
	if p.ID != "us-east-1_A" || !p.CaseSensitive || !p.SelfSignUp || len(p.SignInWith)+len(p.Aliases)+len(p.AutoVerify) != 0 || p.At.Origin != "https://id.example.com" {
		t.Errorf("pool %+v", p)
	}
	if want := (PasswordPolicy{MinLength: 8, Lower: true, Upper: true, Number: true, Symbol: true, TemporaryLife: DefaultTemporaryLife}); p.Passwords != want {
		t.Errorf("policy %+v", p.Passwords)
	}
	if !slices.Equal(p.RecoverBy, []string{"phone_number", "email"}) { // the legacy order
		t.Errorf("recovery by %q", p.RecoverBy)
	}
	c := p.Clients["c"]
	if want := (Validity{Access: time.Hour, ID: time.Hour, Refresh: 30 * 24 * time.Hour}); c.Validity != want {
		t.Errorf("validity %+v", c.Validity)
	}
	// A client that lists no flows behaves as if it allowed SRP, so verifiers are kept from the first password on.
	if !c.Revocation || c.HideUsers || !c.SRP || c.OAuth || !c.Public() || c.Rotation.Enabled || c.Read != nil {
		t.Errorf("client %+v", c)
	}
}

func TestAssembleSchema(t *testing.T) {
	schema := assembleSchema([]types.SchemaAttributeType{
		{Name: ptr("email"), Required: ptr(true)},
		{Name: ptr("sub")},
		{Name: ptr("updated_at"), NumberAttributeConstraints: &types.NumberAttributeConstraintsType{}},
		{Name: ptr("name"), StringAttributeConstraints: &types.StringAttributeConstraintsType{MinLength: ptr("2"), MaxLength: ptr("9")}},
		{Name: ptr("tenant"), Mutable: ptr(false)},
		{Name: ptr("custom:team"), StringAttributeConstraints: &types.StringAttributeConstraintsType{}},
		{Name: ptr("flag"), DeveloperOnlyAttribute: ptr(true), AttributeDataType: types.AttributeDataTypeBoolean},
		{Name: ptr("custom:other"), DeveloperOnlyAttribute: ptr(true)},
		{Name: ptr("dev:custom:third"), DeveloperOnlyAttribute: ptr(true)},
		{Name: ptr("age"), AttributeDataType: types.AttributeDataTypeNumber, NumberAttributeConstraints: &types.NumberAttributeConstraintsType{MinValue: ptr("-5"), MaxValue: ptr("5")}},
		{Name: ptr("identities")}, {},
	})
	added := maps.Clone(schema)
	for name := range StandardSchema() {
		if _, ok := added[name]; !ok {
			t.Errorf("%s is gone", name)
		}
		delete(added, name)
	}
	if diff := cmp.Diff([]string{"custom:age", "custom:team", "custom:tenant", "dev:custom:flag", "dev:custom:other", "dev:custom:third"}, slices.Sorted(maps.Keys(added))); diff != "" {
		t.Errorf("custom attributes (-want +got):\n%s", diff)
	}
	if !schema["email"].Required || !schema["sub"].Required || schema["sub"].Mutable || schema["updated_at"].MinValue == nil {
		t.Error("a standard attribute lost what it is")
	}
	if n := schema["name"]; n.MinLength != 2 || n.MaxLength != 9 || schema["custom:team"].MaxLength != MaxAttributeLength {
		t.Errorf("lengths %+v, %+v", n, schema["custom:team"])
	}
	if schema["custom:tenant"].Mutable || !schema["custom:team"].Mutable || !schema["dev:custom:flag"].DeveloperOnly || schema["dev:custom:flag"].Type != "Boolean" {
		t.Error("flags are lost")
	}
	if a := schema["custom:age"]; *a.MinValue != -5 || *a.MaxValue != 5 {
		t.Errorf("bounds %+v", a)
	}
}

func TestAssembleRecovery(t *testing.T) {
	email, phone, admin := types.RecoveryOptionNameTypeVerifiedEmail, types.RecoveryOptionNameTypeVerifiedPhoneNumber, types.RecoveryOptionNameTypeAdminOnly
	for _, c := range []struct {
		options []types.RecoveryOptionType
		want    []string
	}{
		{[]types.RecoveryOptionType{{Name: email, Priority: ptr(int32(2))}, {Name: phone, Priority: ptr(int32(1))}}, []string{"phone_number", "email"}},
		{[]types.RecoveryOptionType{{Name: email, Priority: ptr(int32(1))}}, []string{"email"}},
		{[]types.RecoveryOptionType{{Name: admin, Priority: ptr(int32(1))}}, []string{}}, // nobody recovers by code
	} {
		if got := assembleRecovery(&types.AccountRecoverySettingType{RecoveryMechanisms: c.options}); !slices.Equal(got, c.want) || got == nil {
			t.Errorf("%v: %q, want %q", c.options, got, c.want)
		}
	}
}

func TestAssembleClient(t *testing.T) {
	c := assembleClient("us-east-1_A", types.UserPoolClientType{
		ClientId: ptr("c"), ClientSecret: ptr("the secret"), EnableTokenRevocation: ptr(false), PreventUserExistenceErrors: "ENABLED",
		AllowedOAuthFlows: []types.OAuthFlowType{"code", "client_credentials"}, ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH"},
		RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: "ENABLED", RetryGracePeriodSeconds: ptr(int32(20))},
		AccessTokenValidity:  ptr(int32(10)), IdTokenValidity: ptr(int32(2)), RefreshTokenValidity: 90,
		TokenValidityUnits: &types.TokenValidityUnitsType{AccessToken: "minutes", RefreshToken: "seconds"},
	})
	if c.Public() || !c.Authenticates("the secret") || c.Authenticates("the secret ") || c.Authenticates("") || c.API.ClientSecret != nil {
		t.Error("the secret is not where it belongs")
	}
	if c.Revocation || !c.HideUsers || c.SRP || c.Flows != (Flows{Code: true, ClientCredentials: true}) || c.Rotation != (Rotation{true, 20 * time.Second}) {
		t.Errorf("client %+v", c)
	}
	if want := (Validity{Access: 10 * time.Minute, ID: 2 * time.Hour, Refresh: 90 * time.Second}); c.Validity != want {
		t.Errorf("validity %+v, want %+v", c.Validity, want)
	}
}

func TestAssembleParts(t *testing.T) {
	p := Assemble(sound(), Addresses{})
	if !p.HasScope("notes/read") || p.HasScope("notes/write") || p.HasScope("notes") || p.HasScope("/read") || p.HasScope("openid") {
		t.Error("scopes are wrong")
	}
	if got, ok := p.ProviderByIdentifier("COMPANY.example"); !ok || got.Name != "Company" || got.GroupName() != "us-east-1_Ab1Cd2Ef3_Company" {
		t.Errorf("by identifier: %v", got)
	}
	if _, ok := p.ProviderByIdentifier("other.example"); ok {
		t.Error("an unknown identifier finds a provider")
	}
	if got, ok := p.Provider("Partner"); !ok || got.Type != TypeSAML || got.Details.True("IDPInit") {
		t.Errorf("by name: %v", got)
	}
	if strings.Contains(p.Providers["Company"].Details.String(), "b") && p.Providers["Company"].Details.String() != redacted {
		t.Error("details print")
	}
}
