package endpoint

import (
	"net/http"
	"strings"

	"portico/userpool"
	"portico/userpool/grant"
	"portico/userpool/oauth"
	"portico/web/visit"
)

// UserInfo is GET and POST /oauth2/userInfo (OpenID Connect Core §5.3), with the access token in the Authorization header
// or in a posted form.
func (e *Endpoints) UserInfo(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	token, err := bearer(r)
	if err != nil {
		return err
	}
	claims, err := e.Exchanger.UserInfo(r.Context(), v.Pool, token)
	if err != nil {
		return err
	}
	v.Outcome = "claims"
	return writeJSON(w, claims)
}

// bearer is the token of an Authorization header (RFC 6750 §2.1), whose scheme may be written in any case, or of a form
// (§2.2); empty without one. Addresses (§2.3) are not looked at: they end up in logs. "Clients MUST NOT use more than one
// method to transmit the token in each request" (§2).
func bearer(r *http.Request) (string, error) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		token = ""
	}
	if r.Method != http.MethodPost || !isForm(r) {
		return strings.TrimSpace(token), nil
	}
	if err := r.ParseForm(); err != nil {
		return "", badBearer("form cannot be read: %w", err)
	}
	posted := r.PostForm["access_token"]
	switch {
	case len(posted) == 0:
		return strings.TrimSpace(token), nil
	case len(posted) > 1, r.Header.Get("Authorization") != "":
		return "", badBearer("more than one access token")
	}
	return posted[0], nil
}

func badBearer(format string, args ...any) error {
	return oauth.Errorf(oauth.InvalidRequest, grant.DescriptionBadRequest, format, args...)
}

// knownClient is a client's ID if the pool has it, so that only real IDs reach the log.
func knownClient(v *visit.Visit, id string) userpool.ClientID {
	if client, ok := v.Pool.Clients[userpool.ClientID(id)]; ok {
		return client.ID
	}
	return ""
}
