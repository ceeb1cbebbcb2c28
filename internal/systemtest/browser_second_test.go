//go:build system

package systemtest

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"portico/internal/browser"
)

// TestBrowserSecondFactor signs in somebody who has an authenticator app, and
// sets up text messages for somebody who has nothing yet.
func TestBrowserSecondFactor(t *testing.T) {
	browser.EveryWay(t, func(t *testing.T, page *browser.Page) { withSecondFactor(t, startDev(t, "--mfa"), page) })
}

func withSecondFactor(t *testing.T, p *portico, page *browser.Page) {
	enter := func(username string) {
		page.Open(p.DemoApp)
		page.ClickText("Sign in")
		page.WaitURL(p.Domain + "/login")
		page.Fill("[name=username]", username)
		page.Fill("[name=password]", p.Password)
		page.Click("[name=signInSubmitButton]")
	}
	code := func(value string) {
		page.Fill("[name=code]", value)
		page.Click("[name=signIn]")
	}

	enter(p.SecondUsername)
	page.WaitURL(p.Domain + "/mfa")
	page.WaitText("h1", "Enter your code")
	page.Everywhere("mfa")
	code(wrongCode(appCode(t, p.SecondSecret)))
	page.WaitText(".problem", "Invalid code received for user. Enter the code the app shows now.")
	page.Everywhere("mfa-refused")
	code(appCode(t, p.SecondSecret))
	page.WaitURL(p.DemoApp)
	wantShown(t, page, map[string]string{"email": p.SecondUsername})
	signOutAtDemo(p, page)

	enter(p.Username)
	page.WaitURL(p.Domain + "/mfaSetup")
	page.WaitText("h1", "Set up a second step")
	page.Everywhere("mfa-setup-choice")
	page.Click("[value=SOFTWARE_TOKEN_MFA]")
	page.WaitText("h1", "Set up your authenticator app")
	page.Everywhere("mfa-setup-app")
	page.ClickText("Use another way")
	page.WaitURL(p.Domain + "/mfaOption")
	page.Click("[value=SMS_MFA]")
	page.WaitText("h1", "Add your phone number")
	page.Everywhere("mfa-setup-phone")
	page.Fill("[name=phone_number]", "+351 912 555 290")
	page.Click("[name=send]")
	page.WaitText("h1", "Check your phone")
	page.Everywhere("mfa-setup-phone-code")
	first := codeFromInbox(p, page, "Text message", "")
	code(first)
	page.WaitURL(p.DemoApp)
	signOutAtDemo(p, page)

	enter(p.Username)
	page.WaitURL(p.Domain + "/mfa")
	page.WaitText("h1", "Check your phone")
	page.Everywhere("mfa-phone")
	code(codeFromInbox(p, page, "Text message", first))
	page.WaitURL(p.DemoApp)
	wantShown(t, page, map[string]string{"email": p.Username})
	signOutAtDemo(p, page)
}

// appCode is what an authenticator app with the secret shows now.
func appCode(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}
