package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"portico/userpool"
)

// OpenID Connect Discovery 1.0.

// §4, §4.1, §4.3: the document stands below the issuer, is JSON, and names the very issuer it was asked for, as does every ID
// token.
func TestDiscoveryNamesItsIssuer(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		document := r.document(t, p.issuer+"/.well-known/openid-configuration")
		id := claims(t, p.redeem(t, r, p.code(r.tab(t))).IDToken)
		if document["issuer"] != p.issuer || id["iss"] != p.issuer {
			t.Errorf("%s: issuer %v, iss %v", dialect, document["issuer"], id["iss"])
		}
	}
}

// §3: the members that are required, with values that Core requires; addresses are https, without a fragment.
func TestDiscoveryMembers(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		document := r.document(t, p.issuer+userpool.PathDiscovery)
		for member, value := range map[string]string{
			"response_types_supported": "code", "subject_types_supported": "public", "id_token_signing_alg_values_supported": "RS256",
			"scopes_supported": "openid", "claims_supported": "sub", "grant_types_supported": "authorization_code",
			"token_endpoint_auth_methods_supported": "client_secret_basic", "response_modes_supported": "query",
		} {
			if list, _ := document[member].([]any); !slices.Contains(list, any(value)) {
				t.Errorf("%s: %s is %v, without %s", dialect, member, document[member], value)
			}
		}
		if slices.Contains(document["id_token_signing_alg_values_supported"].([]any), any("none")) {
			t.Errorf("%s: alg none is published", dialect)
		}
		for name, value := range document {
			address, _ := value.(string)
			if (strings.HasSuffix(name, "_endpoint") || name == "jwks_uri") && (!strings.HasPrefix(address, "https://") || strings.Contains(address, "#")) {
				t.Errorf("%s: %s is %v", dialect, name, value)
			}
		}
	}
}

// §3 (jwks_uri): public keys for signatures only, each with a kid of its own (Core §10.1), nothing private in them.
func TestDiscoveryKeySet(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		keys := r.document(t, r.document(t, p.issuer+userpool.PathDiscovery)["jwks_uri"].(string))["keys"].([]any)
		seen := map[any]bool{}
		for _, entry := range keys {
			key := entry.(map[string]any)
			if key["kid"] == "" || key["kid"] == nil || seen[key["kid"]] || key["use"] != "sig" || key["kty"] == "oct" {
				t.Errorf("%s: key %v", dialect, key)
			}
			seen[key["kid"]] = true
			for _, secret := range []string{"d", "p", "q", "dp", "dq", "qi", "k"} {
				if _, there := key[secret]; there {
					t.Errorf("%s: the key set tells %s", dialect, secret)
				}
			}
		}
		if len(keys) == 0 {
			t.Errorf("%s: no keys", dialect)
		}
	}
}

// Documents of programs may be read from any origin, and by HEAD; one that does not exist is 404.
func TestDiscoveryIsPublic(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{userpool.PathDiscovery, userpool.PathKeys, userpool.PathMetadata} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			got := read(t, r.serve(newRequest(t, method, cedarNotes().issuer+path, nil)))
			if got.StatusCode != http.StatusOK || got.Header.Get("Access-Control-Allow-Origin") != "*" || len(got.Cookies()) > 0 {
				t.Errorf("%s %s: status %d, %v", method, path, got.StatusCode, got.Header)
			}
		}
		if got := read(t, r.serve(newRequest(t, http.MethodGet, "https://id.example/us-east-1_Nobody000"+path, nil))); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s of nobody: status %d", path, got.StatusCode)
		}
	}
}
