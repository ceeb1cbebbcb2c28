package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/federation"
	"portico/static"
	"portico/userpool"
	"portico/userpool/admission"
	"portico/userpool/login"
	"portico/userpool/oauth"
	"portico/web/browser"
	"portico/web/endpoint"
	"portico/web/hostedui"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

const poolHost = "login.example"

// fixture is a server whose handlers are never reached: what is tested is what stands around them.
type fixture struct {
	*Server
	log *lines
}

// lines is a log that several goroutines may write.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	pool := userpool.Assemble(userpool.Declaration{
		Pool: types.UserPoolType{Id: new("us-east-1_Web000001"), Name: new("Web")},
		Clients: []types.UserPoolClientType{{
			ClientId: new("app"), ClientName: new("Acme <Notes>"), CallbackURLs: []string{"https://app.example/cb"},
			AllowedOAuthFlowsUserPoolClient: new(true), AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode},
		}},
	}, userpool.Addresses{Issuer: "https://id.example/us-east-1_Web000001", Origin: "https://" + poolHost})
	catalog, err := userpool.NewCatalog(pool)
	if err != nil {
		t.Fatal(err)
	}
	log := &lines{}
	return &fixture{log: log, Server: &Server{
		Pools: func() *userpool.Catalog { return catalog }, Pages: &hostedui.Pages{}, Endpoints: &endpoint.Endpoints{},
		Look: &browser.Look{Files: static.New(), Support: "help@example.com"}, Log: slog.New(slog.NewTextHandler(log, nil)), Now: time.Now,
		Ready: func(*http.Request) error { return nil },
	}}
}

// through sends a request through everything that surrounds handlers, to one handler.
func (f *fixture) through(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	f.visitor(h).ServeHTTP(w, r)
	return w
}

func request(method, target string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.Host = poolHost
	return r
}

func failing(err error) handler {
	return func(http.ResponseWriter, *http.Request) error { return err }
}

// referenceOf finds the reference that an answer shows and checks that it leads to the line in the log.
func (f *fixture) referenceOf(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	reference := w.Header().Get("X-Portico-Reference")
	if reference == "" {
		i := strings.Index(w.Body.String(), "Reference")
		for j := i; i >= 0 && j+9 <= w.Body.Len(); j++ {
			if visit.IsReference(w.Body.String()[j : j+9]) {
				reference = w.Body.String()[j : j+9]
				break
			}
		}
	}
	if reference == "" || !strings.Contains(f.log.String(), "reference="+reference) {
		t.Errorf("the reference %q does not lead to the log:\n%s\n%s", reference, f.log, w.Body)
	}
}

// An error that nobody expected becomes server_error with a reference; what it says stays in the log.
func TestUnexpectedErrors(t *testing.T) {
	cause := errors.New("dial tcp 10.1.2.3:5432: connection refused")
	for name, c := range map[string]struct {
		wrap func(f *fixture) http.Handler
		want string
	}{
		"page":    {func(f *fixture) http.Handler { return f.page(failing(cause)) }, "Something went wrong on our side"},
		"program": {func(f *fixture) http.Handler { return f.machine(failing(cause)) }, `{"error":"server_error"}`},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			w := f.through(c.wrap(f), request(http.MethodGet, "/login?secret=1"))
			if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("status %d:\n%s", w.Code, w.Body)
			}
			if strings.Contains(w.Body.String(), "10.1.2.3") {
				t.Error("the answer shows the cause")
			}
			if log := f.log.String(); !strings.Contains(log, "10.1.2.3") || !strings.Contains(log, "level=ERROR") || strings.Contains(log, "secret") {
				t.Errorf("the log says %s", log)
			}
			f.referenceOf(t, w)
		})
	}
}

