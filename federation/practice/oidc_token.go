package practice

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
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

func (p *OIDC) serveToken(w http.ResponseWriter, r *http.Request) {
	form, err := parameters(r)
	if err != nil {
		p.refuseToken(w, r, &oauth.Error{Code: oauth.InvalidRequest, Description: "The body is too large or not a form."})
		return
	}
	if err := p.authenticate(r, form); err != nil {
		p.refuseToken(w, r, err)
		return
	}
	code := form.Get("code")
	g, err := p.redeem(form)
	if err != nil {
		p.refuseToken(w, r, err)
		return
	}
	if g.faults.Outcome == NeverAnswers {
		p.patient.keepWaiting(w, r)
		return
	}
	answer, err := p.issue(g, code)
	if err != nil {
		p.refuseToken(w, r, err)
		return
	}
	noStore(w)
	writeJSON(w, http.StatusOK, answer)
}

// authenticate is RFC 6749 §2.3.1: Basic, or the body's parameters, and not both.
func (p *OIDC) authenticate(r *http.Request, form url.Values) error {
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
			return &oauth.Error{Code: oauth.InvalidRequest, Description: "The client authenticates in two ways."}
		}
	} else {
		id, secret = form.Get("client_id"), form.Get("client_secret")
	}
	if id != p.options.ClientID || !userpool.NewSecret(p.options.ClientSecret).Matches(secret) {
		return &oauth.Error{Code: oauth.InvalidClient}
	}
	return nil
}

// redeem takes the code. From here on it is used up, whether or not the rest of the request is right.
func (p *OIDC) redeem(form url.Values) (grant, error) {
	for _, values := range form {
		if len(values) > 1 {
			return grant{}, &oauth.Error{Code: oauth.InvalidRequest, Description: "A parameter is there more than once."}
		}
	}
	if form.Get("grant_type") != "authorization_code" {
		return grant{}, &oauth.Error{Code: oauth.UnsupportedGrantType}
	}
	now, code := p.options.Now(), form.Get("code")
	g, ok := p.codes.take(code, now)
	if !ok {
		// RFC 6749 §4.1.2: a code used twice "SHOULD revoke (when possible) all tokens previously issued based on" it.
		if token, used := p.spent.take(code, now); used {
			p.tokens.forget(token)
		}
		return grant{}, &oauth.Error{Code: oauth.InvalidGrant, Description: "The code is unknown, used or expired."}
	}
	switch {
	case form.Get("redirect_uri") != g.request.redirectURI:
		return grant{}, &oauth.Error{Code: oauth.InvalidGrant, Description: "The redirect_uri is not that of the request."}
	case !verifies(form.Get("code_verifier"), g.request.challenge):
		return grant{}, &oauth.Error{Code: oauth.InvalidGrant, Description: "The code_verifier does not fit the code_challenge."}
	case g.faults.TokenError:
		return grant{}, &oauth.Error{Code: oauth.InvalidGrant, Description: "Refused on purpose."}
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

// issue makes the answer of OpenID Connect Core §3.1.3.3.
func (p *OIDC) issue(g grant, code string) (map[string]any, error) {
	token, err := p.random.text()
	if err != nil {
		return nil, err
	}
	now := p.options.Now()
	p.tokens.put(token, access{person: g.person, scopes: g.request.scopes, faults: g.faults}, now.Add(tokenLife))
	p.spent.put(code, token, now.Add(tokenLife))
	answer := map[string]any{
		"access_token": token,
		"token_type":   "Bearer",
		"expires_in":   int(tokenLife / time.Second),
	}
	if g.faults.NoIDToken {
		return answer, nil
	}
	answer["id_token"], err = p.idToken(g, token, now)
	return answer, err
}

// refuseToken is RFC 6749 §5.2.
func (p *OIDC) refuseToken(w http.ResponseWriter, r *http.Request, err error) {
	fault := &oauth.Error{Code: oauth.ServerError}
	status := http.StatusInternalServerError
	if errors.As(err, &fault) {
		status = http.StatusBadRequest
	}
	if fault.Code == oauth.InvalidClient {
		status = http.StatusUnauthorized
		if r.Header.Get("Authorization") != "" {
			w.Header().Set("WWW-Authenticate", `Basic realm="token"`)
		}
	}
	body := map[string]any{"error": fault.Code}
	if fault.Description != "" {
		body["error_description"] = fault.Description
	}
	noStore(w)
	writeJSON(w, status, body)
}

// noStore adds what RFC 6749 §5.1 asks for beside Cache-Control: no-store.
func noStore(w http.ResponseWriter) { w.Header().Set("Pragma", "no-cache") }
