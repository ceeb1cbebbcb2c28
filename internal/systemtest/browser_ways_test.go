//go:build system

package systemtest

import (
	"strings"
	"testing"

	"portico/internal/browser"
)

// The ways of signing in that `portico dev` offers, and whom the tests choose
// at the practice providers.
const (
	practiceOIDC, practiceSAML = "Harbor", "Northwind"
	inesAtHarbor               = "ines-4c1d"
	kofiAtNorthwind            = "kofi-90ab"
)

// TestBrowserSignsIn has Chromium sign in at the demo app by password and at
// both practice providers, look at the tokens, refresh them, call userInfo and
// sign out.
func TestBrowserSignsIn(t *testing.T) {
	browser.EveryWay(t, func(t *testing.T, page *browser.Page) { signInThreeTimes(t, startDev(t), page) })
}

// The same over https, where cookies have other names and forms other origins.
func TestBrowserSignsInOverTLS(t *testing.T) {
	page := browser.Start(t, browser.IgnoreCertificates)
	signInThreeTimes(t, startDev(t, "--tls"), page)
	wantNoComplaints(t, page)
}

func signInThreeTimes(t *testing.T, p *portico, page *browser.Page) {
	page.Open(p.Home)
	page.Everywhere("home")
	page.Open(p.DemoApp)
	page.Everywhere("demo-signed-out")
	page.ClickText("Sign in")
	page.WaitURL(p.Domain + "/login")
	page.Everywhere("sign-in")

	page.Fill("[name=username]", p.Username)
	page.Fill("[name=password]", "not her password")
	page.Click("[name=signInSubmitButton]")
	page.WaitText("[role=alert]", "Incorrect username or password.")
	page.Everywhere("sign-in-refused")
	page.Fill("[name=password]", p.Password)
	page.Click("[name=signInSubmitButton]")
	page.WaitURL(p.DemoApp)
	page.Everywhere("demo-signed-in")
	useTokens(t, p, page, map[string]string{
		"email": p.Username, "given_name": "Ines", "token_use": "id", "aud": p.ClientID, "iss": p.Issuer, "cognito:groups": `["editors"]`,
	})
	signOutAtDemo(p, page)

	page.ClickText("Sign in")
	page.WaitURL(p.Domain + "/login") // not signed in silently: the session is over
	page.Click("summary")             // More ways to sign in
	continueWith(page, practiceOIDC)
	page.WaitURL(p.provider(practiceOIDC))
	page.Everywhere("choose-oidc")
	page.Click("button[value='" + inesAtHarbor + "']")
	page.WaitURL(p.DemoApp)
	useTokens(t, p, page, map[string]string{
		// The seeded pool is case-insensitive: the user name is in lower case as a whole.
		"cognito:username": strings.ToLower(practiceOIDC + "_" + inesAtHarbor), "email": "ines.duarte@people.example", "identities": practiceOIDC,
		"cognito:groups": `["` + p.UserPoolID + "_" + practiceOIDC + `"]`,
	})
	signOutAtDemo(p, page)

	continueWith(page, practiceSAML) // straight from the app: identity_provider
	page.WaitURL(p.provider(practiceSAML))
	page.Everywhere("choose-saml")
	page.Click("button[value='" + kofiAtNorthwind + "']")
	sendOn(t, page, p.provider(practiceSAML))
	page.WaitURL(p.DemoApp)
	useTokens(t, p, page, map[string]string{
		"cognito:username": strings.ToLower(practiceSAML + "_" + kofiAtNorthwind), "email": "kofi@people.example", "identities": practiceSAML,
	})
	signOutAtDemo(p, page)
}

// sendOn presses the button that script presses: a page at this address holds a
// message for another site, and a form to post it with.
func sendOn(t *testing.T, page *browser.Page, at string) {
	t.Helper()
	if page.Scripted() {
		return
	}
	page.WaitText("h1", "Back to")
	page.Everywhere("post-form")
	if now := page.URL().String(); !strings.HasPrefix(now, at) {
		t.Fatalf("the page that holds the message is at %s, not at %s", now, at)
	}
	page.ClickText("Continue")
}

// wantShown compares claims that the demo app shows.
func wantShown(t *testing.T, page *browser.Page, want map[string]string) {
	t.Helper()
	claims := shownClaims(page)
	for name, value := range want {
		if claims[name] != value {
			t.Errorf("the page shows %q as %s, want %q", claims[name], name, value)
		}
	}
}

// wantNoComplaints holds that no script failed and no page wanted what its
// Content-Security-Policy forbids.
func wantNoComplaints(t *testing.T, page *browser.Page) {
	t.Helper()
	if complaints := page.Complaints(); len(complaints) > 0 {
		t.Errorf("Chromium complains: %q", complaints)
	}
}

// moreWays folds in the providers that find no room on the page.
const moreWays = "details.more:not([open]) > summary"

// continueWith chooses a provider, folded in or not.
func continueWith(page *browser.Page, provider string) {
	if page.Has(moreWays) {
		page.Click(moreWays)
	}
	page.ClickText("Continue with " + provider)
}

// useTokens reads the decoded tokens at the demo app, refreshes them and calls
// userInfo.
func useTokens(t *testing.T, p *portico, page *browser.Page, want map[string]string) {
	t.Helper()
	wantShown(t, page, want)
	claims := shownClaims(page)
	page.ClickText("Access token")
	page.WaitText("table.claims", "client_id")
	if access := shownClaims(page); access["client_id"] != p.ClientID || access["sub"] != claims["sub"] {
		t.Errorf("the access token is for %s, about %s; the ID token about %s", access["client_id"], access["sub"], claims["sub"])
	}
	page.ClickText("Refresh token")
	page.WaitText("h2", "Refresh token")
	page.ClickText("Refresh the tokens")
	page.WaitText(".notice.good", "The tokens are fresh.")
	if fresh := shownClaims(page); fresh["sub"] != claims["sub"] || fresh["jti"] == claims["jti"] || fresh["origin_jti"] != claims["origin_jti"] {
		t.Errorf("after a refresh the tokens are %v, before they were %v", fresh, claims)
	}
	page.ClickText("Call userInfo")
	page.WaitText("main", "What the endpoint answered")
	if facts := page.Text("main dl.facts"); !strings.Contains(facts, claims["sub"]) || !strings.Contains(facts, claims["email"]) {
		t.Errorf("userInfo shows\n%s", facts)
	}
	page.Everywhere("demo-userinfo")
}

// shownClaims is the table of claims at the demo app: name to value.
func shownClaims(page *browser.Page) map[string]string {
	claims := map[string]string{}
	for _, cells := range page.Rows("table.claims") {
		if len(cells) == 3 {
			value, _, _ := strings.Cut(cells[1], "\n") // a second line explains a date or an identity
			claims[cells[0]] = value
		}
	}
	return claims
}

func signOutAtDemo(p *portico, page *browser.Page) {
	page.ClickText("Sign out")
	page.WaitText("h2", "You are not signed in")
	page.WaitURL(p.DemoApp)
}

// provider is the address of a practice provider.
func (p *portico) provider(name string) string {
	for _, provider := range p.Providers {
		if provider.Name == name {
			return provider.Address
		}
	}
	p.t.Fatalf("no practice provider %s among %v", name, p.Providers)
	return ""
}
