package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/notify"
)

// accountAt is the address of a page of the account, for the app.
func accountAt(path, about string) string {
	q := url.Values{"client_id": {appID}}
	if about != "" {
		q.Set("about", about)
	}
	return acme + path + "?" + q.Encode()
}

// change posts a form of the account's pages, with the pair that it carries.
func (b *tab) change(path, about string, fields ...string) page {
	b.t.Helper()
	form := url.Values{"_csrf": {b.csrf(acme)}}
	for i := 0; i < len(fields); i += 2 {
		name := fields[i]
		if name == "value" {
			name = "requiredAttributes[" + about + "]"
		}
		form.Set(name, fields[i+1])
	}
	return b.post(accountAt(path, about), form)
}

// reaches expects a page of a path that holds all of the texts.
func (b *tab) reaches(p page, path string, texts ...string) page {
	b.t.Helper()
	if p.StatusCode != http.StatusOK || p.Request.URL.Path != path {
		b.t.Fatalf("status %d at %s, want %s: %s", p.StatusCode, p.Request.URL.Path, path, p.body)
	}
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			b.t.Errorf("%s does not hold %q: %s", path, text, p.body)
		}
	}
	return p
}

// signInFor goes to a page of ours, is asked to sign in, and comes to it.
func (b *tab) signInFor(address, name, password string) page {
	b.t.Helper()
	p := b.reaches(b.get(address), userpool.PathLogin)
	return b.post(p.Request.URL.String(), url.Values{"username": {name}, "password": {password}, "_csrf": {b.csrf(acme)}})
}

// code is the code of the latest message to an address.
func (r *rig) code(t *testing.T, to string) string {
	t.Helper()
	for _, m := range r.inbox.Messages() {
		if m.To == to {
			return regexp.MustCompile(`\b\d{6}\b`).FindString(m.Text)
		}
	}
	t.Fatalf("no message went to %s", to)
	return ""
}

// The account page asks for a sign-in without any app's request, comes back to itself, and knows the way back to the app only
// where that is registered.
func TestAccountPage(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	p := b.signInFor(accountAt(userpool.PathAccount, "")+"&redirect_uri="+url.QueryEscape(appCallback), adaName, adaPassword)
	b.reaches(p, userpool.PathAccount, "Your account", adaName, "Verified", `href="`+appCallback+`"`, "This device", "with a password", "Changed just now", "Harbor")
	if p = b.get(accountAt(userpool.PathAccount, "") + "&redirect_uri=https://evil.example/"); strings.Contains(p.body, `href="https://evil`) || strings.Contains(p.body, "evil.example%2F&") || strings.Contains(p.body, "Back to Acme") {
		t.Error("an address that nobody registered leads back")
	}
	if got := p.Header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("the page may be kept: %q", got)
	}
	p = b.get(acme + userpool.PathAccount)
	if p.StatusCode != http.StatusBadRequest || !strings.Contains(p.body, "Which app do you come from?") {
		t.Errorf("without a client: %d %s", p.StatusCode, p.body)
	}
}

// An address that is changed counts at once and unverified, as the API does it where the pool does not say otherwise; its code
// verifies it.
func TestAccountChangesAnAddress(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signInFor(accountAt(userpool.PathAccount, ""), adaName, adaPassword)
	b.reaches(b.get(accountAt(userpool.PathAccountEdit, "email")), userpool.PathAccountEdit, adaName)
	b.reaches(b.change(userpool.PathAccountEdit, "email", "value", "ada@new.example"), userpool.PathAccountVerify, "ada@new.example")
	b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, "ada@new.example", "Not verified")
	if p := b.change(userpool.PathAccountVerify, "email", "code", "000000"); p.StatusCode != http.StatusBadRequest || !strings.Contains(p.body, "Invalid verification code provided") {
		t.Errorf("a wrong code: %d", p.StatusCode)
	}
	b.reaches(b.change(userpool.PathAccountVerify, "email", "code", r.code(t, "ada@new.example")), userpool.PathAccount, "It is verified.")
	if code := r.tab(t).signIn(acme, "ada@new.example", adaPassword).Get("code"); code == "" {
		t.Error("the new address signs nobody in")
	}
}

