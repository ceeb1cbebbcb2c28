package userpool

import (
	"crypto/ecdsa"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"portico/userpool/nearest"
)

var (
	domainNameShape = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
	pathShape       = regexp.MustCompile(`^[^\s.]+(\.[^\s.]+)*$`)
)

// oauthDetails checks the details of every provider that speaks OAuth 2.0, with OpenID Connect or without.
func (c *checker) oauthDetails(path string, kind ProviderKind, details map[string]string) {
	c.issuer(path, details)
	for _, key := range []string{"authorize_url", "token_url", "attributes_url", "jwks_uri", "portico_base_url"} {
		if details[key] != "" {
			c.providerURL(member(path, key), details[key])
		}
	}
	if m := details["attributes_request_method"]; m != "" && m != "GET" && m != "POST" {
		c.fault(member(path, "attributes_request_method"), "must be GET or POST")
	}
	c.booleans(path, details, "portico_pkce", "attributes_url_add_attributes", "IDPSignout")
	c.tokenAuth(path, details)
	switch kind {
	case KindOIDC, KindLinkedIn, KindEntra:
		// OpenID Connect Core §3.1.2.1: without openid the answer need hold no ID token.
		if scopes := details["authorize_scopes"]; scopes != "" && !slices.Contains(strings.Fields(scopes), "openid") {
			c.fault(member(path, "authorize_scopes"), "must contain openid: write the scopes with spaces between them, as in openid email profile")
		}
	}
	switch kind {
	case KindGoogle:
		for _, domain := range listed(details["portico_hosted_domain"]) {
			if domain != "*" && !domainNameShape.MatchString(domain) {
				c.fault(member(path, "portico_hosted_domain"), "is no list of domains: write example.com, or * for any organisation")
			}
		}
	case KindFacebook:
		if v := details["api_version"]; v != "" && !validFacebookVersion(v) {
			c.fault(member(path, "api_version"), "is no version of the Graph API: it looks like %s", facebookVersion)
		}
	case KindApple:
		c.appleKey(path, details)
	case KindEntra:
		c.tenants(path, details)
	case KindOAuth2:
		if s := details["portico_subject"]; s != "" && !pathShape.MatchString(s) {
			c.fault(member(path, "portico_subject"), "is no name in the provider's answer: write id, or a path as in data.user.id")
		}
	}
}

func (c *checker) issuer(path string, details map[string]string) {
	if issuer := details["oidc_issuer"]; issuer != "" {
		c.providerURL(member(path, "oidc_issuer"), issuer)
		if strings.Contains(issuer, "?") {
			c.fault(member(path, "oidc_issuer"), "must not have a query: an issuer is scheme, host and path")
		}
	}
}

// ours checks the details that are not Cognito's and that every type has.
func (c *checker) ours(path string, details, mapping map[string]string) {
	c.booleans(path, details, "portico_trust_email")
	for _, key := range mapKeys(details) {
		attribute, sync := strings.CutPrefix(key, syncPrefix)
		if !sync {
			continue
		}
		switch _, mapped := mapping[attribute]; {
		case attribute == "email_verified" || attribute == "phone_number_verified":
			c.fault(member(path, key), "cannot be set: the flag is written together with its address")
		case !mapped:
			c.fault(member(path, key), "is about an attribute that AttributeMapping lacks: map it, or remove this")
		case !slices.Contains(syncModes(), details[key]):
			c.fault(member(path, key), "must be %s", orList(syncModes()))
		}
	}
}

func syncModes() []string { return []string{"always", "first_sign_in", "when_empty"} }

func (c *checker) kind(path string, details map[string]string) {
	kind := details["portico_kind"]
	if near, ok := nearest.To(kind, declaredKinds()); ok {
		c.fault(member(path, "portico_kind"), "is no kind of provider: did you mean %s?", near)
		return
	}
	c.fault(member(path, "portico_kind"), "is no kind of provider: use %s", orList(declaredKinds()))
}

func (c *checker) booleans(path string, details map[string]string, keys ...string) {
	for _, key := range keys {
		if v := details[key]; v != "" && !strings.EqualFold(v, "true") && !strings.EqualFold(v, "false") {
			c.fault(member(path, key), "must be true or false")
		}
	}
}

// tokenAuth checks how we shall authenticate at the token endpoint.
func (c *checker) tokenAuth(path string, details map[string]string) {
	methods := []string{"client_secret_post", "client_secret_basic", "private_key_jwt", "none"}
	method, key := details["portico_token_auth"], details["portico_private_key"]
	switch {
	case method != "" && !slices.Contains(methods, method):
		c.fault(member(path, "portico_token_auth"), "is no way to authenticate: use %s", orList(methods))
	case strings.HasPrefix(method, "client_secret") && details["client_secret"] == "":
		c.fault(member(path, "client_secret"), "is missing: portico_token_auth needs it")
	case method == "private_key_jwt" && key == "":
		c.fault(member(path, "portico_private_key"), "is missing: portico_token_auth needs it")
	case method != "private_key_jwt" && key != "":
		c.fault(member(path, "portico_private_key"), "has no use: write private_key_jwt as portico_token_auth, or remove it")
	}
	if key != "" {
		if _, err := ParseProviderKey(key); err != nil {
			c.fault(member(path, "portico_private_key"), "is %s: paste the whole file, from -----BEGIN PRIVATE KEY----- on", err)
		}
	}
}

func (c *checker) appleKey(path string, details map[string]string) {
	text := details["private_key"]
	if text == "" {
		return
	}
	key, err := ParseProviderKey(text)
	if err != nil {
		c.fault(member(path, "private_key"), "is %s: paste the whole .p8 file that Apple gave you", err)
		return
	}
	if _, p256 := key.(*ecdsa.PrivateKey); !p256 {
		c.fault(member(path, "private_key"), "is not a key on P-256: paste the whole .p8 file that Apple gave you")
	}
}

// tenants: keys and issuer of "common" and "organizations" are those of every tenant in the world, so the tenants that are
// let in must be named.
func (c *checker) tenants(path string, details map[string]string) {
	tenants := listed(details["portico_tenants"])
	for _, tenant := range tenants {
		if len(tenant) != 36 || uuid.Validate(tenant) != nil {
			c.fault(member(path, "portico_tenants"), "is no list of tenant IDs: they look like 9188040d-6c67-4c5b-b112-36a304b66dad")
		}
	}
	u, err := url.Parse(details["oidc_issuer"])
	if err != nil || details["oidc_issuer"] == "" {
		return
	}
	switch tenant, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/"); {
	case tenant == "":
		c.fault(member(path, "oidc_issuer"), "names no tenant: it looks like https://login.microsoftonline.com/<tenant ID>/v2.0")
	case (tenant == "common" || tenant == "organizations") && len(tenants) == 0:
		c.fault(member(path, "portico_tenants"), "is missing: %s lets every tenant in the world sign in; list the IDs of those you mean", tenant)
	}
}

// listed splits a list written with commas or spaces.
func listed(list string) []string {
	return strings.FieldsFunc(strings.ToLower(list), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' })
}
