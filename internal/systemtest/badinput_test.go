//go:build system

package systemtest

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// startFirst runs testdata/pools.yaml and gives its first pool.
func startFirst(t *testing.T) (*server, *portico) {
	t.Helper()
	s := newServer(t, "pools.yaml")
	p := s.app(s.start(), firstPool, "first", appSecret)
	p.Username, p.Password = ada["username"], ada["password"]
	return s, p
}

var (
	shownReference = regexp.MustCompile(`id="reference"[^>]*>([2-9A-Z]{4}-[2-9A-Z]{4})<`)
	stackTrace     = regexp.MustCompile(`goroutine \d|panic:|\.go:\d+|runtime\.|SQLITE|pq:`)
)

// wantPage holds that a refused request got an error page with a reference that
// is in the log as well, in place or by way of /error.
func wantPage(t *testing.T, p *portico, got reply, status int, code string) {
	t.Helper()
	wantNoStack(t, got)
	if location := got.header.Get("Location"); got.status == http.StatusFound {
		to, err := url.Parse(location)
		if err != nil || to.Path != "/error" || to.Host != "" {
			t.Fatalf("redirected to %s", location)
		}
		if to.Query().Get("error") != code {
			t.Errorf("/error says %q, want %q", to.Query().Get("error"), code)
		}
		// The line of the request itself, which says why.
		p.waitLog(t, "reference="+to.Query().Get("reference"), "status=302", "err=")
		got = p.get(t, p.Domain+location)
		wantNoStack(t, got)
	}
	if got.status != status {
		t.Errorf("the page has the status %d, want %d", got.status, status)
	}
	found := shownReference.FindSubmatch(got.body)
	if found == nil {
		t.Fatalf("no reference on the page:\n%s", got.body)
	}
	p.waitLog(t, "reference="+string(found[1]), "msg=request", "err=")
}

func wantNoStack(t *testing.T, got reply) {
	t.Helper()
	if found := stackTrace.Find(got.body); found != nil {
		t.Errorf("the answer holds %q:\n%s", found, got.body)
	}
}

// wantSentBack holds that a refused request is answered to the app's callback,
// with the app's state.
func wantSentBack(t *testing.T, p *portico, got reply, code, description string) {
	t.Helper()
	// Errors of the implicit flow are in the fragment (RFC 6749 §4.2.2.1).
	location := strings.Replace(got.header.Get("Location"), "#", "?", 1)
	if got.status != http.StatusFound || !strings.HasPrefix(location, p.CallbackURL+"?") {
		t.Fatalf("answered with %d to %q", got.status, location)
	}
	back, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	query := back.Query()
	if query.Get("error") != code || query.Get("error_description") != description || query.Get("state") != "st-7" || query.Has("code") {
		t.Errorf("came back with %q, want error %s, description %q", query, code, description)
	}
}

// TestBadAuthorizationRequests: a bad client or callback URL is shown on a page,
// every other fault is sent to the callback (RFC 6749 §4.1.2.1).
func TestBadAuthorizationRequests(t *testing.T) {
	_, p := startFirst(t)
	const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	for name, c := range map[string]struct {
		change            []string
		page, back, words string
	}{
		"unknown client":                   {change: []string{"client_id", "nobody"}, page: "client_not_found"},
		"client of another pool":           {change: []string{"client_id", "second"}, page: "client_not_found"},
		"no client":                        {change: []string{"client_id", ""}, page: "Required String parameter 'client_id' is not present"},
		"wrong callback":                   {change: []string{"redirect_uri", "http://127.0.0.1:1/callback/"}, page: "redirect_mismatch"},
		"callback of a stranger":           {change: []string{"redirect_uri", "https://evil.example/"}, page: "redirect_mismatch"},
		"callback as a script":             {change: []string{"redirect_uri", "javascript:alert(1)"}, page: "redirect_mismatch"},
		"no callback":                      {change: []string{"redirect_uri", ""}, page: "Required String parameter 'redirect_uri' is not present"},
		"no response type":                 {change: []string{"response_type", ""}, back: "invalid_request"},
		"implicit, not allowed":            {change: []string{"response_type", "token"}, back: "unauthorized_client"},
		"unknown response type":            {change: []string{"response_type", "id_token"}, back: "unauthorized_client"},
		"unknown scope":                    {change: []string{"scope", "openid nonsense/read"}, back: "invalid_scope"},
		"scope not enabled for the client": {change: []string{"scope", "openid phone"}, back: "invalid_request", words: "invalid_scope"},
		"malformed scope":                  {change: []string{"scope", "openid \x01"}, back: "invalid_scope"},
		"challenge without method":         {change: []string{"code_challenge", challenge}, back: "invalid_request"},
		"method without challenge":         {change: []string{"code_challenge_method", "S256"}, back: "invalid_request"},
		"plain challenge":                  {change: []string{"code_challenge", challenge, "code_challenge_method", "plain"}, back: "invalid_request"},
		"short challenge":                  {change: []string{"code_challenge", "short", "code_challenge_method", "S256"}, back: "invalid_request"},
		"silent without a session":         {change: []string{"prompt", "none"}, back: "login_required"},
		"unknown prompt":                   {change: []string{"prompt", "dance"}, back: "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			address := p.authorize(c.change...)
			for _, path := range []string{"/oauth2/authorize", "/login"} {
				if path == "/login" && (c.back == "login_required") {
					continue // the page is drawn for whoever opens it
				}
				got := p.get(t, strings.Replace(address, "/oauth2/authorize", path, 1))
				if c.page != "" {
					wantPage(t, p, got, http.StatusBadRequest, c.page)
				} else {
					wantSentBack(t, p, got, c.back, c.words)
				}
			}
		})
	}
	t.Run("parameter given twice", func(t *testing.T) {
		wantPage(t, p, p.get(t, p.authorize()+"&client_id=first"), http.StatusBadRequest, "invalid_request")
		wantSentBack(t, p, p.get(t, p.authorize()+"&scope=openid"), "invalid_request", "")
	})
	t.Run("unknown provider", func(t *testing.T) {
		got := p.get(t, p.authorize("identity_provider", "Nobody"))
		if got.status != http.StatusFound || !strings.HasPrefix(got.header.Get("Location"), "/login?") {
			t.Fatalf("answered with %d to %s", got.status, got.header.Get("Location"))
		}
		page := p.get(t, p.Domain+got.header.Get("Location"))
		if page.status != http.StatusUnauthorized || !strings.Contains(string(page.body), "Login option is not available. Please try another one") {
			t.Errorf("the sign-in page has the status %d", page.status)
		}
	})
	t.Run("oversized address", func(t *testing.T) {
		got := p.get(t, p.authorize("state", strings.Repeat("x", 20_000)))
		wantPage(t, p, got, http.StatusRequestURITooLong, "")
	})
	t.Run("state too long", func(t *testing.T) {
		got := p.get(t, p.authorize("state", strings.Repeat("x", 5_000)))
		if to, _ := url.Parse(got.header.Get("Location")); to == nil || to.Query().Get("error") != "invalid_request" {
			t.Errorf("answered with %d to %.100s", got.status, got.header.Get("Location"))
		}
	})
}

