package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"portico/federation/practice"
	"portico/userpool"
)

// program is the whole program, running in this process as `portico dev --json` on free ports.
type program struct {
	announcement
	stop func() int
	log  *lockedBuffer
}

// startProgram runs it until the test ends. Programs share nothing, so tests that have one run side by side.
func startProgram(t *testing.T, flags ...string) *program {
	t.Helper()
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	read, write := io.Pipe()
	log := &lockedBuffer{}
	args := append([]string{"dev", "--json", "--verbose", "--listen", "127.0.0.1:0", "--data", preparedFolder(t)}, flags...)
	exit := make(chan int, 1)
	go func() {
		exit <- run(ctx, args, surroundings{env: os.LookupEnv, stdout: write, stderr: log, configDir: func() (string, error) { return t.TempDir(), nil }})
		_ = write.Close()
	}()
	p := &program{log: log}
	if err := json.NewDecoder(read).Decode(&p.announcement); err != nil {
		cancel()
		t.Fatalf("no announcement: %v\n%s", err, log)
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	var once sync.Once
	code := 0
	p.stop = func() int {
		once.Do(func() { cancel(); code = <-exit })
		return code
	}
	t.Cleanup(func() {
		if code := p.stop(); code != 0 {
			t.Errorf("the program ended with %d\n%s", code, log)
		}
	})
	return p
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// person is a browser without script: it keeps cookies as browsers do (Secure ones on http://localhost too) and follows
// redirects until they lead to the app.
type person struct {
	t       *testing.T
	p       *program
	cookies map[string]map[string]string // host name → name → value
	client  *http.Client
}

func (p *program) person(t *testing.T) *person {
	h := &person{t: t, p: p, cookies: map[string]map[string]string{}}
	h.client = &http.Client{Timeout: 30 * time.Second, Jar: h, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), p.CallbackURL) || strings.HasPrefix(r.URL.String(), p.LogoutURL) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return h
}

func (h *person) SetCookies(u *url.URL, cookies []*http.Cookie) {
	host := u.Hostname()
	if h.cookies[host] == nil {
		h.cookies[host] = map[string]string{}
	}
	for _, c := range cookies {
		if c.MaxAge < 0 {
			delete(h.cookies[host], c.Name)
			continue
		}
		h.cookies[host][c.Name] = c.Value
	}
}

func (h *person) Cookies(u *url.URL) []*http.Cookie {
	var list []*http.Cookie
	for name, value := range h.cookies[u.Hostname()] {
		list = append(list, &http.Cookie{Name: name, Value: value})
	}
	return list
}

// get opens an address; the body is read whole.
func (h *person) get(address string) (*http.Response, string) {
	h.t.Helper()
	response, err := h.client.Get(address)
	return h.read(response, err)
}

func (h *person) post(address string, form url.Values) (*http.Response, string) {
	h.t.Helper()
	response, err := h.client.PostForm(address, form)
	return h.read(response, err)
}

func (h *person) read(response *http.Response, err error) (*http.Response, string) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response, string(body)
}

// csrf is the token the browser holds.
func (h *person) csrf() string { return h.cookies["localhost"]["XSRF-TOKEN"] }

// back is the query with which the browser was sent to the app.
func (h *person) back(response *http.Response) url.Values {
	h.t.Helper()
	to, err := response.Location()
	if err != nil || !strings.HasPrefix(to.String(), h.p.CallbackURL) {
		h.t.Fatalf("status %d, sent to %v (%v), want the app", response.StatusCode, to, err)
	}
	return to.Query()
}

// request is an authorization request of the confidential client.
func (p *program) request(extra ...string) url.Values {
	q := url.Values{
		"client_id": {p.ClientID}, "redirect_uri": {p.CallbackURL}, "response_type": {"code"}, "scope": {"openid email profile"},
		"state": {"st/ate=1&x"}, "nonce": {"n-1"},
	}
	for i := 0; i < len(extra); i += 2 {
		if extra[i+1] == "" {
			q.Del(extra[i])
			continue
		}
		q.Set(extra[i], extra[i+1])
	}
	return q
}

