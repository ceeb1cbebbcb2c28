package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/directory"
)

// wayForms are the forms behind the ways to sign in, and what they are about.
func wayForms(key string) map[string]string {
	return map[string]string{
		userpool.PathAccountPasskey: key, userpool.PathAccountPasskeyRemove: key, userpool.PathAccountApp: "", userpool.PathAccountAppRemove: "",
		userpool.PathAccountFactorOn: "EMAIL_OTP", userpool.PathAccountFactorOff: "EMAIL_OTP", userpool.PathAccountPreferred: "",
	}
}

// The names of somebody else's passkeys, and of factors that are none, lead nowhere, and tell nothing apart.
func TestAttackSomebodyElsesPasskeyByItsName(t *testing.T) {
	r := newWaysRig(t, types.UserPoolMfaTypeOptional)
	bens, adas := r.giveKey(t, benName, "Ben's phone"), r.giveKey(t, adaName, "Ada's phone")
	b := r.ada(t)
	for _, path := range []string{userpool.PathAccountPasskey, userpool.PathAccountPasskeyRemove} {
		for _, about := range []string{bens, "", "Ben's phone", adas[:42], strings.Repeat("x", 43), directory.PasskeyName(nil)} {
			for _, p := range []page{b.get(accountAt(path, about)), b.change(path, about, "passkeyName", "Mallory's")} {
				if p.StatusCode != http.StatusNotFound || strings.Contains(p.body, "phone") {
					t.Errorf("%s about %q: %d", path, about, p.StatusCode)
				}
			}
		}
	}
	for _, about := range []string{"", "PASSWORD", "WEB_AUTHN", "SMS_OTP", "SOFTWARE_TOKEN_MFA", "email_otp", "../EMAIL_OTP"} {
		for _, path := range []string{userpool.PathAccountFactorOn, userpool.PathAccountFactorOff} {
			if p := b.change(path, about); p.StatusCode != http.StatusNotFound {
				t.Errorf("%s about %q: %d", path, about, p.StatusCode)
			}
		}
	}
	keys, err := r.db.Passkeys(t.Context(), acmePool, r.person(t, benName).Sub)
	if err != nil || len(keys) != 1 || keys[0].Name != "Ben's phone" {
		t.Errorf("Ben has %v, %v", keys, err)
	}
	if on := r.person(t, adaName).MFA.Factors; len(on) > 0 {
		t.Errorf("turned on: %v", on)
	}
}

// Another site posts the forms from the visitor's browser: without the pair, with a wrong one, with its own Origin.
func TestAttackWaysForgedForms(t *testing.T) {
	r := newWaysRig(t, types.UserPoolMfaTypeOptional)
	key := r.giveKey(t, adaName, "Ada's phone")
	b := r.ada(t)
	for path, about := range wayForms(key) {
		form := url.Values{"passkeyName": {"Mallory's"}, "mfaOption": {"EMAIL_OTP"}}
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
	}
	b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, "Ada&#39;s phone", "Not set up")
}

// A browser that was left open changes none of the ways: the person signs in again first.
func TestAttackWaysWithAnOldSession(t *testing.T) {
	r := newWaysRig(t, types.UserPoolMfaTypeOptional)
	key := r.giveKey(t, adaName, "Ada's phone")
	b := r.ada(t)
	r.ages(t)
	for path, about := range wayForms(key) {
		for _, p := range []page{b.get(accountAt(path, about)), b.change(path, about, "passkeyName", "Mallory's")} {
			if p.Request.URL.Path != userpool.PathLogin || p.Request.URL.Query().Get("prompt") != "login" {
				t.Errorf("%s: %d at %s", path, p.StatusCode, p.Request.URL)
			}
		}
	}
	b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, "Ada&#39;s phone")
}

// A session from before the second factor, or one that a provider opened, has no second factor in it: it neither takes the factor
// away nor adds a passkey beside it, deletes nothing and downloads nothing, however new it is.
func TestAttackWaysWithoutTheSecondFactor(t *testing.T) {
	r := newWaysRig(t, types.UserPoolMfaTypeOptional)
	key := r.giveKey(t, adaName, "Ada's phone")
	b := r.ada(t)
	r.giveAda(t, userpool.FactorTOTP)
	paths := wayForms(key)
	paths[userpool.PathAddPasskey], paths[userpool.PathAccountDelete], paths[userpool.PathAccountPassword] = "", "", ""
	for path, about := range paths {
		for _, p := range []page{b.get(accountAt(path, about)), b.change(path, about, "sure", "true")} {
			if p.Request.URL.Path != userpool.PathLogin || p.Request.URL.Query().Get("identity_provider") != "COGNITO" {
				t.Errorf("%s: %d at %s", path, p.StatusCode, p.Request.URL)
			}
		}
	}
	if p := b.get(accountAt(userpool.PathAccountDownload, "")); p.Request.URL.Path != userpool.PathLogin {
		t.Errorf("the download: %d", p.StatusCode)
	}
	p := b.signInTwice(accountAt(userpool.PathAccountAppRemove, ""), adaCode(t))
	b.reaches(p, userpool.PathAccountAppRemove, "Remove your authenticator app?")
}

