package userpool

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func p8(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func p256Key(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// soundDetails are details without faults, by kind.
func soundDetails(t *testing.T) map[ProviderKind]map[string]string {
	t.Helper()
	return map[ProviderKind]map[string]string{
		KindGoogle:   {"client_id": "a", "client_secret": "b", "authorize_scopes": "profile email", "portico_hosted_domain": "example.com, *"},
		KindFacebook: {"client_id": "a", "client_secret": "b", "authorize_scopes": "public_profile, email", "api_version": "v24.0"},
		KindAmazon:   {"client_id": "a", "client_secret": "b", "authorize_scopes": "profile postal_code"},
		KindApple:    {"client_id": "a", "team_id": "T", "key_id": "K", "private_key": p8(t, p256Key(t)), "authorize_scopes": "email name"},
		KindGitHub:   {"portico_kind": "github", "client_id": "a", "client_secret": "b", "portico_base_url": "https://code.example.com"},
		KindX:        {"portico_kind": "x", "client_id": "a", "authorize_scopes": "users.read tweet.read users.email"},
		KindLinkedIn: {"portico_kind": "linkedin", "client_id": "a", "client_secret": "b", "authorize_scopes": "openid profile email"},
		KindEntra: {
			"portico_kind": "entra", "client_id": "a", "client_secret": "b", "authorize_scopes": "openid profile email",
			"oidc_issuer": "https://login.microsoftonline.com/common/v2.0", "portico_tenants": "11111111-2222-3333-4444-555555555555",
		},
		KindOAuth2: {
			"portico_kind": "oauth2", "client_id": "a", "client_secret": "b", "portico_subject": "data.id", "authorize_url": "https://as.example.com/a",
			"token_url": "https://as.example.com/t", "attributes_url": "https://as.example.com/me", "portico_token_auth": "client_secret_basic",
		},
		KindOIDC: {
			"client_id": "a", "oidc_issuer": "https://op.example.com", "authorize_scopes": "openid email", "attributes_request_method": "GET",
			"portico_token_auth": "private_key_jwt", "portico_private_key": p8(t, p256Key(t)), "portico_key_id": "k", "portico_pkce": "true",
			"portico_trust_email": "false", "portico_sync_email": "when_empty",
		},
	}
}

func typeOf(kind ProviderKind) ProviderType {
	switch kind {
	case KindGoogle:
		return TypeGoogle
	case KindFacebook:
		return TypeFacebook
	case KindAmazon:
		return TypeAmazon
	case KindApple:
		return TypeApple
	}
	return TypeOIDC
}

// declared is a pool with one provider of a kind.
func declared(kind ProviderKind, details map[string]string) Declaration {
	name := string(typeOf(kind))
	if name == string(TypeOIDC) {
		name = "Company"
	}
	mapping := map[string]string{"username": kind.SubjectClaim(), "email": "email", "email_verified": "email_verified"}
	if kind == KindFacebook || kind == KindAmazon {
		delete(mapping, "email_verified")
	}
	if kind == KindOAuth2 {
		mapping["username"] = details["portico_subject"]
	}
	return Declaration{
		Pool: types.UserPoolType{Name: ptr("Shop")},
		Providers: []types.IdentityProviderType{{
			ProviderName: &name, ProviderType: types.IdentityProviderTypeType(typeOf(kind)), ProviderDetails: details, AttributeMapping: mapping,
		}},
	}
}

func TestSoundProviders(t *testing.T) {
	for kind, details := range soundDetails(t) {
		d := declared(kind, details)
		for _, f := range slices.Concat(d.Check(), d.Warnings()) {
			t.Errorf("%s: %s", kind, f)
		}
		// What the API shows can be pasted in again.
		d.Providers[0].ProviderDetails = CompleteDetails(typeOf(kind), details)
		for _, f := range d.Check() {
			t.Errorf("%s, as shown: %s", kind, f)
		}
	}
}

func TestEveryRequiredDetailIsMissed(t *testing.T) {
	for kind, details := range soundDetails(t) {
		for _, key := range detailKeysOf(kind).required {
			less := maps.Clone(details)
			delete(less, key)
			faults := declared(kind, less).Check()
			if !slices.ContainsFunc(faults, func(f Fault) bool {
				return f.Path == "IdentityProviders[0].ProviderDetails."+key && strings.HasPrefix(f.Message, "is missing")
			}) {
				t.Errorf("%s without %s: %v", kind, key, faults)
			}
		}
	}
}

func TestFaultyProviderDetails(t *testing.T) {
	const tenant = "11111111-2222-3333-4444-555555555555"
	for _, c := range []struct {
		kind       ProviderKind
		key, value string
		at, want   string // at: the detail of the fault, if another
	}{
		{KindGoogle, "portico_hosted_domain", "https://example.com", "", "is no list of domains"},
		{KindGoogle, "portico_hosted_domian", "example.com", "", "is no detail of this type of provider: did you mean portico_hosted_domain?"},
		{KindGoogle, "portico_kind", "github", "", "is no detail"},
		{KindFacebook, "api_version", "17", "", "is no version of the Graph API"},
		{KindFacebook, "api_version", "v17.0/../..", "", "is no version of the Graph API"},
		{KindFacebook, "oidc_issuer", "https://facebook.com", "", "is no detail"},
		{KindAmazon, "attributes_url", "http://api.example.com/", "", "must begin with https://"},
		{KindApple, "client_secret", "b", "", "is no detail"},
		{KindApple, "private_key", "hunter2hunter2", "", "is neither PEM nor base64: paste the whole .p8 file"},
		{KindApple, "private_key", p8(t, rsaKey(t, 2048)), "", "is not a key on P-256"},
		{KindGitHub, "portico_base_url", "code.example.com", "", "is not a web address"},
		{KindX, "token_url", "javascript:alert(1)", "", "is not a web address"},
		{KindEntra, "portico_tenants", "", "", "is missing: common lets every tenant in the world sign in"},
		{KindEntra, "portico_tenants", "contoso.example", "", "is no list of tenant IDs"},
		{KindEntra, "oidc_issuer", "https://login.microsoftonline.com", "", "names no tenant"},
		{KindEntra, "authorize_scopes", "email", "", "must contain openid"},
		{KindOAuth2, "portico_subject", "data..id", "", "is no name in the provider's answer"},
		{KindOAuth2, "portico_token_auth", "basic", "", "is no way to authenticate"},
		{KindOAuth2, "attributes_url_add_attributes", "yes", "", "must be true or false"},
		{KindOAuth2, "client_secret", "", "client_secret", "is missing: portico_token_auth needs it"},
		{KindOIDC, "portico_private_key", "", "portico_private_key", "is missing: portico_token_auth needs it"},
		{KindOIDC, "portico_private_key", "hunter2hunter2", "", "is neither PEM nor base64"},
		{KindOIDC, "portico_token_auth", "none", "portico_private_key", "has no use"},
		{KindOIDC, "portico_kind", "gihub", "", "is no kind of provider: did you mean github?"},
		{KindOIDC, "portico_kind", "carrier pigeon", "", "is no kind of provider: use oidc, github"},
		{KindOIDC, "portico_pkce", "perhaps", "", "must be true or false"},
		{KindOIDC, "portico_trust_email", "yes", "", "must be true or false"},
		{KindOIDC, "IDPSignout", "yes", "", "must be true or false"},
		{KindGoogle, "IDPSignout", "true", "", "is no detail"},
		{KindOIDC, "portico_sync_email", "sometimes", "", "must be always, first_sign_in or when_empty"},
		{KindOIDC, "portico_sync_name", "always", "", "is about an attribute that AttributeMapping lacks"},
		{KindOIDC, "portico_sync_email_verified", "always", "", "cannot be set"},
		{KindEntra, "portico_tenants", tenant[:35], "", "is no list of tenant IDs"},
	} {
		t.Run(fmt.Sprintf("%s %s %.20s", c.kind, c.key, c.value), func(t *testing.T) {
			details := maps.Clone(soundDetails(t)[c.kind])
			details[c.key] = c.value
			if c.value == "" {
				delete(details, c.key)
			}
			if c.key == "portico_subject" {
				details["portico_subject"] = c.value
			}
			faults := declared(c.kind, details).Check()
			if c.key == "portico_subject" {
				faults = slices.DeleteFunc(faults, func(f Fault) bool { return strings.HasSuffix(f.Path, ".username") })
			}
			at := c.key
			if c.at != "" {
				at = c.at
			}
			if len(faults) != 1 || faults[0].Path != "IdentityProviders[0].ProviderDetails."+at || !strings.HasPrefix(faults[0].Message, c.want) {
				t.Errorf("%v", faults)
			}
			for _, f := range faults {
				if strings.Contains(f.Error(), "hunter2") || strings.Contains(f.Error(), "MII") {
					t.Errorf("the fault shows a secret: %s", f)
				}
			}
		})
	}
}

func TestSocialProvidersHaveTheirTypesName(t *testing.T) {
	d := declared(KindGoogle, soundDetails(t)[KindGoogle])
	d.Providers[0].ProviderName = ptr("Gogle")
	if got := texted(d.Check()); len(got) != 1 || !strings.HasPrefix(got[0], "IdentityProviders[0].ProviderName: must be Google") {
		t.Errorf("%q", got)
	}
}

func TestUsernameIsMappedToTheIdentityKey(t *testing.T) {
	for kind, c := range map[ProviderKind]struct{ good, bad string }{
		KindGoogle: {"sub", "email"}, KindFacebook: {"id", "sub"}, KindAmazon: {"user_id", "sub"}, KindApple: {"sub", "email"}, KindGitHub: {"id", "login"},
		KindX: {"sub", "username"}, KindOAuth2: {"data.id", "data.login"}, KindEntra: {"sub", "oid"},
	} {
		d := declared(kind, soundDetails(t)[kind])
		d.Providers[0].AttributeMapping["username"] = c.good
		if got := d.Check(); len(got) != 0 {
			t.Errorf("%s: %v", kind, got)
		}
		d.Providers[0].AttributeMapping["username"] = c.bad
		if got := texted(d.Check()); len(got) != 1 || !strings.HasPrefix(got[0], "IdentityProviders[0].AttributeMapping.username: can only be ") {
			t.Errorf("%s: %q", kind, got)
		}
	}
}

func TestLintMapping(t *testing.T) {
	schema := StandardSchema()
	required := schema["family_name"]
	required.Required = true
	fixed := Attribute{Name: "custom:fixed", Type: "String", MaxLength: 20}
	for name, c := range map[string]struct {
		kind    ProviderKind
		details map[string]string
		mapping map[string]string
		want    []string
	}{
		"nothing amiss":             {KindGoogle, nil, map[string]string{"email": "email", "email_verified": "email_verified", "family_name": "family_name"}, nil},
		"required":                  {KindGoogle, nil, map[string]string{"email": "email", "email_verified": "email_verified"}, []string{"AttributeMapping: lacks family_name"}},
		"immutable":                 {KindOIDC, nil, map[string]string{"custom:fixed": "x", "family_name": "y"}, []string{"AttributeMapping.custom:fixed: is immutable"}},
		"immutable, once":           {KindOIDC, map[string]string{"portico_sync_custom:fixed": "first_sign_in"}, map[string]string{"custom:fixed": "x", "family_name": "y"}, nil},
		"no flag":                   {KindOIDC, nil, map[string]string{"email": "email", "family_name": "y"}, []string{"AttributeMapping.email: is mapped without email_verified"}},
		"no flag to be had":         {KindAmazon, nil, map[string]string{"email": "email", "family_name": "name"}, nil},
		"flag alone":                {KindOIDC, nil, map[string]string{"email_verified": "email_verified", "family_name": "y"}, []string{"AttributeMapping.email_verified: has no effect without email"}},
		"trust for nothing":         {KindFacebook, map[string]string{"portico_trust_email": "true"}, map[string]string{"email": "email", "family_name": "last_name"}, []string{"ProviderDetails.portico_trust_email: has no effect: this provider never says"}},
		"trust without mapping":     {KindSAML, map[string]string{"portico_trust_email": "true"}, map[string]string{"family_name": "y"}, []string{"ProviderDetails.portico_trust_email: has no effect: map email"}},
		"unknown claim":             {KindAmazon, nil, map[string]string{"family_name": "surname"}, []string{"AttributeMapping.family_name: asks for surname, which this provider is not known to have"}},
		"misspelt claim":            {KindApple, nil, map[string]string{"family_name": "lastname"}, []string{"AttributeMapping.family_name: asks for lastname, which this provider does not have: did you mean lastName?"}},
		"path":                      {KindFacebook, nil, map[string]string{"family_name": "location.name"}, nil},
		"token":                     {KindFacebook, nil, map[string]string{"family_name": "access_token"}, nil},
		"any claim":                 {KindOIDC, nil, map[string]string{"family_name": "https://claims.example/surname"}, nil},
		"scope missing":             {KindGitHub, map[string]string{"portico_kind": "github", "authorize_scopes": "read:user"}, map[string]string{"family_name": "email"}, []string{"AttributeMapping.family_name: stays empty: the provider only tells with the scope user:email"}},
		"scope there":               {KindGitHub, map[string]string{"portico_kind": "github", "authorize_scopes": "user"}, map[string]string{"family_name": "email"}, nil},
		"scope by default":          {KindGitHub, map[string]string{"portico_kind": "github"}, map[string]string{"family_name": "email"}, nil},
		"scope missing by default":  {KindX, map[string]string{"portico_kind": "x"}, map[string]string{"family_name": "email"}, []string{"AttributeMapping.family_name: stays empty: the provider only tells with the scope users.email"}},
		"scope with commas between": {KindFacebook, map[string]string{"authorize_scopes": "public_profile,email"}, map[string]string{"family_name": "email"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			schema := maps.Clone(schema)
			schema["family_name"], schema["custom:fixed"] = required, fixed
			details := maps.Clone(c.details)
			if details == nil {
				details = map[string]string{}
			}
			if details["authorize_scopes"] == "" && details["portico_kind"] == "" {
				details["authorize_scopes"] = "openid email"
			}
			kind := types.IdentityProviderTypeType(typeOf(c.kind))
			if c.kind == KindSAML {
				kind = types.IdentityProviderTypeTypeSaml
			}
			got := texted(LintMapping(schema, types.IdentityProviderType{ProviderType: kind, ProviderDetails: details, AttributeMapping: c.mapping}))
			if len(got) != len(c.want) {
				t.Fatalf("%q", got)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], c.want[i]) {
					t.Errorf("%q", got)
				}
			}
		})
	}
}

