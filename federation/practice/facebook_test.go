package practice_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/federation/practice"
)

func newFacebook(t *testing.T, change func(*practice.FacebookOptions)) visitor {
	t.Helper()
	o := practice.FacebookOptions{Options: socialOptions(t)}
	if change != nil {
		change(&o)
	}
	p, err := practice.NewFacebook(o)
	return visit(t, "public_profile, email")(p, err)
}

// proof is a path with the access token's appsecret_proof.
func proof(path, token string) string {
	mac := hmac.New(sha256.New, []byte(socialSecret))
	_, _ = mac.Write([]byte(token))
	return path + "&appsecret_proof=" + hex.EncodeToString(mac.Sum(nil))
}

func TestFacebookSignIn(t *testing.T) {
	v := newFacebook(t, nil)
	who := practice.FacebookPeople()[0]
	r, err := practice.Choose(t.Context(), still(), v.authorize("response_type", "", "response_mode", ""), who.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(r.Header.Get("Location"), "#_=_") {
		t.Errorf("sent to %s", r.Header.Get("Location"))
	}
	// By GET, as Cognito does, without a grant_type, and with JSON for an answer.
	q := url.Values{"client_id": {"acme"}, "client_secret": {socialSecret}, "code": {landing(t, r).Get("code")}, "redirect_uri": {callback}}
	status, answer := v.json(get(t, v.Addresses()["token_url"]+"?"+q.Encode()))
	token, _ := answer["access_token"].(string)
	if status != http.StatusOK || token == "" || answer["token_type"] != "bearer" || answer["id_token"] != nil || answer["expires_in"].(float64) < 1e6 {
		t.Fatalf("%d %v", status, answer)
	}
	_, me := v.ask(proof("/v25.0/me?fields=id,name,first_name,last_name,middle_name,email,picture.type(large){url,width},birthday", token), token)
	picture := map[string]any{"data": map[string]any{"url": "https://pictures.example/ines.jpg", "width": 50.0, "height": 50.0, "is_silhouette": false}}
	same(t, "me", me, map[string]any{
		"id": who.ID, "name": "Ines Duarte", "first_name": "Ines", "last_name": "Duarte", "email": who.Email, "picture": picture,
	})
	_, me = v.ask(proof("/me?fields=", token), token)
	same(t, "without fields", me, map[string]any{"id": who.ID, "name": "Ines Duarte"})
	_, me = v.json(get(t, v.Addresses()["attributes_url"]+proof("email", token)+"&access_token="+token))
	same(t, "token in the query", me, map[string]any{"id": who.ID, "email": who.Email})
}

func TestFacebookPeopleWithoutEmail(t *testing.T) {
	v := newFacebook(t, nil)
	for _, who := range practice.FacebookPeople() {
		token := v.signIn(who.ID)
		_, me := v.ask(proof("/me?fields=email", token), token)
		if _, has := me["email"]; has != (who.Email != "") {
			t.Errorf("%s: %v", who.Name, me)
		}
	}
	token := v.signIn(practice.FacebookPeople()[0].ID, "scope", "public_profile")
	if _, me := v.ask(proof("/me?fields=id,email", token), token); me["email"] != nil {
		t.Errorf("without the permission: %v", me)
	}
}

func graphCode(answer map[string]any) float64 {
	told, _ := answer["error"].(map[string]any)
	code, _ := told["code"].(float64)
	return code
}

func TestAttackFacebookTokenWithoutProof(t *testing.T) {
	v := newFacebook(t, nil)
	token := v.signIn(practice.FacebookPeople()[0].ID)
	for name, path := range map[string]string{
		"none": "/me?fields=id", "empty": "/me?fields=id&appsecret_proof=", "of another token": proof("/me?fields=id", token+"x"),
	} {
		if status, answer := v.ask(path, token); status != http.StatusBadRequest || graphCode(answer) != 100 || answer["id"] != nil {
			t.Errorf("%s: %d %v", name, status, answer)
		}
	}
	lax := newFacebook(t, func(o *practice.FacebookOptions) { o.ProofOptional = true })
	token = lax.signIn(practice.FacebookPeople()[0].ID)
	if status, _ := lax.ask("/me?fields=id", token); status != http.StatusOK {
		t.Errorf("optional: %d", status)
	}
	if status, _ := lax.ask("/me?fields=id&appsecret_proof=00", token); status != http.StatusBadRequest {
		t.Errorf("optional but wrong: %d", status)
	}
}

func TestFacebookErrors(t *testing.T) {
	v := newFacebook(t, nil)
	who := practice.FacebookPeople()[0].ID
	token := v.signIn(who)
	for path, want := range map[string]float64{
		proof("/me?fields=id,shoe_size", token): 100,
		proof("/v1x/me?fields=id", token):       0,
	} {
		r := get(t, v.BaseURL()+path+"&access_token="+token)
		if want == 0 {
			if r.StatusCode != http.StatusNotFound {
				t.Errorf("%s: status %d", path, r.StatusCode)
			}
			continue
		}
		if status, answer := v.json(r); status != http.StatusBadRequest || graphCode(answer) != want {
			t.Errorf("%s: %d %v", path, status, answer)
		}
	}
	if _, answer := v.ask("/me?fields=id", "stranger"); graphCode(answer) != 190 {
		t.Errorf("stranger: %v", answer)
	}
	if _, answer := v.exchange("stranger"); graphCode(answer) != 100 {
		t.Errorf("code: %v", answer)
	}
	if _, answer := v.exchange("x", "client_secret", "y"); graphCode(answer) != 1 {
		t.Errorf("secret: %v", answer)
	}
	back := v.choose(who, practice.Cancels)
	if back.Get("error") != "access_denied" || back.Get("error_reason") != "user_denied" || back.Get("error_code") != "200" {
		t.Errorf("cancelled: %v", back)
	}
	_, answer := v.exchange(v.choose(who, practice.Expired).Get("code"))
	expired, _ := answer["access_token"].(string)
	if _, answer := v.ask(proof("/me?fields=id", expired), expired); graphCode(answer) != 190 {
		t.Errorf("expired: %v", answer)
	}
	v.shows("invalid_scope", "scope", "email,shoes")
}

func TestFacebookTellsWhoseATokenIs(t *testing.T) {
	v := newFacebook(t, nil)
	v.SetFaults(practice.Faults{OtherAudience: true})
	foreign := v.signIn(practice.FacebookPeople()[0].ID)
	v.SetFaults(practice.Faults{})
	own := v.signIn(practice.FacebookPeople()[0].ID)
	for token, app := range map[string]any{own: "acme", foreign: "another-app", "stranger": nil} {
		_, answer := v.json(get(t, v.BaseURL()+"/debug_token?input_token="+token+"&access_token="+url.QueryEscape("acme|"+socialSecret)))
		data, _ := answer["data"].(map[string]any)
		if data["app_id"] != app || data["is_valid"] != (app != nil) {
			t.Errorf("%v", answer)
		}
	}
	if _, answer := v.json(get(t, v.BaseURL()+"/debug_token?input_token="+own+"&access_token=acme%7Cx")); graphCode(answer) != 190 {
		t.Errorf("%v", answer)
	}
}