// Where the pool wants it verified before, the new address waits: the old one counts, signs in and keeps its badge, until the
// code is given.
func TestAccountAddressWaitsForItsCode(t *testing.T) {
	r := newRig(t)
	r.changed = func(d *userpool.Declaration) {
		d.Pool.UserAttributeUpdateSettings = &types.UserAttributeUpdateSettingsType{
			AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		}
	}
	r.restart(t)
	b := r.tab(t)
	b.signInFor(accountAt(userpool.PathAccount, ""), adaName, adaPassword)
	b.reaches(b.change(userpool.PathAccountEdit, "email", "value", "ada@new.example"), userpool.PathAccountVerify, "Until then your account stays as it is")
	b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, adaName, "Verified", "ada@new.example counts once")
	if code := r.tab(t).signIn(acme, adaName, adaPassword).Get("code"); code == "" {
		t.Error("the old address signs nobody in any more")
	}
	if p := r.tab(t).signInFor(accountAt(userpool.PathAccount, ""), "ada@new.example", adaPassword); p.Request.URL.Path == userpool.PathAccount {
		t.Error("the new address signs in before its code was given")
	}
	b.reaches(b.change(userpool.PathAccountVerify, "email", "code", r.code(t, "ada@new.example")), userpool.PathAccount, "ada@new.example", "Verified")
	if code := r.tab(t).signIn(acme, "ada@new.example", adaPassword).Get("code"); code == "" {
		t.Error("the new address signs nobody in")
	}
}

// A changed password keeps this browser signed in, ends all others and every refresh token.
func TestAccountChangesThePassword(t *testing.T) {
	r := newRig(t)
	b, other := r.tab(t), r.tab(t)
	tokens := r.redeem(t, acme, other.signIn(acme, adaName, adaPassword).Get("code"))
	b.signInFor(accountAt(userpool.PathAccount, ""), adaName, adaPassword)
	const next = "Harbour-Window-19"
	if p := b.change(userpool.PathAccountPassword, "", "currentPassword", "wrong", "password", next, "confirmPassword", next); !strings.Contains(p.body, "This is not your current password.") {
		t.Errorf("a wrong password: %d", p.StatusCode)
	}
	b.reaches(b.change(userpool.PathAccountPassword, "", "currentPassword", adaPassword, "password", next, "confirmPassword", next), userpool.PathAccount, "Your password was changed")
	if other.signedInAs(acme) == adaName {
		t.Error("the other browser is still signed in")
	}
	if a := r.refresh(t, appID, appSecret, tokens.RefreshToken); a.Error != "invalid_grant" {
		t.Errorf("the refresh token still works: %+v", a)
	}
	if code := r.tab(t).signIn(acme, adaName, next).Get("code"); code == "" {
		t.Error("the new password signs nobody in")
	}
}

// A provider is linked by signing in there, signs in from then on, and is unlinked again.
func TestAccountLinksAProvider(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signInFor(accountAt(userpool.PathAccount, ""), adaName, adaPassword)
	before := r.inbox.Count()
	b.reaches(b.link("Harbor", "kofi-90ab"), userpool.PathAccount, "Linked just now")
	r.wasTold(t, before, adaName, notify.IdentityLinked)
	b.reaches(b.get(accountAt(userpool.PathAccountUnlink, "Harbor")), userpool.PathAccountUnlink, "Unlink Harbor?")
	b.reaches(b.change(userpool.PathAccountUnlink, "Harbor"), userpool.PathAccount, "The account was unlinked.")
	r.wasTold(t, before+1, "kofi@people.example", notify.IdentityUnlinked)
}