func (p *program) authorize(extra ...string) string {
	return p.Domain + userpool.PathAuthorize + "?" + p.request(extra...).Encode()
}

// signIn signs in with a password and returns what the app is sent.
func (h *person) signIn(extra ...string) url.Values {
	h.t.Helper()
	h.get(h.p.authorize(extra...))
	response, _ := h.post(h.p.Domain+userpool.PathLogin+"?"+h.p.request(extra...).Encode(), url.Values{
		"username": {h.p.Username}, "password": {h.p.Password}, "_csrf": {h.csrf()},
	})
	return h.back(response)
}

// atProvider signs in at a practice provider.
func (h *person) atProvider(name, who string, outcome practice.Outcome) *http.Response {
	h.t.Helper()
	response, err := practice.Choose(h.t.Context(), h.client, h.p.authorize("identity_provider", name), who, outcome)
	if err != nil {
		h.t.Fatal(err)
	}
	if name == devSAML && outcome != practice.Cancels {
		if response, err = practice.Submit(h.t.Context(), h.client, response); err != nil {
			h.t.Fatal(err)
		}
	}
	_ = response.Body.Close()
	return response
}

// answer is what the token endpoint says.
type answer struct {
	AccessToken  string `json:"access_token"`
	IDToken      string `json:"id_token"`
	RefreshToken string `json:"refresh_token"`
	ExpiresIn    int    `json:"expires_in"`
	TokenType    string `json:"token_type"`
	Error        string `json:"error"`
	Description  string `json:"error_description"`
	status       int
}

// token calls the token endpoint as the confidential client.
func (p *program) token(t *testing.T, form url.Values) answer {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, p.Domain+userpool.PathToken, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if form.Get("client_id") == "" {
		request.SetBasicAuth(p.ClientID, p.ClientSecret)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	a := answer{status: response.StatusCode}
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	return a
}

func (p *program) redeem(t *testing.T, code string, extra ...string) answer {
	t.Helper()
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.CallbackURL}}
	for i := 0; i < len(extra); i += 2 {
		form.Set(extra[i], extra[i+1])
	}
	return p.token(t, form)
}

// claims reads a token's payload.
func claims(t *testing.T, raw string) map[string]any {
	t.Helper()
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		t.Fatalf("not a JWT: %q", raw)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func TestPasswordSignIn(t *testing.T) {
	p := startProgram(t)
	h := p.person(t)
	verifier := strings.Repeat("v", 43)
	back := h.signIn("code_challenge", challenge(verifier), "code_challenge_method", "S256")
	if got := back.Get("state"); got != "st/ate=1&x" {
		t.Errorf("state came back as %q", got)
	}
	a := p.redeem(t, back.Get("code"), "code_verifier", verifier)
	if a.status != http.StatusOK || a.TokenType != "Bearer" || a.ExpiresIn != 3600 || a.RefreshToken == "" {
		t.Fatalf("%+v", a)
	}
	id, access := claims(t, a.IDToken), claims(t, a.AccessToken)
	if id["email"] != p.Username || id["email_verified"] != true || id["nonce"] != "n-1" || id["aud"] != p.ClientID || id["iss"] != p.Issuer {
		t.Errorf("ID token: %v", id)
	}
	if access["scope"] != "openid email profile" || access["client_id"] != p.ClientID || access["sub"] != id["sub"] {
		t.Errorf("access token: %v", access)
	}
	refreshed := p.token(t, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {a.RefreshToken}})
	if refreshed.IDToken == "" || refreshed.RefreshToken != "" || claims(t, refreshed.IDToken)["auth_time"] != id["auth_time"] {
		t.Errorf("refreshed: %+v", refreshed)
	}

	// The session answers the next request without asking.
	response, _ := h.get(p.authorize("prompt", "none"))
	if h.back(response).Get("code") == "" {
		t.Error("no code from the session")
	}
	// Sign-out really ends it.
	response, _ = h.get(p.Domain + userpool.PathLogout + "?" + url.Values{"client_id": {p.ClientID}, "logout_uri": {p.LogoutURL}}.Encode())
	if to := response.Header.Get("Location"); to != p.LogoutURL {
		t.Errorf("signed out to %q", to)
	}
	response, _ = h.get(p.authorize("prompt", "none"))
	if got := h.back(response).Get("error"); got != "login_required" {
		t.Errorf("after sign-out: %q", got)
	}
}

