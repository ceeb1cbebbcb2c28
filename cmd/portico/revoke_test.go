package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// revoke runs the command beside the rig's server and returns what it prints.
func (r *rig) revoke(t *testing.T, args ...string) string {
	t.Helper()
	code, out, complaints := r.command(t, append([]string{"revoke", "--pool", acmePool}, args...)...)
	if code != 0 {
		t.Fatalf("%v: exit code %d: %s", args, code, complaints)
	}
	return out
}

func (r *rig) refresh(t *testing.T, client, secret, raw string) answer {
	t.Helper()
	return r.token(t, acme, client, secret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {raw}})
}

// Three ways to revoke, beside a running server. Each refuses refresh tokens and, at userInfo, access tokens of what was
// ended, and of nothing else.
func TestRevocation(t *testing.T) {
	for name, c := range map[string]struct {
		revoke   func(t *testing.T, r *rig, refresh string)
		survives []string // of: ada's notes (revoked always), ada's drawings, ben's notes
		families int
	}{
		"by token": {func(t *testing.T, r *rig, refresh string) {
			request := newRequest(t, "POST", acme+userpool.PathRevoke, url.Values{"token": {refresh}})
			request.SetBasicAuth(appID, appSecret)
			if p := read(t, r.serve(request)); p.StatusCode != http.StatusOK || p.body != "" {
				t.Errorf("status %d, %q", p.StatusCode, p.body)
			}
		}, []string{"ada's drawings", "ben's notes"}, 0},
		"by user":   {func(t *testing.T, r *rig, _ string) { r.revoked(t, 2, "--user", adaName) }, []string{"ben's notes"}, 2},
		"by client": {func(t *testing.T, r *rig, _ string) { r.revoked(t, 2, "--client", appID) }, []string{"ada's drawings"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			ada, ben := r.tab(t), r.tab(t)
			drawings := func(code string) answer {
				return r.token(t, acme, drawingsID, drawingsSecret, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {appCallback}})
			}
			given := map[string]answer{
				"ada's notes":    r.redeem(t, acme, ada.signIn(acme, adaName, adaPassword).Get("code")),
				"ada's drawings": drawings(ada.toApp(ada.get(authorizeAt(acme, "client_id", drawingsID))).Get("code")),
				"ben's notes":    r.redeem(t, acme, ben.signIn(acme, benName, benPassword).Get("code")),
			}
			c.revoke(t, r, given["ada's notes"].RefreshToken)
			want := map[string]bool{}
			for _, survivor := range c.survives {
				want[survivor] = true
			}
			for whose, tokens := range given {
				client, secret := appID, appSecret
				if whose == "ada's drawings" {
					client, secret = drawingsID, drawingsSecret
				}
				if got := r.userInfo(t, acme, tokens.AccessToken) == 200; got != want[whose] {
					t.Errorf("%s: the access token is good: %t, want %t", whose, got, want[whose])
				}
				if got := r.refresh(t, client, secret, tokens.RefreshToken).Error == ""; got != want[whose] {
					t.Errorf("%s: the refresh token is good: %t, want %t", whose, got, want[whose])
				}
			}
			// As at Cognito, no revocation signs a browser out.
			if got := ada.signedInAs(acme); got != adaName {
				t.Errorf("ada's browser is %v", got)
			}
		})
	}
}

// revoked revokes by command and expects so many ended sign-ins.
func (r *rig) revoked(t *testing.T, families int, whose ...string) {
	t.Helper()
	var done revoked
	if err := json.Unmarshal([]byte(r.revoke(t, append(whose, "--json")...)), &done); err != nil {
		t.Fatal(err)
	}
	if done.Families != families {
		t.Errorf("%v ended %d sign-ins, want %d", whose, done.Families, families)
	}
}

// With --sessions a global sign-out leaves nothing: no browser, no code that was not exchanged yet.
func TestRevocationOfBrowserSessions(t *testing.T) {
	r := newRig(t)
	desk, phone, ben := r.tab(t), r.tab(t), r.tab(t)
	code := desk.signIn(acme, adaName, adaPassword).Get("code")
	phone.signIn(acme, adaName, adaPassword)
	ben.signIn(acme, benName, benPassword)
	if said := r.revoke(t, "--user", adaName, "--sessions"); !strings.Contains(said, "Ended 2 browser sessions.") {
		t.Errorf("it says %q", said)
	}
	if a := r.redeem(t, acme, code); a.Error != "invalid_grant" {
		t.Errorf("a code from before gives %+v", a)
	}
	for name, b := range map[string]*tab{"desk": desk, "phone": phone} {
		if got := b.signedInAs(acme); got != nil {
			t.Errorf("the %s is %v", name, got)
		}
	}
	if got := ben.signedInAs(acme); got != benName {
		t.Errorf("ben's browser is %v", got)
	}
}

// Tokens of the implicit grant have no refresh token to revoke them by; they end with the user or the client all the same.
func TestRevocationOfImplicitTokens(t *testing.T) {
	for _, whose := range [][]string{{"--user", adaName}, {"--client", boardID}} {
		t.Run(whose[0], func(t *testing.T) {
			r := newRig(t)
			b := r.tab(t)
			b.signIn(acme, adaName, adaPassword)
			to, err := b.get(authorizeAt(acme, "client_id", boardID, "redirect_uri", "https://board.example/callback", "response_type", "token")).Location()
			if err != nil {
				t.Fatal(err)
			}
			given, err := url.ParseQuery(to.Fragment)
			if err != nil || r.userInfo(t, acme, given.Get("access_token")) != 200 {
				t.Fatalf("sent to %s (%v), want a good access token", to, err)
			}
			r.revoked(t, 1, whose...)
			if status := r.userInfo(t, acme, given.Get("access_token")); status != 401 {
				t.Errorf("%v: userInfo answers %d to the revoked token", whose, status)
			}
		})
	}
}
