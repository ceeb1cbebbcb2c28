//go:build system

package systemtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/federation/practice"
)

// TestBadOIDCCallbacks: a callback without the attempt of this very browser is
// shown an error page; nothing is sent to an app that did not ask.
func TestBadOIDCCallbacks(t *testing.T) {
	s, p, _ := startWithPracticeOIDC(t)
	inside := s.inside(t)
	before := inside.people(t)
	them := newPerson(t, p.transport)
	callback := them.travel(p.authorize("identity_provider", "Upstream"), p.Domain+"/oauth2/idpresponse", map[string]string{"person": inesAtHarbor})
	query := callback.URL.Query()

	for name, c := range map[string]struct {
		who    *person
		change []string
	}{
		"no state":                     {them, []string{"state", ""}},
		"unknown state":                {them, []string{"state", "AAAA"}},
		"hostile state":                {them, []string{"state", "a;b=c\r\nSet-Cookie: x=y"}},
		"another browser (login CSRF)": {newPerson(t, p.transport), nil},
		"an error for nobody":          {newPerson(t, p.transport), []string{"error", "access_denied", "code", ""}},
		"an error with a hostile text": {them, []string{"state", "x", "error", "<script>", "error_description", "<script>alert(1)</script>"}},
	} {
		t.Run(name, func(t *testing.T) {
			changed, err := url.ParseQuery(query.Encode())
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; i < len(c.change); i += 2 {
				changed.Set(c.change[i], c.change[i+1])
			}
			got := c.who.try(them.get(p.Domain + "/oauth2/idpresponse?" + changed.Encode()))
			wantPage(t, p, got, http.StatusBadRequest, "Invalid state")
			for _, cookie := range got.header.Values("Set-Cookie") {
				if strings.HasPrefix(cookie, "cognito=") {
					t.Errorf("a session is opened: %s", cookie)
				}
			}
		})
	}
	if after := inside.people(t); after != before {
		t.Fatalf("there were %s; now there are %s", before, after)
	}
	codeOf(t, location(t, them.try(callback)))
	after := inside.people(t)
	wantPage(t, p, them.try(callback), http.StatusBadRequest, "Invalid state") // the same once more
	if again := inside.people(t); again != after {
		t.Errorf("a callback used twice: there were %s; now there are %s", after, again)
	}
}

// TestProviderErrorCallback: an error of the provider goes to the app, in words
// that cannot break the address.
func TestProviderErrorCallback(t *testing.T) {
	s, p, _ := startWithPracticeOIDC(t)
	inside := s.inside(t)
	before := inside.people(t)
	for name, c := range map[string]struct{ sent, code, check string }{
		"denied":         {"error=access_denied&error_description=No+thanks", "access_denied", "provider-error"},
		"broken":         {"error=server_error&error_description=It+broke", "", "provider-error"},
		"neither":        {"", "invalid_request", ""},
		"both":           {"error=access_denied&code=abc", "access_denied", "provider-error"},
		"code of nobody": {"code=nonsense", "invalid_request", "token-endpoint"},
		"oversized code": {"code=" + strings.Repeat("x", 10_000), "invalid_request", ""},
		"hostile text":   {"error=access_denied&error_description=" + url.QueryEscape("<script>\r\nLocation: //evil.example\x00"), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			them := newPerson(t, p.transport)
			callback := them.travel(p.authorize("identity_provider", "Upstream"), p.Domain+"/oauth2/idpresponse", map[string]string{"person": inesAtHarbor})
			answer := url.Values{"state": callback.URL.Query()["state"], "iss": callback.URL.Query()["iss"]} // RFC 9207
			address := p.Domain + "/oauth2/idpresponse?" + answer.Encode() + "&" + c.sent
			back := location(t, them.try(them.get(address)))
			query := back.Query()
			if !strings.HasPrefix(back.String(), p.CallbackURL+"?") || query.Get("state") != "st-7" || query.Get("error") == "" || query.Has("code") ||
				(c.code != "" && query.Get("error") != c.code) {
				t.Errorf("came back with %q", query)
			}
			if strings.ContainsAny(query.Get("error_description"), "\r\n\x00\"\\") {
				t.Errorf("the description is %q", query.Get("error_description")) // RFC 6749 §4.1.2.1 forbids these
			}
			if c.check != "" {
				p.waitLog(t, "path=/oauth2/idpresponse", "provider=Upstream", "("+c.check+")")
			}
		})
	}
	if after := inside.people(t); after != before {
		t.Errorf("there were %s; now there are %s", before, after)
	}
}

// TestProviderThatIsGone: a provider that does not answer is told to the app,
// and the sign-in page goes on working.
func TestProviderThatIsGone(t *testing.T) {
	s := newServer(t, "oidc.yaml")
	s.set("OIDC_ISSUER", "http://"+freeAddress(t)) // nobody listens there
	s.set("OIDC_SECRET", upstreamSecret)
	p := s.app(s.start(), upstreamPool, "notes", appSecret)
	back := atProvider(t, p, "Upstream", practice.SignsIn)
	if query := back.Query(); query.Get("error") != "invalid_request" || query.Get("state") != "st-7" {
		t.Errorf("came back with %q", query)
	}
	p.waitLog(t, "provider=Upstream", "(discovery)")
	if page := p.get(t, p.Domain+"/login?"+strings.SplitN(p.authorize(), "?", 2)[1]); page.status != http.StatusOK {
		t.Errorf("the sign-in page has the status %d", page.status)
	}
}
