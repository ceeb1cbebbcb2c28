package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"portico/userpool"
)

var placeholderPattern = regexp.MustCompile(`\$\{[a-z]+(@[a-z]+)?\}`)

// secretOf is the secret of a client of testdata/two_pools.yaml; empty for a public one.
func secretOf(client string) string {
	return map[string]string{
		appID: appSecret, drawingsID: drawingsSecret, reportsID: reportsSecret, bravoAppID: appSecret, cedarAppID: appSecret,
		studioID: studioSecret, "acmebalancer": "secretofacmebalancer0000",
	}[client]
}

func fillAll(fill func(string) string, values url.Values) url.Values {
	filled := url.Values{}
	for name, list := range values {
		for _, value := range list {
			filled.Add(name, fill(value))
		}
	}
	return filled
}

// fill puts fresh values where ${…} stands. What comes from a sign-in was asked for with these parameters.
func (r *rig) fill(t *testing.T, text string, asked url.Values) string {
	t.Helper()
	return placeholderPattern.ReplaceAllStringFunc(text, func(name string) string {
		kind, where, _ := strings.Cut(strings.Trim(name, "${}"), "@")
		s := storySignIn{rig: r, tab: r.tab(t), pool: acme, client: appID, callback: appCallback}
		if where == "cedar" {
			s.pool, s.client = cedar, cedarAppID
		}
		for parameter := range asked {
			s.changes = append(s.changes, parameter, asked.Get(parameter))
		}
		if client := asked.Get("client_id"); client != "" {
			s.client = client
		} else {
			s.changes = append(s.changes, "client_id", s.client)
		}
		if callback := asked.Get("redirect_uri"); callback != "" {
			s.callback = callback
		}
		value, known := s.value(kind)
		if !known {
			t.Fatalf("there is no %s", name)
		}
		return value
	})
}

// storySignIn is a sign-in that the values of a story come from.
type storySignIn struct {
	*rig
	*tab
	pool, client, callback string
	changes                []string // of the authorization request
}

// value makes what a placeholder of a kind stands for.
func (s storySignIn) value(kind string) (value string, known bool) {
	s.tab.t.Helper()
	switch kind {
	case "csrf":
		s.get(loginAt(s.pool, s.changes...))
		return s.csrf(s.pool), true
	case "session":
		s.code()
		return s.cookie(s.pool, sessionCookie), true
	case "federated":
		s.toApp(s.get(s.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab")))
		return s.cookie(acme, sessionCookie), true
	case "state":
		callback, _ := url.Parse(s.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab"))
		return callback.Query().Get("state"), true
	case "code":
		return s.code(), true
	case "spent":
		code := s.code()
		s.exchange("authorization_code", "code", code)
		return code, true
	}
	tokens := s.exchange("authorization_code", "code", s.code())
	switch kind {
	case "access":
		return tokens.AccessToken, true
	case "id":
		return tokens.IDToken, true
	case "refresh":
		return tokens.RefreshToken, true
	case "rotated":
		s.exchange("refresh_token", "refresh_token", tokens.RefreshToken)
		return tokens.RefreshToken, true
	case "ended":
		s.revoke(tokens.RefreshToken)
		return tokens.AccessToken, true
	}
	return "", false
}

func (s storySignIn) code() string {
	s.tab.t.Helper()
	back := s.signIn(s.pool, adaName, adaPassword, s.changes...)
	if back.Get("code") == "" {
		s.tab.t.Fatalf("the app is sent %v, want a code", back)
	}
	return back.Get("code")
}

// exchange redeems a code or a refresh token, as the client they were issued to.
func (s storySignIn) exchange(grant, parameter, value string) answer {
	s.tab.t.Helper()
	return s.token(s.tab.t, s.pool, s.client, secretOf(s.client), url.Values{
		"grant_type": {grant}, parameter: {value}, "redirect_uri": {s.callback},
	})
}

func (s storySignIn) revoke(refresh string) {
	s.tab.t.Helper()
	request := newRequest(s.tab.t, http.MethodPost, s.pool+userpool.PathRevoke, url.Values{"token": {refresh}})
	request.SetBasicAuth(s.client, secretOf(s.client))
	if p := read(s.tab.t, s.serve(request)); p.StatusCode != http.StatusOK {
		s.tab.t.Fatalf("revocation: %d %s", p.StatusCode, p.body)
	}
}
