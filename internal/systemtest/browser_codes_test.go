//go:build system

package systemtest

import (
	"testing"
	"time"

	"portico/internal/browser"
)

// TestBrowserSignUpConfirmForgot makes an account, confirms it by the code in
// the inbox, which signs in; forgets the password and sets another by code.
func TestBrowserSignUpConfirmForgot(t *testing.T) {
	browser.EveryWay(t, func(t *testing.T, page *browser.Page) { signUpConfirmForgot(t, startDev(t), page) })
}

func signUpConfirmForgot(t *testing.T, p *portico, page *browser.Page) {
	const email, password, changed = "noor@acme.example", "first-Password-1", "second-Password-2"
	page.Open(p.DemoApp)
	page.ClickText("Sign in")
	page.ClickText("Create an account")
	page.WaitURL(p.Domain + "/signup")
	page.Everywhere("sign-up")
	page.Fill("[name=username]", email)
	page.Fill("[name='requiredAttributes[given_name]']", "Noor")
	page.Fill("[name='requiredAttributes[family_name]']", "Haddad")
	page.Fill("[name=password]", "too short")
	page.Click("[name=signUpButton]")
	page.WaitFor(".problem")
	page.Everywhere("sign-up-refused")
	page.Fill("[name=password]", password)
	page.Click("[name=signUpButton]")
	page.WaitURL(p.Domain + "/confirm")
	page.Everywhere("confirm")

	code := codeFromInbox(p, page, "Confirm your email", "")
	page.Fill("[name=code]", wrongCode(code))
	page.Click("[name=confirm]")
	page.WaitFor(".problem")
	page.Fill("[name=code]", code)
	page.Click("[name=confirm]")
	page.WaitURL(p.DemoApp)
	wantShown(t, page, map[string]string{"email": email, "email_verified": "true", "given_name": "Noor", "family_name": "Haddad"})
	signOutAtDemo(p, page)

	page.ClickText("Sign in")
	page.ClickText("Forgot your password?")
	page.WaitURL(p.Domain + "/forgotPassword")
	page.Everywhere("forgot")
	page.Fill("[name=username]", email)
	page.Click("[name=reset_my_password]")
	page.WaitURL(p.Domain + "/confirmForgotPassword")
	page.Everywhere("reset")
	reset := codeFromInbox(p, page, "Reset your password", code)
	page.Fill("[name=code]", reset)
	page.Fill("[name=password]", changed)
	page.Fill("[name=confirmPassword]", changed)
	page.Click("[name=reset_password]")
	page.WaitURL(p.Domain + "/login")
	if got := page.Value("[name=username]"); got != email {
		t.Errorf("the sign-in page has the user name %q", got)
	}
	page.Fill("[name=password]", password)
	page.Click("[name=signInSubmitButton]")
	page.WaitText("[role=alert]", "Incorrect username or password.")
	page.Fill("[name=password]", changed)
	page.Click("[name=signInSubmitButton]")
	page.WaitURL(p.DemoApp)
	wantShown(t, page, map[string]string{"email": email})
}

// codeFromInbox reads the code of the newest message, which must be about the
// subject and have another code than the last, and goes back to where it was.
func codeFromInbox(p *portico, page *browser.Page, subject, last string) string {
	p.t.Helper()
	was := page.URL().String()
	for deadline := time.Now().Add(patience); ; {
		page.Open(p.Inbox)
		if page.Has("#message-code") {
			if code := page.Text("#message-code"); code != last && page.Text(".message-head h2") == subject {
				page.Everywhere("inbox")
				page.Open(was)
				return code
			}
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("no message %q came", subject)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// wrongCode is another code of six digits.
func wrongCode(code string) string {
	if code[0] == '0' {
		return "1" + code[1:]
	}
	return "0" + code[1:]
}
