package main

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"portico/federation/practice"
	"portico/userpool"
)

// signOut goes to the sign-out address of the app.
func (b *tab) signOut(pool string) page {
	b.t.Helper()
	return b.get(pool + userpool.PathLogout + "?client_id=" + appID + "&logout_uri=" + url.QueryEscape(appLogout))
}

// One sign-in serves all apps of the pool, with prompt=none too, and no other pool.
func TestSingleSignOn(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword)
	for _, silently := range []string{"", "none"} {
		code := b.toApp(b.get(authorizeAt(acme, "client_id", drawingsID, "prompt", silently))).Get("code")
		a := r.token(t, acme, drawingsID, drawingsSecret, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {appCallback}})
		if a.Error != "" || claims(t, a.IDToken)["aud"] != drawingsID || claims(t, a.IDToken)["email"] != adaName {
			t.Errorf("prompt %q at the other app: %+v", silently, a)
		}
	}
	if back := b.toApp(b.get(authorizeAt(bravo, "client_id", bravoAppID, "prompt", "none"))); back.Get("error") != "login_required" {
		t.Errorf("the other pool says %v", back)
	}
}

// The sign-in page with prompt=login or max_age leads to the app after one sign-in, and does not ask for ever; another person
// in the same browser has a session of their own.
func TestReauthenticationEndsAtTheApp(t *testing.T) {
	r := newRig(t)
	for _, demand := range [][]string{{"prompt", "login"}, {"max_age", "0"}, {"prompt", "login", "max_age", "0"}} {
		b := r.tab(t)
		b.signIn(acme, adaName, adaPassword)
		before := b.cookie(acme, sessionCookie)
		if p := b.get(authorizeAt(acme, demand...)); p.StatusCode != http.StatusOK || p.Request.URL.Path != userpool.PathLogin {
			t.Fatalf("%v: not asked to sign in: %d at %s", demand, p.StatusCode, p.Request.URL.Path)
		}
		asked := time.Now()
		code := b.signIn(acme, benName, benPassword, demand...).Get("code")
		got := claims(t, r.redeem(t, acme, code).IDToken)
		if got["email"] != benName || got["auth_time"].(float64) < float64(asked.Unix()) {
			t.Errorf("%v: %v signed in at %v", demand, got["email"], got["auth_time"])
		}
		if b.cookie(acme, sessionCookie) == before || b.signedInAs(acme) != benName {
			t.Errorf("%v: the browser is %v", demand, b.signedInAs(acme))
		}
	}
}

// max_age answers from a session that is recent enough, and tells the app what it is.
func TestMaxAgeOfASession(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword)
	code := b.toApp(b.get(authorizeAt(acme, "max_age", "60", "prompt", "none"))).Get("code")
	if a := r.redeem(t, acme, code); a.Error != "" {
		t.Errorf("%+v", a)
	}
	if back := b.toApp(b.get(authorizeAt(acme, "max_age", "0", "prompt", "none"))); back.Get("error") != "login_required" {
		t.Errorf("max_age=0 without a question: %v", back)
	}
}

// OpenID Connect Core §3.1.2.1, id_token_hint: the app's ID token, which may be old, names the person it means.
func TestIDTokenHint(t *testing.T) {
	r := newRig(t)
	ada, ben := r.tab(t), r.tab(t)
	hint := r.redeem(t, acme, ada.signIn(acme, adaName, adaPassword).Get("code"))
	if back := r.tab(t).signIn(acme, benName, benPassword, "id_token_hint", hint.IDToken); back.Get("error") != "login_required" {
		t.Errorf("another person signs in with the password: %v", back)
	}
	if back := r.tab(t).signIn(acme, adaName, adaPassword, "id_token_hint", hint.IDToken); back.Get("code") == "" {
		t.Errorf("the person of the hint signs in with the password: %v", back)
	}
	ben.signIn(acme, benName, benPassword)
	if back := ada.toApp(ada.get(authorizeAt(acme, "prompt", "none", "id_token_hint", hint.IDToken))); back.Get("code") == "" {
		t.Errorf("the person of the hint: %v", back)
	}
	for name, raw := range map[string]string{"another person": hint.IDToken, "an access token": hint.AccessToken, "garbage": "garbage"} {
		if back := ben.toApp(ben.get(authorizeAt(acme, "prompt", "none", "id_token_hint", raw))); back.Get("error") != "login_required" {
			t.Errorf("%s: %v", name, back)
		}
	}
}

