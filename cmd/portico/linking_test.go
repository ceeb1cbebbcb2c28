package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/federation/practice"
	"portico/userpool"
)

// sharer is the practice person whose verified address is the seeded user's.
func sharer(t *testing.T) practice.Person {
	t.Helper()
	for _, who := range practice.People() {
		if who.Email == devUser {
			return who
		}
	}
	t.Fatal("nobody shares the seeded user's address")
	return practice.Person{}
}

// askedForProof comes from the practice provider with an address that somebody has, and lands on the page that asks.
func (h *person) askedForProof(t *testing.T) string {
	t.Helper()
	response := h.atProvider(devOIDC, sharer(t).ID, "")
	if response.StatusCode != http.StatusOK || response.Request.URL.Path != userpool.PathLink {
		t.Fatalf("status %d at %s, want the page that asks for proof", response.StatusCode, response.Request.URL.Path)
	}
	return response.Request.URL.String()
}

func TestLinkingOnProof(t *testing.T) {
	p := startProgram(t)
	ines := claims(t, p.redeem(t, p.person(t).signIn().Get("code")).IDToken)

	h := p.person(t)
	page := h.askedForProof(t)
	if _, body := h.get(page); strings.Contains(body, ">"+devUser+"<") || !strings.Contains(body, "i•••@a•••.example") {
		t.Error("the page shows the whole address, or none")
	}
	response, body := h.post(page, url.Values{"password": {"wrong"}, "_csrf": {h.csrf()}})
	if response.StatusCode != http.StatusBadRequest || !strings.Contains(body, "not the password") {
		t.Errorf("wrong password: status %d", response.StatusCode)
	}
	response, _ = h.post(page, url.Values{"password": {devPassword}, "_csrf": {h.csrf()}})
	linked := claims(t, p.redeem(t, h.back(response).Get("code")).IDToken)
	if linked["sub"] != ines["sub"] {
		t.Errorf("linked to %v, want %v", linked["sub"], ines["sub"])
	}
	identity := linked["identities"].([]any)[0].(map[string]any)
	if identity["providerName"] != devOIDC || identity["primary"] != "false" {
		t.Errorf("identity %v", identity)
	}
	// From now on the provider opens the account by itself.
	back := p.person(t)
	again := claims(t, p.redeem(t, back.back(back.atProvider(devOIDC, sharer(t).ID, "")).Get("code")).IDToken)
	if again["sub"] != ines["sub"] {
		t.Error("the second sign-in at the provider is another user")
	}
}

func TestLinkingDeclined(t *testing.T) {
	p := startProgram(t)
	ines := claims(t, p.redeem(t, p.person(t).signIn().Get("code")).IDToken)
	h := p.person(t)
	page := h.askedForProof(t)
	response, _ := h.post(page, url.Values{"separate": {"1"}, "_csrf": {h.csrf()}})
	other := claims(t, p.redeem(t, h.back(response).Get("code")).IDToken)
	if other["sub"] == ines["sub"] || !strings.HasPrefix(other["cognito:username"].(string), strings.ToLower(devOIDC)+"_") {
		t.Errorf("claims %v, want a user of its own", other)
	}
}

// The proof is bound to the browser and is used once: neither another browser nor a second post gets anywhere with it.
func TestAttackLinkingWithoutProof(t *testing.T) {
	p := startProgram(t)
	h := p.person(t)
	page := h.askedForProof(t)

	stranger := p.person(t)
	stranger.get(p.authorize())
	response, _ := stranger.post(page, url.Values{"password": {devPassword}, "_csrf": {stranger.csrf()}})
	if response.StatusCode != http.StatusBadRequest || response.Header.Get("Location") != "" {
		t.Errorf("another browser: status %d, location %q", response.StatusCode, response.Header.Get("Location"))
	}

	proof := h.cookies["localhost"]["proof"]
	if response, _ = h.post(page, url.Values{"password": {devPassword}, "_csrf": {h.csrf()}}); response.Header.Get("Location") == "" {
		t.Fatal("the proof was not accepted")
	}
	h.cookies["localhost"]["proof"] = proof
	response, _ = h.post(page, url.Values{"separate": {"1"}, "_csrf": {h.csrf()}})
	if response.StatusCode != http.StatusBadRequest || response.Header.Get("Location") != "" {
		t.Errorf("a used proof: status %d, location %q", response.StatusCode, response.Header.Get("Location"))
	}
}
