package endpoint

import (
	"net/http"
	"strings"

	"portico/userpool"
	"portico/web/visit"
)

// UserInfo is GET and POST /oauth2/userInfo (OpenID Connect Core §5.3), with the access token in the Authorization header.
func (e *Endpoints) UserInfo(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	claims, err := e.Exchanger.UserInfo(r.Context(), v.Pool, bearer(r))
	if err != nil {
		return err
	}
	v.Outcome = "claims"
	return writeJSON(w, claims)
}

// bearer is the token of an Authorization header (RFC 6750 §2.1); the scheme's case does not matter.
func bearer(r *http.Request) string {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// knownClient is a client's ID if the pool has it, so that only real IDs reach the log.
func knownClient(v *visit.Visit, id string) userpool.ClientID {
	if client, ok := v.Pool.Clients[userpool.ClientID(id)]; ok {
		return client.ID
	}
	return ""
}