func TestParseProviderKey(t *testing.T) {
	good := p8(t, p256Key(t))
	lines := strings.Split(strings.TrimSpace(good), "\n")
	for name, text := range map[string]string{
		"PEM": good, "PEM with space around": "\n  " + good + "\n", "base64 alone": strings.Join(lines[1:len(lines)-1], ""),
		"base64 in lines": strings.Join(lines[1:len(lines)-1], "\n"), "RSA": p8(t, rsaKey(t, 2048)),
	} {
		if key, err := ParseProviderKey(text); err != nil || key == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty": "", "text": "hunter2 hunter2", "cut": good[:100], "P-384": p8(t, p384), "short RSA": p8(t, rsaKey(t, 1024)), "oversized": strings.Repeat("A", 1<<20),
		"a certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
	} {
		if _, err := ParseProviderKey(text); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCompleteDetails(t *testing.T) {
	got := CompleteDetails(TypeFacebook, map[string]string{"client_id": "a", "api_version": "v19.0", "token_url": "https://graph.facebook.com/v17.0/oauth/access_token"})
	if got["token_url"] != "https://graph.facebook.com/v19.0/oauth/access_token" || got["attributes_url"] != "https://graph.facebook.com/v19.0/me?fields=" || got["client_id"] != "a" {
		t.Errorf("%v", map[string]string(got))
	}
	got = CompleteDetails(TypeFacebook, map[string]string{"api_version": "v1.0/../evil"})
	if strings.Contains(got["token_url"], "evil") {
		t.Error(got["token_url"])
	}
	if got := CompleteDetails(TypeGoogle, nil); got["attributes_url"] != "https://people.googleapis.com/v1/people/me?personFields=" || got["oidc_issuer"] != "https://accounts.google.com" {
		t.Errorf("%v", map[string]string(got))
	}
}

// Private keys are taken and never given back.
func TestPrivateKeysAreNotShown(t *testing.T) {
	details := ProviderDetails{"client_id": "a", "client_secret": "b", "private_key": "c", "portico_private_key": "d"}
	if shown := details.Shown(); len(shown) != 2 || shown["client_secret"] != "b" || details["private_key"] != "c" {
		t.Errorf("%v", shown)
	}
}
