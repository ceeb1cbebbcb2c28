package federation

import (
	"testing"

	"portico/userpool"
)

func TestEmailVerified(t *testing.T) {
	usual := pairs{"email": "email", "email_verified": "email_verified"}
	trusting := userpool.ProviderDetails{"portico_trust_email": "true"}
	gmail := values{"email": {"Ann@Gmail.com"}, "email_verified": {"true"}}
	work := values{"email": {"ann@acme.example"}, "email_verified": {"true"}}
	hosted := values{"email": {"ann@acme.example"}, "email_verified": {"true"}, "hd": {"acme.example"}}
	for name, c := range map[string]struct {
		kind    userpool.ProviderType
		details userpool.ProviderDetails
		mapping pairs
		claims  values
		want    bool
	}{
		"Google, gmail.com":                   {userpool.TypeGoogle, nil, usual, gmail, true},
		"Google, hosted":                      {userpool.TypeGoogle, nil, usual, hosted, true},
		"Google, an address from elsewhere":   {userpool.TypeGoogle, nil, usual, work, false},
		"Google, empty hd":                    {userpool.TypeGoogle, nil, usual, values{"email": {"a@b.c"}, "email_verified": {"true"}, "hd": {""}}, false},
		"Google, gmail.com in a longer name":  {userpool.TypeGoogle, nil, usual, values{"email": {"a@notgmail.com"}, "email_verified": {"true"}}, false},
		"Google, not verified":                {userpool.TypeGoogle, nil, usual, values{"email": {"a@gmail.com"}, "email_verified": {"false"}}, false},
		"Google, flag not mapped":             {userpool.TypeGoogle, nil, pairs{"email": "email"}, gmail, false},
		"Google, address not mapped":          {userpool.TypeGoogle, nil, pairs{"email_verified": "email_verified"}, gmail, false},
		"Google, another claim as address":    {userpool.TypeGoogle, nil, pairs{"email": "name", "email_verified": "email_verified"}, values{"name": {"x@gmail.com"}, "email_verified": {"true"}}, false},
		"Google, another claim as flag":       {userpool.TypeGoogle, nil, pairs{"email": "email", "email_verified": "name"}, values{"email": {"x@gmail.com"}, "name": {"true"}}, false},
		"Apple":                               {userpool.TypeApple, nil, usual, work, true},
		"Apple, not verified":                 {userpool.TypeApple, nil, usual, values{"email": {"a@b.c"}, "email_verified": {"false"}}, false},
		"OIDC is not trusted":                 {userpool.TypeOIDC, nil, usual, gmail, false},
		"SAML is not trusted":                 {userpool.TypeSAML, nil, usual, gmail, false},
		"Facebook is not trusted":             {userpool.TypeFacebook, nil, usual, gmail, false},
		"trusted by the operator":             {userpool.TypeOIDC, trusting, usual, work, true},
		"trusted, by names of its own":        {userpool.TypeSAML, trusting, pairs{"email": "mail", "email_verified": "checked"}, values{"mail": {"a@b.c"}, "checked": {"TRUE"}}, true},
		"trusted, but it does not say so":     {userpool.TypeOIDC, trusting, usual, values{"email": {"a@b.c"}}, false},
		"trusted, but the flag is not mapped": {userpool.TypeOIDC, trusting, pairs{"email": "email"}, work, false},
		"trusted, but two addresses came":     {userpool.TypeOIDC, trusting, usual, values{"email": {"a@b.c", "d@e.f"}, "email_verified": {"true"}}, false},
		"trusted, but two flags came":         {userpool.TypeOIDC, trusting, usual, values{"email": {"a@b.c"}, "email_verified": {"true", "false"}}, false},
		"trusted, but no address":             {userpool.TypeOIDC, trusting, usual, values{"email": {"ann"}, "email_verified": {"true"}}, false},
		"trusted said otherwise":              {userpool.TypeOIDC, userpool.ProviderDetails{"portico_trust_email": "yes"}, usual, work, false},
	} {
		t.Run(name, func(t *testing.T) {
			provider := &userpool.IdentityProvider{Type: c.kind, Details: c.details, Mapping: c.mapping}
			if got := EmailVerified(provider, Assertion{Subject: "s", Claims: c.claims}); got != c.want {
				t.Error(got)
			}
		})
	}
}
