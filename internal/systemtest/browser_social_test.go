//go:build system

package systemtest

import (
	"testing"

	"portico/federation/practice"
	"portico/internal/browser"
)

// The social providers, as a person meets them. Apple's answer comes back by a post from another site.
func TestBrowserSocialProviders(t *testing.T) {
	browser.EveryWay(t, func(t *testing.T, page *browser.Page) { signInSocially(t, startDev(t), page) })
}

func signInSocially(t *testing.T, p *portico, page *browser.Page) {
	page.Open(p.DemoApp)
	for _, provider := range []struct {
		name   string
		people []practice.Person
	}{
		{"Google", practice.GooglePeople()}, {"SignInWithApple", practice.ApplePeople()},
		{"Facebook", practice.FacebookPeople()}, {"LoginWithAmazon", practice.AmazonPeople()},
	} {
		page.ClickText("Sign in")
		page.WaitURL(p.Domain + "/login")
		page.Shot("social sign-in")
		page.Click("a[href*='identity_provider=" + provider.name + "']")
		page.WaitURL(p.provider(provider.name))
		page.Shot("social " + provider.name)
		page.Click("button[value='" + provider.people[0].ID + "']")
		if provider.name == "SignInWithApple" {
			sendOn(t, page, p.provider(provider.name))
		}
		page.WaitURL(p.DemoApp)
		wantShown(t, page, map[string]string{"identities": provider.name, "email": provider.people[0].Email, "name": "Ines Duarte"})
		signOutAtDemo(p, page)
	}
	page.Open(p.Home)
	page.Shot("social home")
}
