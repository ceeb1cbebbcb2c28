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

var samlDetails = detailKeys{
	optional: []string{"MetadataURL", "MetadataFile", "IDPSignout", "IDPInit", "EncryptedResponses", "RequestSigningAlgorithm", "portico_name_id_format", "portico_idp_init", "portico_entity_id"},
	computed: []string{"SSORedirectBindingURI", "SLORedirectBindingURI", "ActiveEncryptionCertificate"},
}

func (c *checker) details(path string, provider types.IdentityProviderType) {
	details := member(path, "ProviderDetails")
	kind := kindOf(ProviderType(provider.ProviderType), provider.ProviderDetails)
	switch {
	case kind == "" && ProviderType(provider.ProviderType) == TypeOIDC:
		c.kind(details, provider.ProviderDetails)
		return
	case kind == "":
		return // the type is no type; its shape says so
	}
	// An app asks for these by their types' names (identity_provider=Google), so there is one of each in a pool.
	if t := ProviderType(provider.ProviderType); t != TypeOIDC && t != TypeSAML && deref(provider.ProviderName) != string(t) {
		c.fault(member(path, "ProviderName"), "must be %s: a provider of this type has its type's name", t)
	}
	c.detailNames(details, provider.ProviderDetails, detailKeysOf(kind))
	if kind == KindSAML {
		c.samlDetails(details, provider.ProviderDetails)
	} else {
		c.oauthDetails(details, kind, provider.ProviderDetails)
	}
	c.ours(details, provider.ProviderDetails, provider.AttributeMapping)
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
	if i := details["portico_idp_init"]; i != "" && i != "accept" && i != "convert" {
		c.fault(member(path, "portico_idp_init"), "must be convert (the default: a round trip of our own follows) or accept")
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
			c.usernameMapping(path, kindOf(ProviderType(provider.ProviderType), provider.ProviderDetails), provider.ProviderDetails, claim)
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
func (c *checker) usernameMapping(path string, kind ProviderKind, details map[string]string, claim string) {
	allowed := []string{kind.SubjectClaim(), "sub"}
	switch kind {
	case KindSAML, "":
		return
	case KindOAuth2:
		allowed[0] = details["portico_subject"]
	case KindFacebook, KindAmazon:
		allowed = allowed[:1]
	}
	if !slices.Contains(allowed, claim) {
		c.fault(path, "can only be %s: the user name is always made of it; map the other claim to preferred_username", allowed[0])
	}
}