// atProviders runs a sign-in of Kofi at each kind of provider, to the app.
func (b *tab) atProviders() map[string]func(changes ...string) url.Values {
	person := practice.People()[0].ID
	return map[string]func(changes ...string) url.Values{
		"Harbor": func(changes ...string) url.Values {
			return b.toApp(b.get(b.atOpenID(authorizeAt(acme, append(changes, "identity_provider", "Harbor")...), person)))
		},
		"Northwind": func(changes ...string) url.Values {
			action, form := b.atNorthwind(authorizeAt(acme, append(changes, "identity_provider", "Northwind")...), person)
			return b.toApp(b.post(action, form))
		},
	}
}

// A provider that is told to ask the person again, and does not, does not sign anybody in who has to prove to be there.
func TestProviderThatIgnoresTheDemandForANewSignIn(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	for name, signIn := range b.atProviders() {
		for _, demand := range [][]string{{"prompt", "login"}, {"max_age", "0"}, {"max_age", "3600"}} {
			r.harbor.SetFaults(practice.Faults{OldSignIn: true})
			r.northwind.SetFaults(practice.Faults{OldSignIn: true})
			if back := signIn(demand...); back.Get("error") != "login_required" || back.Get("code") != "" || back.Get("state") == "" {
				t.Errorf("%s, %v: %v", name, demand, back)
			}
			if b.cookie(acme, sessionCookie) != "" {
				t.Errorf("%s, %v: a session began", name, demand)
			}
			r.harbor.SetFaults(practice.Faults{})
			r.northwind.SetFaults(practice.Faults{})
			asked := time.Now()
			got := claims(t, r.redeem(t, acme, signIn(demand...).Get("code")).IDToken)
			if got["auth_time"].(float64) < float64(asked.Unix()) {
				t.Errorf("%s, %v: auth_time %v", name, demand, got["auth_time"])
			}
			b.signOut(acme)
		}
	}
	// One that never says when people signed in: max_age is not met, prompt=login is a wish, as it is at Cognito.
	r.harbor.SetFaults(practice.Faults{NoAuthTime: true})
	harbor := b.atProviders()["Harbor"]
	if back := harbor("max_age", "3600"); back.Get("error") != "login_required" {
		t.Errorf("max_age without a time: %v", back)
	}
	if back := harbor("prompt", "login"); back.Get("code") == "" {
		t.Errorf("prompt=login without a time: %v", back)
	}
}

// auth_time is when the person signed in at the provider, who knew them already when they came.
func TestAuthTimeIsTheProviders(t *testing.T) {
	r := newRig(t)
	r.harbor.SetFaults(practice.Faults{OldSignIn: true})
	r.northwind.SetFaults(practice.Faults{OldSignIn: true})
	for name, signIn := range r.tab(t).atProviders() {
		a := r.redeem(t, acme, signIn().Get("code"))
		for _, raw := range []string{a.IDToken, a.AccessToken} {
			at := time.Unix(int64(claims(t, raw)["auth_time"].(float64)), 0)
			if ago := time.Since(at); ago < 2*time.Hour || ago > 2*time.Hour+time.Minute {
				t.Errorf("%s: auth_time was %s ago, want two hours", name, ago)
			}
		}
	}
}

// A session outlives a restart; a sign-out does, too: the cookie, a copy of it, and codes of the session are dead.
func TestSignOutOutlivesARestart(t *testing.T) {
	r := newRig(t)
	stays, leaves := r.tab(t), r.tab(t)
	kept := stays.signIn(acme, adaName, adaPassword).Get("code")
	lost := leaves.signIn(acme, benName, benPassword).Get("code")
	copied := leaves.cookie(acme, sessionCookie)
	leaves.signOut(acme)
	r.restart(t)
	leaves.plant(acme, sessionCookie, copied)
	if got := leaves.signedInAs(acme); got != nil {
		t.Errorf("the copy of the cookie is %v", got)
	}
	if p := leaves.get(authorizeAt(acme)); p.Request.URL.Path != userpool.PathLogin {
		t.Errorf("sent to %s, want to be asked", p.Request.URL)
	}
	if a := r.redeem(t, acme, lost); a.Error != "invalid_grant" {
		t.Errorf("a code of the ended session gives %+v", a)
	}
	if got := stays.signedInAs(acme); got != adaName {
		t.Errorf("after the restart the browser is %v", got)
	}
	if a := r.redeem(t, acme, kept); a.Error != "" {
		t.Errorf("a code from before the restart: %+v", a)
	}
}