// TestBadForms: the sign-in form without its CSRF pair, with that of another
// browser, from another site, or too large.
func TestBadForms(t *testing.T) {
	_, p := startFirst(t)
	query := "?" + strings.SplitN(p.authorize(), "?", 2)[1]
	post := func(t *testing.T, body string, headers ...string) reply {
		t.Helper()
		request, err := http.NewRequestWithContext(within(t), http.MethodPost, p.Domain+"/login"+query, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		return p.ask(t, request)
	}
	const token = "3f0d8a52-3f6c-4b1e-9c55-0a4f1f6f4c11"
	right := url.Values{"username": {p.Username}, "password": {p.Password}, "_csrf": {token}}.Encode()
	cookie := []string{"Cookie", "XSRF-TOKEN=" + token}

	if got := post(t, right, cookie...); got.status != http.StatusFound || !strings.Contains(got.header.Get("Location"), "code=") {
		t.Fatalf("the form that all others are a change of is refused: %d", got.status)
	}
	for name, c := range map[string]struct {
		body    string
		headers []string
		status  int
	}{
		"no pair":               {url.Values{"username": {p.Username}, "password": {p.Password}}.Encode(), nil, http.StatusForbidden},
		"no cookie":             {right, nil, http.StatusForbidden},
		"another's cookie":      {right, []string{"Cookie", "XSRF-TOKEN=8f0d8a52-3f6c-4b1e-9c55-0a4f1f6f4c11"}, http.StatusForbidden},
		"empty pair":            {"username=ada&password=x&_csrf=", []string{"Cookie", "XSRF-TOKEN="}, http.StatusForbidden},
		"posted from elsewhere": {right, append([]string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, cookie...), http.StatusForbidden},
		"oversized":             {right + "&more=" + strings.Repeat("x", 600_000), cookie, http.StatusRequestEntityTooLarge},
		"malformed":             {"username=%zz&_csrf=%", cookie, http.StatusBadRequest},
		"semicolons":            {"username=ada;password=x", cookie, http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) { wantPage(t, p, post(t, c.body, c.headers...), c.status, "") })
	}
}

// TestBadSignOut: a sign-out link with faults ends at an error page.
func TestBadSignOut(t *testing.T) {
	_, p := startFirst(t)
	missing := func(name string) string { return "Required String parameter '" + name + "' is not present" }
	for query, code := range map[string]string{
		"":                              missing("client_id"),
		"client_id=nobody&logout_uri=x": missing("client_id"),
		"client_id=first":               missing("redirect_uri"),
		"client_id=first&logout_uri=http://evil.example/":                                   missing("redirect_uri"),
		"client_id=first&redirect_uri=http://evil.example/&response_type=code":              missing("redirect_uri"),
		"client_id=first&redirect_uri=" + url.QueryEscape(p.CallbackURL):                    missing("response_type"),
		"post_logout_redirect_uri=" + url.QueryEscape(p.LogoutURL) + "&id_token_hint=a.b.c": missing("client_id"),
	} {
		t.Run(query, func(t *testing.T) { wantPage(t, p, p.get(t, p.Domain+"/logout?"+query), http.StatusBadRequest, code) })
	}
}

// TestBadErrorPage: text in the address of /error is not put in our mouth.
func TestBadErrorPage(t *testing.T) {
	_, p := startFirst(t)
	got := p.get(t, p.Domain+"/error?"+url.Values{
		"error": {"Call +1 555 0100 to unlock <script>alert(1)</script>"}, "client_id": {"evil"}, "reference": {"<b>BOLD-TEXT</b>"}, "asked": {"https://evil.example"},
	}.Encode())
	if body := string(got.body); strings.Contains(body, "555") || strings.Contains(body, "alert(1)") || strings.Contains(body, "BOLD-TEXT") || strings.Contains(body, "evil") {
		t.Errorf("the page repeats the address:\n%s", body)
	}
	wantPage(t, p, got, http.StatusBadRequest, "")
}
