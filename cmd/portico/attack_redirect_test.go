package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"portico/userpool"
)

// hostileAddresses are addresses that are not registered, though they come near to one that is.
func hostileAddresses() []string {
	return []string{
		"https://evil.example/callback",
		"//evil.example/callback",
		`/\evil.example/callback`,
		`\\evil.example`,
		"/callback",
		"callback",
		"https:app.example/callback",
		"https:///app.example/callback",
		"HTTPS://app.example/callback",
		"https://APP.example/callback",
		"https://app.example/Callback",
		"https://app.example/callback/",
		"https://app.example/callback/..",
		"https://app.example/callback/../evil",
		"https://app.example/callback%2f..%2fevil",
		"https://app.example/x/../callback",
		"https://app.example/%2e%2e/callback",
		"https://app.example/x/%2e%2e%2fcallback",
		"https://app.example/callback%00",
		"https://app.example/callback;x",
		"https://app%2eexample/callback",
		"https://app.example:/callback",
		"https://app.example:0443/callback",
		"https://@app.example/callback",
		"https://app.exаmple/callback", // Cyrillic а
		"https://ａpp.example/callback", // full width, which browsers fold to ASCII
		"https://app.example\t/callback",
		"ht\ntps://app.example/callback",
		"com.acme.notes:///callback",
		"com.acme.notes://callback#",
		"https://app.example/callback.evil",
		"https://app.example/callback?next=https://evil.example",
		"https://app.example/callback?from=acme&more=1",
		"https://app.example/callback?",
		"https://app.example/callback#",
		"https://app.example/callback#@evil.example",
		"https://app.example:443/callback",
		"https://app.example:8443/callback",
		"https://app.example.:443/callback",
		"https://app.example./callback",
		"https://app.example.evil.example/callback",
		"https://evilapp.example/callback",
		"https://app.example@evil.example/callback",
		"https://user:secret@app.example/callback",
		`https://evil.example\@app.example/callback`,
		"https://evil.example%00.app.example/callback",
		"https://арр.example/callback", // Cyrillic
		"https://xn--80a7af.example/callback",
		"https://app。example/callback", // ideographic full stop, which browsers read as a dot
		"https://app.example\u200b/callback",
		"http://app.example/callback",
		"javascript:alert(1)//https://app.example/callback",
		"data:text/html,<script>alert(1)</script>",
		"com.acme.notes://callback/../x",
		"com.acme.notes:callback",
		" https://app.example/callback",
		"https://app.example/callback ",
		"\thttps://app.example/callback",
		"https://app.example/callback\r\nLocation: https://evil.example",
		"https://app.example/callback\x00",
		"https://app.example/call\nback",
		"https://app.example/callback,https://evil.example",
		"https://app.example/callback https://evil.example",
		"https://app.example/*",
		appLogout,                       // registered, for another purpose
		"https://gate.example/callback", // registered, with another app
		"https://drawings.example/callback",
		acme + userpool.PathIDPResponse,
		strings.Repeat("https://app.example/callback", 40),
	}
}

// stays expects that an answer leads nowhere but to pages of the pool.
func stays(t *testing.T, p page) {
	t.Helper()
	for _, header := range []string{"Location", "Refresh", "Link", "Content-Location"} {
		to := p.Header.Get(header)
		if to == "" {
			continue
		}
		u, err := url.Parse(to)
		if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) {
			t.Errorf("%s: %q", header, to)
		}
	}
	for _, href := range links(t, p.body) {
		u, err := url.Parse(href)
		if err != nil || u.Scheme != "" || u.Host != "" || strings.ContainsAny(href, "\\\r\n\t") {
			t.Errorf("the page links to %q", href)
		}
	}
}

