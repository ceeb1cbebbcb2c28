package main

import (
	"database/sql"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"portico/federation/practice"
	"portico/userpool"
	"portico/userpool/login"
)

// ages makes every session of the rig older than what is sensitive may be done with.
func (r *rig) ages(t *testing.T) {
	t.Helper()
	db, err := sql.Open("sqlite", r.env["DATABASE"]+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	old := time.Now().Add(-login.FreshFor - time.Minute).UnixMicro()
	if _, err := db.ExecContext(t.Context(), `UPDATE sessions SET auth_time = ?`, old); err != nil {
		t.Fatal(err)
	}
}

// ada is Ada, at her account.
func (r *rig) ada(t *testing.T) *tab {
	t.Helper()
	b := r.tab(t)
	b.reaches(b.signInFor(accountAt(userpool.PathAccount, ""), adaName, adaPassword), userpool.PathAccount, adaName)
	return b
}

// A session of one pool opens the account of another pool's user of the same address.
func TestAttackAccountOfAnotherPool(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(bravo, adaName, adaPassword, "client_id", bravoAppID)
	b.plant(acme, sessionCookie, b.cookie(bravo, sessionCookie))
	b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathLogin)
	if p := b.change(userpool.PathAccountDelete, "", "sure", "true"); strings.Contains(p.body, "was deleted") {
		t.Error("it deletes one as well")
	}
}

// Another site posts the account's forms from the visitor's browser: with its own Origin, without the pair, with a wrong one.
func TestAttackAccountForgedForms(t *testing.T) {
	r := newRig(t)
	about := map[string]string{
		userpool.PathAccountEdit: "email", userpool.PathAccountVerify: "email", userpool.PathAccountLink: "Harbor", userpool.PathAccountUnlink: "Harbor",
	}
	for path, methods := range r.endpoints() {
		if !strings.HasPrefix(path, userpool.PathAccount+"/") || !slices.Contains(methods, http.MethodPost) {
			continue
		}
		about := about[path]
		b := r.ada(t)
		form := url.Values{"sure": {"true"}, "value": {"mallory@evil.example"}, "password": {"Thieves-Pass-44"}, "confirmPassword": {"Thieves-Pass-44"}}
		for _, pair := range []string{"", "7c1d8f0a-4b5e-4c3d-9e21-0a1b2c3d4e5f"} {
			form.Set("_csrf", pair)
			if p := b.post(accountAt(path, about), form); p.StatusCode != http.StatusForbidden {
				t.Errorf("%s with the pair %q: %d", path, pair, p.StatusCode)
			}
		}
		form.Set("_csrf", b.csrf(acme))
		request := newRequest(t, http.MethodPost, accountAt(path, about), form)
		request.Header.Set("Origin", "https://evil.example")
		request.Header.Set("Sec-Fetch-Site", "cross-site")
		if p := b.do(request); p.StatusCode != http.StatusForbidden {
			t.Errorf("%s from another site: %d", path, p.StatusCode)
		}
		b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, adaName)
	}
}

// A browser that was left open, or a stolen cookie, does nothing sensitive: the person signs in again first, by the way she came.
func TestAttackAccountWithAnOldSession(t *testing.T) {
	r := newRig(t)
	b := r.ada(t)
	r.ages(t)
	const next = "Thieves-Pass-44"
	for name, p := range map[string]page{
		"address":  b.change(userpool.PathAccountEdit, "email", "value", "mallory@evil.example"),
		"password": b.change(userpool.PathAccountPassword, "", "currentPassword", adaPassword, "password", next, "confirmPassword", next),
		"link":     b.change(userpool.PathAccountLink, "Harbor"),
		"unlink":   b.change(userpool.PathAccountUnlink, "Harbor"),
		"delete":   b.change(userpool.PathAccountDelete, "", "sure", "true"),
		"download": b.get(accountAt(userpool.PathAccountDownload, "")),
	} {
		if p.Request.URL.Path != userpool.PathLogin || p.Request.URL.Query().Get("prompt") != "login" {
			t.Errorf("%s: %d at %s", name, p.StatusCode, p.Request.URL)
		}
	}
	b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, adaName) // looking is no harm

	p := b.get(accountAt(userpool.PathAccountEdit, "email"))
	back := b.post(p.Request.URL.String(), url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {b.csrf(acme)}})
	if b.reaches(back, userpool.PathAccountEdit, adaName); back.Request.URL.Query().Get("about") != "email" {
		t.Errorf("back at another place: %s", back.Request.URL)
	}
}

// Whoever came from a provider is sent there again, to sign in anew.
func TestAccountSignsInAgainByTheSameWay(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.get(b.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab"))
	r.ages(t)
	if asked := b.get(accountAt(userpool.PathAccountDelete, "")).Request.URL; asked.Hostname() != "127.0.0.1" || asked.Query().Get("prompt") != "login" {
		t.Errorf("sent to %s", asked)
	}
	callback := b.atOpenID(accountAt(userpool.PathAccountDelete, ""), "kofi-90ab")
	b.reaches(b.get(callback), userpool.PathAccountDelete, "What you lose")
}

// Changing one's own address to somebody else's takes nothing over: not their sign-in, not their recovery.
func TestAttackAddressTakenByAnUnverifiedChange(t *testing.T) {
	r := newRig(t)
	b := r.ada(t)
	if p := b.change(userpool.PathAccountEdit, "email", "value", benName); p.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", p.StatusCode)
	}
	b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, adaName)
	if r.tab(t).signIn(acme, benName, benPassword).Get("code") == "" {
		t.Error("Ben cannot sign in any more")
	}
}