// A fault is told to the app by a redirect, where there is one to tell (RFC 6749 §4.1.2.1). The log knows it for what it is; a
// provider's own fault is none of ours.
func TestFaultThatTheAppIsTold(t *testing.T) {
	f := newFixture(t)
	pool, _ := f.Pools().ByHost(poolHost)
	client := pool.Clients["app"]
	callback, err := client.CallbackURL("https://app.example/cb")
	if err != nil {
		t.Fatal(err)
	}
	asked := &login.Authorization{Request: login.Request{ResponseType: "code", State: "s"}, Pool: pool, Client: client, Callback: callback}
	theirs := oauth.Errorf(oauth.ServerError, "", "provider: %w", &federation.Error{Code: "server_error", Check: "callback"})
	for name, c := range map[string]struct {
		err         error
		code, level string
	}{
		"ours":              {asked.Fault(errors.New("connection refused")), "server_error", "ERROR"},
		"too much to do":    {asked.Fault(fmt.Errorf("wait: %w", context.DeadlineExceeded)), "temporarily_unavailable", "INFO"},
		"the provider's":    {&login.Return{Authorization: asked, Err: theirs}, "server_error", "INFO"},
		"the app's request": {&login.Return{Authorization: asked, Err: oauth.Errorf(oauth.InvalidScope, "", "x")}, "invalid_scope", "INFO"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			w := f.through(f.page(f.atDomain(failing(c.err))), request(http.MethodGet, "/oauth2/authorize"))
			if to := w.Header().Get("Location"); w.Code != http.StatusFound || !strings.HasPrefix(to, "https://app.example/cb?state=s&error="+c.code+"&iss=") {
				t.Errorf("status %d, location %q", w.Code, to)
			}
			if log := f.log.String(); !strings.Contains(log, "level="+c.level) {
				t.Errorf("the log says %s", log)
			}
		})
	}
}

// A panic is answered like any fault of ours: the stack is in the log, and the server goes on.
func TestPanicsAreNotShown(t *testing.T) {
	f := newFixture(t)
	w := f.through(f.page(func(http.ResponseWriter, *http.Request) error { panic("index out of range") }), request(http.MethodGet, "/login"))
	if body := w.Body.String(); w.Code != http.StatusInternalServerError || strings.Contains(body, "index") || strings.Contains(body, "goroutine") {
		t.Errorf("status %d:\n%s", w.Code, body)
	}
	if log := f.log.String(); !strings.Contains(log, "index out of range") || !strings.Contains(log, "server_test.go") {
		t.Errorf("the log has no stack: %s", log)
	}
	f.referenceOf(t, w)

	// What was begun cannot be taken back; the connection is told by the one panic that net/http knows.
	f.through(f.page(func(w http.ResponseWriter, _ *http.Request) error {
		_, _ = io.WriteString(w, "half")
		panic("late")
	}), request(http.MethodGet, "/login"))
	defer func() {
		if recover() != http.ErrAbortHandler { // the very value is what net/http looks for
			t.Error("ErrAbortHandler does not reach net/http")
		}
	}()
	f.through(f.page(func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) }), request(http.MethodGet, "/login"))
}

// Which error becomes what, for programs (JSON) …
func TestMachineErrors(t *testing.T) {
	for _, c := range []struct {
		path   string
		err    error
		status int
		body   string
	}{
		{"/oauth2/token", oauth.Errorf(oauth.InvalidGrant, "", "cause"), 400, `{"error":"invalid_grant"}`},
		{"/oauth2/token", fmt.Errorf("wrapped: %w", oauth.Errorf(oauth.InvalidClient, "invalid_client_secret", "cause")), 400, `{"error":"invalid_client","error_description":"invalid_client_secret"}`},
		{"/oauth2/revoke", oauth.Errorf(oauth.InvalidClient, "", "cause"), 401, `{"error":"invalid_client"}`},
		{"/oauth2/userInfo", oauth.Errorf(oauth.InvalidToken, "d", "cause"), 401, `{"error":"invalid_token","error_description":"d"}`},
		{"/oauth2/token", oauth.Errorf(oauth.ServerError, "", "cause"), 500, `{"error":"server_error"}`},
		{"/oauth2/token", &http.MaxBytesError{Limit: 1}, 413, `{"error":"invalid_request","error_description":"request is too large"}`},
		{"/oauth2/token", fmt.Errorf("wait for a turn: %w", admission.ErrBusy), 503, `{"error":"temporarily_unavailable"}`},
		{"/oauth2/token", fmt.Errorf("redeem code: %w", context.DeadlineExceeded), 503, `{"error":"temporarily_unavailable"}`},
		{"/oauth2/userInfo", fmt.Errorf("read user: %w", context.DeadlineExceeded), 503, `{"error":"temporarily_unavailable"}`},
		{"/x", problem.NotFound(nil), 404, `{"error":"not_found"}`},
	} {
		f := newFixture(t)
		w := f.through(f.machine(failing(c.err)), request(http.MethodPost, c.path))
		if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Content-Type") != "application/json;charset=UTF-8" {
			t.Errorf("%v: status %d, %s %s, want %d %s", c.err, w.Code, w.Header().Get("Content-Type"), w.Body, c.status, c.body)
		}
		if comeBack := w.Header().Get("Retry-After"); (c.status == 503) != (comeBack != "") {
			t.Errorf("%v: Retry-After %q", c.err, comeBack)
		}
		if challenge := w.Header().Get("WWW-Authenticate"); c.status >= 500 && challenge != "" {
			t.Errorf("%v: a token that was not looked at is blamed: %s", c.err, challenge)
		}
		f.referenceOf(t, w)
	}
}