// An attacker sends people through us to an address of their own, with a code or an error on top (open redirect, RFC 9700
// §4.11, RFC 6749 §10.15).
func TestOpenRedirect(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword) // whoever is signed in would be sent on without a question
	session := csrfCookie + "=t; " + sessionCookie + "=" + b.cookie(acme, sessionCookie)
	send := func(t *testing.T, method, address string, form url.Values) page {
		t.Helper()
		request := newRequest(t, method, address, form)
		request.Header.Set("Cookie", session)
		return read(t, r.serve(request))
	}
	if to := send(t, http.MethodGet, authorizeAt(acme), nil).Header.Get("Location"); !strings.HasPrefix(to, appCallback+"?code=") {
		t.Fatalf("the honest request leads to %q", to)
	}
	form := url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {"t"}}

	for _, evil := range hostileAddresses() {
		t.Run(evil, func(t *testing.T) {
			for _, changes := range [][]string{
				{}, {"prompt", "none"}, {"prompt", "login"}, {"identity_provider", "Harbor"}, {"identity_provider", "Nobody"},
				{"response_type", "token"}, {"scope", "nothing"},
			} {
				query := ask(append(changes, "redirect_uri", evil)...).Encode()
				p := send(t, http.MethodGet, acme+userpool.PathAuthorize+"?"+query, nil)
				stays(t, p)
				if to := p.Header.Get("Location"); !strings.HasPrefix(to, userpool.PathError+"?") {
					t.Errorf("authorize leads to %q", to)
				}
				stays(t, send(t, http.MethodGet, acme+userpool.PathLogin+"?"+query, nil))
				stays(t, send(t, http.MethodPost, acme+userpool.PathLogin+"?"+query, form))
			}
			for _, q := range []url.Values{
				{"client_id": {appID}, "logout_uri": {evil}},
				{"client_id": {appID}, "redirect_uri": {evil}, "response_type": {"code"}},
				{"client_id": {appID}, "logout_uri": {evil}, "redirect_uri": {appCallback}, "response_type": {"code"}},
				{"logout_uri": {evil}},
				{"client_id": {appID}, "post_logout_redirect_uri": {evil}, "id_token_hint": {"x"}},
			} {
				if evil == appLogout || (slices.Contains(registered(), evil) && q.Has("logout_uri")) {
					continue // for this purpose it is registered
				}
				stays(t, send(t, http.MethodGet, acme+userpool.PathLogout+"?"+q.Encode(), nil))
			}
			anything := url.Values{
				"redirect_uri": {evil}, "error": {evil}, "asked": {evil}, "reference": {evil}, "client_id": {appID}, "logout_uri": {evil},
				"next": {evil}, "state": {evil}, "code": {"x"}, "iss": {evil}, "error_description": {evil}, "error_uri": {evil},
				"lang": {evil}, "resource": {evil}, "id_token_hint": {evil}, "post_logout_redirect_uri": {evil}, "RelayState": {evil},
			}
			stays(t, send(t, http.MethodGet, acme+userpool.PathError+"?"+anything.Encode(), nil))
			stays(t, send(t, http.MethodGet, acme+userpool.PathIDPResponse+"?"+anything.Encode(), nil))
			stays(t, send(t, http.MethodPost, acme+userpool.PathIDPResponse+"?"+anything.Encode(), anything))
			// A sign-in that the provider begins carries its request in RelayState; none is enabled here.
			relay := url.Values{"identity_provider": {"Northwind"}, "client_id": {appID}, "redirect_uri": {evil}, "response_type": {"code"}}
			stays(t, send(t, http.MethodPost, acme+userpool.PathSAMLResponse+"?"+anything.Encode(), url.Values{"RelayState": {relay.Encode()}, "SAMLResponse": {"PHg+"}}))
		})
	}
}

// A parameter that is given twice is not read as one or as the other (RFC 6749 §3.1).
func TestOpenRedirectByParameterGivenTwice(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword)
	for _, first := range []string{"redirect_uri", "client_id"} {
		for _, pair := range [][2]string{{ask().Get(first), "https://evil.example/"}, {"https://evil.example/", ask().Get(first)}, {ask().Get(first), ask().Get(first)}} {
			q := ask()
			q[first] = pair[:]
			for _, path := range []string{userpool.PathAuthorize, userpool.PathLogin} {
				request := newRequest(t, http.MethodGet, acme+path+"?"+q.Encode(), nil)
				request.Header.Set("Cookie", sessionCookie+"="+b.cookie(acme, sessionCookie))
				p := read(t, r.serve(request))
				stays(t, p)
				if p.StatusCode == http.StatusOK {
					t.Errorf("%s with %s twice is served", path, first)
				}
			}
		}
	}
	for _, pair := range [][]string{{appLogout, "https://evil.example/"}, {"https://evil.example/", appLogout}} {
		q := url.Values{"client_id": {appID}, "logout_uri": pair}
		to := b.get(acme + userpool.PathLogout + "?" + q.Encode()).Header.Get("Location")
		if strings.Contains(to, "evil.example") {
			t.Errorf("sign-out leads to %q", to)
		}
	}
}

// A registered address is kept to the letter, whatever the app's state holds.
func TestRegisteredAddressesAreKeptToTheLetter(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword)
	for _, address := range registered()[:3] {
		for _, state := range []string{"", "&redirect_uri=https://evil.example", "#@evil.example", "\r\nLocation: https://evil.example", "%0d%0a", "ü/+ =&"} {
			p := b.get(authorizeAt(acme, "redirect_uri", address, "state", state))
			to := p.Header.Get("Location")
			separator := "?"
			if strings.Contains(address, "?") {
				separator = "&"
			}
			rest, ok := strings.CutPrefix(to, address+separator+"code=")
			if !ok || strings.ContainsAny(to, "#\r\n ") {
				t.Errorf("sent to %q", to)
			}
			_, query, _ := strings.Cut(rest, "&")
			if got, err := url.ParseQuery(query); err != nil || got.Get("state") != state {
				t.Errorf("state %q came back as %q", state, got.Get("state"))
			}
		}
	}
}

// registered are the callback addresses of the app.
func registered() []string {
	return []string{appCallback, appCallback + "?from=acme", "com.acme.notes://callback"}
}
