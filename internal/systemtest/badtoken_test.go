//go:build system

package systemtest

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// wantJSON holds that a refused program got the error as JSON, and that the
// answer's reference is in the log.
func wantJSON(t *testing.T, p *portico, got reply, status int, code, description string) {
	t.Helper()
	wantNoStack(t, got)
	var answer struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if err := json.Unmarshal(got.body, &answer); err != nil {
		t.Fatalf("answered with %d %q", got.status, got.body)
	}
	if got.status != status || answer.Error != code || answer.Description != description {
		t.Errorf("answered with %d %q %q, want %d %q %q", got.status, answer.Error, answer.Description, status, code, description)
	}
	if kind := got.header.Get("Content-Type"); kind != "application/json;charset=UTF-8" {
		t.Errorf("content type %s", kind)
	}
	if cache := got.header.Get("Cache-Control"); !strings.Contains(cache, "no-store") {
		t.Errorf("Cache-Control: %s", cache)
	}
	p.waitLog(t, "reference="+got.header.Get("X-Portico-Reference"), "outcome="+code, "err=")
}

const (
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636 appendix B
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// TestBadTokenRequests goes through what the token endpoint refuses.
func TestBadTokenRequests(t *testing.T) {
	s, p := startFirst(t)
	code := func(more ...string) string {
		code, _ := p.signIn(t, p.authorize(more...))
		return code
	}
	redeeming := func(code string, more ...string) url.Values {
		form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.CallbackURL}}
		for i := 0; i < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		return form
	}
	used := code()
	tokens := p.redeem(t, used)
	if tokens.Error != "" {
		t.Fatalf("the code that all others are a change of is refused: %s", tokens.Error)
	}
	withChallenge := []string{"code_challenge", challenge, "code_challenge_method", "S256"}
	expired := s.inside(t).oldCode(t, p, tokens, 6*time.Minute)

	for name, c := range map[string]struct {
		id, secret        string
		form              url.Values
		code, description string
	}{
		"no grant type":           {p.ClientID, appSecret, url.Values{"code": {"x"}}, "invalid_request", ""},
		"unknown grant type":      {p.ClientID, appSecret, url.Values{"grant_type": {"password"}}, "unsupported_grant_type", ""},
		"client may not":          {p.ClientID, appSecret, url.Values{"grant_type": {"client_credentials"}}, "unauthorized_client", ""},
		"no code":                 {p.ClientID, appSecret, redeeming(""), "invalid_request", ""},
		"nonsense for a code":     {p.ClientID, appSecret, redeeming("nonsense"), "invalid_grant", ""},
		"used code":               {p.ClientID, appSecret, redeeming(used), "invalid_grant", ""},
		"expired code":            {p.ClientID, appSecret, redeeming(expired), "invalid_grant", ""},
		"other redirect URI":      {p.ClientID, appSecret, redeeming(code(), "redirect_uri", p.CallbackURL+"/"), "unauthorized_client", "invalid_redirect"},
		"no redirect URI":         {p.ClientID, appSecret, redeeming(code(), "redirect_uri", ""), "invalid_request", ""},
		"wrong verifier":          {p.ClientID, appSecret, redeeming(code(withChallenge...), "code_verifier", strings.Repeat("x", 43)), "invalid_grant", ""},
		"no verifier":             {p.ClientID, appSecret, redeeming(code(withChallenge...)), "invalid_grant", ""},
		"verifier unasked":        {p.ClientID, appSecret, redeeming(code(), "code_verifier", verifier), "invalid_grant", ""},
		"unknown client":          {"nobody", appSecret, redeeming("x"), "invalid_client", ""},
		"wrong secret":            {p.ClientID, "wrongwrongwrongwrongwrong", redeeming("x"), "invalid_client", "invalid_client_secret"},
		"no secret":               {"", "", redeeming("x", "client_id", p.ClientID), "invalid_client", "invalid_client_secret"},
		"no client":               {"", "", redeeming("x"), "invalid_request", ""},
		"secret in both":          {p.ClientID, appSecret, redeeming("x", "client_id", p.ClientID, "client_secret", appSecret), "invalid_request", ""},
		"two clients":             {p.ClientID, appSecret, redeeming("x", "client_id", "second"), "invalid_request", ""},
		"no refresh token":        {p.ClientID, appSecret, url.Values{"grant_type": {"refresh_token"}}, "invalid_request", ""},
		"nonsense for a refresh":  {p.ClientID, appSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"nonsense"}}, "invalid_grant", ""},
		"access token as refresh": {p.ClientID, appSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.AccessToken}}, "invalid_grant", ""},
		"parameter given twice":   {p.ClientID, appSecret, url.Values{"grant_type": {"authorization_code"}, "code": {"x", "y"}}, "invalid_request", ""},
	} {
		t.Run(name, func(t *testing.T) {
			wantJSON(t, p, p.postToken(t, c.id, c.secret, c.form), http.StatusBadRequest, c.code, c.description)
		})
	}
	t.Run("the right verifier", func(t *testing.T) { // the control of the two above
		if got := p.exchange(t, redeeming(code(withChallenge...), "code_verifier", verifier)); got.Error != "" {
			t.Errorf("refused: %s", got.Error)
		}
	})
}