// … and for people: a page, a redirect to the app, or a redirect to /error.
func TestPageErrors(t *testing.T) {
	f := newFixture(t)
	pool, _ := f.Pools().ByHost(poolHost)
	client := pool.Clients["app"]
	callback, err := client.CallbackURL("https://app.example/cb")
	if err != nil {
		t.Fatal(err)
	}
	asked := &login.Authorization{Request: login.Request{ResponseType: "code", State: "s"}, Pool: pool, Client: client, Callback: callback}
	for name, c := range map[string]struct {
		path     string
		err      error
		status   int
		location string
		has      string
	}{
		"sent to the app": {
			"/oauth2/authorize", &login.Return{Authorization: asked, Err: oauth.Errorf(oauth.AccessDenied, "no", "cause")},
			302, "https://app.example/cb?error_description=no&state=s&error=access_denied&iss=https%3A%2F%2Fid.example%2Fus-east-1_Web000001", "",
		},
		"moved to the error page": {
			"/oauth2/authorize", &login.Refusal{Kind: login.CallbackMismatch, ClientID: "app", Client: client, Err: errors.New("cause")},
			302, "/error?client_id=app&error=redirect_mismatch&reference=", "",
		},
		"shown in place": {
			"/login", &login.Refusal{Kind: login.CallbackMismatch, Client: client, Err: errors.New("cause")}, 400, "", "Acme &lt;Notes&gt; asked us",
		},
		"expired, with a way on": {
			"/oauth2/idpresponse", &login.Refusal{Kind: login.Expired, Again: "client_id=app", Err: errors.New("cause")}, 400, "",
			`href="/oauth2/authorize?client_id=app"`,
		},
		"a page of its own": {"/signup", &problem.Page{Status: 403, Code: "sign_up_off", Heading: words.L("error.invitation.heading")}, 403, "", "by invitation"},
		"too large":         {"/login", fmt.Errorf("parse: %w", &http.MaxBytesError{Limit: 1}), 413, "", "too much at once"},
		"busy":              {"/login", problem.Busy(errors.New("cause")), 429, "", "Wait a few seconds"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			w := f.through(f.page(f.atDomain(failing(c.err))), request(http.MethodGet, c.path))
			if w.Code != c.status || !strings.HasPrefix(w.Header().Get("Location"), c.location) || (c.location == "") != (w.Header().Get("Location") == "") {
				t.Errorf("status %d, location %q", w.Code, w.Header().Get("Location"))
			}
			if !strings.Contains(w.Body.String(), c.has) || strings.Contains(w.Body.String(), "cause") {
				t.Errorf("body:\n%s", w.Body)
			}
			if strings.Contains(w.Body.String(), "Start again") && strings.Contains(w.Body.String(), "sign in again.") {
				t.Error("beside its button the page has another next step")
			}
			if c.location == "" {
				f.referenceOf(t, w)
				if !strings.Contains(w.Body.String(), "help@example.com") {
					t.Error("the page does not say whom to send the reference")
				}
			}
		})
	}
}

// The reference that /error shows is the one of the request that was refused, so that it finds the line with the cause.
func TestReferenceSurvivesTheMoveToTheErrorPage(t *testing.T) {
	f := newFixture(t)
	server := f.Handler()
	w := httptest.NewRecorder()
	server.ServeHTTP(w, request(http.MethodGet, "/oauth2/authorize?client_id=app&redirect_uri=https://evil.example/"))
	_, reference, _ := strings.Cut(w.Header().Get("Location"), "reference=")
	shown := httptest.NewRecorder()
	server.ServeHTTP(shown, request(http.MethodGet, w.Header().Get("Location")))
	if !visit.IsReference(reference) || !strings.Contains(shown.Body.String(), reference) {
		t.Errorf("the page does not show %q", reference)
	}
	for line := range strings.Lines(f.log.String()) {
		if strings.Contains(line, reference) && strings.Contains(line, "redirect_mismatch") && strings.Contains(line, "not registered") {
			return
		}
	}
	t.Errorf("no line of the log has %s and the cause:\n%s", reference, f.log)
}

