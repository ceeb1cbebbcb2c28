package main

import (
	"encoding/base32"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/pquerna/otp/totp"

	"portico/userpool"
)

// adaSecret is that of ada's authenticator app, as she would type it.
const adaSecret = "ADAADAADAADAADAADAADAADAADAADAAD"

const challengeCookie = "__Host-challenge"

// newGuardedRig is a rig whose pool offers second factors, with the mode.
func newGuardedRig(t *testing.T, mode types.UserPoolMfaType) *rig {
	t.Helper()
	r := newRig(t)
	r.changed = func(stored *userpool.Declaration) {
		stored.Pool.MfaConfiguration = mode
		stored.Factors.SoftwareTokenMfaConfiguration = &types.SoftwareTokenMfaConfigType{Enabled: true}
		stored.Factors.EmailMfaConfiguration = &types.EmailMfaConfigType{}
	}
	r.restart(t)
	return r
}

// giveAda turns second factors on for ada.
func (r *rig) giveAda(t *testing.T, factors ...userpool.Factor) {
	t.Helper()
	ada, err := r.db.UserByAlias(t.Context(), acmePool, userpool.AliasEmail, adaName)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base32.StdEncoding.DecodeString(adaSecret)
	if err != nil {
		t.Fatal(err)
	}
	err = r.db.ChangeUser(t.Context(), userpool.UserChange{
		Pool: acmePool, Sub: ada.Sub, Version: ada.Version, MFA: &userpool.MFASettings{Factors: factors}, Modified: ada.Modified,
		Token: &userpool.SoftwareToken{Pool: acmePool, Sub: ada.Sub, Secret: userpool.NewSecret(string(raw)), Added: ada.Modified},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// answer posts a form to one of the pages of second factors.
func (b *tab) answer(path string, fields ...string) page {
	b.t.Helper()
	form := url.Values{"_csrf": {b.csrf(acme)}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return b.post(pageAt(path), form)
}

func adaCode(t *testing.T) string {
	t.Helper()
	code, err := totp.GenerateCode(adaSecret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// Somebody with several factors chooses one, changes her mind, and is signed in by the right code; what was used is of no use
// any more.
func TestSecondFactorIsChosen(t *testing.T) {
	r := newGuardedRig(t, types.UserPoolMfaTypeOptional)
	r.giveAda(t, userpool.FactorTOTP, userpool.FactorEmailOTP)
	b := r.tab(t)
	p := b.prove(adaName, adaPassword)
	p.shows(t, http.StatusOK, "Choose your second step", "Authenticator app", "Code by email", "a•••@a•••.example", "Start again")
	if p.Request.URL.Path != userpool.PathMFAOption || b.cookie(acme, sessionCookie) != "" {
		t.Errorf("at %s with session %q", p.Request.URL.Path, b.cookie(acme, sessionCookie))
	}
	before := r.inbox.Count()
	p = b.answer(userpool.PathMFAOption, "mfaOption", "EMAIL_OTP")
	p.shows(t, http.StatusOK, "Check your email", "We sent a code to", "It works for 3 minutes.", "Use another way", "You can ask again in")
	if p.Request.URL.Path != userpool.PathMFA || r.inbox.Count() != before+1 {
		t.Errorf("at %s with %d new messages", p.Request.URL.Path, r.inbox.Count()-before)
	}
	b.answer(userpool.PathMFA, "code", "none").shows(t, http.StatusBadRequest, "Invalid code or auth state for the user.", `value="none"`)
	b.get(pageAt(userpool.PathMFAOption)).shows(t, http.StatusOK, "Choose your second step")
	b.answer(userpool.PathMFAOption, "mfaOption", "SMS_MFA").shows(t, http.StatusOK, "Check your email") // which she has not
	b.answer(userpool.PathMFAOption, "mfaOption", "SOFTWARE_TOKEN_MFA").shows(t, http.StatusOK, "Enter your code", "Acme Notes")
	b.answer(userpool.PathMFA, "code", strings.Repeat("9", 25)).shows(t, http.StatusBadRequest, "Invalid code received for user.")

	challenge, code := b.cookie(acme, challengeCookie), adaCode(t)
	back := b.toApp(b.answer(userpool.PathMFA, "code", code))
	if back.Get("code") == "" || b.cookie(acme, sessionCookie) == "" || b.cookie(acme, challengeCookie) != "" {
		t.Errorf("sent to the app with %v; challenge %q", back, b.cookie(acme, challengeCookie))
	}
	r.redeem(t, acme, back.Get("code")).grants(t, http.StatusOK, "", "")

	thief := r.tab(t) // with the cookie and the code as they went by
	thief.get(loginAt(acme))
	thief.plant(acme, challengeCookie, challenge)
	p = thief.answer(userpool.PathMFA, "code", code)
	if p.StatusCode != http.StatusBadRequest || thief.cookie(acme, sessionCookie) != "" {
		t.Errorf("replayed: status %d, session %q", p.StatusCode, thief.cookie(acme, sessionCookie))
	}
}

// No page of a second factor does anything without a challenge of this browser, this pool and this form.
func TestAttackSecondFactorWithoutPassword(t *testing.T) {
	r := newGuardedRig(t, types.UserPoolMfaTypeOn)
	r.giveAda(t, userpool.FactorTOTP)
	b := r.tab(t)
	b.get(loginAt(acme))
	for _, path := range []string{userpool.PathMFA, userpool.PathMFAOption, userpool.PathMFASetUp} {
		b.get(pageAt(path)).shows(t, http.StatusBadRequest, "This sign-in has expired", "Start again")
		b.answer(path, "code", adaCode(t), "mfaOption", "SOFTWARE_TOKEN_MFA").shows(t, http.StatusBadRequest, "This sign-in has expired")
	}
	b.prove(adaName, adaPassword).shows(t, http.StatusOK, "Enter your code")
	b.post(pageAt(userpool.PathMFA), url.Values{"code": {adaCode(t)}, "_csrf": {"forged"}}).shows(t, http.StatusForbidden)
	other := r.tab(t)
	other.get(loginAt(bravo, "client_id", bravoAppID))
	other.plant(bravo, challengeCookie, b.cookie(acme, challengeCookie))
	other.get(bravo+userpool.PathMFA+"?"+ask("client_id", bravoAppID).Encode()).shows(t, http.StatusBadRequest, "This sign-in has expired")
	if b.cookie(acme, sessionCookie) != "" {
		t.Error("signed in")
	}
}

// Whether somebody has a second factor is told only to who knows the password, and nobody is anybody there.
func TestAttackEnumerationBySecondFactor(t *testing.T) {
	r := newGuardedRig(t, types.UserPoolMfaTypeOn)
	r.giveAda(t, userpool.FactorTOTP)
	token := regexp.MustCompile(`name="_csrf" value="[^"]*"`)
	normal := func(p page, name string) string {
		return strings.ReplaceAll(token.ReplaceAllString(p.body, ""), name, "NAME")
	}
	known := r.tab(t).prove(adaName, "Wrong-Password-1")
	unknown := r.tab(t).prove("nobody@acme.example", "Wrong-Password-1")
	if known.StatusCode != unknown.StatusCode || normal(known, adaName) != normal(unknown, "nobody@acme.example") {
		t.Errorf("the answers differ: %d and %d", known.StatusCode, unknown.StatusCode)
	}
}

// Where everybody needs a second factor and somebody has nothing to send a code to, an app is set up, with the QR code drawn in
// the page.
func TestAppIsSetUpOnThePage(t *testing.T) {
	r := newGuardedRig(t, types.UserPoolMfaTypeOn)
	changed := r.changed
	r.changed = func(stored *userpool.Declaration) {
		changed(stored)
		stored.Factors.EmailMfaConfiguration = nil
	}
	r.restart(t)
	b := r.tab(t)
	p := b.prove(adaName, adaPassword)
	p.shows(t, http.StatusOK, "Set up your authenticator app", "<svg class=\"qr\"", "otpauth://totp/Acme%20Notes:", "Finish set-up")
	if strings.Contains(p.body, "Use another way") {
		t.Error("there is no other way")
	}
	secret := regexp.MustCompile(`\?secret=([A-Z2-7]{32})&amp;`).FindStringSubmatch(p.body)[1]
	b.answer(userpool.PathMFASetUp, "code", "000000", "friendlyDeviceName", "My phone").
		shows(t, http.StatusBadRequest, "Invalid code received for user.", `value="My phone"`, secret[:4])
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if back := b.toApp(b.answer(userpool.PathMFASetUp, "code", code, "friendlyDeviceName", "My phone")); back.Get("code") == "" {
		t.Errorf("sent to the app with %v", back)
	}
	again := r.tab(t)
	again.prove(adaName, adaPassword).shows(t, http.StatusOK, "Enter your code")
	again.answer(userpool.PathMFA, "code", code).shows(t, http.StatusBadRequest, "Your software token has already been used once.")
	for range 4 {
		again.answer(userpool.PathMFA, "code", "000000")
	}
	p = again.answer(userpool.PathMFA, "code", "000000")
	p.shows(t, http.StatusTooManyRequests, "Too many wrong codes.", "Your account is safe.")
	if p.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}
