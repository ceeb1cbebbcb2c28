package endpoint

import (
	"net/http"

	"portico/userpool"
	"portico/userpool/oauth"
	"portico/web/problem"
	"portico/web/visit"
)

// discovery is the OpenID Connect discovery document (Discovery 1.0 §3). Members are Cognito's, in its alphabetical order;
// code_challenge_methods_supported is ours: without it some clients refuse to use PKCE.
type discovery struct {
	Authorization  string   `json:"authorization_endpoint"`
	Challenges     []string `json:"code_challenge_methods_supported"`
	EndSession     string   `json:"end_session_endpoint"`
	SigningAlgs    []string `json:"id_token_signing_alg_values_supported"`
	Issuer         string   `json:"issuer"`
	Keys           string   `json:"jwks_uri"`
	ResponseTypes  []string `json:"response_types_supported"`
	Revocation     string   `json:"revocation_endpoint"`
	Scopes         []string `json:"scopes_supported"`
	SubjectTypes   []string `json:"subject_types_supported"`
	Token          string   `json:"token_endpoint"`
	Authentication []string `json:"token_endpoint_auth_methods_supported"`
	UserInfo       string   `json:"userinfo_endpoint"`
}

// Discovery is GET <issuer>/.well-known/openid-configuration.
func (e *Endpoints) Discovery(w http.ResponseWriter, r *http.Request) error {
	pool := visit.From(r.Context()).Pool
	w.Header().Set("Cache-Control", publicFor)
	return writeJSON(w, discovery{
		Authorization:  pool.At.URL(userpool.PathAuthorize),
		Challenges:     []string{"S256"},
		EndSession:     pool.At.URL(userpool.PathLogout),
		SigningAlgs:    []string{"RS256"},
		Issuer:         pool.At.Issuer,
		Keys:           pool.At.Keys(),
		ResponseTypes:  []string{"code"}, // Cognito adds token; it is listed when it is served
		Revocation:     pool.At.URL(userpool.PathRevoke),
		Scopes:         []string{oauth.ScopeOpenID, oauth.ScopeEmail, oauth.ScopePhone, oauth.ScopeProfile},
		SubjectTypes:   []string{"public"},
		Token:          pool.At.URL(userpool.PathToken),
		Authentication: []string{"client_secret_basic", "client_secret_post"},
		UserInfo:       pool.At.URL(userpool.PathUserInfo),
	})
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
