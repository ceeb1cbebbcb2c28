//go:build system

package systemtest

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// authorize is an authorization request of the app, with parameters besides.
func (p *portico) authorize(more ...string) string {
	query := url.Values{
		"client_id": {p.ClientID}, "redirect_uri": {p.CallbackURL}, "response_type": {"code"}, "scope": {"openid email profile"}, "state": {"st-7"},
	}
	for i := 0; i+1 < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	return p.Domain + "/oauth2/authorize?" + query.Encode()
}

// exchange asks the token endpoint as the app's client.
func (p *portico) exchange(t *testing.T, form url.Values) tokenAnswer {
	t.Helper()
	return tokensOf(t, p.postToken(t, p.ClientID, p.ClientSecret, form))
}

// tokensOf reads the token endpoint's answer, an error included.
func tokensOf(t *testing.T, reply reply) tokenAnswer {
	t.Helper()
	var answer tokenAnswer
	if err := json.Unmarshal(reply.body, &answer); err != nil {
		t.Fatalf("the token endpoint answered %d %q: %v", reply.status, reply.body, err)
	}
	return answer
}

// reply is a whole answer.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (p *portico) postToken(t *testing.T, clientID, secret string, form url.Values) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(within(t), http.MethodPost, p.Domain+"/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if clientID != "" {
		request.SetBasicAuth(clientID, secret)
	}
	return p.ask(t, request)
}

// ask sends a request and reads the answer; it follows no redirect.
func (p *portico) ask(t *testing.T, request *http.Request) reply {
	t.Helper()
	client := p.client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, body}
}

// redeem exchanges the code of an authorization request without PKCE.
func (p *portico) redeem(t *testing.T, code string) tokenAnswer {
	t.Helper()
	return p.exchange(t, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.CallbackURL}})
}

func (p *portico) refresh(t *testing.T, token string) tokenAnswer {
	t.Helper()
	return p.exchange(t, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
}

// userInfo asks with a bearer token.
func (p *portico) userInfo(t *testing.T, token string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(within(t), http.MethodGet, p.Domain+"/oauth2/userInfo", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return p.ask(t, request)
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// claimsOf reads a token's claims. It verifies nothing: that is what the
// relying parties of the other tests do.
func claimsOf(t *testing.T, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("not a JWT: %q", token)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}
