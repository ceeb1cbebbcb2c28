package main

import (
	"net/url"
	"testing"

	"portico/userpool"
)

// Somebody is in Ada's account, with a browser and with an app's refresh token. She recovers it, and they are out.
func TestAttackStaysSignedInAfterARecovery(t *testing.T) {
	r := newRig(t)
	thief, ada := r.tab(t), r.tab(t)
	tokens := r.redeem(t, acme, thief.signIn(acme, adaName, adaPassword).Get("code"))
	if thief.signedInAs(acme) != adaName {
		t.Fatal("the thief is not signed in to begin with")
	}
	ada.get(acme + userpool.PathForgot + "?" + ask().Encode())
	post := func(path string, form url.Values) page {
		form.Set("_csrf", ada.csrf(acme))
		return ada.post(acme+path+"?"+ask().Encode(), form)
	}
	before := r.inbox.Count()
	post(userpool.PathForgot, url.Values{"username": {adaName}})
	r.waitForMail(t, before)
	const next = "Harbour-Window-19"
	post(userpool.PathConfirmForgot, url.Values{"code": {r.code(t, adaName)}, "password": {next}, "confirmPassword": {next}})
	if ada.signIn(acme, adaName, next).Get("code") == "" {
		t.Fatal("the account was not recovered")
	}
	if got := thief.signedInAs(acme); got != nil {
		t.Errorf("the thief is signed in still, as %v", got)
	}
	if a := r.refresh(t, appID, appSecret, tokens.RefreshToken); a.Error != "invalid_grant" {
		t.Errorf("the thief's refresh token works still: %+v", a)
	}
}
