//go:build system

package systemtest

import (
	"net/url"
	"testing"

	"portico/internal/browser"
)

// TestBrowserRememberedDevice signs in somebody who has an authenticator app
// and ticks the box; the next sign-in asks for no code, until the device is
// forgotten on the account page.
func TestBrowserRememberedDevice(t *testing.T) {
	browser.EveryWay(t, func(t *testing.T, page *browser.Page) { withDevice(t, startDev(t), page) })
}

func withDevice(t *testing.T, p *portico, page *browser.Page) {
	enter := func() {
		page.Open(p.DemoApp)
		page.ClickText("Sign in")
		page.WaitURL(p.Domain + "/login")
		page.Fill("[name=username]", p.SecondUsername)
		page.Fill("[name=password]", p.Password)
		page.Click("[name=signInSubmitButton]")
	}
	enter()
	query := page.WaitURL(p.Domain + "/mfa").Query()
	own := p.Domain + "/account?" + url.Values{"client_id": query["client_id"], "redirect_uri": query["redirect_uri"]}.Encode()
	page.WaitText("#tick-hint", "We will not ask for a code here for 30 days. Leave it off on a shared device.")
	page.Everywhere("mfa-remember")
	page.Click("[name=rememberDevice]")
	page.Fill("[name=code]", appCode(t, p.SecondSecret))
	page.Click("[name=signIn]")
	page.WaitURL(p.DemoApp)
	signOutAtDemo(p, page)

	enter()
	page.WaitURL(p.DemoApp)
	wantShown(t, page, map[string]string{"email": p.SecondUsername})
	page.Open(own)
	page.WaitText("h1", "Your account")
	page.Everywhere("account-devices")
	page.Click("a[href*='about=device']")
	page.WaitURL(p.Domain + "/account/sessions")
	page.Everywhere("device-forget")
	page.Click("[name=accountform] button[type=submit]")
	page.WaitText(".content .notice b", "The device was forgotten.")
	page.Open(p.DemoApp)
	signOutAtDemo(p, page)

	enter()
	page.WaitURL(p.Domain + "/mfa")
	page.WaitText("h1", "Enter your code")
}
