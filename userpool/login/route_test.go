package login

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/seal"
)

// departing is a protocol that only remembers how it was begun.
type departing struct{ start federation.Start }

func (d *departing) Begin(_ context.Context, start federation.Start) (federation.Departure, federation.Memory, error) {
	d.start = start
	return federation.Departure{URL: "https://provider.example/"}, federation.Memory{}, nil
}

func (d *departing) Finish(context.Context, federation.Answer) (federation.Assertion, error) {
	return federation.Assertion{}, federation.Refuse("test", "", "not part of this test")
}

func (d *departing) Protocol(*userpool.Pool, *userpool.IdentityProvider) (federation.Protocol, error) {
	return d, nil
}

func companies(ways ...string) *userpool.Pool {
	provider := func(name string, identifiers ...string) types.IdentityProviderType {
		return types.IdentityProviderType{ProviderName: &name, ProviderType: types.IdentityProviderTypeTypeSaml, IdpIdentifiers: identifiers}
	}
	return userpool.Assemble(userpool.Declaration{
		Pool: types.UserPoolType{Id: new("us-east-1_Test00001")},
		Clients: []types.UserPoolClientType{{
			ClientId: new("client"), AllowedOAuthFlowsUserPoolClient: new(true), AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode},
			CallbackURLs: []string{"https://app.example/cb"}, AllowedOAuthScopes: []string{"openid"}, SupportedIdentityProviders: ways,
		}},
		Providers: []types.IdentityProviderType{provider("North", "north.example"), provider("South", "south.example", "s.example"), provider("Hidden", "hidden.example")},
	}, userpool.Addresses{Issuer: "https://id.example/us-east-1_Test00001", Origin: "https://id.example"})
}

// TestRouting: where a request goes without a choice, by what it says of the person.
func TestRouting(t *testing.T) {
	for name, c := range map[string]struct {
		ways  []string
		query string
		goes  string // provider, or empty for the sign-in page
		fault bool   // the page says that the provider is not offered
	}{
		"several, nothing said":               {[]string{"North", "South"}, "", "", false},
		"the only one":                        {[]string{"North"}, "", "North", false},
		"only passwords":                      {[]string{"COGNITO"}, "", "", false},
		"by name":                             {[]string{"North", "South"}, "identity_provider=South", "South", false},
		"by identifier":                       {[]string{"North", "South"}, "idp_identifier=s.example", "South", false},
		"by identifier in another case":       {[]string{"North", "South"}, "idp_identifier=S.EXAMPLE", "South", false},
		"by domain":                           {[]string{"COGNITO", "North", "South"}, "domain_hint=north.example", "North", false},
		"by a domain that nobody has":         {[]string{"North", "South"}, "domain_hint=nowhere.example", "", false},
		"by the address":                      {[]string{"North", "South"}, "login_hint=ines@south.example", "South", false},
		"by the address, beside passwords":    {[]string{"COGNITO", "North", "South"}, "login_hint=ines@south.example", "", false},
		"by an address that is a user name":   {[]string{"North", "South"}, "login_hint=ines", "", false},
		"to a provider the client lacks":      {[]string{"North", "South"}, "identity_provider=Hidden", "", true},
		"to an identifier the client lacks":   {[]string{"North", "South"}, "idp_identifier=hidden.example", "", true},
		"to a domain of one the client lacks": {[]string{"North", "South"}, "domain_hint=hidden.example", "", false},
		"asked for passwords":                 {[]string{"COGNITO", "North"}, "identity_provider=COGNITO", "", false},
		"asked for passwords it lacks":        {[]string{"North", "South"}, "identity_provider=COGNITO", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			query, err := url.ParseQuery("client_id=client&redirect_uri=https://app.example/cb&response_type=code&prompt=login+consent&" + c.query)
			if err != nil {
				t.Fatal(err)
			}
			a, err := Check(companies(c.ways...), ParseRequest(query))
			if err != nil {
				t.Fatal(err)
			}
			protocol := &departing{}
			l := &Login{Protocols: protocol, Attempts: seal.NewMasterKey().For(seal.Attempt), Now: time.Now}
			step, err := l.Begin(t.Context(), a, "")
			if err != nil {
				t.Fatal(err)
			}
			switch s := step.(type) {
			case *Depart:
				if s.Provider.Name != c.goes {
					t.Errorf("goes to %s, want %q", s.Provider.Name, c.goes)
				}
				if protocol.start.LoginHint != a.LoginHint || protocol.start.Prompt != "login consent" {
					t.Errorf("upstream gets %+v", protocol.start)
				}
			case *Choose:
				if c.goes != "" || (s.Err != nil) != c.fault {
					t.Errorf("draws the sign-in page (%v), want %q", s.Err, c.goes)
				}
			}
		})
	}
}
