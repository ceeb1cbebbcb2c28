package endpoint

import (
	"encoding/json"
	"mime"
	"net/http"

	"portico/userpool/grant"
	"portico/userpool/oauth"
	"portico/web/visit"
)

// Token is POST /oauth2/token (RFC 6749 §3.2).
func (e *Endpoints) Token(w http.ResponseWriter, r *http.Request) error {
	request, err := clientRequest(r)
	if err != nil {
		return err
	}
	response, err := e.Exchanger.Exchange(r.Context(), request)
	if err != nil {
		return err
	}
	visit.From(r.Context()).Outcome = "tokens for " + request.Params.GrantType
	return writeJSON(w, response)
}

// Revoke is POST /oauth2/revoke (RFC 7009): 200 with an empty body, also for a token that was no good.
func (e *Endpoints) Revoke(w http.ResponseWriter, r *http.Request) error {
	request, err := clientRequest(r)
	if err != nil {
		return err
	}
	if err := e.Exchanger.Revoke(r.Context(), request); err != nil {
		return err
	}
	visit.From(r.Context()).Outcome = "revoked"
	w.WriteHeader(http.StatusOK)
	return nil
}

// clientRequest reads what a client posts, and its Basic credentials if there are any.
func clientRequest(r *http.Request) (grant.Request, error) {
	v := visit.From(r.Context())
	if !isForm(r) {
		return grant.Request{}, oauth.Errorf(oauth.InvalidRequest, "", "content type is not application/x-www-form-urlencoded")
	}
	if err := r.ParseForm(); err != nil {
		return grant.Request{}, oauth.Errorf(oauth.InvalidRequest, "", "form cannot be read: %w", err)
	}
	params, err := grant.ParseParams(r.PostForm) // RFC 6749 §2.3.1: never in the query
	if err != nil {
		return grant.Request{}, err
	}
	request := grant.Request{Pool: v.Pool, Params: params}
	if header := r.Header.Get("Authorization"); header != "" {
		request.Basic, err = grant.ParseBasic(header)
		if err != nil {
			return grant.Request{}, err
		}
		v.Client = knownClient(v, string(request.Basic.ID))
	} else {
		v.Client = knownClient(v, params.ClientID)
	}
	return request, nil
}

func isForm(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/x-www-form-urlencoded"
}

// writeJSON writes a success as Cognito does, charset included.
func writeJSON(w http.ResponseWriter, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", jsonType)
	_, _ = w.Write(text) // a client that is gone is no fault of ours
	return nil
}
