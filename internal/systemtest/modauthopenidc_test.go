//go:build system

package systemtest

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"portico/internal/browser"
)

const (
	intranetPool = "us-east-1_Intranet1" // of testdata/apache.yaml
	// trusted has Apache verify Portico's certificate by a copy of it in its own
	// folder: no authority that machines know has signed it.
	trusted = "OIDCCABundlePath cert.pem"
)

// intranet is Portico over https and the addresses of two apps behind Apache.
type intranet struct {
	p              *portico
	found          discovery
	folder         string // Portico's: cert.pem is what Apache is to trust
	wiki, calendar string // host and port
}

func newIntranet(t *testing.T) *intranet {
	t.Helper()
	s := newServer(t, "apache.yaml")
	s.origin = "https://localhost:" + portOf(s.origin)
	folder := filepath.Dir(s.file)
	s.transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: writeCertificate(t, folder)}
	in := &intranet{folder: folder, wiki: freeAddress(t), calendar: freeAddress(t)}
	s.set("WIKI", "https://"+in.wiki)
	s.set("CALENDAR", "https://"+in.calendar)
	in.p = s.app(s.start(), intranetPool, "wiki", appSecret)
	in.found = in.p.discover(t)
	return in
}

// site is an app protected by mod_auth_openidc as docs/relying-parties.md has
// it, with directives besides.
func (in *intranet) site(listen, clientID, secret string, more ...string) apacheSite {
	return apacheSite{Listen: listen, Directives: append([]string{
		"OIDCProviderMetadataURL " + in.found.Address,
		"OIDCClientID " + clientID,
		"OIDCClientSecret " + secret,
		"OIDCRedirectURI /redirect_uri",
		"OIDCCryptoPassphrase " + masterKey(),
		`OIDCScope "openid email profile"`,
		"OIDCPKCEMethod S256",
		// Cookies know no ports: each app on this machine has names of its own.
		"OIDCCookie " + clientID + "_session",
		"OIDCStateCookiePrefix " + clientID + "_state_",
	}, more...)}
}

// TestModAuthOpenIDC has two apps behind Apache sign Ada in, once by password
// and once by the session she has, refresh, and sign her out. The answers come
// as a redirect and as a posted form (OAuth 2.0 Form Post Response Mode), and
// Apache insists on what it asked for.
func TestModAuthOpenIDC(t *testing.T) {
	in := newIntranet(t)
	for name, directive := range map[string]string{
		"default": "# no OIDCResponseMode", "query": "OIDCResponseMode query", "form_post": "OIDCResponseMode form_post",
	} {
		if name != "default" && !slices.Contains(in.found.ResponseModes, name) {
			t.Errorf("discovery lists the response modes %v without %s", in.found.ResponseModes, name)
		}
		t.Run(name, func(t *testing.T) {
			wiki := in.site(in.wiki, "wiki", appSecret, trusted, directive, "OIDCProviderTokenEndpointAuth client_secret_basic")
			calendar := in.site(in.calendar, "calendar", appSecret, trusted, directive, "OIDCProviderTokenEndpointAuth client_secret_post")
			startApache(t, in.folder, wiki, calendar)
			useIntranet(t, in.p, wiki.origin(), calendar.origin())
		})
	}
}

