package userpool

import (
	"slices"
	"strings"

	"portico/userpool/nearest"
)

// detailKeys are the keys of ProviderDetails of one kind (API reference, CreateIdentityProvider; those that begin with
// portico_ are ours). Computed ones appear in the API's answers only; they are taken so that an answer can be pasted in.
type detailKeys struct{ required, optional, computed []string }

func (k detailKeys) all() []string { return slices.Concat(k.required, k.optional, k.computed) }

// syncPrefix begins the keys that say when an attribute is written: portico_sync_<attribute>.
const syncPrefix = "portico_sync_"

// detailKeysOf lists the keys of a kind, and those every provider may have.
func detailKeysOf(kind ProviderKind) detailKeys {
	keys := detailKeysOfKind(kind)
	keys.optional = append(keys.optional, "portico_trust_email")
	if kind != KindSAML {
		keys.computed = append(keys.computed, "attributes_url_add_attributes", "token_request_method")
	}
	return keys
}

func detailKeysOfKind(kind ProviderKind) detailKeys {
	var (
		client    = []string{"client_id", "client_secret"}
		scoped    = []string{"client_id", "client_secret", "authorize_scopes"}
		addresses = []string{"authorize_url", "token_url", "attributes_url"}
		discovery = []string{"authorize_url", "token_url", "attributes_url", "jwks_uri"}
		proof     = []string{"portico_token_auth", "portico_private_key", "portico_key_id"}
		declared  = []string{"portico_kind", "portico_pkce"}
		method    = []string{"attributes_request_method"}
	)
	switch kind {
	case KindSAML:
		return samlDetails
	case KindGoogle:
		return detailKeys{scoped, slices.Concat(discovery, []string{"oidc_issuer", "portico_hosted_domain", "portico_pkce"}), method}
	case KindFacebook:
		return detailKeys{scoped, slices.Concat(addresses, []string{"api_version", "portico_pkce"}), method}
	case KindAmazon:
		return detailKeys{scoped, slices.Concat(addresses, []string{"portico_pkce"}), method}
	case KindApple:
		return detailKeys{
			[]string{"client_id", "team_id", "key_id", "private_key", "authorize_scopes"},
			[]string{"authorize_url", "token_url", "oidc_issuer", "jwks_uri"}, method,
		}
	case KindGitHub:
		return detailKeys{client, slices.Concat(addresses, declared, []string{"authorize_scopes", "oidc_issuer", "portico_base_url"}), method}
	case KindX:
		return detailKeys{[]string{"client_id"}, slices.Concat(addresses, declared, []string{"client_secret", "authorize_scopes", "oidc_issuer"}), method}
	case KindLinkedIn:
		return detailKeys{scoped, slices.Concat(discovery, []string{"oidc_issuer", "portico_kind"}), method}
	case KindEntra:
		return detailKeys{
			[]string{"client_id", "oidc_issuer", "authorize_scopes"},
			slices.Concat(discovery, declared, proof, []string{"client_secret", "portico_tenants", "IDPSignout"}), method,
		}
	case KindOAuth2:
		return detailKeys{
			slices.Concat([]string{"client_id", "portico_subject"}, addresses),
			slices.Concat(declared, proof, method, []string{"client_secret", "authorize_scopes", "oidc_issuer"}), nil,
		}
	}
	return detailKeys{
		slices.Concat([]string{"client_id", "oidc_issuer", "authorize_scopes"}, method),
		slices.Concat(discovery, declared, proof, []string{"client_secret", "IDPSignout"}), nil,
	}
}

func (c *checker) detailNames(path string, details map[string]string, known detailKeys) {
	for _, key := range known.required {
		if details[key] == "" {
			c.fault(member(path, key), "is missing: this type of provider needs it")
		}
	}
	for _, key := range mapKeys(details) {
		if slices.Contains(known.all(), key) || strings.HasPrefix(key, syncPrefix) {
			continue
		}
		if near, ok := nearest.To(key, known.all()); ok {
			c.fault(member(path, key), "is no detail of this type of provider: did you mean %s?", near)
			continue
		}
		c.fault(member(path, key), "is no detail of this type of provider: use %s", orList(slices.Concat(known.required, known.optional)))
	}
}
