//go:build system

package systemtest

import (
	"net/url"
	"testing"

	"portico/federation/practice"
	"portico/internal/browser"
)

// TestBrowserAccount: a person opens the account page, changes a name and the password, links a provider and unlinks it,
// signs out everywhere else, and deletes the account in the end.
func TestBrowserAccount(t *testing.T) {
	browser.EveryWay(t, func(t *testing.T, page *browser.Page) { keepAnAccount(t, startDev(t), page) })
}

func keepAnAccount(t *testing.T, p *portico, page *browser.Page) {
	const email, password, changed = "ines@acme.example", "doorway-Lantern-7", "harbour-Window-19"
	page.Open(p.DemoApp)
	page.ClickText("Sign in")
	page.WaitURL(p.Domain + "/login")
	query := page.URL().Query()
	own := p.Domain + "/account?" + url.Values{"client_id": query["client_id"], "redirect_uri": query["redirect_uri"]}.Encode()

	page.Open(own)
	page.WaitURL(p.Domain + "/login")
	page.Fill("[name=username]", email)
	page.Fill("[name=password]", password)
	page.Click("[name=signInSubmitButton]")
	page.WaitText("h1", "Your account")
	page.Everywhere("account")

	page.Click("a[href*='/account/edit?about=given_name']")
	page.WaitFor("[name='requiredAttributes[given_name]']")
	page.Everywhere("account-edit")
	page.Fill("[name='requiredAttributes[given_name]']", "Inês")
	page.ClickText("Save")
	page.WaitText(".notice", "Your change was saved.")

	page.Click("a[href*='/account/password']")
	page.WaitText("h1", "Change your password")
	page.Everywhere("account-password")
	page.Fill("[name=currentPassword]", password)
	page.Fill("[name=password]", changed)
	page.Fill("[name=confirmPassword]", changed)
	page.ClickText("Change password")
	page.WaitText(".notice", "Your password was changed, and you were signed out everywhere else.")

	page.Click("a[href*='/account/link?about=Google']")
	page.WaitText("h1", "Link Google")
	page.Everywhere("account-link")
	page.ClickText("Continue with Google")
	page.WaitURL(p.provider("Google"))
	page.Click("button[value='" + practice.GooglePeople()[1].ID + "']")
	page.WaitText("h1", "Your account")
	page.WaitFor("a[href*='/account/unlink?about=Google']")
	page.Click("a[href*='/account/unlink?about=Google']")
	page.WaitText("h1", "Unlink Google?")
	page.Everywhere("account-unlink")
	page.ClickText("Unlink")
	page.WaitText(".notice", "The account was unlinked.")

	page.Click("a[href*='/account/delete']")
	page.WaitText("h1", "Delete your account?")
	page.Everywhere("account-delete")
	page.Click("[name=sure]")
	page.ClickText("Delete my account")
	page.WaitText("h1", "Your account was deleted")
	page.Everywhere("account-gone")
	page.Open(own)
	page.WaitURL(p.Domain + "/login")
}
