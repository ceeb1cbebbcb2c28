//go:build system

package systemtest

import (
	"testing"

	"portico/internal/browser"
)

// TestBrowserNewPassword: whoever was given a password chooses another before
// the app hears of them, and has it from then on.
func TestBrowserNewPassword(t *testing.T) {
	browser.EveryWay(t, func(t *testing.T, page *browser.Page) { replacePassword(t, startBoard(t), page) })
}

func replacePassword(t *testing.T, b *board, page *browser.Page) {
	const given, chosen = "temporary-Horse-7", "chosen-Horse-88"
	authorize := b.authorize("scope", "openid")
	signIn := func(password string) {
		page.Open(authorize)
		page.WaitURL(b.Domain + "/login")
		page.Fill("[name=username]", "lena")
		page.Fill("[name=password]", password)
		page.Click("[name=signInSubmitButton]")
	}
	signIn(given)
	page.WaitText("h1", "Choose a new password")
	page.Everywhere("new-password")
	page.Fill("[name=password]", chosen)
	page.Fill("[name=confirmPassword]", chosen+"?")
	page.ClickText("Save and continue")
	page.WaitFor(".problem")
	page.Everywhere("new-password-refused")
	page.Fill("[name=password]", chosen)
	page.Fill("[name=confirmPassword]", chosen)
	page.ClickText("Save and continue")
	page.WaitText("h1", "The board")
	if back := page.URL().Query(); back.Get("code") == "" || back.Get("state") != "st-7" {
		t.Errorf("the app was sent %v", back)
	}

	page.Open(b.Domain + "/logout?client_id=board&logout_uri=" + b.LogoutURL)
	page.WaitURL(b.LogoutURL)
	signIn(given)
	page.WaitText("[role=alert]", "Incorrect username or password.")
	page.Fill("[name=password]", chosen)
	page.Click("[name=signInSubmitButton]")
	page.WaitText("h1", "The board")
}
