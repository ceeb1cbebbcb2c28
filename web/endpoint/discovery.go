package endpoint

import (
	"encoding/json"
	"net/http"

	"portico/userpool"
	"portico/userpool/login"
	"portico/userpool/oauth"
	"portico/userpool/token"
	"portico/web/problem"
	"portico/web/visit"
)

// metadata is the OpenID Connect discovery document (Discovery 1.0 §3) and the authorization server metadata (RFC 8414 §2),
// which share their members. Cognito's are all there, with its values; the others are ours: without them some clients do not
// use what is offered (PKCE above all), and request_uri would count as supported (Discovery 1.0 §3: "If omitted, the default
// value is true").
type metadata struct {
	Authorization     string               `json:"authorization_endpoint"`
	Issues            bool                 `json:"authorization_response_iss_parameter_supported"` // RFC 9207 §3
	Claims            []string             `json:"claims_supported"`
	Challenges        []string             `json:"code_challenge_methods_supported"` // RFC 8414 §2
	EndSession        string               `json:"end_session_endpoint"`             // RP-Initiated Logout 1.0 §2.1
	Grants            []string             `json:"grant_types_supported"`
	SigningAlgs       []string             `json:"id_token_signing_alg_values_supported"`
	Issuer            string               `json:"issuer"`
	Keys              string               `json:"jwks_uri"`
	Prompts           []string             `json:"prompt_values_supported"` // Initiating User Registration 1.0 §4
	RequestObjects    bool                 `json:"request_parameter_supported"`
	RequestURIs       bool                 `json:"request_uri_parameter_supported"`
	ResponseModes     []login.ResponseMode `json:"response_modes_supported"`
	ResponseTypes     []login.ResponseType `json:"response_types_supported"`
	Revocation        string               `json:"revocation_endpoint"`
	RevocationMethods []string             `json:"revocation_endpoint_auth_methods_supported"`
	Scopes            []string             `json:"scopes_supported"` // says nothing about a client
	SubjectTypes      []string             `json:"subject_types_supported"`
	Token             string               `json:"token_endpoint"`
	TokenMethods      []string             `json:"token_endpoint_auth_methods_supported"`
	UserInfo          string               `json:"userinfo_endpoint"`
}

// Discovery is GET <issuer>/.well-known/openid-configuration, and the authorization server metadata of RFC 8414 at its two
// addresses: with the well-known part in front of the issuer's path (§3.1) and, for clients that do as with discovery, behind.
func (e *Endpoints) Discovery(w http.ResponseWriter, r *http.Request) error {
	pool := visit.From(r.Context()).Pool
	keys, ok := e.Keys(pool.ID)
	if !ok {
		return problem.NotFound(nil)
	}
	body, err := json.Marshal(describe(pool, keys))
	if err != nil {
		return err
	}
	e.documents.send(w, r, string(pool.ID)+userpool.PathDiscovery, jsonType, body)
	return nil
}

func describe(pool *userpool.Pool, keys *token.KeySet) metadata {
	// A public client names itself in the body; the standards call that none. Cognito does not list it.
	methods := []string{"client_secret_basic", "client_secret_post", "none"}
	return metadata{
		Authorization:     pool.At.URL(userpool.PathAuthorize),
		Issues:            true,
		Claims:            token.ClaimsSupported(),
		Challenges:        []string{"S256"},
		EndSession:        pool.At.URL(userpool.PathEndSession),
		Grants:            []string{"authorization_code", "implicit", "refresh_token", "client_credentials"},
		SigningAlgs:       keys.IDAlgorithms(),
		Issuer:            pool.At.Issuer,
		Keys:              pool.At.Keys(),
		Prompts:           []string{"none", "login", "select_account", "consent"},
		ResponseModes:     login.ResponseModes[:],
		ResponseTypes:     []login.ResponseType{login.ResponseCode, login.ResponseToken},
		Revocation:        pool.At.URL(userpool.PathRevoke),
		RevocationMethods: methods,
		Scopes:            []string{oauth.ScopeOpenID, oauth.ScopeEmail, oauth.ScopePhone, oauth.ScopeProfile},
		SubjectTypes:      []string{"public"},
		Token:             pool.At.URL(userpool.PathToken),
		TokenMethods:      methods,
		UserInfo:          pool.At.URL(userpool.PathUserInfo),
	}
}

// KeySet is GET <issuer>/.well-known/jwks.json.
func (e *Endpoints) KeySet(w http.ResponseWriter, r *http.Request) error {
	pool := visit.From(r.Context()).Pool
	keys, ok := e.Keys(pool.ID)
	if !ok {
		return problem.NotFound(nil)
	}
	e.documents.send(w, r, string(pool.ID)+userpool.PathKeys, jsonType, keys.JWKS())
	return nil
}
