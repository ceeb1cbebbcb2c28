package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// Parameters are sneaked past by the way they are given: in the address of a post, in the form beside an address, twice
// (parameter pollution). Each endpoint reads one place, and there once.
func TestParameterPollution(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.signIn(acme, adaName, adaPassword)
	grant := func() url.Values { // with a fresh code: one that was refused to its client is spent
		return url.Values{"grant_type": {"authorization_code"}, "code": {b.toApp(b.get(authorizeAt(acme))).Get("code")}, "redirect_uri": {appCallback}}
	}

	t.Run("token endpoint reads no address", func(t *testing.T) {
		for _, name := range []string{"grant_type", "code", "redirect_uri", "client_id", "client_secret"} {
			form := with(url.Values{}, "client_id", appID, "client_secret", appSecret)
			for k, v := range grant() {
				form[k] = v
			}
			query := url.Values{name: form[name]}
			form.Del(name)
			p := read(t, r.serve(newRequest(t, http.MethodPost, acme+userpool.PathToken+"?"+query.Encode(), form)))
			if a := answerOf(t, p); a.status != http.StatusBadRequest || a.AccessToken != "" {
				t.Errorf("%s is read from the address: %+v", name, a)
			}
		}
	})
	t.Run("address beside the form changes nothing", func(t *testing.T) {
		evil := url.Values{"redirect_uri": {"https://evil.example/"}, "client_id": {drawingsID}, "grant_type": {"client_credentials"}, "code": {"x"}}
		request := newRequest(t, http.MethodPost, acme+userpool.PathToken+"?"+evil.Encode(), grant())
		request.SetBasicAuth(appID, appSecret)
		answerOf(t, read(t, r.serve(request))).grants(t, http.StatusOK, "", "")
	})
	t.Run("sign-in form", func(t *testing.T) {
		b := r.tab(t)
		b.get(loginAt(acme))
		form := url.Values{
			"username": {adaName}, "password": {adaPassword}, "_csrf": {b.csrf(acme)}, "redirect_uri": {"https://evil.example/"},
			"client_id": {boardID}, "response_type": {"token"}, "scope": {"openid profile"}, "state": {"of the attacker"},
		}
		back := b.toApp(b.post(loginAt(acme), form))
		if back.Get("state") != ask().Get("state") || back.Get("code") == "" {
			t.Errorf("the app is told %v", back)
		}
	})
	t.Run("authorization by post", func(t *testing.T) {
		stray := url.Values{"redirect_uri": {"https://evil.example/"}, "response_type": {"token"}, "state": {"x"}}
		p := read(t, r.serve(newRequest(t, http.MethodPost, acme+userpool.PathAuthorize+"?"+stray.Encode(), ask())))
		to, err := url.Parse(p.Header.Get("Location"))
		if err != nil || to.Query().Get("redirect_uri") != appCallback || to.Query().Get("state") != ask().Get("state") || to.Query().Get("response_type") != "code" {
			t.Errorf("sent to %q", p.Header.Get("Location"))
		}
	})
	t.Run("sign-out", func(t *testing.T) {
		stray := url.Values{"post_logout_redirect_uri": {appLogout}, "client_id": {appID}}
		p := read(t, r.serve(newRequest(t, http.MethodPost, acme+userpool.PathEndSession+"?"+stray.Encode(), url.Values{"state": {"x"}})))
		if to := p.Header.Get("Location"); to != userpool.PathEndSession+"?state=x" {
			t.Errorf("sent to %q", to)
		}
		out := r.tab(t)
		out.get(loginAt(acme))
		form := with(url.Values{"_csrf": {out.csrf(acme)}}, "post_logout_redirect_uri", appLogout, "client_id", appID)
		if to := out.post(acme+userpool.PathSignOut, form).Header.Get("Location"); to != "" {
			t.Errorf("the form chooses %q", to)
		}
	})
	t.Run("semicolons and brackets", func(t *testing.T) {
		for _, query := range []string{";redirect_uri=https://evil.example", "&redirect_uri[]=https://evil.example", "&redirect_uri%00=https://evil.example", "&Redirect_URI=https://evil.example"} {
			p := b.get(authorizeAt(acme) + query)
			if to := p.Header.Get("Location"); strings.Contains(to, "evil.example") {
				t.Errorf("%s leads to %q", query, to)
			}
		}
	})
}

// The attacker asks for tokens in the query, where logs and the Referer header would tell them (response mode downgrade,
// Multiple Response Types §3): in every spelling, by every way in, they are in the fragment or nowhere.
func TestResponseModeDowngrade(t *testing.T) {
	r := newRig(t)
	board := party{pool: acme, id: boardID, callback: boardCallback}
	b := r.tab(t)
	board.signIn(b)
	inQuery := func(to string) bool {
		before, _, _ := strings.Cut(to, "#")
		return strings.Contains(before, "access_token") || strings.Contains(before, "id_token=")
	}
	for _, mode := range []string{"query", "Query", "query ", "query.jwt", "", "fragment", "web_message", "none"} {
		for _, kind := range []string{"token", "code token", "token code", "id_token token", "TOKEN", "token "} {
			address := board.request("response_type", kind, "response_mode", mode)
			for _, at := range []string{address, strings.Replace(address, userpool.PathAuthorize, userpool.PathLogin, 1), address + "&response_mode=query", address + "&response_type=token"} {
				if to := b.get(at).Header.Get("Location"); inQuery(to) {
					t.Errorf("%q by %q: sent to %.120q", kind, mode, to)
				}
			}
		}
	}
	// A client that may only have codes gets no tokens by asking for the fragment.
	if back := response(t, b.get(authorizeAt(acme, "response_type", "token", "response_mode", "fragment"))); back.Has("access_token") {
		t.Errorf("the app is told %v", back)
	}
}
