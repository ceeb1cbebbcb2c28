package practice

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
)

// access is what an access token stands for.
type access struct {
	person Person
	scopes []string
	faults Faults
}

func (e *engine) serveToken(w http.ResponseWriter, r *http.Request) {
	form, err := parameters(r)
	if err != nil {
		e.refuseToken(w, r, fault(oauth.InvalidRequest, "The body is too large or not a form."))
		return
	}
	proves := e.authenticate
	if e.manner.proves != nil {
		proves = e.manner.proves
	}
	if err := proves(r, form); err != nil {
		e.refuseToken(w, r, err)
		return
	}
	code := form.Get("code")
	g, err := e.redeem(form)
	if err != nil {
		e.refuseToken(w, r, err)
		return
	}
	if g.faults.Outcome == NeverAnswers {
		e.patient.keepWaiting(w, r)
		return
	}
	answer, err := e.issue(g, code)
	if err != nil {
		e.refuseToken(w, r, err)
		return
	}
	if e.manner.answers != nil {
		e.manner.answers(w, r, answer)
		return
	}
	noStore(w)
	writeJSON(w, http.StatusOK, answer)
}

// authenticate is RFC 6749 §2.3.1: Basic, or the body's parameters, and not both.
func (e *engine) authenticate(r *http.Request, form url.Values) error {
	id, secret, basic := r.BasicAuth()
	if basic {
		var idErr, secretErr error
		// "encoded using the application/x-www-form-urlencoded encoding algorithm"
		id, idErr = url.QueryUnescape(id)
		secret, secretErr = url.QueryUnescape(secret)
		if idErr != nil || secretErr != nil {
			return &oauth.Error{Code: oauth.InvalidClient}
		}
		if form.Has("client_secret") {
			return fault(oauth.InvalidRequest, "The client authenticates in two ways.")
		}
	} else {
		id, secret = form.Get("client_id"), form.Get("client_secret")
	}
	if id != e.options.ClientID || !userpool.NewSecret(e.options.ClientSecret).Matches(secret) {
		return &oauth.Error{Code: oauth.InvalidClient}
	}
	return nil
}

// redeem takes the code. From here on it is used up, whether or not the rest of the request is right.
func (e *engine) redeem(form url.Values) (grant, error) {
	for _, values := range form {
		if len(values) > 1 {
			return grant{}, fault(oauth.InvalidRequest, "A parameter is there more than once.")
		}
	}
	if kind := form.Get("grant_type"); kind != "authorization_code" && (kind != "" || !e.manner.loose) {
		return grant{}, &oauth.Error{Code: oauth.UnsupportedGrantType}
	}
	now, code := e.options.Now(), form.Get("code")
	g, ok := e.codes.take(code, now)
	if !ok {
		// RFC 6749 §4.1.2: a code used twice "SHOULD revoke (when possible) all tokens previously issued based on" it.
		if token, used := e.spent.take(code, now); used {
			e.tokens.forget(token)
		}
		return grant{}, fault(oauth.InvalidGrant, "The code is unknown, used or expired.")
	}
	switch {
	case form.Get("redirect_uri") != g.request.redirectURI:
		return grant{}, fault(oauth.InvalidGrant, "The redirect_uri is not that of the request.")
	case !e.manner.noPKCE && !verifies(form.Get("code_verifier"), g.request.challenge):
		return grant{}, fault(oauth.InvalidGrant, "The code_verifier does not fit the code_challenge.")
	case g.faults.TokenError:
		return grant{}, fault(oauth.InvalidGrant, "Refused on purpose.")
	}
	return g, nil
}

// verifies is RFC 7636 §4.6. A verifier without a challenge is refused as well: somebody took the challenge away on its
// way (RFC 9700 §2.1.1, PKCE downgrade).
func verifies(verifier, challenge string) bool {
	if challenge == "" {
		return verifier == ""
	}
	if len(verifier) < 43 || len(verifier) > 128 {
		return false
	}
	sum := sha256.Sum256([]byte(verifier))
	return userpool.NewSecret(challenge).Matches(base64.RawURLEncoding.EncodeToString(sum[:]))
}

// issue makes the answer of RFC 6749 §5.1 and OpenID Connect Core §3.1.3.3.
func (e *engine) issue(g grant, code string) (map[string]any, error) {
	token, err := e.random.text()
	if err != nil {
		return nil, err
	}
	prefix, now := e.manner.prefix, e.options.Now()
	answer := map[string]any{"access_token": prefix.access + token, "token_type": "Bearer", "expires_in": int(e.manner.tokenLife / time.Second)}
	if prefix.refresh != "" {
		answer["refresh_token"] = prefix.refresh + token
	}
	token = prefix.access + token
	until := now.Add(e.manner.tokenLife)
	if g.faults.Outcome == Expired && e.manner.idClaims == nil {
		until = now // nothing else here can be expired
	}
	e.tokens.put(token, access{person: g.person, scopes: g.request.scopes, faults: g.faults}, until)
	e.spent.put(code, token, until)
	if e.manner.issues != nil {
		e.manner.issues(g, answer)
	}
	if e.manner.idClaims == nil || g.faults.NoIDToken {
		return answer, nil
	}
	claims := e.manner.idClaims(g.person, g.request.scopes)
	if claims == nil { // the scopes ask for none
		return answer, nil
	}
	answer["id_token"], err = e.idToken(g, token, claims, now)
	return answer, err
}

// refuseToken is RFC 6749 §5.2.
func (e *engine) refuseToken(w http.ResponseWriter, r *http.Request, err error) {
	if e.manner.refuses != nil {
		e.manner.refuses(w, r, err)
		return
	}
	told := asFault(err)
	status := http.StatusBadRequest
	switch told.Code {
	case oauth.ServerError:
		status = http.StatusInternalServerError
	case oauth.InvalidClient:
		status = http.StatusUnauthorized
		if r.Header.Get("Authorization") != "" {
			w.Header().Set("WWW-Authenticate", `Basic realm="token"`)
		}
	}
	body := map[string]any{"error": told.Code}
	if told.Description != "" {
		body["error_description"] = told.Description
	}
	noStore(w)
	writeJSON(w, status, body)
}

// noStore adds what RFC 6749 §5.1 asks for beside Cache-Control: no-store.
func noStore(w http.ResponseWriter) { w.Header().Set("Pragma", "no-cache") }
