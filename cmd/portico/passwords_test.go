package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
)

const (
	lenaName      = "lena@acme.example"
	lenaTemporary = "Temporary-Pass-1"
	lenaChosen    = "Chosen-Pass-22"
)

// newPasswordAt is the page that replaces a temporary password.
func newPasswordAt(pool string) string {
	return pool + userpool.PathNewPassword + "?" + ask().Encode()
}

// prove posts a sign-in and returns the page it leads to.
func (b *tab) prove(name, password string) page {
	b.t.Helper()
	b.get(loginAt(acme))
	return b.post(loginAt(acme), url.Values{"username": {name}, "password": {password}, "_csrf": {b.csrf(acme)}})
}

func (b *tab) choose(password, again string, more ...string) page {
	b.t.Helper()
	form := url.Values{"password": {password}, "confirmPassword": {again}, "_csrf": {b.csrf(acme)}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return b.post(newPasswordAt(acme), form)
}

// shows complains unless a page has a status and holds texts.
func (p page) shows(t *testing.T, status int, texts ...string) {
	t.Helper()
	if p.StatusCode != status {
		t.Errorf("status %d, want %d", p.StatusCode, status)
	}
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			t.Errorf("the page lacks %q:\n%s", text, p.body)
		}
	}
}

// A person with a temporary password chooses another, gives what the pool requires and lacks, and is then signed in.
func TestForcedNewPassword(t *testing.T) {
	r := newRig(t)
	r.changed = func(stored *userpool.Declaration) {
		stored.Pool.SchemaAttributes = append(stored.Pool.SchemaAttributes,
			types.SchemaAttributeType{Name: new("family_name"), Required: new(true), Mutable: new(true)},
			types.SchemaAttributeType{Name: new("birthdate"), Required: new(true), Mutable: new(true)})
		stored.Pool.Policies = &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{
			MinimumLength: new(int32(8)), RequireNumbers: true, PasswordHistorySize: new(int32(2)),
		}}
	}
	r.restart(t)
	b := r.tab(t)
	p := b.prove(lenaName, lenaTemporary)
	p.shows(t, http.StatusOK, "Choose a new password", "The one you signed in with was temporary.", "Save and continue", "At least 8 characters",
		`name="requiredAttributes[family_name]"`, `type="date"`, `autocomplete="bday"`, `autocomplete="new-password"`, `value="`+lenaName+`"`)
	if p.Request.URL.Path != userpool.PathNewPassword || b.cookie(acme, sessionCookie) != "" {
		t.Errorf("at %s with session %q", p.Request.URL.Path, b.cookie(acme, sessionCookie))
	}
	name := []string{"requiredAttributes[family_name]", "Lindqvist", "requiredAttributes[birthdate]", "1990-02-03"}
	b.choose("short", "short", name...).shows(t, http.StatusBadRequest, "Use 8 characters or more. Add a number.", `value="Lindqvist"`)
	b.choose(lenaChosen, "Other-Pass-33", name...).shows(t, http.StatusBadRequest, "This is not the same password.")
	b.choose(lenaTemporary, lenaTemporary, name...).shows(t, http.StatusBadRequest, "Password has previously been used. Choose another one.")
	b.choose(lenaChosen, lenaChosen).shows(t, http.StatusBadRequest, "This is needed.")
	b.choose(lenaChosen, lenaChosen, "requiredAttributes[family_name]", "Lindqvist", "requiredAttributes[birthdate]", "3.2.90").
		shows(t, http.StatusBadRequest, "String must be at least 10 characters long")

	challenge := b.cookie(acme, "__Host-challenge")
	back := b.toApp(b.choose(lenaChosen, lenaChosen, name...))
	if back.Get("code") == "" || b.cookie(acme, sessionCookie) == "" || b.cookie(acme, "__Host-challenge") != "" {
		t.Errorf("sent to the app with %v; challenge %q", back, b.cookie(acme, "__Host-challenge"))
	}
	r.redeem(t, acme, back.Get("code")).grants(t, http.StatusOK, "", "")

	// Replayed: the cookie as it was copied, in another browser.
	thief := r.tab(t)
	thief.get(loginAt(acme))
	thief.plant(acme, "__Host-challenge", challenge)
	thief.get(newPasswordAt(acme)).shows(t, http.StatusBadRequest, "This sign-in has expired", "Nothing was changed now, and nobody was signed in.", "Start again")
	thief.plant(acme, "__Host-challenge", challenge)
	thief.choose("Thieves-Pass-44", "Thieves-Pass-44", name...).shows(t, http.StatusBadRequest, "This sign-in has expired", "Nothing was changed now, and nobody was signed in.", "Start again")
	r.tab(t).signIn(acme, lenaName, lenaChosen)
	r.tab(t).prove(lenaName, lenaTemporary).shows(t, http.StatusBadRequest, "Incorrect username or password.")
}

// Nobody sets a password without having proved the temporary one in this browser.
func TestAttackNewPasswordWithoutProof(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.get(loginAt(acme))
	b.get(newPasswordAt(acme)).shows(t, http.StatusBadRequest, "This sign-in has expired")
	b.choose(lenaChosen, lenaChosen).shows(t, http.StatusBadRequest, "Nothing was changed now")
	b.prove(lenaName, lenaTemporary)
	b.post(newPasswordAt(acme), url.Values{"password": {lenaChosen}, "confirmPassword": {lenaChosen}, "_csrf": {"forged"}}).
		shows(t, http.StatusForbidden, "Nothing was changed.")
	other := r.tab(t) // the challenge of one pool, at another
	other.get(loginAt(bravo, "client_id", bravoAppID))
	other.plant(bravo, "__Host-challenge", b.cookie(acme, "__Host-challenge"))
	other.get(bravo+userpool.PathNewPassword+"?"+ask("client_id", bravoAppID).Encode()).shows(t, http.StatusBadRequest, "This sign-in has expired")
	r.tab(t).prove(lenaName, lenaTemporary).shows(t, http.StatusOK, "Choose a new password") // it is still the one
}

// An administrator's reset leads to the recovery, for whoever knows the password.
func TestResetRequiredLeadsToTheReset(t *testing.T) {
	r := newRig(t)
	user, err := r.db.UserByAlias(t.Context(), acmePool, userpool.AliasEmail, adaName)
	if err != nil {
		t.Fatal(err)
	}
	change := userpool.UserChange{Pool: acmePool, Sub: user.Sub, Version: user.Version, Status: userpool.ResetRequired, Modified: user.Modified}
	if err := r.db.ChangeUser(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	b := r.tab(t)
	b.prove(adaName, "not the password").shows(t, http.StatusBadRequest, "Incorrect username or password.")
	b.prove(adaName, adaPassword).shows(t, http.StatusBadRequest, "Reset your password", "Password reset required for the user", `value="`+adaName+`"`,
		`action="`+userpool.PathForgot)
	before := r.inbox.Count()
	forgot, reset := acme+userpool.PathForgot+"?"+ask().Encode(), acme+userpool.PathConfirmForgot+"?"+ask().Encode()
	b.post(forgot, url.Values{"username": {adaName}, "_csrf": {b.csrf(acme)}}).shows(t, http.StatusOK, "has an account, a code is on its way")
	r.waitForMail(t, before)
	code := r.inbox.Messages()[0].Code.Reveal()
	b.post(reset, url.Values{"code": {code}, "password": {"Another-Lantern-9"}, "confirmPassword": {"Another-Lantern-9"}, "_csrf": {b.csrf(acme)}})
	r.tab(t).signIn(acme, adaName, "Another-Lantern-9")
}
