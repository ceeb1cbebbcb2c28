//go:build system

package systemtest

import (
	"net/url"
	"strings"
	"testing"

	"portico/internal/browser"
)

// choiceClient is the seeded app whose people choose how to sign in.
const choiceClient = "acmephotos0choice000000000"

// atChoice begins a sign-in of the demo app where people choose how, and nobody is signed in.
func (p *portico) atChoice(page *browser.Page) {
	p.t.Helper()
	page.Open(p.DemoApp)
	if strings.HasPrefix(page.Text("h1"), "Hello") {
		signOutAtDemo(p, page)
	} else { // signed in at the pool for a page of ours
		page.Open(p.Domain + "/logout?" + url.Values{"client_id": {choiceClient}, "logout_uri": {p.DemoApp}}.Encode())
		page.WaitText("h2", "You are not signed in")
	}
	page.ClickText("Sign in with a passkey or a code")
}

// addPasskey is where the app sends somebody who wants a passkey.
func (p *portico) addPasskey() string {
	return p.Domain + "/passkeys/add?" + url.Values{"client_id": {choiceClient}, "redirect_uri": {p.DemoApp + "callback"}}.Encode()
}

// byPassword names the seeded person and chooses the password.
func (p *portico) byPassword(page *browser.Page) {
	p.t.Helper()
	page.Fill("[name=identifier]", p.Username)
	page.Click("[name=identifierSubmitButton]")
	page.WaitURL(p.Domain + "/choose")
	page.Click("[value=PASSWORD]")
	page.WaitFor("[name=password]")
	page.Fill("[name=password]", p.Password)
	page.Click("[name=signInSubmitButton]")
}

// TestBrowserPasskey adds a passkey after a sign-in with a password, and signs in with it by the field of the user name, by the
// button, and by the choice.
func TestBrowserPasskey(t *testing.T) {
	p, page := startDev(t), browser.Start(t)
	keys := page.Authenticator()
	page.Open(p.addPasskey())
	page.WaitURL(p.Domain + "/login")
	page.Everywhere("identifier-first")
	p.byPassword(page)
	page.WaitURL(p.Domain + "/passkeys/add")
	page.Everywhere("add-passkey")
	page.Click(".primary")
	page.WaitURL(p.DemoApp)
	if made := keys.Credentials(); len(made) != 1 || !made[0].IsResidentCredential || made[0].UserName != p.Username {
		t.Fatalf("the authenticator keeps %+v", made)
	}

	// The field offers it as soon as the page is there, and somebody agrees.
	p.atChoice(page)
	p.signedInByChoice(page)

	keys.Absent()
	p.atChoice(page)
	page.WaitFor("form[data-passkey] button")
	page.Everywhere("identifier-passkey")
	keys.Present()
	page.ClickText("Sign in with a passkey")
	p.signedInByChoice(page)

	keys.Absent()
	p.atChoice(page)
	page.Fill("[name=identifier]", p.Username)
	page.Click("[name=identifierSubmitButton]")
	page.WaitURL(p.Domain + "/choose")
	page.Everywhere("choose")
	keys.Present()
	page.Click("form[data-passkey] button")
	p.signedInByChoice(page)
	wantNoComplaints(t, page)
}

// signedInByChoice waits for the demo app's page of whoever is signed in.
func (p *portico) signedInByChoice(page *browser.Page) {
	p.t.Helper()
	page.WaitText("h1", "Hello, Ines")
	page.WaitText("body", p.Username) // the heading can be there before the rest of the page
	wantShown(p.t, page, map[string]string{"email": p.Username})
}

// An authenticator that was copied, and does not recognise the person, is told so on the page; the log tells why.
func TestBrowserPasskeyClonedOrUnverified(t *testing.T) {
	p, page := startDev(t), browser.Start(t)
	keys := page.Authenticator()
	page.Open(p.addPasskey())
	page.WaitURL(p.Domain + "/login")
	p.byPassword(page)
	page.WaitURL(p.Domain + "/passkeys/add")
	page.Click(".primary")
	page.WaitURL(p.DemoApp)
	copied := keys.Credentials()[0]
	p.atChoice(page)
	p.signedInByChoice(page)
	keys.Put(copied)
	p.atChoice(page)
	page.WaitText("[role=alert]", "That passkey did not work.")
	if got := page.Text("[role=alert]"); !strings.Contains(got, "Nothing was changed.") {
		t.Errorf("the page says %q", got)
	}
	page.Everywhere("passkey-refused")

	// One that does not recognise the person gives no passkey: that is no failure of the page's, which stays as it is.
	keys.Absent()
	p.atChoice(page)
	keys.Unverified()
	keys.Present()
	page.ClickText("Sign in with a passkey")
	page.WaitFor("form[data-passkey] button:focus")
	if page.Shows("form[data-passkey] [role=alert]") {
		t.Error("what was cancelled is called a failure")
	}
}

// TestBrowserOneTimeCode signs in by a code from the inbox, and somebody who is not there is led the same way. Nothing of it
// needs script.
func TestBrowserOneTimeCode(t *testing.T) {
	p, page := startDev(t), browser.Start(t)
	page.WithoutScript()
	p.atChoice(page)
	page.WaitFor("[name=identifier]")
	if page.Shows("form[data-passkey] button") {
		t.Error("the passkey button is drawn where there is no script")
	}
	page.Fill("[name=identifier]", p.Username)
	page.Click("[name=identifierSubmitButton]")
	page.WaitURL(p.Domain + "/choose")
	page.Everywhere("choose-without-script")
	page.Click("[value=EMAIL_OTP]")
	page.WaitURL(p.Domain + "/code")
	page.Everywhere("one-time-code")
	page.Fill("[name=code]", "00000000")
	page.Click("[name=confirm]")
	page.WaitFor(".problem")
	page.Everywhere("one-time-code-refused")
	page.Fill("[name=code]", newestCode(p, page))
	page.Click("[name=confirm]")
	p.signedInByChoice(page)
	wantNoComplaints(t, page)
}

// newestCode reads the code of the newest message, and goes back to where it was.
func newestCode(p *portico, page *browser.Page) string {
	p.t.Helper()
	was := page.URL().String()
	page.Open(p.Inbox)
	page.WaitFor("#message-code")
	code := page.Text("#message-code")
	page.Open(was)
	return code
}
