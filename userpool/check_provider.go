package userpool

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool/nearest"
)

func (c *checker) providers() {
	if n := len(c.d.Providers); n > maxProviders {
		c.fault("IdentityProviders", "has %d entries: at most %d are allowed", n, maxProviders)
	}
	names, identifiers := map[string]string{}, map[string]string{}
	for i, provider := range c.d.Providers {
		path, name := at("IdentityProviders", i), deref(provider.ProviderName)
		c.belongs(path, provider.UserPoolId)
		// A case-insensitive pool folds the name within "<ProviderName>_<id>": two names that differ in case only would
		// share their users' names.
		c.once(names, strings.ToLower(name), member(path, "ProviderName"), "the name (whatever its case)")
		if strings.EqualFold(name, COGNITO) {
			c.fault(member(path, "ProviderName"), "COGNITO stands for the pool's own users: choose another name")
		}
		for j, identifier := range provider.IdpIdentifiers {
			c.once(identifiers, strings.ToLower(identifier), at(member(path, "IdpIdentifiers"), j), "the identifier (whatever its case)")
		}
		c.details(path, provider)
		c.mapping(path, provider)
	}
}

// detailKeys are the keys of ProviderDetails of one type (API reference, CreateIdentityProvider). Computed ones appear in
// the API's answers only; they are taken so that an answer can be pasted in.
type detailKeys struct{ required, optional, computed []string }

func (k detailKeys) all() []string { return slices.Concat(k.required, k.optional, k.computed) }

var (
	oidcDetails = detailKeys{
		required: []string{"client_id", "oidc_issuer", "authorize_scopes", "attributes_request_method"},
		optional: []string{"client_secret", "authorize_url", "token_url", "attributes_url", "jwks_uri"},
		computed: []string{"attributes_url_add_attributes", "token_request_method"},
	}
	samlDetails = detailKeys{
		optional: []string{"MetadataURL", "MetadataFile", "IDPSignout", "IDPInit", "EncryptedResponses", "RequestSigningAlgorithm", "portico_name_id_format"},
		computed: []string{"SSORedirectBindingURI", "SLORedirectBindingURI", "ActiveEncryptionCertificate"},
	}
)

func (c *checker) details(path string, provider types.IdentityProviderType) {
	details := member(path, "ProviderDetails")
	switch ProviderType(provider.ProviderType) {
	case TypeOIDC:
		c.detailNames(details, provider.ProviderDetails, oidcDetails)
		c.oidcDetails(details, provider.ProviderDetails)
	case TypeSAML:
		c.detailNames(details, provider.ProviderDetails, samlDetails)
		c.samlDetails(details, provider.ProviderDetails)
	case TypeGoogle:
		c.fault(member(path, "ProviderType"), "Google is not supported yet: use the type OIDC with oidc_issuer https://accounts.google.com")
	case TypeFacebook, TypeAmazon, TypeApple:
		c.fault(member(path, "ProviderType"), "%s is not supported yet: use an OIDC or SAML provider", provider.ProviderType)
	}
}

func (c *checker) detailNames(path string, details map[string]string, known detailKeys) {
	for _, key := range known.required {
		if details[key] == "" {
			c.fault(member(path, key), "is missing: this type of provider needs it")
		}
	}
	for _, key := range mapKeys(details) {
		if slices.Contains(known.all(), key) {
			continue
		}
		if near, ok := nearest.To(key, known.all()); ok {
			c.fault(member(path, key), "is no detail of this type of provider: did you mean %s?", near)
			continue
		}
		c.fault(member(path, key), "is no detail of this type of provider: use %s", orList(slices.Concat(known.required, known.optional)))
	}
}

