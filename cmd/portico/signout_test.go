package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/federation/practice"
	"portico/userpool"
)

// TestSignOutReachesUpstream: a person who came from a provider is signed out there too, and ends at the app.
func TestSignOutReachesUpstream(t *testing.T) {
	p := startProgram(t)
	h := p.person(t)
	h.back(h.atProvider(devOIDC, practice.People()[0].ID, ""))

	var way []string
	follow := h.client.CheckRedirect
	h.client.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		way = append(way, r.URL.Host+r.URL.Path)
		return follow(r, via)
	}
	response, _ := h.get(p.Domain + userpool.PathLogout + "?" + url.Values{"client_id": {p.ClientID}, "logout_uri": {p.LogoutURL}}.Encode())
	if to := response.Header.Get("Location"); to != p.LogoutURL {
		t.Errorf("ends at %q, by way of %v", to, way)
	}
	upstream := ""
	for _, provider := range p.IdentityProviders {
		if provider.Name == devOIDC {
			upstream = strings.TrimPrefix(provider.Address, "http://")
		}
	}
	if len(way) < 2 || !strings.HasPrefix(way[0], upstream) {
		t.Errorf("the way was %v, want it to begin at %s", way, upstream)
	}
	response, _ = h.get(p.authorize("prompt", "none"))
	if got := h.back(response).Get("error"); got != "login_required" {
		t.Errorf("after sign-out: %q", got)
	}
}
