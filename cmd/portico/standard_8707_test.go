package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// RFC 8707, Resource Indicators.

const orders = "https://api.example/orders"

// §2: the access token that is asked for a resource is for that resource alone, in aud; the ID token stays the client's. A
// refreshed one is too (§2.2).
func TestRFC8707BindsTheAccessToken(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		a := p.redeem(t, r, p.code(r.tab(t), "resource", orders), "resource", orders)
		again := p.refresh(t, r, a.RefreshToken, "resource", orders)
		for _, token := range []string{a.AccessToken, again.AccessToken, p.refresh(t, r, a.RefreshToken).AccessToken} {
			if got := claims(t, token)["aud"]; got != orders {
				t.Errorf("%s: aud %v", dialect, got)
			}
		}
		if got := claims(t, a.IDToken)["aud"]; got != p.id {
			t.Errorf("%s: the ID token is for %v", dialect, got)
		}
		if _, there := claims(t, p.redeem(t, r, p.code(r.tab(t))).AccessToken)["aud"]; there {
			t.Errorf("%s: aud without a resource", dialect)
		}
	}
}

// §2: a resource is an absolute URI without a fragment; another is invalid_target, where Cognito has invalid_request. Several
// at once are refused: one token is for one resource.
func TestRFC8707InvalidTargets(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		want := map[string]string{"Cognito": "invalid_request", "standard": "invalid_target"}[dialect]
		for _, resource := range []string{"orders", "/orders", "//api.example/orders", orders + "#x", orders + "#", "https://", "https://user@api.example/", "https://api.example/ orders", orders + "\r\nx", "https://" + strings.Repeat("a", 2000) + ".example"} {
			if back := response(t, r.tab(t).get(p.request("resource", resource))); back.Get("error") != want {
				t.Errorf("%s: %.40q gives %v, want %s", dialect, resource, back, want)
			}
		}
		if back := response(t, r.tab(t).get(p.request("resource", orders)+"&resource=https://api.example/other")); back.Get("error") != "invalid_request" {
			t.Errorf("%s: two resources give %v", dialect, back)
		}
	}
}

// §2.2: at the token endpoint nothing is bound that was not granted.
func TestRFC8707NoOtherResourceAtTheTokenEndpoint(t *testing.T) {
	r := newRig(t)
	for _, p := range dialects() {
		b := r.tab(t)
		p.redeem(t, r, p.code(b), "resource", orders).grants(t, http.StatusBadRequest, "invalid_target", "")
		code := response(t, b.get(p.request("resource", orders))).Get("code")
		p.redeem(t, r, code, "resource", orders+"/1").grants(t, http.StatusBadRequest, "invalid_target", "")
		code = response(t, b.get(p.request("resource", orders))).Get("code")
		a := p.redeem(t, r, code)
		p.refresh(t, r, a.RefreshToken, "resource", orders+"/1").grants(t, http.StatusBadRequest, "invalid_target", "")
	}
}

// §2.2: the client credentials grant takes it as well.
func TestRFC8707ClientCredentials(t *testing.T) {
	r := newRig(t)
	form := url.Values{"grant_type": {"client_credentials"}, "resource": {orders}}
	a := answerOf(t, cedarReports().call(t, r, userpool.PathToken, form))
	if got := claims(t, a.AccessToken)["aud"]; got != orders {
		t.Errorf("aud %v", got)
	}
	answerOf(t, cedarReports().call(t, r, userpool.PathToken, with(form, "resource", "orders"))).grants(t, http.StatusBadRequest, "invalid_target", "")
}