// An account at a provider that signs in somebody else is not linked, and does not sign the visitor in as them.
func TestAttackLinkSomebodyElsesIdentity(t *testing.T) {
	r := newRig(t)
	kofi := r.tab(t)
	kofi.get(kofi.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab"))
	b := r.ada(t)
	p := b.link("Harbor", "kofi-90ab")
	if p.StatusCode != http.StatusBadRequest || !strings.Contains(p.body, "belongs to somebody else") {
		t.Errorf("%d %s", p.StatusCode, p.body)
	}
	if got := b.signedInAs(acme); got != adaName {
		t.Errorf("the browser is %v now", got)
	}
}

// A link that was begun in one browser is finished in another, or after its session is over: it links nothing.
func TestAttackLinkOfAnotherSession(t *testing.T) {
	r := newRig(t)
	attacker, victim := r.ada(t), r.tab(t)
	victim.reaches(victim.signInFor(accountAt(userpool.PathAccount, ""), benName, benPassword), userpool.PathAccount)
	callback := attacker.beginLink("Harbor", "kofi-90ab")
	if p := victim.get(callback); strings.Contains(p.body, "Linked just now") {
		t.Error("the victim's browser finishes the attacker's link")
	}
	callback = attacker.beginLink("Harbor", "kofi-90ab")
	attacker.get(accountAt(userpool.PathAccount, ""))
	attacker.post(acme+userpool.PathSignOut+"?client_id="+appID, url.Values{"_csrf": {attacker.csrf(acme)}})
	attacker.get(callback)
	r.absent(t, acmePool, "Harbor", "kofi-90ab")
}

// beginLink goes to the provider from the account page, and stops on the way back.
func (b *tab) beginLink(provider, person string) string {
	b.t.Helper()
	b.reaches(b.get(accountAt(userpool.PathAccountLink, provider)), userpool.PathAccountLink)
	response, err := b.client.Do(newRequest(b.t, http.MethodPost, accountAt(userpool.PathAccountLink, provider), url.Values{"_csrf": {b.csrf(acme)}}))
	if err != nil {
		b.t.Fatal(err)
	}
	chosen, err := practice.ChooseOn(b.t.Context(), b.client, response, person, "")
	if err != nil {
		b.t.Fatal(err)
	}
	to, err := read(b.t, chosen).Location()
	if err != nil {
		b.t.Fatal(err)
	}
	return to.String()
}

// A person who signs out a session by its name signs out none of somebody else's (IDOR).
func TestAttackSessionOfSomebodyElse(t *testing.T) {
	r := newRig(t)
	ben := r.tab(t)
	tokens := r.redeem(t, acme, ben.signIn(acme, benName, benPassword).Get("code"))
	ada := r.ada(t)
	other := r.tab(t)
	other.reaches(other.signInFor(accountAt(userpool.PathAccount, ""), benName, benPassword), userpool.PathAccount)
	place := regexp.MustCompile(`/account/sessions\?about=([\w-]{43})`).FindStringSubmatch(other.get(accountAt(userpool.PathAccount, "")).body)
	if place == nil {
		t.Fatal("Ben has no other session")
	}
	if p := ada.get(accountAt(userpool.PathAccountSessions, place[1])); p.StatusCode != http.StatusNotFound {
		t.Errorf("Ada sees it: %d", p.StatusCode)
	}
	for _, id := range []string{place[1], "app:" + appID, "%%%", "app:"} {
		ada.change(userpool.PathAccountSessions, id)
	}
	if ben.signedInAs(acme) != benName {
		t.Error("Ada signed Ben out")
	}
	if a := r.refresh(t, appID, appSecret, tokens.RefreshToken); a.Error != "" {
		t.Errorf("Ada ended Ben's refresh tokens: %+v", a)
	}
}

// Names in an address open no page that the visitor may not have: attributes that are not to be written, providers that are
// not offered, links that are not there.
func TestAttackAccountNamesInTheAddress(t *testing.T) {
	r := newRig(t)
	b := r.ada(t)
	for path, names := range map[string][]string{
		userpool.PathAccountEdit:   {"sub", "email_verified", "identities", "cognito:groups", "custom:none", "", "../email"},
		userpool.PathAccountVerify: {"name", "sub", "phone_number", ""},
		userpool.PathAccountLink:   {"COGNITO", "Spare", "harbor", ""},
		userpool.PathAccountUnlink: {"Harbor", "COGNITO", ""},
	} {
		for _, name := range names {
			if p := b.get(accountAt(path, name)); p.StatusCode != http.StatusNotFound {
				t.Errorf("GET %s about %q: %d", path, name, p.StatusCode)
			}
			if p := b.change(path, name, "value", "true", "code", "1"); p.StatusCode != http.StatusNotFound {
				t.Errorf("POST %s about %q: %d", path, name, p.StatusCode)
			}
		}
	}
}
