//go:build system

package systemtest

import (
	"net/url"
	"strings"
	"testing"

	"portico/internal/browser"
)

// own is the account page, for the app in which people choose how to sign in.
func (p *portico) own() string {
	return p.Domain + "/account?" + url.Values{"client_id": {choiceClient}, "redirect_uri": {p.DemoApp + "callback"}}.Encode()
}

// TestBrowserOwnWays: a person sets an authenticator app up on the account page and is asked for it at the next sign-in, which is
// what removing it needs.
func TestBrowserOwnWays(t *testing.T) {
	browser.EveryWay(t, func(t *testing.T, page *browser.Page) { keepAnApp(t, startDev(t), page) })
}

func keepAnApp(t *testing.T, p *portico, page *browser.Page) {
	page.Open(p.own())
	page.WaitURL(p.Domain + "/login")
	p.byPassword(page)
	page.WaitText("h1", "Your account")
	page.Click("a[href*='/account/authenticator']")
	page.WaitText("h1", "Set up your authenticator app")
	page.Everywhere("account-app")
	secret := strings.ReplaceAll(page.Text("#key"), " ", "")
	secret = strings.ReplaceAll(secret, "\n", "")
	page.Fill("[name=code]", wrongCode(appCode(t, secret)))
	page.Click("[name=signIn]")
	page.WaitText(".problem", "Invalid code received for user.")
	page.Fill("[name=code]", appCode(t, secret))
	page.Click("[name=signIn]")
	page.WaitText(".notice", "Your authenticator app is set up.")
	page.Everywhere("account-with-app")

	page.Click("a[href*='/account/authenticator/remove']")
	page.WaitText("h1", "Remove your authenticator app?")
	page.Everywhere("account-app-remove")
	page.ClickText("Remove")
	page.WaitText(".notice", "The authenticator app was removed.")
	wantNoComplaints(t, page)
}

// TestBrowserOwnPasskeys: after a sign-in with a password the page offers a passkey, and not again once somebody said "Not now"; one
// is added from the account page, renamed and removed there. Passkeys need script.
func TestBrowserOwnPasskeys(t *testing.T) {
	p, page := startDev(t), browser.Start(t)
	keys := page.Authenticator()
	p.atChoice(page)
	page.WaitFor("form[data-passkey] button")
	p.byPassword(page)
	page.WaitURL(p.Domain + "/passkeys/offer")
	page.WaitText("h1", "Add a passkey")
	page.Everywhere("offer-passkey")
	page.ClickText("Not now")
	p.signedInByChoice(page)
	keys.Absent()
	p.atChoice(page)
	p.byPassword(page)
	p.signedInByChoice(page)

	keys.Present()
	page.Open(p.own())
	page.WaitText("h1", "Your account")
	page.ClickText("Add a passkey")
	page.WaitURL(p.Domain + "/passkeys/add")
	page.Click(".primary")
	page.WaitText(".notice", "Your passkey is ready.")
	page.Everywhere("account-with-passkey")
	page.Click("a[href*='/account/passkey?']")
	page.WaitText("h1", "Rename your passkey")
	page.Everywhere("account-passkey")
	page.Fill("[name=passkeyName]", "Kitchen laptop")
	page.ClickText("Save")
	page.WaitText("section[aria-labelledby=ways] .title", "Kitchen laptop")

	p.atChoice(page) // where the field of the user name offers it, and somebody agrees
	p.signedInByChoice(page)
	page.Open(p.own())
	page.WaitText("section[aria-labelledby=sessions] .what", "Active now · with a passkey")
	page.WaitText("section[aria-labelledby=ways] .what", "last used just now")
	page.Click("a[href*='/account/passkey/remove']")
	page.WaitText("h1", "Remove Kitchen laptop?")
	page.Everywhere("account-passkey-remove")
	page.ClickText("Remove")
	page.WaitText(".notice", "The passkey was removed.")
	wantNoComplaints(t, page)
}
