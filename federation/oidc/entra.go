package oidc

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"portico/federation"
	"portico/federation/oauth2"
	"portico/userpool"
)

const (
	// tenantMark stands for the tenant in what Entra publishes for all of them.
	tenantMark = "{tenantid}"
	// consumers is the tenant of Microsoft's personal accounts.
	consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"
)

// entra follows the documents of the Microsoft identity platform. The issuer is of one tenant, or of "organizations" or
// "common", which sign for any tenant in the world with the same keys: there portico_tenants says which are let in.
func entra(details userpool.ProviderDetails) (preset, error) {
	issuer := details["oidc_issuer"]
	u, err := url.Parse(issuer)
	if err != nil || issuer == "" {
		return preset{}, errors.New("ProviderDetails oidc_issuer: want https://login.microsoftonline.com/<tenant>/v2.0")
	}
	tenant, rest, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	origin := strings.TrimSuffix(issuer, u.Path)
	tenants := words(details["portico_tenants"])
	for _, allowed := range tenants {
		if uuid.Validate(allowed) != nil || len(allowed) != len(consumers) {
			return preset{}, errors.New("ProviderDetails portico_tenants: want tenant IDs")
		}
	}
	template := issuer
	named := ""
	switch {
	case tenant == "common" || tenant == "organizations":
		if len(tenants) == 0 {
			return preset{}, errors.New("ProviderDetails portico_tenants: missing")
		}
		template = origin + "/" + tenantMark + "/" + rest
		named = template
	case tenant == "consumers":
		template = origin + "/" + consumers + "/" + rest
		named = template
	}
	return preset{
		named: named, pkce: true,
		noUserInfo: true, // it repeats a part of the ID token
		issues: func(_ string, said oauth2.Claims) bool {
			want, ok := issuerOfTenant(template, said)
			iss, _ := said.Text("iss")
			return ok && iss == want
		},
		// Keys that are published for one tenant (those of personal accounts) must not sign for another.
		keyMay: func(published, _ string, said oauth2.Claims) bool {
			want, ok := issuerOfTenant(published, said)
			iss, _ := said.Text("iss")
			return ok && iss == want
		},
		checks: "tenant",
		check: func(said oauth2.Claims) error {
			if tenant, _ := said.Text("tid"); len(tenants) > 0 && !slices.Contains(tenants, tenant) {
				return refused("tenant", "the account is of a tenant that is not allowed")
			}
			return nil
		},
		amend: entraEmail,
	}, nil
}

// issuerOfTenant puts the token's tenant into a template. The tenant is only taken to choose which issuer is expected; that
// the token is this issuer's, its signature and the list of tenants must say.
func issuerOfTenant(template string, said oauth2.Claims) (string, bool) {
	if !strings.Contains(template, tenantMark) {
		return template, true
	}
	tenant, ok := said.Text("tid")
	if !ok || len(tenant) != len(consumers) || uuid.Validate(tenant) != nil {
		return "", false
	}
	return strings.ReplaceAll(template, tenantMark, tenant), true
}

// entraEmail: administrators of any tenant write into the claim email what they like ("nOAuth"). Only xms_edov, an optional
// claim, says that the address's domain belongs to the tenant.
func entraEmail(said oauth2.Claims, _ federation.Answer, claims map[string][]string) {
	verified := "false"
	if owned := said.Values()["xms_edov"]; len(owned) == 1 && (owned[0] == "true" || owned[0] == "1") {
		verified = "true"
	}
	claims["email_verified"] = []string{verified}
}