func TestPracticeProviders(t *testing.T) {
	p := startProgram(t)
	who := practice.People()[0]
	for _, provider := range []struct{ name, kind string }{{devOIDC, "OIDC"}, {devSAML, "SAML"}} {
		t.Run(provider.kind, func(t *testing.T) {
			var first map[string]any
			for round := range 2 {
				h := p.person(t)
				back := h.back(h.atProvider(provider.name, who.ID, ""))
				if back.Get("state") != "st/ate=1&x" {
					t.Errorf("state came back as %q", back.Get("state"))
				}
				a := p.redeem(t, back.Get("code"))
				if a.Error != "" {
					t.Fatalf("%+v", a)
				}
				id := claims(t, a.IDToken)
				want := strings.ToLower(provider.name + "_" + who.ID)
				if id["cognito:username"] != want || id["email"] != who.Email {
					t.Errorf("claims: %v", id)
				}
				groups, _ := id["cognito:groups"].([]any)
				if len(groups) != 1 || groups[0] != devPool+"_"+provider.name {
					t.Errorf("groups: %v", groups)
				}
				identity := id["identities"].([]any)[0].(map[string]any)
				if identity["userId"] != who.ID || identity["providerType"] != provider.kind || identity["primary"] != "true" {
					t.Errorf("identities: %v", identity)
				}
				if round == 0 {
					first = id
				} else if first["sub"] != id["sub"] {
					t.Error("the second sign-in made another user")
				}
			}
		})
	}
}

// A provider that fails, or a person who gives up, sends the app an error with its state, and makes no user.
func TestProviderFailures(t *testing.T) {
	p := startProgram(t)
	who := practice.People()[0]
	for _, c := range []struct {
		provider string
		outcome  practice.Outcome
	}{
		{devOIDC, practice.Cancels}, {devOIDC, practice.Expired}, {devOIDC, practice.BadSignature},
		{devSAML, practice.Expired}, {devSAML, practice.BadSignature},
	} {
		t.Run(c.provider+" "+string(c.outcome), func(t *testing.T) {
			h := p.person(t)
			back := h.back(h.atProvider(c.provider, who.ID, c.outcome))
			if back.Get("error") == "" || back.Get("state") != "st/ate=1&x" || back.Get("code") != "" {
				t.Errorf("the app was told %v", back)
			}
			if id := h.cookies["localhost"]["cognito"]; id != "" {
				t.Error("a session cookie was set")
			}
		})
	}
	if log := p.log.String(); strings.Contains(log, who.Email) {
		t.Error("an e-mail address stands in the log")
	}
}

func TestStopsCleanly(t *testing.T) {
	p := startProgram(t)
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if _, err := http.Get(p.Domain + "/healthz"); err == nil {
		t.Error("it still answers")
	}
}

func TestFreshLeavesForeignFoldersAlone(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(folder+"/precious", []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, log lockedBuffer
	code := run(t.Context(), []string{"dev", "--fresh", "--data", folder, "--listen", "127.0.0.1:0"}, surroundings{env: os.LookupEnv, stdout: &out, stderr: &log, configDir: os.UserConfigDir})
	if _, err := os.Stat(folder + "/precious"); err != nil || code == 0 {
		t.Errorf("exit code %d, file: %v\n%s", code, err, log.String())
	}
	if errors.Is(t.Context().Err(), context.Canceled) {
		t.Error("ended")
	}
}
