package oidc

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"portico/federation"
	"portico/userpool"
)

const (
	ours   = "11111111-2222-3333-4444-555555555555"
	theirs = "99999999-8888-7777-6666-555555555555"
)

// newEntra is an OP that publishes one document and one key set for every tenant, as "common" does.
func newEntra(t *testing.T, tenant string) *op {
	t.Helper()
	o := newOP(t)
	named := o.URL + "/{tenantid}/v2.0"
	if tenant == "consumers" {
		named = o.URL + "/" + consumers + "/v2.0"
	}
	if strings.Contains(tenant, "-") {
		named = o.URL + "/" + tenant + "/v2.0"
	}
	o.doc["issuer"] = named
	delete(o.doc, "code_challenge_methods_supported")
	o.handle["/"+tenant+"/v2.0/.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) { answer(w, o.doc) }
	o.claims["iss"], o.claims["tid"] = o.URL+"/"+ours+"/v2.0", ours
	delete(o.claims, "at_hash")
	delete(o.claims, "email_verified")
	return o
}

func (o *op) entra(t *testing.T, tenant, tenants string) *Provider {
	t.Helper()
	return o.preset(t, userpool.TypeOIDC, map[string]string{
		"portico_kind": "entra", "oidc_issuer": o.URL + "/" + tenant + "/v2.0", "portico_tenants": tenants,
	})
}

func TestEntra(t *testing.T) {
	for tenant, tenants := range map[string]string{"common": ours + ", " + theirs, "organizations": ours, ours: ""} {
		o := newEntra(t, tenant)
		got, err := o.signIn(t, o.entra(t, tenant, tenants))
		if err != nil || got.Subject != "person-1" || o.infoCalls.Load() != 0 || o.challenge == "" {
			t.Errorf("%s: %v %v", tenant, got.Subject, err)
		}
	}
	o := newEntra(t, "consumers")
	o.claims["iss"], o.claims["tid"] = o.URL+"/"+consumers+"/v2.0", consumers
	if _, err := o.signIn(t, o.entra(t, "consumers", "")); err != nil {
		t.Error(err)
	}
}

// Everybody in the world can have a tenant, and "common" signs for all of them.
func TestTokenOfAnotherTenantIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		iss, tid any
		check    string
	}{
		"another tenant":                       {"/" + theirs + "/v2.0", theirs, "tenant"},
		"another tenant that claims to be us":  {"/" + theirs + "/v2.0", ours, "issuer"},
		"our tenant that claims to be another": {"/" + ours + "/v2.0", theirs, "issuer"},
		"no tenant":                            {"/" + ours + "/v2.0", nil, "issuer"},
		"the template itself":                  {"/{tenantid}/v2.0", "{tenantid}", "issuer"},
		"a path as tenant":                     {"/" + ours + "/../" + theirs + "/v2.0", ours + "/../" + theirs, "issuer"},
		"a path as long as a tenant":           {"/" + ours[:30] + "/../../v2.0", ours[:30] + "/../..", "issuer"},
		"tenant in braces":                     {"/{" + ours + "}/v2.0", "{" + ours + "}", "issuer"},
		"tenant in upper case":                 {"/" + strings.ToUpper("aaaaaaaa-2222-3333-4444-555555555555") + "/v2.0", strings.ToUpper("aaaaaaaa-2222-3333-4444-555555555555"), "tenant"},
		"another host":                         {nil, ours, "issuer"},
		"personal accounts":                    {"/" + consumers + "/v2.0", consumers, "tenant"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newEntra(t, "common")
			o.claims["iss"] = "https://sts.example.com/" + ours + "/v2.0"
			if path, ok := c.iss.(string); ok {
				o.claims["iss"] = o.URL + path
			}
			o.claims["tid"] = c.tid
			_, err := o.signIn(t, o.entra(t, "common", ours))
			refusedFor(t, err, c.check)
		})
	}
}

// The key of personal accounts stands in the same set as those of organisations, marked with its issuer.
func TestKeyOfAnotherIssuerIsRefused(t *testing.T) {
	o := newEntra(t, "common")
	key := string(must(jose.JSONWebKey{Key: testKeys.rsa().Public(), KeyID: "one", Algorithm: "RS256"}.MarshalJSON()))
	p := o.entra(t, "common", ours)
	o.rawKeys = `{"keys":[` + strings.TrimSuffix(key, "}") + `,"issuer":"` + o.URL + "/" + consumers + `/v2.0"}]}`
	_, err := o.signIn(t, p)
	refusedFor(t, err, "key-issuer")
	for _, issuer := range []string{o.URL + "/{tenantid}/v2.0", o.URL + "/" + ours + "/v2.0"} {
		o.rawKeys = `{"keys":[` + strings.TrimSuffix(key, "}") + `,"issuer":"` + issuer + `"}]}`
		if _, err := o.signIn(t, o.entra(t, "common", ours)); err != nil {
			t.Error(issuer, err)
		}
	}
}

func TestDocumentOfAnotherIssuerIsRefused(t *testing.T) {
	o := newEntra(t, "common")
	o.doc["issuer"] = "https://login.example.com/{tenantid}/v2.0"
	_, _, err := o.entra(t, "common", ours).Begin(t.Context(), federation.Start{Handle: "h"})
	refusedFor(t, err, "discovery")
}

// "nOAuth": a tenant's administrator writes any address into a user's e-mail.
func TestEntraAddressIsNotVerifiedUnlessItsDomainIsOwned(t *testing.T) {
	for name, c := range map[string]struct {
		claims map[string]any
		want   string
	}{
		"says nothing":                      {map[string]any{}, "false"},
		"says it is verified":               {map[string]any{"email_verified": true}, "false"},
		"the domain is owned":               {map[string]any{"xms_edov": true}, "true"},
		"the domain is owned, as a number":  {map[string]any{"xms_edov": 1}, "true"},
		"the domain is owned, as a text":    {map[string]any{"xms_edov": "1"}, "true"},
		"the domain is not owned":           {map[string]any{"xms_edov": false, "email_verified": true}, "false"},
		"the domain is owned, among others": {map[string]any{"xms_edov": []any{false, true}}, "false"},
	} {
		o := newEntra(t, ours)
		for name, value := range c.claims {
			o.claims[name] = value
		}
		got, err := o.signIn(t, o.entra(t, ours, ""))
		if err != nil || strings.Join(got.Claims["email_verified"], ";") != c.want {
			t.Errorf("%s: %v %v", name, got.Claims["email_verified"], err)
		}
		provider := &userpool.IdentityProvider{Type: userpool.TypeOIDC, Mapping: map[string]string{"email": "email", "email_verified": "email_verified"}}
		if federation.EmailVerified(provider, got) {
			t.Errorf("%s: believed without the operator's word", name)
		}
	}
}

func TestFaultyTenants(t *testing.T) {
	o := newOP(t)
	for name, change := range map[string]map[string]string{
		"portico_tenants":   {"oidc_issuer": "https://login.example.com/common/v2.0"},
		"portico_tenants ":  {"oidc_issuer": "https://login.example.com/organizations/v2.0", "portico_tenants": " , "},
		"portico_tenants  ": {"oidc_issuer": "https://login.example.com/common/v2.0", "portico_tenants": "contoso.example"},
		"oidc_issuer":       {"oidc_issuer": ""},
	} {
		change["portico_kind"] = "entra"
		_, err := New(Config{Provider: &userpool.IdentityProvider{Name: "Entra", Type: userpool.TypeOIDC, Details: o.details(change)}, RedirectURL: testRedirect})
		if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