// wasTold waits for the message after so many others, which must be the notice. (A linked account brings its address with it.)
func (r *rig) wasTold(t *testing.T, before int, to string, what notify.Kind) {
	t.Helper()
	r.waitForMail(t, before)
	if m := r.inbox.Messages()[0]; m.Kind != what || m.To != to {
		t.Errorf("%s went to %s, not %s to %s", m.Kind, m.To, what, to)
	}
}

// link links a person's account at a provider, from the account page.
func (b *tab) link(provider, person string) page {
	b.t.Helper()
	return b.get(b.beginLink(provider, person))
}

// Where one is signed in: this browser, another, and an app; each can be signed out, and all others at once.
func TestAccountShowsWhereOneIsSignedIn(t *testing.T) {
	r := newRig(t)
	b, other := r.tab(t), r.tab(t)
	b.signInFor(accountAt(userpool.PathAccount, ""), adaName, adaPassword)
	tokens := r.redeem(t, acme, other.signIn(acme, adaName, adaPassword).Get("code"))
	p := b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, "This device", "App, last active")
	place := regexp.MustCompile(`/account/sessions\?about=([\w-]{43})`).FindStringSubmatch(p.body)
	if place == nil {
		t.Fatal(p.body)
	}
	b.reaches(b.get(accountAt(userpool.PathAccountSessions, place[1])), userpool.PathAccountSessions, "Sign out")
	b.reaches(b.change(userpool.PathAccountSessions, place[1]), userpool.PathAccount, "You were signed out there.")
	if other.signedInAs(acme) == adaName || b.signedInAs(acme) != adaName {
		t.Error("the wrong browser was signed out")
	}
	b.reaches(b.change(userpool.PathAccountSessions, "app:"+appID), userpool.PathAccount, "You were signed out there.")
	if a := r.refresh(t, appID, appSecret, tokens.RefreshToken); a.Error != "invalid_grant" {
		t.Errorf("the app's refresh token still works: %+v", a)
	}
	other.signIn(acme, adaName, adaPassword)
	b.reaches(b.change(userpool.PathAccountSessions, ""), userpool.PathAccount, "You were signed out everywhere else.")
	if other.signedInAs(acme) == adaName || b.signedInAs(acme) != adaName {
		t.Error("not everywhere else, or here as well")
	}
}

// What is kept comes as a file; deleting takes all of it, and the browser knows nobody any more.
func TestAccountIsDownloadedAndDeleted(t *testing.T) {
	r := newRig(t)
	b, other := r.tab(t), r.tab(t)
	tokens := r.redeem(t, acme, other.signIn(acme, adaName, adaPassword).Get("code"))
	b.signInFor(accountAt(userpool.PathAccount, ""), adaName, adaPassword)
	p := b.get(accountAt(userpool.PathAccountDownload, ""))
	var data struct {
		Attributes map[string]string
		Sessions   []struct{ ThisBrowser bool }
		Apps       []struct{ App string }
		Password   struct{ Changed string }
	}
	if err := json.Unmarshal([]byte(p.body), &data); err != nil || data.Attributes["email"] != adaName || len(data.Sessions) != 2 || len(data.Apps) != 1 || data.Password.Changed == "" {
		t.Errorf("%v: %s", err, p.body)
	}
	if p.Header.Get("Content-Disposition") != `attachment; filename="account.json"` || !strings.Contains(p.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("%v", p.Header)
	}
	b.reaches(b.get(accountAt(userpool.PathAccountDelete, "")), userpool.PathAccountDelete, "What you lose")
	if p := b.change(userpool.PathAccountDelete, ""); p.StatusCode != http.StatusBadRequest || !strings.Contains(p.body, "Tick the box") {
		t.Errorf("without the tick: %d", p.StatusCode)
	}
	b.reaches(b.change(userpool.PathAccountDelete, "", "sure", "true"), userpool.PathAccountDelete, "Your account was deleted")
	if b.cookie(acme, sessionCookie) != "" || other.signedInAs(acme) == adaName {
		t.Error("a browser is still signed in")
	}
	if a := r.refresh(t, appID, appSecret, tokens.RefreshToken); a.Error != "invalid_grant" {
		t.Errorf("the refresh token still works: %+v", a)
	}
	if p := r.tab(t).signInFor(accountAt(userpool.PathAccount, ""), adaName, adaPassword); p.Request.URL.Path == userpool.PathAccount {
		t.Error("a deleted person signs in")
	}
}

