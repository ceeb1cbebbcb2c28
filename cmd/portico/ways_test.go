package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/pquerna/otp/totp"

	"portico/userpool"
	"portico/userpool/directory"
)

// newWaysRig is a rig whose pool takes passkeys, and second factors with the mode; in the board people choose how to sign in.
func newWaysRig(t *testing.T, mode types.UserPoolMfaType) *rig {
	t.Helper()
	r := newRig(t)
	r.changed = func(stored *userpool.Declaration) {
		if *stored.Pool.Id != acmePool {
			return
		}
		stored.Pool.MfaConfiguration = mode
		if stored.Pool.Policies == nil {
			stored.Pool.Policies = &types.UserPoolPolicyType{}
		}
		stored.Pool.Policies.SignInPolicy = &types.SignInPolicyType{AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeWebAuthn}}
		stored.Factors.SoftwareTokenMfaConfiguration = &types.SoftwareTokenMfaConfigType{Enabled: true}
		stored.Factors.EmailMfaConfiguration = &types.EmailMfaConfigType{}
		stored.Factors.SmsMfaConfiguration = &types.SmsMfaConfigType{}
		for i := range stored.Clients {
			if *stored.Clients[i].ClientId == boardID {
				stored.Clients[i].ExplicitAuthFlows = append(stored.Clients[i].ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowUserAuth)
			}
		}
	}
	r.restart(t)
	return r
}

