package main

import (
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

const deviceCookie = "__Host-device"

// newReminding is a rig whose pool remembers devices in place of ada's authenticator app, where she agrees.
func newReminding(t *testing.T) *rig {
	t.Helper()
	r := newGuardedRig(t, types.UserPoolMfaTypeOptional)
	changed := r.changed
	r.changed = func(stored *userpool.Declaration) {
		changed(stored)
		stored.Pool.DeviceConfiguration = &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true}
	}
	r.restart(t)
	r.giveAda(t, userpool.FactorTOTP)
	return r
}

// laterCode is the code that ada's app shows next, which is taken already: it has not been used.
func laterCode(t *testing.T) string {
	t.Helper()
	code, err := totp.GenerateCode(adaSecret, time.Now().Add(30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// Somebody has a browser remembered, is asked for no code there any more, finds it in the account, and forgets it.
func TestDeviceIsRememberedAndForgotten(t *testing.T) {
	r := newReminding(t)
	b := r.tab(t)
	b.prove(adaName, adaPassword).shows(t, http.StatusOK, "Remember this device", "We will not ask for a code here for 30 days.")
	p := b.answer(userpool.PathMFA, "code", "000000", "rememberDevice", "true")
	p.shows(t, http.StatusBadRequest, "Invalid code received for user.")
	if !regexp.MustCompile(`<input[^>]* checked[^>]* name="rememberDevice"`).MatchString(p.body) {
		t.Errorf("the box is not as it was left: %s", p.body)
	}
	p = b.answer(userpool.PathMFA, "code", adaCode(t), "rememberDevice", "true")
	at, err := url.Parse(acme)
	if err != nil {
		t.Fatal(err)
	}
	set := b.jar[at.Host][deviceCookie]
	if set == nil || !set.HttpOnly || !set.Secure || set.SameSite != http.SameSiteLaxMode || set.Path != "/" || set.Domain != "" || set.MaxAge != 30*24*3600 || len(set.Value) != 51 {
		t.Fatalf("the cookie is %+v", set)
	}
	if b.toApp(p).Get("code") == "" {
		t.Error("not sent to the app")
	}
	b.get(acme + userpool.PathLogout + "?" + url.Values{"client_id": {appID}, "logout_uri": {appLogout}}.Encode())
	if b.cookie(acme, sessionCookie) != "" || b.cookie(acme, deviceCookie) == "" {
		t.Error("signing out left the session, or took the device")
	}
	if b.toApp(b.prove(adaName, adaPassword)).Get("code") == "" {
		t.Error("the device was asked for a code")
	}
	r.tab(t).prove(adaName, adaPassword).shows(t, http.StatusOK, "Enter your code")

	p = b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, "Remembered device · last used just now", "Forget")
	found := regexp.MustCompile(`/account/sessions\?about=(device%3A[\w-]+)`).FindStringSubmatch(p.body)
	if found == nil {
		t.Fatal(p.body)
	}
	about, err := url.QueryUnescape(found[1])
	if err != nil {
		t.Fatal(err)
	}
	b.reaches(b.get(accountAt(userpool.PathAccountSessions, "")), userpool.PathAccountSessions, "Remembered devices are forgotten, this one as well.")
	b.reaches(b.get(accountAt(userpool.PathAccountSessions, about)), userpool.PathAccountSessions, "Forget ", "It is no longer remembered")
	if p := b.get(accountAt(userpool.PathAccountSessions, "device:us-east-1_nothing")); p.StatusCode != http.StatusNotFound {
		t.Errorf("a device of nobody: %d", p.StatusCode)
	}
	p = b.reaches(b.change(userpool.PathAccountSessions, about), userpool.PathAccount, "The device was forgotten.")
	if strings.Contains(p.body, "Remembered device") {
		t.Error("it is listed still")
	}
	b.prove(adaName, adaPassword).shows(t, http.StatusOK, "Enter your code")
}

// Somebody else's device is forgotten by nobody but its owner.
func TestAttackForgetAnothersDevice(t *testing.T) {
	r := newReminding(t)
	b := r.tab(t)
	b.prove(adaName, adaPassword)
	b.answer(userpool.PathMFA, "code", adaCode(t), "rememberDevice", "true")
	ada, err := r.db.UserByAlias(t.Context(), acmePool, userpool.AliasEmail, adaName)
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.db.Devices(t.Context(), acmePool, ada.Sub)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	other := r.tab(t)
	other.get(other.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab"))
	other.reaches(other.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, "with Harbor")
	other.reaches(other.change(userpool.PathAccountSessions, "device:"+list[0].Key), userpool.PathAccount, "The device was forgotten.")
	if list, err := r.db.Devices(t.Context(), acmePool, ada.Sub); err != nil || len(list) != 1 {
		t.Errorf("somebody else forgot it: %+v, %v", list, err)
	}
}

// A remembered browser that somebody left, with the password, does not change what the account is kept safe by.
func TestAttackSensitivePagesOnARememberedDevice(t *testing.T) {
	r := newReminding(t)
	b := r.tab(t)
	b.prove(adaName, adaPassword)
	b.answer(userpool.PathMFA, "code", adaCode(t), "rememberDevice", "true")
	b.get(acme + userpool.PathLogout + "?" + url.Values{"client_id": {appID}, "logout_uri": {appLogout}}.Encode())
	if b.toApp(b.prove(adaName, adaPassword)).Get("code") == "" {
		t.Fatal("the device was asked for a code")
	}
	for _, path := range []string{userpool.PathAccountPassword, userpool.PathAccountDelete, userpool.PathAccountDownload, userpool.PathAddPasskey} {
		p := b.signInFor(accountAt(path, ""), adaName, adaPassword)
		if p.Request.URL.Path != userpool.PathMFA {
			t.Errorf("%s: the password led to %s", path, p.Request.URL.Path)
		}
	}
	p := b.post(b.signInFor(accountAt(userpool.PathAccountDelete, ""), adaName, adaPassword).Request.URL.String(),
		url.Values{"code": {laterCode(t)}, "_csrf": {b.csrf(acme)}})
	b.reaches(p, userpool.PathAccountDelete, "What you lose")
	if data := b.get(accountAt(userpool.PathAccountDownload, "")); !strings.Contains(data.body, `"devices"`) {
		t.Errorf("what is kept of devices is not in the download: %s", data.body)
	}
}

// A cookie stuffed with thousands of entries, or with anything at all, is a browser that is not remembered.
func TestAttackStuffedDeviceCookie(t *testing.T) {
	r := newReminding(t)
	for _, value := range []string{strings.Repeat("x", 51), strings.Repeat(strings.Repeat("A", 51)+".", 150), strings.Repeat(".", 8000), "%00"} {
		b := r.tab(t)
		b.get(loginAt(acme))
		b.plant(acme, deviceCookie, value)
		b.prove(adaName, adaPassword).shows(t, http.StatusOK, "Enter your code")
	}
}
