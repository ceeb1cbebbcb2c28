package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// grants is what the token endpoint must answer, status and error.
func (a answer) grants(t *testing.T, status int, code, description string) {
	t.Helper()
	if a.status != status || a.Error != code || a.Description != description {
		t.Errorf("status %d, error %q (%q), want %d, %q (%q)", a.status, a.Error, a.Description, status, code, description)
	}
	if (a.Error != "") == (a.AccessToken != "") {
		t.Errorf("tokens beside an error, or neither: %+v", a)
	}
}

// A code that was issued to one app is brought to the token endpoint by another, or at another pool (code injection, RFC
// 9700 §4.5; client mix-up).
func TestCodeInjection(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	code := b.signIn(acme, adaName, adaPassword).Get("code")
	form := func() url.Values {
		return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {appCallback}}
	}
	for name, thief := range map[string]struct{ pool, client, secret string }{
		"another app of the pool": {acme, drawingsID, drawingsSecret},
		"a public app":            {acme, phoneID, ""},
		"the app's other pool":    {bravo, bravoAppID, appSecret},
	} {
		t.Run(name, func(t *testing.T) {
			r.token(t, thief.pool, thief.client, thief.secret, form()).grants(t, http.StatusBadRequest, "invalid_grant", "")
		})
	}
	t.Run("the right app at the wrong pool", func(t *testing.T) {
		r.token(t, bravo, appID, appSecret, form()).grants(t, http.StatusBadRequest, "invalid_client", "")
	})
	t.Run("a name that is not the one of the secret", func(t *testing.T) {
		a := form()
		a.Set("client_id", drawingsID)
		r.token(t, acme, appID, appSecret, a).grants(t, http.StatusBadRequest, "invalid_request", "")
	})
	// Nobody but the right app can burn a code.
	r.token(t, acme, appID, appSecret, form()).grants(t, http.StatusOK, "", "")
}

// Tokens of one app or pool are brought to another.
func TestTokenInjection(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	a := r.redeem(t, acme, b.signIn(acme, adaName, adaPassword).Get("code"))
	refresh := func(pool, client, secret string) answer {
		return r.token(t, pool, client, secret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {a.RefreshToken}})
	}
	refresh(acme, drawingsID, drawingsSecret).grants(t, http.StatusBadRequest, "invalid_grant", "")
	refresh(acme, phoneID, "").grants(t, http.StatusBadRequest, "invalid_grant", "")
	refresh(bravo, bravoAppID, appSecret).grants(t, http.StatusBadRequest, "invalid_grant", "")
	if status := r.userInfo(t, bravo, a.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("userInfo of another pool answers %d", status)
	}
	for name, other := range map[string]string{"ID": a.IDToken, "refresh": a.RefreshToken} {
		if status := r.userInfo(t, acme, other); status != http.StatusUnauthorized {
			t.Errorf("userInfo takes an %s token: %d", name, status)
		}
	}
	// Others cannot revoke it, and are not told that they cannot (RFC 7009 §2.2).
	revoke := newRequest(t, http.MethodPost, acme+userpool.PathRevoke, url.Values{"token": {a.RefreshToken}})
	revoke.SetBasicAuth(drawingsID, drawingsSecret)
	if p := read(t, r.serve(revoke)); p.StatusCode != http.StatusOK || p.body != "" {
		t.Errorf("revocation by another app answers %d %q", p.StatusCode, p.body)
	}
	refresh(acme, appID, appSecret).grants(t, http.StatusOK, "", "")
}

// The attacker takes the challenge out of the request, or the method down to plain, or answers with the challenge itself
// (PKCE downgrade, RFC 9700 §4.8).
func TestPKCEDowngrade(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	verifier := strings.Repeat("v", 43)
	with := []string{"code_challenge", challenge(verifier), "code_challenge_method", "S256"}
	code := func(changes ...string) string { return b.signIn(acme, adaName, adaPassword, changes...).Get("code") }

	t.Run("challenge taken out", func(t *testing.T) {
		r.redeem(t, acme, code(), "code_verifier", verifier).grants(t, http.StatusBadRequest, "invalid_grant", "")
	})
	t.Run("challenge swapped for the attacker's", func(t *testing.T) {
		swapped := code("code_challenge", challenge(strings.Repeat("x", 43)), "code_challenge_method", "S256")
		r.redeem(t, acme, swapped, "code_verifier", verifier).grants(t, http.StatusBadRequest, "invalid_grant", "")
	})
	t.Run("challenge taken out at the sign-in page", func(t *testing.T) {
		b := r.tab(t)
		b.get(authorizeAt(acme, with...))
		back := b.toApp(b.post(loginAt(acme), url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {b.csrf(acme)}}))
		r.redeem(t, acme, back.Get("code"), "code_verifier", verifier).grants(t, http.StatusBadRequest, "invalid_grant", "")
	})
	for name, wrong := range map[string]string{
		"no verifier": "", "the challenge as verifier": challenge(verifier), "too short": "v", "another": strings.Repeat("w", 43),
		"with a line break": verifier + "\n", "too long": strings.Repeat("v", 129), "another's challenge": challenge(strings.Repeat("w", 43)),
	} {
		t.Run(name, func(t *testing.T) {
			stolen := code(with...)
			r.redeem(t, acme, stolen, "code_verifier", wrong).grants(t, http.StatusBadRequest, "invalid_grant", "")
			// One guess: the code is spent.
			r.redeem(t, acme, stolen, "code_verifier", verifier).grants(t, http.StatusBadRequest, "invalid_grant", "")
		})
	}
	for name, changes := range map[string][]string{
		"plain":                      {"code_challenge", verifier, "code_challenge_method", "plain"},
		"no method":                  {"code_challenge", challenge(verifier)},
		"no challenge":               {"code_challenge_method", "S256"},
		"method in small letters":    {"code_challenge", challenge(verifier), "code_challenge_method", "s256"},
		"challenge of another shape": {"code_challenge", "x", "code_challenge_method", "S256"},
		"padded challenge":           {"code_challenge", challenge(verifier)[:42] + "=", "code_challenge_method", "S256"},
	} {
		t.Run(name, func(t *testing.T) {
			back := b.toApp(b.get(authorizeAt(acme, changes...)))
			if back.Get("error") != "invalid_request" || back.Get("code") != "" || back.Get("state") == "" {
				t.Errorf("the app was told %v", back)
			}
		})
	}
	r.redeem(t, acme, code(with...), "code_verifier", verifier).grants(t, http.StatusOK, "", "")
}