func useIntranet(t *testing.T, p *portico, wiki, calendar string) {
	t.Helper()
	page := browser.Start(t, browser.IgnoreCertificates)
	page.Open(wiki + "/")
	if asked := page.WaitURL(p.Domain + "/login").Query(); asked.Get("code_challenge_method") != "S256" {
		t.Errorf("Apache asks without PKCE: %v", asked)
	}
	page.Fill("[name=username]", ada["username"])
	page.Fill("[name=password]", ada["password"])
	page.Click("[name=signInSubmitButton]")
	page.WaitURL(wiki + "/")
	first := shownPairs(page)
	wantPairs(t, first, map[string]string{"aud": "wiki", "email": "ada@pool.example", "name": "Ada Pool"})

	page.Open(calendar + "/")
	page.WaitURL(calendar + "/") // without a page in between
	other := shownPairs(page)
	wantPairs(t, other, map[string]string{"aud": "calendar", "email": "ada@pool.example", "sub": first["sub"]})

	// Twice: the second time with the refresh token that the first one brought,
	// since the one before it is worth nothing any more.
	second := refreshAtApache(page, wiki, first["access_token"])
	third := refreshAtApache(page, wiki, second["access_token"])
	if len(slices.Compact([]string{first["access_token"], second["access_token"], third["access_token"]})) != 3 {
		t.Error("a refresh brought no new access token")
	}
	wantPairs(t, third, map[string]string{"sub": first["sub"], "email": "ada@pool.example"})

	page.Open(wiki + "/redirect_uri?logout=" + url.QueryEscape(wiki+"/signed-out.html"))
	page.WaitURL(wiki + "/signed-out.html")
	page.WaitText("h1", "You have signed out of the intranet")
	p.waitLog(t, "path=/oauth2/revoke", "client=wiki", "outcome=revoked") // the refresh token, of Apache's own accord
	page.Open(wiki + "/")
	page.WaitURL(p.Domain + "/login") // not signed in silently: the session is over
	wantNoComplaints(t, page)
}

// refreshAtApache uses the refresh hook, which wants the access token as a
// proof that the request comes from the app's own page.
func refreshAtApache(page *browser.Page, app, accessToken string) map[string]string {
	page.Open(app + "/redirect_uri?" + url.Values{"refresh": {app + "/"}, "access_token": {accessToken}}.Encode())
	page.WaitURL(app + "/")
	return shownPairs(page)
}

// TestModAuthOpenIDCRefused has Apache configured wrongly: nobody gets in, and
// the reason is to be seen.
func TestModAuthOpenIDCRefused(t *testing.T) {
	in := newIntranet(t)
	wrong := in.site(in.wiki, "wiki", "not-the-secret-of-this-app", trusted)
	stranger := in.site(in.calendar, "calendar", appSecret) // Portico's certificate is unknown to it
	a := startApache(t, in.folder, wrong, stranger)
	page := browser.Start(t, browser.IgnoreCertificates)

	page.Open(wrong.origin() + "/")
	page.WaitURL(in.p.Domain + "/login")
	page.Fill("[name=username]", ada["username"])
	page.Fill("[name=password]", ada["password"])
	page.Click("[name=signInSubmitButton]")
	page.WaitURL(wrong.origin() + "/redirect_uri")
	wantRefused(t, page)
	in.p.waitLog(t, "path=/oauth2/token", "invalid_client")
	if log := a.log(); !strings.Contains(log, "invalid_client") {
		t.Error("Apache's log does not say invalid_client")
	}

	page.Open(stranger.origin() + "/")
	page.WaitURL(stranger.origin() + "/")
	wantRefused(t, page)
	if log := a.log(); !strings.Contains(log, "SSL certificate problem") {
		t.Error("Apache's log does not blame the certificate")
	}
}

func wantRefused(t *testing.T, page *browser.Page) {
	t.Helper()
	if page.Has("table.claims") {
		t.Errorf("let in: %v", shownPairs(page))
	}
	if text := page.Text("body"); !strings.Contains(text, "Error") {
		t.Errorf("no error to be seen at %s: %s", page.URL(), text)
	}
}

// shownPairs is the table of a test app's page: name to value.
func shownPairs(page *browser.Page) map[string]string {
	page.WaitFor("table.claims")
	pairs := map[string]string{}
	for _, cells := range page.Rows("table.claims") {
		pairs[cells[0]] = cells[1]
	}
	return pairs
}

func wantPairs(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got[name] != value || value == "" {
			t.Errorf("the page shows %q as %s, want %q", got[name], name, value)
		}
	}
}