// What the provider says of a person who is known through it alone is shown with a word why it cannot be changed here; such an
// account has no password, and the account that made it is not unlinked.
func TestAccountOfAProvidersPerson(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.get(b.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab"))
	p := b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, "From Harbor. Change it there.", "Your account was made with it", "with Harbor")
	if strings.Contains(p.body, userpool.PathAccountPassword) || strings.Contains(p.body, "about=email") {
		t.Error("the page offers what cannot be")
	}
	for path, about := range map[string]string{
		userpool.PathAccountEdit: "email", userpool.PathAccountVerify: "email", userpool.PathAccountPassword: "", userpool.PathAccountUnlink: "Harbor",
	} {
		if p := b.change(path, about, "value", "x@evil.example", "password", "Thieves-Pass-44", "confirmPassword", "Thieves-Pass-44"); p.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, p.StatusCode)
		}
	}
}

// The last way to sign in stays, and the page says why.
func TestAccountKeepsTheLastWayIn(t *testing.T) {
	r := newRig(t)
	b := r.ada(t)
	b.reaches(b.link("Harbor", "kofi-90ab"), userpool.PathAccount, "Linked just now")
	user, err := r.db.UserByIdentity(t.Context(), acmePool, "Harbor", "kofi-90ab")
	if err != nil {
		t.Fatal(err)
	}
	drop := userpool.UserChange{Pool: acmePool, Sub: user.Sub, Version: user.Version, DropPassword: true, Modified: r.began()}
	if err := r.db.ChangeUser(t.Context(), drop); err != nil {
		t.Fatal(err)
	}
	b.reaches(b.get(accountAt(userpool.PathAccountUnlink, "Harbor")), userpool.PathAccountUnlink, "This is your only way to sign in.")
	b.reaches(b.change(userpool.PathAccountUnlink, "Harbor"), userpool.PathAccountUnlink, "This is your only way to sign in.")

	const first = "Harbour-Window-19"
	b.reaches(b.get(accountAt(userpool.PathAccountPassword, "")), userpool.PathAccountPassword, "Set a password")
	b.reaches(b.change(userpool.PathAccountPassword, "", "password", first, "confirmPassword", first), userpool.PathAccount, "Your password was changed")
	b.reaches(b.change(userpool.PathAccountUnlink, "Harbor"), userpool.PathAccount, "The account was unlinked.")
}

// A pool says which parts its people have; the others are not there, their forms included.
func TestAccountPartsOfThePool(t *testing.T) {
	r := newRig(t)
	for tag, want := range map[string]int{"off": http.StatusNotFound, "profile sessions": http.StatusOK} {
		r.changed = func(d *userpool.Declaration) {
			if *d.Pool.Id == acmePool {
				d.Pool.UserPoolTags[userpool.AccountTag] = tag
			}
		}
		r.restart(t)
		b := r.tab(t)
		p := b.signInFor(accountAt(userpool.PathAccount, ""), adaName, adaPassword)
		if p.StatusCode != want || strings.Contains(p.body, userpool.PathAccountDelete) {
			t.Errorf("%s: %d %s", tag, p.StatusCode, p.body)
		}
		for _, path := range []string{userpool.PathAccountDelete, userpool.PathAccountPassword, userpool.PathAccountDownload, userpool.PathAccountLink} {
			if p := b.get(accountAt(path, "Harbor")); p.StatusCode != http.StatusNotFound {
				t.Errorf("%s: GET %s: %d", tag, path, p.StatusCode)
			}
		}
		if p := b.change(userpool.PathAccountDelete, "", "sure", "true"); p.StatusCode != http.StatusNotFound {
			t.Errorf("%s: an account is deleted all the same: %d", tag, p.StatusCode)
		}
	}
}