// Without a password the last passkey stays, from one tab or two, and the page says what to do first.
func TestAttackLastPasskeyRemoved(t *testing.T) {
	r := newWaysRig(t, types.UserPoolMfaTypeOff)
	one, two := r.giveKey(t, adaName, "Phone"), r.giveKey(t, adaName, "Laptop")
	b := r.ada(t)
	r.dropPassword(t, adaName)
	b.reaches(b.get(accountAt(userpool.PathAccountPasskeyRemove, one)), userpool.PathAccountPasskeyRemove, "Remove Phone?")
	b.reaches(b.get(accountAt(userpool.PathAccountPasskeyRemove, two)), userpool.PathAccountPasskeyRemove, "Remove Laptop?") // the other tab
	b.reaches(b.change(userpool.PathAccountPasskeyRemove, one), userpool.PathAccount, "The passkey was removed.")
	b.reaches(b.change(userpool.PathAccountPasskeyRemove, two), userpool.PathAccountPasskeyRemove, "This is your only way to sign in.", "add another passkey first")
	if keys, err := r.db.Passkeys(t.Context(), acmePool, r.person(t, adaName).Sub); err != nil || len(keys) != 1 {
		t.Errorf("left are %d, %v", len(keys), err)
	}
}

// Codes are not turned on for an address that nobody verified, nor by text message where this server sends none.
func TestAttackCodesToAnUnverifiedAddress(t *testing.T) {
	r := newWaysRig(t, types.UserPoolMfaTypeOptional)
	user := r.person(t, adaName)
	attributes := user.Clone().Attributes
	attributes["email_verified"], attributes["phone_number"], attributes["phone_number_verified"] = "false", "+351912345678", "true"
	if err := r.db.ChangeUser(t.Context(), userpool.UserChange{Pool: acmePool, Sub: user.Sub, Version: user.Version, Attributes: attributes, Modified: r.began()}); err != nil {
		t.Fatal(err)
	}
	b := r.ada(t)
	b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, "Verify your email first")
	for _, p := range []page{b.get(accountAt(userpool.PathAccountFactorOn, "EMAIL_OTP")), b.change(userpool.PathAccountFactorOn, "EMAIL_OTP")} {
		p.shows(t, http.StatusBadRequest, "Verify your email first", "Nothing was changed.")
	}
	for _, p := range []page{b.get(accountAt(userpool.PathAccountFactorOn, "SMS_MFA")), b.change(userpool.PathAccountFactorOn, "SMS_MFA")} {
		p.shows(t, http.StatusNotFound)
	}
	if on := r.person(t, adaName).MFA.Factors; len(on) > 0 {
		t.Errorf("turned on: %v", on)
	}
}

// A set-up of one person does not become another's: what the form carries is sealed for who began it.
func TestAttackSetUpOfAnotherPerson(t *testing.T) {
	r := newWaysRig(t, types.UserPoolMfaTypeOptional)
	b := r.ada(t)
	p := b.get(accountAt(userpool.PathAccountApp, ""))
	secret, setup := cut(t, p.body, "?secret=", "&amp;"), cut(t, p.body, `name="setup" value="`, `"`)
	ben := r.tab(t)
	ben.signInFor(accountAt(userpool.PathAccount, ""), benName, benPassword)
	ben.change(userpool.PathAccountApp, "", "setup", setup, "code", now(t, secret)).shows(t, http.StatusBadRequest, "That took too long.")
	if on := r.person(t, benName).MFA.Factors; len(on) > 0 {
		t.Errorf("Ben has %v", on)
	}
}

// cut is what stands between two texts of a page.
func cut(t *testing.T, body, from, to string) string {
	t.Helper()
	_, after, found := strings.Cut(body, from)
	text, _, ended := strings.Cut(after, to)
	if !found || !ended {
		t.Fatalf("no %q: %s", from, body)
	}
	return text
}
