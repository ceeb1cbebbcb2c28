package web

import (
	"net/http"

	"portico/userpool"
	"portico/userpool/oauth"
	"portico/web/visit"
)

// machineStatus is 400, except where Cognito says 401 (a refused client at the revocation endpoint, a refused token at
// userInfo) and, in the standard dialect, where the standards do.
func machineStatus(r *http.Request, e *oauth.Error) int {
	standard := dialect(r) == userpool.DialectStandard
	switch e.Code {
	case oauth.InvalidToken, oauth.NoCredentials:
		return http.StatusUnauthorized
	case oauth.InvalidClient:
		if standard || r.URL.Path == userpool.PathRevoke { // RFC 6749 §5.2
			return http.StatusUnauthorized
		}
	case oauth.InsufficientScope: // RFC 6750 §3.1
		return http.StatusForbidden
	case oauth.ServerError:
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// challenge is the WWW-Authenticate header of a refusal; empty for none. At userInfo Cognito writes error and description
// without a scheme word, which clients need (RFC 6750 §3). At the token endpoint RFC 6749 §5.2 has one, Cognito has not.
func challenge(r *http.Request, e *oauth.Error) string {
	switch {
	case r.URL.Path == userpool.PathUserInfo && e.Code == oauth.NoCredentials:
		// RFC 6750 §3.1: "the resource server SHOULD NOT include an error code or other error information."
		return "Bearer"
	case r.URL.Path == userpool.PathUserInfo && e.Code != oauth.TemporarilyUnavailable && e.Code != oauth.ServerError:
		text := `Bearer error="` + string(e.Code) + `"`
		if e.Description != "" {
			text += `, error_description="` + e.Description + `"`
		}
		if e.Code == oauth.InsufficientScope {
			text += `, scope="` + oauth.ScopeOpenID + `"`
		}
		return text
	case e.Code == oauth.InvalidClient && dialect(r) == userpool.DialectStandard:
		return `Basic realm="token", charset="UTF-8"`
	}
	return ""
}

// dialect is that of the pool a request is for.
func dialect(r *http.Request) userpool.Dialect {
	if pool := visit.From(r.Context()).Pool; pool != nil {
		return pool.Dialect
	}
	return userpool.DialectCognito
}
