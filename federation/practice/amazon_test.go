package practice_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/federation/practice"
)

func newAmazon(t *testing.T) visitor {
	t.Helper()
	p, err := practice.NewAmazon(practice.AmazonOptions{Options: socialOptions(t)})
	return visit(t, "profile postal_code")(p, err)
}

func TestAmazonSignIn(t *testing.T) {
	v := newAmazon(t)
	who := practice.AmazonPeople()[0]
	_, answer := v.exchange(v.choose(who.ID, "").Get("code"))
	token, _ := answer["access_token"].(string)
	if !strings.Contains(token, "|") || answer["token_type"] != "bearer" || answer["refresh_token"] == nil || answer["id_token"] != nil {
		t.Fatalf("%v", answer)
	}
	want := map[string]any{"user_id": who.ID, "name": "Ines Duarte", "email": who.Email, "postal_code": "4050-159"}
	_, profile := v.ask("/user/profile", token)
	same(t, "profile", profile, want)
	_, profile = v.json(get(t, v.Addresses()["attributes_url"]+"?access_token="+url.QueryEscape(token)))
	same(t, "profile by query", profile, want)
	_, info := v.ask("/auth/o2/tokeninfo?access_token="+url.QueryEscape(token), "")
	if info["aud"] != "acme" || info["user_id"] != who.ID {
		t.Errorf("token info: %v", info)
	}
}

func TestAmazonScopes(t *testing.T) {
	v := newAmazon(t)
	who := practice.AmazonPeople()[0]
	for scope, want := range map[string]map[string]any{
		"profile:user_id": {"user_id": who.ID}, "profile": {"user_id": who.ID, "name": who.Name, "email": who.Email},
		"postal_code": {"user_id": who.ID, "postal_code": "4050-159"},
	} {
		_, profile := v.ask("/user/profile", v.signIn(who.ID, "scope", scope))
		same(t, scope, profile, want)
	}
	for scope, code := range map[string]string{"": "invalid_request", "profile email": "invalid_scope"} {
		if back := landing(t, get(t, v.authorize("scope", scope))); back.Get("error") != code || back.Get("state") != "the-state" {
			t.Errorf("%q: %v", scope, back)
		}
	}
}

func TestAmazonFailures(t *testing.T) {
	v := newAmazon(t)
	who := practice.AmazonPeople()[0].ID
	if back := v.choose(who, practice.Cancels); back.Get("error") != "access_denied" || back.Get("error_description") != "Access not permitted." {
		t.Errorf("cancelled: %v", back)
	}
	_, answer := v.exchange(v.choose(who, practice.Expired).Get("code"))
	expired, _ := answer["access_token"].(string)
	for _, token := range []string{expired, "stranger", ""} {
		if status, answer := v.ask("/user/profile", token); status != http.StatusBadRequest || answer["error"] != "invalid_token" {
			t.Errorf("%q: %d %v", token, status, answer)
		}
	}
	v.SetFaults(practice.Faults{NoSubject: true})
	if _, profile := v.ask("/user/profile", v.signIn(who)); profile["user_id"] != nil || profile["name"] == nil {
		t.Errorf("no subject: %v", profile)
	}
	v.SetFaults(practice.Faults{OtherUserInfo: true})
	if _, profile := v.ask("/user/profile", v.signIn(who)); profile["user_id"] == who {
		t.Errorf("somebody else: %v", profile)
	}
}