// An app asks for more at the token endpoint than the person agreed to, or a machine plays a person.
func TestScopeEscalation(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	code := b.signIn(acme, adaName, adaPassword, "scope", "openid").Get("code")
	a := r.redeem(t, acme, code, "scope", "openid email profile notes/write")
	if got := claims(t, a.AccessToken)["scope"]; got != "openid" {
		t.Errorf("the code gives scope %v", got)
	}
	more := r.token(t, acme, appID, appSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {a.RefreshToken}, "scope": {"openid email"}})
	if got := claims(t, more.AccessToken)["scope"]; got != "openid" {
		t.Errorf("the refresh token gives scope %v", got)
	}
	for _, scope := range []string{"openid", "notes/read openid", "aws.cognito.signin.user.admin", "notes/delete", "notes/read notes/rea"} {
		form := url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}
		r.token(t, acme, reportsID, reportsSecret, form).grants(t, http.StatusBadRequest, "invalid_scope", "")
	}
	machine := r.token(t, acme, reportsID, reportsSecret, url.Values{"grant_type": {"client_credentials"}})
	machine.grants(t, http.StatusOK, "", "")
	if status := r.userInfo(t, acme, machine.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("userInfo answers a machine with %d", status)
	}
	r.token(t, acme, reportsID, reportsSecret, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {appCallback}}).
		grants(t, http.StatusBadRequest, "unauthorized_client", "")
	r.token(t, acme, appID, appSecret, url.Values{"grant_type": {"client_credentials"}}).grants(t, http.StatusBadRequest, "unauthorized_client", "")
}

// A token with the payload of another, without a signature, signed by the other key, or for another use.
func TestForgedAccessToken(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	ada := r.redeem(t, acme, b.signIn(acme, adaName, adaPassword).Get("code"))
	ben := r.redeem(t, acme, r.tab(t).signIn(acme, benName, benPassword).Get("code"))
	a, e := strings.Split(ada.AccessToken, "."), strings.Split(ben.AccessToken, ".")
	id := strings.Split(ada.IDToken, ".")
	const none = "eyJhbGciOiJub25lIn0" // {"alg":"none"}
	for name, forged := range map[string]string{
		"payload of another":    a[0] + "." + e[1] + "." + a[2],
		"signature of another":  a[0] + "." + a[1] + "." + e[2],
		"header of the other":   id[0] + "." + a[1] + "." + a[2],
		"no algorithm":          none + "." + a[1] + ".",
		"no signature":          a[0] + "." + a[1] + ".",
		"two parts":             a[0] + "." + a[1],
		"detached payload":      a[0] + ".." + a[2],
		"one bit":               a[0] + "." + a[1] + "." + a[2][:100] + string(a[2][100]^1) + a[2][101:],
		"padding":               ada.AccessToken + "=",
		"two tokens":            ada.AccessToken + " " + ben.AccessToken,
		"ID token":              ada.IDToken,
		"very long":             strings.Repeat(ada.AccessToken, 30),
		"nothing but dots":      "..",
		"token of another pool": r.tokenOfBravo(t),
	} {
		if status := r.userInfo(t, acme, forged); status != http.StatusUnauthorized {
			t.Errorf("%s: userInfo answers %d", name, status)
		}
	}
}

func (r *rig) tokenOfBravo(t *testing.T) string {
	code := r.tab(t).signIn(bravo, adaName, adaPassword, "client_id", bravoAppID).Get("code")
	a := r.token(t, bravo, bravoAppID, appSecret, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {appCallback}})
	if status := r.userInfo(t, bravo, a.AccessToken); status != http.StatusOK {
		t.Fatalf("its own pool answers %d", status)
	}
	return a.AccessToken
}
