package practice

import (
	"crypto"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"

	"github.com/go-jose/go-jose/v4"
)

// published is the public half of the signing key, named by its thumbprint (RFC 7638).
func (e *engine) published() (jose.JSONWebKey, error) {
	key, err := e.keys.own()
	if err != nil {
		return jose.JSONWebKey{}, err
	}
	public := jose.JSONWebKey{Key: key.Public(), Algorithm: string(algorithm(key)), Use: "sig"}
	thumb, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return jose.JSONWebKey{}, fmt.Errorf("practice: key thumbprint: %w", err)
	}
	public.KeyID = base64.RawURLEncoding.EncodeToString(thumb)
	return public, nil
}

// serveDiscovery is OpenID Connect Discovery 1.0 §4; the members stand in the order of its §3. What the manner says wins.
func (e *engine) serveDiscovery(w http.ResponseWriter, _ *http.Request) {
	base, at := e.address(), e.manner.at
	methods := []string{"client_secret_basic", "client_secret_post"}
	if e.options.ClientSecret == "" {
		methods = []string{"none"}
	}
	document := map[string]any{
		"issuer":                                base,
		"response_types_supported":              []string{"code"},
		"response_modes_supported":              []string{"query"},
		"grant_types_supported":                 []string{"authorization_code"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": methods,
		"request_parameter_supported":           false,
		"request_uri_parameter_supported":       false, // its default would be true
	}
	if !e.manner.noPKCE {
		document["code_challenge_methods_supported"] = []string{"S256"}
	}
	for name, path := range map[string]string{
		"authorization_endpoint": at.authorize, "token_endpoint": at.token, "userinfo_endpoint": at.attributes,
		"jwks_uri": at.keys, "end_session_endpoint": at.endSession,
	} {
		if path != "" {
			document[name] = base + path
		}
	}
	maps.Copy(document, e.manner.discovery)
	writeJSON(w, http.StatusOK, document)
}

func (e *engine) serveKeys(w http.ResponseWriter, _ *http.Request) {
	key, err := e.published()
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	writeJSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key}})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