// TestCodeOfAnotherClient: a code leaked to another app of the pool is of no use
// to it, and it cannot burn the code either.
func TestCodeOfAnotherClient(t *testing.T) {
	p := startDev(t)
	code, _ := p.signIn(t, p.authorize())
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.CallbackURL}, "client_id": {p.PublicClientID}}
	wantJSON(t, p, p.postToken(t, "", "", form), http.StatusBadRequest, "invalid_grant", "")
	if got := p.redeem(t, code); got.Error != "" {
		t.Errorf("the right client is refused: %s", got.Error)
	}
	// A secret from a client that has none is somebody else's on the wrong way.
	wantJSON(t, p, p.postToken(t, p.PublicClientID, p.ClientSecret, form), http.StatusBadRequest, "invalid_client", "")
}

// TestBadTokenMessages: messages the token endpoint cannot read.
func TestBadTokenMessages(t *testing.T) {
	_, p := startFirst(t)
	const form = "application/x-www-form-urlencoded"
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.ClientID+":"+appSecret))
	for name, c := range map[string]struct {
		kind, body, authorization string
		status                    int
		code, description         string
	}{
		"JSON":               {"application/json", `{"grant_type":"authorization_code"}`, basic, 400, "invalid_request", ""},
		"no content type":    {"", "grant_type=authorization_code", basic, 400, "invalid_request", ""},
		"broken escapes":     {form, "grant_type=%zz", basic, 400, "invalid_request", ""},
		"oversized":          {form, "grant_type=authorization_code&code=" + strings.Repeat("x", 600_000), basic, 413, "invalid_request", "request is too large"},
		"long code":          {form, "grant_type=authorization_code&code=" + strings.Repeat("x", 100_000), basic, 400, "invalid_request", ""},
		"empty":              {form, "", basic, 400, "invalid_request", ""},
		"bearer for client":  {form, "grant_type=authorization_code", "Bearer abc", 400, "invalid_client", ""},
		"basic of nothing":   {form, "grant_type=authorization_code", "Basic ", 400, "invalid_client", ""},
		"basic, not base64":  {form, "grant_type=authorization_code", "Basic %%%", 400, "invalid_client", ""},
		"basic, no colon":    {form, "grant_type=authorization_code", "Basic Zmlyc3Q=", 400, "invalid_client", ""},
		"basic, wrong bytes": {form, "grant_type=authorization_code", "Basic /////w==", 400, "invalid_client", ""},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(within(t), http.MethodPost, p.Domain+"/oauth2/token", strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", c.kind)
			request.Header.Set("Authorization", c.authorization)
			wantJSON(t, p, p.ask(t, request), c.status, c.code, c.description)
		})
	}
	t.Run("GET", func(t *testing.T) {
		got := p.get(t, p.Domain+"/oauth2/token?grant_type=authorization_code")
		wantJSON(t, p, got, http.StatusMethodNotAllowed, "method_not_allowed", "")
		if got.header.Get("Allow") != http.MethodPost {
			t.Errorf("Allow: %s", got.header.Get("Allow"))
		}
	})
}

