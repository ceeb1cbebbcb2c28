//go:build system

package systemtest

import (
	"testing"

	"portico/internal/browser"
)

// TestBrowserPhone makes an account with a phone number, confirms it by the
// code in the inbox's text message, forgets the password and sets another.
func TestBrowserPhone(t *testing.T) {
	browser.EveryWay(t, func(t *testing.T, page *browser.Page) { withPhone(t, startDev(t, "--phone"), page) })
}

func withPhone(t *testing.T, p *portico, page *browser.Page) {
	const number, password, changed = "+351912555290", "first-Password-1", "second-Password-2"
	page.Open(p.DemoApp)
	page.ClickText("Sign in")
	page.ClickText("Create an account")
	page.WaitURL(p.Domain + "/signup")
	page.Everywhere("sign-up-phone")
	page.Fill("[name=username]", "+351 912 555 290")
	page.Fill("[name='requiredAttributes[given_name]']", "Noor")
	page.Fill("[name='requiredAttributes[family_name]']", "Haddad")
	page.Fill("[name=password]", password)
	page.Click("[name=signUpButton]")
	page.WaitURL(p.Domain + "/confirm")
	page.WaitText("h1", "Check your phone")
	page.Everywhere("confirm-phone")

	code := codeFromInbox(p, page, "Text message", "")
	page.Fill("[name=code]", wrongCode(code))
	page.Click("[name=confirm]")
	page.WaitText(".problem", "Invalid verification code provided, please try again. Check the newest text message from us.")
	page.Fill("[name=code]", code)
	page.Click("[name=confirm]")
	page.WaitURL(p.DemoApp)
	wantShown(t, page, map[string]string{"given_name": "Noor", "email": ""})
	signOutAtDemo(p, page)

	page.ClickText("Sign in")
	page.ClickText("Forgot your password?")
	page.WaitURL(p.Domain + "/forgotPassword")
	page.Fill("[name=username]", number)
	page.Click("[name=reset_my_password]")
	page.WaitURL(p.Domain + "/confirmForgotPassword")
	page.WaitText("h1", "Check your messages")
	page.Everywhere("reset-phone")
	page.Fill("[name=code]", codeFromInbox(p, page, "Text message", code))
	page.Fill("[name=password]", changed)
	page.Fill("[name=confirmPassword]", changed)
	page.Click("[name=reset_password]")
	page.WaitURL(p.Domain + "/login")
	page.Fill("[name=password]", changed)
	page.Click("[name=signInSubmitButton]")
	page.WaitURL(p.DemoApp)
	wantShown(t, page, map[string]string{"given_name": "Noor"})
}
