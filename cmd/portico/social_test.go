package main

import (
	"net/http"
	"strings"
	"testing"

	"portico/federation/practice"
	"portico/userpool"
)

// atSocial signs in at one of the social twins and follows the way back, which is a form for Apple.
func (h *person) atSocial(kind userpool.ProviderType, who string, outcome practice.Outcome) *http.Response {
	h.t.Helper()
	response, err := practice.Choose(h.t.Context(), h.client, h.p.authorize("identity_provider", string(kind)), who, outcome)
	if err != nil {
		h.t.Fatal(err)
	}
	if kind == userpool.TypeApple {
		if response, err = practice.Submit(h.t.Context(), h.client, response); err != nil {
			h.t.Fatal(err)
		}
	}
	_ = response.Body.Close()
	return response
}

// TestSocialProviders goes through the whole program twice for each social type: the first sign-in makes a user, the second
// finds it, although Apple tells names only once.
func TestSocialProviders(t *testing.T) {
	p := startProgram(t)
	for kind, who := range map[userpool.ProviderType]practice.Person{
		userpool.TypeGoogle: practice.GooglePeople()[0], userpool.TypeApple: practice.ApplePeople()[0],
		userpool.TypeFacebook: practice.FacebookPeople()[0], userpool.TypeAmazon: practice.AmazonPeople()[0],
	} {
		t.Run(string(kind), func(t *testing.T) {
			var subject any
			for round := range 2 {
				h := p.person(t)
				back := h.back(h.atSocial(kind, who.ID, ""))
				a := p.redeem(t, back.Get("code"))
				if a.Error != "" || back.Get("state") != "st/ate=1&x" {
					t.Fatalf("%v %+v", back, a)
				}
				id := claims(t, a.IDToken)
				verified := kind == userpool.TypeGoogle || kind == userpool.TypeApple
				if id["cognito:username"] != strings.ToLower(string(kind)+"_"+who.ID) || id["email"] != who.Email || id["email_verified"] != verified {
					t.Errorf("round %d: %v", round, id)
				}
				identity := id["identities"].([]any)[0].(map[string]any)
				if identity["providerName"] != string(kind) || identity["providerType"] != string(kind) || identity["userId"] != who.ID {
					t.Errorf("round %d: %v", round, identity)
				}
				if id["given_name"] == nil || round == 1 && id["sub"] != subject {
					t.Errorf("round %d: %v", round, id)
				}
				subject = id["sub"]
			}
			h := p.person(t)
			if back := h.back(h.atSocial(kind, who.ID, practice.Cancels)); back.Get("error") != "access_denied" || back.Has("code") {
				t.Errorf("canceled: %v", back)
			}
		})
	}
	if strings.Contains(p.log.String(), "PRIVATE KEY") || strings.Contains(p.log.String(), devOIDCSecret) {
		t.Error("a secret is in the log")
	}
}

// TestFacebookWithoutAddress: a person who signed up with a phone number gets an account without one.
func TestFacebookWithoutAddress(t *testing.T) {
	p := startProgram(t)
	h := p.person(t)
	back := h.back(h.atSocial(userpool.TypeFacebook, practice.FacebookPeople()[2].ID, ""))
	a := p.redeem(t, back.Get("code"))
	if a.Error != "" {
		t.Fatalf("%v %+v", back, a)
	}
	if id := claims(t, a.IDToken); id["email"] != nil {
		t.Errorf("%v", id)
	}
}