func (c *checker) oidcDetails(path string, details map[string]string) {
	if issuer := details["oidc_issuer"]; issuer != "" {
		c.providerURL(member(path, "oidc_issuer"), issuer)
		if strings.Contains(issuer, "?") {
			c.fault(member(path, "oidc_issuer"), "must not have a query: an issuer is scheme, host and path")
		}
	}
	for _, key := range []string{"authorize_url", "token_url", "attributes_url", "jwks_uri"} {
		if details[key] != "" {
			c.providerURL(member(path, key), details[key])
		}
	}
	// OpenID Connect Core §3.1.2.1: without openid the answer need hold no ID token.
	if scopes := details["authorize_scopes"]; scopes != "" && !slices.Contains(strings.Fields(scopes), "openid") {
		c.fault(member(path, "authorize_scopes"), "must contain openid: write the scopes with spaces between them, as in openid email profile")
	}
	if m := details["attributes_request_method"]; m != "" && m != "GET" && m != "POST" {
		c.fault(member(path, "attributes_request_method"), "must be GET or POST")
	}
}

func (c *checker) samlDetails(path string, details map[string]string) {
	file, address := details["MetadataFile"], details["MetadataURL"]
	switch {
	case file != "" && address != "":
		c.fault(member(path, "MetadataFile"), "cannot stand beside MetadataURL: keep one of the two")
	case file == "" && address == "":
		c.fault(member(path, "MetadataURL"), "is missing: give the address of the provider's metadata, or its text as MetadataFile")
	case address != "":
		c.providerURL(member(path, "MetadataURL"), address)
	case !strings.Contains(file, "EntityDescriptor"):
		c.fault(member(path, "MetadataFile"), "is not SAML metadata: paste the XML document itself, not the name of a file")
	}
	for _, key := range []string{"IDPSignout", "IDPInit", "EncryptedResponses"} {
		if v := details[key]; v != "" && !strings.EqualFold(v, "true") && !strings.EqualFold(v, "false") {
			c.fault(member(path, key), "must be true or false")
		}
	}
	if a := details["RequestSigningAlgorithm"]; a != "" && !strings.EqualFold(a, "rsa-sha256") {
		c.fault(member(path, "RequestSigningAlgorithm"), "must be rsa-sha256, or left out to send requests unsigned")
	}
	switch f := details["portico_name_id_format"]; {
	case f == "", f == "persistent", f == "emailAddress", f == "unspecified", f == "X509SubjectName", f == "WindowsDomainQualifiedName":
	case strings.HasSuffix(f, "transient"):
		c.fault(member(path, "portico_name_id_format"), "cannot be transient: each sign-in would make a new user; write persistent")
	case !strings.HasPrefix(f, "urn:"):
		c.fault(member(path, "portico_name_id_format"), "must be persistent, emailAddress, unspecified or a URN")
	}
}

// mapping checks AttributeMapping: pool attribute → the provider's claim, the reverse of what many expect.
func (c *checker) mapping(path string, provider types.IdentityProviderType) {
	for _, attribute := range mapKeys(provider.AttributeMapping) {
		claim, path := provider.AttributeMapping[attribute], member(member(path, "AttributeMapping"), attribute)
		_, known := c.schema[attribute]
		_, near := nearest.To(attribute, c.attributeNames())
		switch {
		case attribute == "sub":
			c.fault(path, "cannot be mapped: a user's sub is made here; map the provider's to preferred_username or a custom attribute")
		case attribute == "username":
			c.usernameMapping(path, provider.ProviderType, claim)
		case !known && !near && c.schema[claim].Name != "":
			c.fault(path, "is no attribute of the pool, but its value is one: the pool's attribute comes first, then the provider's name for it")
		case !known:
			c.unknownAttribute(path, attribute)
		case strings.TrimSpace(claim) == "":
			c.fault(path, "is empty: write the provider's name for it")
		}
	}
}

// usernameMapping: the identity key is not configurable. The API shows it as a mapping of username, so that one is taken.
func (c *checker) usernameMapping(path string, kind types.IdentityProviderTypeType, claim string) {
	if ProviderType(kind) == TypeOIDC && claim != "sub" {
		c.fault(path, "can only be sub: the user name is always made of it; map the other claim to preferred_username")
	}
}