func (r *rig) person(t *testing.T, name string) userpool.User {
	t.Helper()
	user, err := r.db.UserByAlias(t.Context(), acmePool, userpool.AliasEmail, name)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

// giveKey gives somebody a passkey and returns what pages call it.
func (r *rig) giveKey(t *testing.T, owner, name string) string {
	t.Helper()
	key := userpool.Passkey{
		Pool: acmePool, Sub: r.person(t, owner).Sub, ID: []byte(name), Handle: []byte(owner), RelyingPartyID: "login.acme.example", PublicKey: []byte{1},
		AAGUID: make([]byte, 16), Name: name, Created: time.Now().Add(-72 * time.Hour), Used: time.Now().Add(-3 * time.Hour),
	}
	if err := r.db.AddPasskey(t.Context(), key, userpool.Once{Purpose: "test", ID: name, Until: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	return directory.PasskeyName(key.ID)
}

// dropPassword takes somebody's password away.
func (r *rig) dropPassword(t *testing.T, name string) {
	t.Helper()
	user := r.person(t, name)
	if err := r.db.ChangeUser(t.Context(), userpool.UserChange{Pool: acmePool, Sub: user.Sub, Version: user.Version, DropPassword: true, Modified: r.began()}); err != nil {
		t.Fatal(err)
	}
}

// A passkey is listed with when it was added and used, is called something else, and is removed; the person is told.
func TestAccountKeepsPasskeys(t *testing.T) {
	r := newWaysRig(t, types.UserPoolMfaTypeOff)
	key := r.giveKey(t, adaName, "iPhone")
	b := r.ada(t)
	p := b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, "iPhone", "Passkey · added 3 days ago · last used 3 hours ago", "Rename", "Remove")
	if strings.Contains(p.body, "Authenticator app") || strings.Contains(p.body, "/passkeys/add") {
		t.Error("the page offers second steps in a pool without them, or a passkey where the app takes none")
	}
	b.reaches(b.get(accountAt(userpool.PathAccountPasskey, key)), userpool.PathAccountPasskey, "Rename your passkey", `value="iPhone"`)
	for _, name := range []string{"", " ", strings.Repeat("x", 65), "a\u202eb"} {
		if p := b.change(userpool.PathAccountPasskey, key, "passkeyName", name); p.StatusCode != http.StatusBadRequest || !strings.Contains(p.body, "at most 64 characters") {
			t.Errorf("%q: %d", name, p.StatusCode)
		}
	}
	b.reaches(b.change(userpool.PathAccountPasskey, key, "passkeyName", "Kitchen phone"), userpool.PathAccount, "Kitchen phone", "Your change was saved.")
	b.reaches(b.get(accountAt(userpool.PathAccountDownload, "")), userpool.PathAccountDownload, `"name": "Kitchen phone"`, `"domain": "login.acme.example"`)
	b.reaches(b.get(accountAt(userpool.PathAccountPasskeyRemove, key)), userpool.PathAccountPasskeyRemove, "Remove Kitchen phone?")
	before := r.inbox.Count()
	b.reaches(b.change(userpool.PathAccountPasskeyRemove, key), userpool.PathAccount, "The passkey was removed.")
	r.waitForMail(t, before)
	if got := r.inbox.Messages()[0].Text; !strings.Contains(got, "A passkey was removed from your account") {
		t.Errorf("told %q", got)
	}
	if p := b.get(accountAt(userpool.PathAccountPasskeyRemove, key)); p.StatusCode != http.StatusNotFound {
		t.Errorf("it is still there: %d", p.StatusCode)
	}
}

// An app is set up on the account page, asked for at the next sign-in, replaced, and removed; who has just set it up need not
// sign in again.
func TestAccountSetsUpAnApp(t *testing.T) {
	r := newWaysRig(t, types.UserPoolMfaTypeOptional)
	b := r.ada(t)
	b.reaches(b.get(accountAt(userpool.PathAccount, "")), userpool.PathAccount, "Authenticator app", "Not set up", "Set up", "Code by email", "Turn on")
	p := b.reaches(b.get(accountAt(userpool.PathAccountApp, "")), userpool.PathAccountApp, "Set up your authenticator app", `<svg class="qr"`, "Back to your account")
	secret := regexp.MustCompile(`\?secret=([A-Z2-7]{32})&amp;`).FindStringSubmatch(p.body)[1]
	setup := regexp.MustCompile(`name="setup" value="([^"]+)"`).FindStringSubmatch(p.body)[1]
	p = b.change(userpool.PathAccountApp, "", "setup", setup, "code", "000000", "friendlyDeviceName", "My phone")
	p.shows(t, http.StatusBadRequest, "Invalid code received for user.", `value="My phone"`, secret[:4])
	b.change(userpool.PathAccountApp, "", "setup", "forged", "code", "000000").shows(t, http.StatusBadRequest, "That took too long.", "Scan the new code below.")
	b.change(userpool.PathAccountApp, "", "setup", setup, "code", now(t, secret), "friendlyDeviceName", strings.Repeat("x", 65)).shows(t, http.StatusBadRequest, "This is too long.")
	before := r.inbox.Count()
	b.reaches(b.change(userpool.PathAccountApp, "", "setup", setup, "code", now(t, secret), "friendlyDeviceName", "My phone"),
		userpool.PathAccount, "Your authenticator app is set up.", "My phone · Asked for after your password", "Replace")
	r.waitForMail(t, before)
	r.tab(t).prove(adaName, adaPassword).shows(t, http.StatusOK, "Enter your code")

	p = b.reaches(b.get(accountAt(userpool.PathAccountDownload, "")), userpool.PathAccountDownload, `"authenticatorApp"`, `"name": "My phone"`, "SOFTWARE_TOKEN_MFA")
	if strings.Contains(p.body, secret) || strings.Contains(strings.ToLower(p.body), "secret") {
		t.Error("the download holds the secret")
	}
	b.reaches(b.get(accountAt(userpool.PathAccountApp, "")), userpool.PathAccountApp, "takes the place of the one you have now")
	b.reaches(b.get(accountAt(userpool.PathAccountAppRemove, "")), userpool.PathAccountAppRemove, "Remove your authenticator app?")
	b.reaches(b.change(userpool.PathAccountAppRemove, ""), userpool.PathAccount, "The authenticator app was removed.", "Not set up")
	r.tab(t).signIn(acme, adaName, adaPassword)
}

func now(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// signInTwice signs Ada in for a page with her password and her app.
func (b *tab) signInTwice(address, code string) page {
	b.t.Helper()
	p := b.signInFor(address, adaName, adaPassword)
	if p.Request.URL.Path == userpool.PathMFAOption {
		p = b.step(p, "mfaOption", "SOFTWARE_TOKEN_MFA")
	}
	b.reaches(p, userpool.PathMFA)
	return b.step(p, "code", code)
}

// step posts a field to the page it was reached by.
func (b *tab) step(p page, field, value string) page {
	b.t.Helper()
	return b.post(p.Request.URL.String(), map[string][]string{field: {value}, "_csrf": {b.csrf(acme)}})
}

// Codes by e-mail are turned on for a verified address, one of two factors is asked for first, and codes are turned off again.
func TestAccountTurnsCodesOnAndOff(t *testing.T) {
	r := newWaysRig(t, types.UserPoolMfaTypeOptional)
	r.giveAda(t, userpool.FactorTOTP)
	b := r.tab(t)
	b.reaches(b.signInTwice(accountAt(userpool.PathAccount, ""), adaCode(t)), userpool.PathAccount, "Asked for after your password")
	b.reaches(b.get(accountAt(userpool.PathAccountFactorOn, "EMAIL_OTP")), userpool.PathAccountFactorOn, "Turn on codes by email?", "We send a code to", adaName)
	p := b.reaches(b.change(userpool.PathAccountFactorOn, "EMAIL_OTP"), userpool.PathAccount, "Your change was saved.", "Turn off", "Choose what is asked for first")
	if strings.Contains(p.body, "Asked for first") {
		t.Error("one is preferred that nobody chose")
	}
	b.reaches(b.get(accountAt(userpool.PathAccountPreferred, "")), userpool.PathAccountPreferred, "What is asked for first?", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA")
	b.change(userpool.PathAccountPreferred, "", "mfaOption", "SMS_MFA").shows(t, http.StatusNotFound)
	b.reaches(b.change(userpool.PathAccountPreferred, "", "mfaOption", "EMAIL_OTP"), userpool.PathAccount, "Asked for first")
	r.tab(t).prove(adaName, adaPassword).shows(t, http.StatusOK, "Check your email")
	b.reaches(b.get(accountAt(userpool.PathAccountFactorOff, "EMAIL_OTP")), userpool.PathAccountFactorOff, "Turn off codes by email?")
	b.reaches(b.change(userpool.PathAccountFactorOff, "EMAIL_OTP"), userpool.PathAccount, "Your change was saved.")
	r.tab(t).prove(adaName, adaPassword).shows(t, http.StatusOK, "Enter your code")
	b.get(accountAt(userpool.PathAccountFactorOn, "SOFTWARE_TOKEN_MFA")).shows(t, http.StatusNotFound)
}

// Where everybody needs a second factor the last one stays, and the page says why.
func TestAccountKeepsTheLastSecondFactor(t *testing.T) {
	r := newWaysRig(t, types.UserPoolMfaTypeOn)
	r.giveAda(t, userpool.FactorTOTP)
	b := r.tab(t)
	b.reaches(b.signInTwice(accountAt(userpool.PathAccount, ""), adaCode(t)), userpool.PathAccount)
	for _, p := range []page{b.get(accountAt(userpool.PathAccountAppRemove, "")), b.change(userpool.PathAccountAppRemove, "")} {
		b.reaches(p, userpool.PathAccountAppRemove, "This is your only second step.", "Set up another first.")
	}
	if !strings.Contains(b.get(accountAt(userpool.PathAccount, "")).body, "Asked for after your password") {
		t.Error("it is gone all the same")
	}
}
