//go:build system

package systemtest

import (
	"strings"
	"testing"

	"portico/internal/browser"
)

// TestBrowserWithoutScript signs in all three ways with scripts switched off:
// the pages that send a SAML message are sent on by their button.
func TestBrowserWithoutScript(t *testing.T) {
	p, page := startDev(t), browser.Start(t)
	page.WithoutScript()
	page.Open(p.DemoApp)

	page.ClickText("Sign in")
	page.WaitURL(p.Domain + "/login")
	page.Fill("[name=username]", p.Username)
	page.Fill("[name=password]", p.Password)
	page.Click("[name=signInSubmitButton]")
	page.WaitURL(p.DemoApp)
	wantShown(t, page, map[string]string{"email": p.Username})
	page.ClickText("Refresh the tokens")
	page.WaitText(".notice.good", "The tokens are fresh.")
	signOutAtDemo(p, page)

	page.ClickText("Sign in")
	page.WaitURL(p.Domain + "/login")
	page.Click("summary") // More ways to sign in
	continueWith(page, practiceOIDC)
	page.WaitURL(p.provider(practiceOIDC))
	page.Click("button[value='" + inesAtHarbor + "']")
	page.WaitURL(p.DemoApp)
	wantShown(t, page, map[string]string{"identities": practiceOIDC, "email": "ines.duarte@people.example"})
	signOutAtDemo(p, page)

	page.ClickText("Sign in")
	page.WaitURL(p.Domain + "/login")
	page.Click("summary")
	continueWith(page, practiceSAML)
	page.WaitURL(p.provider(practiceSAML))
	page.Click("button[value='" + kofiAtNorthwind + "']")
	page.WaitText("h1", "Back to")
	page.Everywhere("saml-post-without-script")
	if at := page.URL().String(); !strings.HasPrefix(at, p.provider(practiceSAML)) {
		t.Fatalf("the page that holds the SAML response is at %s", at)
	}
	page.ClickText("Continue")
	page.WaitURL(p.DemoApp)
	wantShown(t, page, map[string]string{"identities": practiceSAML, "email": "kofi@people.example"})
	signOutAtDemo(p, page)
	wantNoComplaints(t, page)
}

// TestBrowserKeyboardOnly signs in by password and through a provider with Tab
// and Enter alone. Wherever the focus goes, it can be seen.
func TestBrowserKeyboardOnly(t *testing.T) {
	p, page := startDev(t), browser.Start(t)
	page.Open(p.DemoApp)
	page.TabTo("Sign in", withText("Sign in"))
	page.Press("\r")
	page.WaitURL(p.Domain + "/login")
	page.TabTo("the user name", withName("username"))
	page.Press(p.Username)
	page.TabTo("the password", withName("password"))
	page.Press(p.Password + "\r")
	page.WaitURL(p.DemoApp)
	wantShown(t, page, map[string]string{"email": p.Username})
	page.TabTo("Sign out", withText("Sign out"))
	page.Press("\r")
	page.WaitText("h2", "You are not signed in")

	page.TabTo("Sign in", withText("Sign in"))
	page.Press("\r")
	page.WaitURL(p.Domain + "/login")
	page.TabTo("more ways", func(f browser.Focus) bool { return f.Tag == "summary" })
	page.Press("\r")
	if page.Has(moreWays) {
		page.TabTo("the other ways", func(f browser.Focus) bool { return f.Tag == "summary" })
		page.Press("\r")
	}
	page.TabTo(practiceSAML, withText("Continue with "+practiceSAML))
	page.Press("\r")
	page.WaitURL(p.provider(practiceSAML))
	page.TabTo("Kofi Mensah", func(f browser.Focus) bool { return f.Tag == "button" && strings.Contains(f.Text, "Kofi Mensah") })
	page.Press("\r")
	page.WaitURL(p.DemoApp)
	wantShown(t, page, map[string]string{"identities": practiceSAML, "email": "kofi@people.example"})
	wantNoComplaints(t, page)
}

func withText(text string) func(browser.Focus) bool {
	return func(f browser.Focus) bool { return f.Text == text }
}

func withName(name string) func(browser.Focus) bool {
	return func(f browser.Focus) bool { return f.Name == name }
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