func TestHealth(t *testing.T) {
	f := newFixture(t)
	f.Ready = func(*http.Request) error { return errors.New("disk I/O error at /var/lib") }
	w := httptest.NewRecorder()
	f.Handler().ServeHTTP(w, request(http.MethodGet, "/healthz"))
	if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "/var/lib") {
		t.Errorf("status %d, %s", w.Code, w.Body)
	}
}

// What a request says of its connection is believed from proxies only, and from them hop by hop.
func TestBelieveProxy(t *testing.T) {
	f := newFixture(t)
	f.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	for name, c := range map[string]struct {
		peer       string
		header     map[string]string
		wantRemote string
		wantSecure bool
		wantHost   string
	}{
		"nothing said":           {"10.0.0.1:1", nil, "10.0.0.1", false, poolHost},
		"a stranger":             {"198.51.100.7:1", map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}, "198.51.100.7", false, poolHost},
		"one proxy":              {"10.0.0.1:1", map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "sign-in.example"}, "203.0.113.9", true, "sign-in.example"},
		"two proxies":            {"10.0.0.1:1", map[string]string{"X-Forwarded-For": "203.0.113.9, 10.9.9.9"}, "203.0.113.9", false, poolHost},
		"claims of the client":   {"10.0.0.1:1", map[string]string{"X-Forwarded-For": "1.2.3.4, 203.0.113.9"}, "203.0.113.9", false, poolHost},
		"nonsense":               {"10.0.0.1:1", map[string]string{"X-Forwarded-For": "203.0.113.9, <b>"}, "10.0.0.1", false, poolHost},
		"nonsense further left":  {"10.0.0.1:1", map[string]string{"X-Forwarded-For": "<b>, 10.2.2.2"}, "10.2.2.2", false, poolHost},
		"IPv6":                   {"[2001:db8::1]:1", map[string]string{"X-Forwarded-For": "2001:4860::1"}, "2001:4860::1", false, poolHost},
		"IPv4 written as IPv6":   {"[::ffff:10.0.0.1]:1", map[string]string{"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9", false, poolHost},
		"several hosts":          {"10.0.0.1:1", map[string]string{"X-Forwarded-Host": "a.example, b.example"}, "10.0.0.1", false, poolHost},
		"another scheme":         {"10.0.0.1:1", map[string]string{"X-Forwarded-Proto": "https, http"}, "10.0.0.1", false, poolHost},
		"no address (socket)":    {"@", map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}, "@", false, poolHost},
		"a host below our trust": {"10.0.0.1:1", map[string]string{"X-Forwarded-For": ""}, "10.0.0.1", false, poolHost},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(http.MethodGet, "/login")
			r.RemoteAddr = c.peer
			for name, value := range c.header {
				r.Header.Set(name, value)
			}
			v := &visit.Visit{Remote: remote(r)}
			f.believeProxy(r, v)
			if v.Remote != c.wantRemote || v.Secure != c.wantSecure || r.Host != c.wantHost {
				t.Errorf("remote %q, secure %v, host %q", v.Remote, v.Secure, r.Host)
			}
		})
	}
}

// The line of a request holds no query: codes and addresses travel there.
func TestLogLine(t *testing.T) {
	f := newFixture(t)
	f.through(f.machine(f.atDomain(func(_ http.ResponseWriter, r *http.Request) error {
		v := visit.From(r.Context())
		v.Client, v.Provider, v.Outcome = "app", "Harbor", "signed in"
		return nil
	})), request(http.MethodGet, "/oauth2/token?code=hush"))
	line := f.log.String()
	for _, want := range []string{"level=INFO", "reference=", "method=GET", "path=/oauth2/token", "status=", "us=", "remote=192.0.2.1", "pool=us-east-1_Web000001", "client=app", "provider=Harbor", `outcome="signed in"`} {
		if !strings.Contains(line, want) {
			t.Errorf("%q is not in %s", want, line)
		}
	}
	if strings.Contains(line, "hush") || strings.Count(line, "\n") != 1 {
		t.Errorf("the log says %s", line)
	}
}
