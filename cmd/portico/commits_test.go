package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"portico/userpool"
)

// TestDurableCommits holds the table of ARCHITECTURE.md ("What is in memory, what is durable"): how often an operation waits
// for the disk, through the whole server.
func TestDurableCommits(t *testing.T) { durableCommits(t, newRig(t)) }

func durableCommits(t *testing.T, r *rig) {
	t.Helper()
	var session, code, attempt, callback string
	tokens := map[string]answer{}
	locationOf := func(w *httptest.ResponseRecorder) *url.URL {
		to, err := url.Parse(w.Header().Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		return to
	}
	redeem := func(client, secret string) func() {
		return func() {
			form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {appCallback}}
			tokens[client] = decoded(t, r.call(t, tokenRequest(client, secret, form), http.StatusOK))
		}
	}
	authorize := func(client string) func() {
		return func() {
			w := r.call(t, incoming(http.MethodGet, authorizeAt(acme, "client_id", client), nil, session), http.StatusFound)
			code = locationOf(w).Query().Get("code")
		}
	}
	refresh := func(client, secret string) func() {
		return func() {
			form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens[client].RefreshToken}}
			r.call(t, tokenRequest(client, secret, form), http.StatusOK)
		}
	}
	changed := func(path, about string, form url.Values) func() {
		return func() {
			const pair = "7c1d8f0a-4b5e-4c3d-9e21-0a1b2c3d4e5f"
			posted := url.Values{"_csrf": {pair}}
			maps.Copy(posted, form)
			r.call(t, incoming(http.MethodPost, accountAt(path, about), posted, session+"; XSRF-TOKEN="+pair), http.StatusSeeOther)
		}
	}
	for _, operation := range []struct {
		name    string
		run     func()
		commits int64
	}{
		{"drawing the sign-in page", func() { r.call(t, incoming(http.MethodGet, loginAt(acme), nil, ""), http.StatusOK) }, 0},
		{"starting a sign-in", func() { r.call(t, incoming(http.MethodGet, authorizeAt(acme), nil, ""), http.StatusFound) }, 0},
		{"a wrong password", func() {
			r.tab(t).post(loginAt(acme), url.Values{"username": {adaName}, "password": {"Wrong-Lantern-7"}})
		}, 0},
		{"sign-in with a password", func() { session = r.session(t) }, 1},
		{"issuing a code", authorize(appID), 0},
		{"exchanging a code", redeem(appID, appSecret), 1},
		{"issuing another code", authorize(drawingsID), 0},
		{"exchanging it", redeem(drawingsID, drawingsSecret), 1},
		{"refresh without rotation", refresh(appID, appSecret), 0},
		{"refresh with rotation", refresh(drawingsID, drawingsSecret), 1},
		{"client credentials", func() {
			r.call(t, tokenRequest(reportsID, reportsSecret, url.Values{"grant_type": {"client_credentials"}}), http.StatusOK)
		}, 0},
		{"userInfo", func() { r.call(t, withBearer(tokens[appID].AccessToken), http.StatusOK) }, 0},
		{"a forged bearer", func() { r.call(t, withBearer(tokens[appID].AccessToken+"x"), http.StatusUnauthorized) }, 0},
		{"revocation", func() {
			request := incoming(http.MethodPost, acme+userpool.PathRevoke, url.Values{"token": {tokens[appID].RefreshToken}}, "")
			request.SetBasicAuth(appID, appSecret)
			r.call(t, request, http.StatusOK)
		}, 1},
		{"leaving for a provider", func() {
			tab := r.tab(t)
			callback = tab.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab")
			name, sealed := tab.attempt(acme)
			attempt = name + "=" + sealed
		}, 0},
		{"back from it for the first time", func() { r.call(t, incoming(http.MethodGet, callback, nil, attempt), http.StatusFound) }, 1},
		{"the account page", func() {
			r.call(t, incoming(http.MethodGet, accountAt(userpool.PathAccount, ""), nil, session), http.StatusOK)
		}, 0},
		{"downloading one's data", func() {
			r.call(t, incoming(http.MethodGet, accountAt(userpool.PathAccountDownload, ""), nil, session), http.StatusOK)
		}, 0},
		{"changing an attribute", changed(userpool.PathAccountEdit, "name", url.Values{"requiredAttributes[name]": {"Ada L."}}), 1},
		{"changing the address, its code included", changed(userpool.PathAccountEdit, "email", url.Values{"requiredAttributes[email]": {"ada@new.example"}}), 1},
		{"verifying it", func() {
			changed(userpool.PathAccountVerify, "email", url.Values{"code": {r.code(t, "ada@new.example")}})()
		}, 1},
		{"changing the password", changed(userpool.PathAccountPassword, "", url.Values{
			"currentPassword": {adaPassword}, "password": {"Harbour-Window-19"}, "confirmPassword": {"Harbour-Window-19"},
		}), 1},
		{"signing out everywhere else", changed(userpool.PathAccountSessions, "", nil), 1},
		{"sign-out", func() {
			address := acme + userpool.PathLogout + "?" + url.Values{"client_id": {appID}, "logout_uri": {appLogout}}.Encode()
			r.call(t, incoming(http.MethodGet, address, nil, session), http.StatusFound)
		}, 1},
	} {
		before := r.db.Commits()
		operation.run()
		if n := r.db.Commits() - before; n != operation.commits {
			t.Errorf("%s: %d durable commits, want %d", operation.name, n, operation.commits)
		}
	}
}

func decoded(t *testing.T, w *httptest.ResponseRecorder) (a answer) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return a
}