// TestBadAccessTokens: userInfo tells nothing to a token that is not good, with
// Cognito's words in WWW-Authenticate.
func TestBadAccessTokens(t *testing.T) {
	s, p := startFirst(t)
	code, _ := p.signIn(t, p.authorize())
	tokens := p.redeem(t, code)
	revoked := p.redeem(t, func() string { code, _ := p.signIn(t, p.authorize()); return code }())
	revoke(t, p, p.ClientID, appSecret, revoked.RefreshToken, http.StatusOK)
	unscoped := p.redeem(t, func() string {
		code, _ := p.signIn(t, p.authorize("scope", "aws.cognito.signin.user.admin"))
		return code
	}())

	const refused = "Access token is expired, disabled, or deleted, or the user has globally signed out."
	inside := s.inside(t)
	if got := p.userInfo(t, inside.oldToken(t, p, tokens, 0)); got.status != http.StatusOK {
		t.Fatalf("a token of the server's own keys is refused: %d %s", got.status, got.body)
	}
	for name, token := range map[string]string{
		"expired":           inside.oldToken(t, p, tokens, 61*time.Minute),
		"revoked":           revoked.AccessToken,
		"without openid":    unscoped.AccessToken,
		"ID token":          tokens.IDToken,
		"refresh token":     tokens.RefreshToken,
		"changed claim":     changeClaim(t, tokens.AccessToken, "scope", "openid email phone"),
		"unsigned":          unsigned(t, tokens.AccessToken),
		"cut off":           tokens.AccessToken[:len(tokens.AccessToken)-4],
		"nonsense":          "nonsense",
		"three empty parts": "..",
		"very long":         strings.Repeat("x", 30_000),
	} {
		t.Run(name, func(t *testing.T) {
			got := p.userInfo(t, token)
			wantJSON(t, p, got, http.StatusUnauthorized, "invalid_token", refused)
			if want := `Bearer error="invalid_token", error_description="` + refused + `"`; got.header.Get("WWW-Authenticate") != want {
				t.Errorf("WWW-Authenticate: %s", got.header.Get("WWW-Authenticate"))
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		got := p.get(t, p.Domain+"/oauth2/userInfo?access_token="+tokens.AccessToken) // never in the address
		wantJSON(t, p, got, http.StatusBadRequest, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint")
	})
}

// TestBadRevocations: who may not revoke, and what is no token to revoke.
func TestBadRevocations(t *testing.T) {
	_, p := startFirst(t)
	code, _ := p.signIn(t, p.authorize())
	tokens := p.redeem(t, code)
	wantJSON(t, p, revoke(t, p, p.ClientID, "wrongwrongwrongwrongwrong", tokens.RefreshToken, http.StatusUnauthorized), http.StatusUnauthorized, "invalid_client", "invalid_client_secret")
	wantJSON(t, p, revoke(t, p, "nobody", appSecret, tokens.RefreshToken, http.StatusUnauthorized), http.StatusUnauthorized, "invalid_client", "")
	wantJSON(t, p, revoke(t, p, p.ClientID, appSecret, "", http.StatusBadRequest), http.StatusBadRequest, "invalid_request", "")
	revoke(t, p, p.ClientID, appSecret, "nonsense", http.StatusOK) // RFC 7009 §2.2: no error
	if got := p.refresh(t, tokens.RefreshToken); got.Error != "" {
		t.Errorf("the token is revoked all the same: %s", got.Error)
	}
}

func revoke(t *testing.T, p *portico, clientID, secret, token string, status int) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(within(t), http.MethodPost, p.Domain+"/oauth2/revoke", strings.NewReader(url.Values{"token": {token}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(clientID, secret)
	got := p.ask(t, request)
	if got.status != status {
		t.Errorf("revocation is answered with %d %s, want %d", got.status, got.body, status)
	}
	return got
}

// changeClaim changes one claim under the old signature.
func changeClaim(t *testing.T, token, name string, value any) string {
	t.Helper()
	claims := maps.Clone(claimsOf(t, token))
	claims[name] = value
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, ".")
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString(text) + "." + parts[2]
}

// unsigned is the token with the algorithm "none".
func unsigned(t *testing.T, token string) string {
	t.Helper()
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + strings.Split(token, ".")[1] + "."
}
