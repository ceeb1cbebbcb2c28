package main

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
)

const (
	previewsID     = "acmepreviews"
	previewsSecret = "secretofacmepreviews0000"
	previewAt      = "https://pr-7.preview.acme.example"
)

// TestPreviewSignsIn: an app that nobody registered by name signs somebody in, with the tokens that its client's settings
// make, and signs out.
func TestPreviewSignsIn(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	changes := []string{"client_id", previewsID, "redirect_uri", previewAt + "/callback", "scope", "openid email profile"}
	if csp := b.get(loginAt(acme, changes...)).Header.Get("Content-Security-Policy"); !strings.Contains(csp, previewAt) {
		t.Errorf("a form may not end at the preview: %s", csp)
	}
	code := b.signIn(acme, adaName, adaPassword, changes...).Get("code")
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {previewAt + "/callback"}}
	a := r.token(t, acme, previewsID, previewsSecret, form)
	if a.status != http.StatusOK {
		t.Fatalf("status %d: %s (%s)", a.status, a.Error, a.Description)
	}
	id, access := claims(t, a.IDToken), claims(t, a.AccessToken)
	want := []string{
		"at_hash", "aud", "auth_time", "cognito:username", "email", "exp", "full_name", "iat", "iss", "jti", "nonce", "origin_jti", "sub", "token_use",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(id))); diff != "" {
		t.Errorf("ID token (-want +got):\n%s", diff)
	}
	if id["full_name"] != "Ada Hughes" || access["mail"] != adaName {
		t.Errorf("full_name %v, mail %v", id["full_name"], access["mail"])
	}
	if r.userInfo(t, acme, a.AccessToken) != http.StatusOK {
		t.Error("userInfo refuses the token")
	}
	if len(a.IDToken) <= 1024 {
		t.Fatalf("the ID token has %d bytes, too few for this test", len(a.IDToken))
	}
	if line := "client=" + previewsID + " token=id"; strings.Count(r.log.String(), line) != 1 {
		t.Errorf("the log has no line, or several, of %s beyond the budget of 1024 bytes:\n%s", line, r.log)
	}

	bye := b.get(acme + userpool.PathLogout + "?" + url.Values{"client_id": {previewsID}, "logout_uri": {previewAt + "/bye"}}.Encode())
	if got := bye.Header.Get("Location"); got != previewAt+"/bye" {
		t.Errorf("signed out to %q, status %d", got, bye.StatusCode)
	}
}

// TestAttackPreviewRedirect: what the pattern does not mean is shown, and never redirected to.
func TestAttackPreviewRedirect(t *testing.T) {
	r := newRig(t)
	for name, uri := range map[string]string{
		"another host": "https://pr-7.evil.example/callback", "slash": "https://pr-evil.example/.preview.acme.example/callback", "user name": "https://pr-7@evil.example/.preview.acme.example/callback",
		"fragment": "https://pr-evil.example/#.preview.acme.example/callback", "query": "https://pr-evil.example/?.preview.acme.example/callback", "backslash": `https://pr-evil.example\.preview.acme.example/callback`,
		"dot": "https://pr-7.evil.preview.acme.example/callback", "encoded dot": "https://pr-7%2eevil.preview.acme.example/callback", "capitals": "https://PR-7.preview.acme.example/callback",
		"port": previewAt + ":8443/callback", "path": previewAt + "/callback/../x", "plain http": "http://pr-7.preview.acme.example/callback", "the pattern": "https://pr-*.preview.acme.example/callback",
	} {
		p := r.tab(t).get(authorizeAt(acme, "client_id", previewsID, "redirect_uri", uri))
		if p.StatusCode/100 == 3 || strings.Contains(p.Header.Get("Content-Security-Policy"), "evil") {
			t.Errorf("%s: status %d to %q", name, p.StatusCode, p.Header.Get("Location"))
		}
		p = r.tab(t).get(acme + userpool.PathLogout + "?" + url.Values{"client_id": {previewsID}, "logout_uri": {strings.Replace(uri, "callback", "bye", 1)}}.Encode())
		if strings.Contains(p.Header.Get("Location"), "evil") {
			t.Errorf("%s: signed out to %q", name, p.Header.Get("Location"))
		}
	}
}
