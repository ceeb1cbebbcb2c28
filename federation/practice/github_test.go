package practice_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/federation/practice"
)

func newGitHub(t *testing.T) visitor {
	t.Helper()
	p, err := practice.NewGitHub(practice.GitHubOptions{Options: socialOptions(t)})
	return visit(t, "read:user user:email")(p, err)
}

// gitHubToken exchanges a code as a client that asks for JSON, or does not.
func (v visitor) gitHubToken(code, accept string) (status int, text string) {
	v.t.Helper()
	form := url.Values{"client_id": {"acme"}, "client_secret": {socialSecret}, "code": {code}}
	form.Set("redirect_uri", callback)
	request, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.Addresses()["token_url"], strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", accept)
	r, err := still().Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	return r.StatusCode, body(v.t, r)
}

func (v visitor) gitHubSignIn(person string, changes ...string) string {
	v.t.Helper()
	_, text := v.gitHubToken(v.choose(person, "", changes...).Get("code"), "application/json")
	var answer map[string]any
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		v.t.Fatalf("%v in %q", err, text)
	}
	token, _ := answer["access_token"].(string)
	return token
}

func TestGitHubAnswersInTwoForms(t *testing.T) {
	v := newGitHub(t)
	who := practice.GitHubPeople()[0].ID
	_, text := v.gitHubToken(v.choose(who, "").Get("code"), "*/*")
	form, err := url.ParseQuery(text)
	if err != nil || form.Get("access_token") == "" || form.Get("scope") != "read:user,user:email" || form.Has("expires_in") {
		t.Errorf("%q, %v", text, err)
	}
	if v.gitHubSignIn(who) == "" {
		t.Error("no token in JSON")
	}
	// Errors have status 200.
	for accept, want := range map[string]string{"": "error=bad_verification_code", "application/json": `"error":"bad_verification_code"`} {
		if status, text := v.gitHubToken("stranger", accept); status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%q: %d %q", accept, status, text)
		}
	}
}

func TestGitHubUsers(t *testing.T) {
	v := newGitHub(t)
	for i, want := range []struct{ email, verified any }{
		{"ines.duarte@people.example", true}, {nil, true}, {nil, false}, {"ines@acme.example", true}, {nil, nil},
	} {
		token := v.gitHubSignIn(practice.GitHubPeople()[i].ID)
		_, user := v.ask("/user", token)
		if _, number := user["id"].(float64); !number || user["login"] == nil || user["email"] != want.email {
			t.Errorf("%v", user)
		}
		r, err := asGitHubClient(t, v.BaseURL()+"/user/emails", "token "+token, "test")
		if err != nil {
			t.Fatal(err)
		}
		var emails []map[string]any
		if err := json.Unmarshal([]byte(body(t, r)), &emails); err != nil {
			t.Fatal(err)
		}
		var verified any
		for _, e := range emails {
			if e["primary"] == true {
				verified = e["verified"]
			}
		}
		if verified != want.verified {
			t.Errorf("%d: %v", i, emails)
		}
	}
}

func asGitHubClient(t *testing.T, address, authorization, agent string) (*http.Response, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", authorization)
	request.Header.Set("User-Agent", agent)
	return still().Do(request)
}

func TestGitHubRefusals(t *testing.T) {
	v := newGitHub(t)
	token := v.gitHubSignIn(practice.GitHubPeople()[0].ID, "scope", "read:user")
	for _, test := range []struct {
		path, authorization, agent string
		want                       int
	}{
		{"/user", "Bearer " + token, "", http.StatusForbidden}, {"/user", "Bearer stranger", "test", http.StatusUnauthorized},
		{"/user", "", "test", http.StatusUnauthorized}, {"/user/emails", "Bearer " + token, "test", http.StatusNotFound},
		{"/user", "Bearer " + token, "test", http.StatusOK},
	} {
		r, err := asGitHubClient(t, v.BaseURL()+test.path, test.authorization, test.agent)
		if err != nil || r.StatusCode != test.want {
			t.Errorf("%+v: status %d, %v", test, r.StatusCode, err)
		}
	}
}
