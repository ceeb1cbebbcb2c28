package practice_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"portico/federation/practice"
)

func newGoogle(t *testing.T, change func(*practice.GoogleOptions)) visitor {
	t.Helper()
	o := practice.GoogleOptions{Options: socialOptions(t)}
	if change != nil {
		change(&o)
	}
	p, err := practice.NewGoogle(o)
	return visit(t, "openid email profile")(p, err)
}

// idToken verifies as go-oidc does, but for the issuer.
func (v visitor) idToken(raw any, issuer string) (map[string]any, error) {
	v.t.Helper()
	provider, err := oidc.NewProvider(oidc.InsecureIssuerURLContext(v.t.Context(), issuer), v.BaseURL())
	if err != nil {
		v.t.Fatal(err)
	}
	text, _ := raw.(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: "acme"}).Verify(v.t.Context(), text)
	if err != nil {
		return nil, err
	}
	claims := map[string]any{}
	return claims, id.Claims(&claims)
}

func TestGoogleSignIn(t *testing.T) {
	v := newGoogle(t, nil)
	workspace := practice.GooglePeople()[4]
	back := v.choose(workspace.ID, "")
	if !strings.Contains(back.Get("code"), "/") || back.Get("hd") != "northwind.example" || back.Get("scope") != "openid email profile" || back.Get("authuser") != "0" || back.Has("iss") {
		t.Errorf("came back with %v", back)
	}
	_, answer := v.exchange(back.Get("code"))
	if answer["expires_in"] != 3599.0 || answer["refresh_token"] != nil {
		t.Errorf("answer %v", answer)
	}
	claims, err := v.idToken(answer["id_token"], v.BaseURL())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"sub": workspace.ID, "hd": "northwind.example", "azp": "acme", "aud": "acme", "iss": v.BaseURL(), "nonce": "the-nonce",
		"email": "saar@northwind.example", "email_verified": true, "name": workspace.Name,
	} {
		same(t, name, claims[name], want)
	}
	token, _ := answer["access_token"].(string)
	_, info := v.ask("/v1/userinfo", token)
	if info["sub"] != workspace.ID || info["hd"] != "northwind.example" || info["azp"] != nil {
		t.Errorf("userinfo %v", info)
	}
	// Consumer accounts have no hd.
	_, answer = v.exchange(v.choose(practice.GooglePeople()[2].ID, "").Get("code"))
	claims, err = v.idToken(answer["id_token"], v.BaseURL())
	if _, has := claims["hd"]; err != nil || has || claims["email_verified"] != false {
		t.Errorf("%v %v", claims, err)
	}
}

func TestGoogleIssuerWithoutScheme(t *testing.T) {
	v := newGoogle(t, func(o *practice.GoogleOptions) { o.BareIssuer = true })
	_, answer := v.exchange(v.choose(practice.GooglePeople()[0].ID, "").Get("code"))
	if _, err := v.idToken(answer["id_token"], v.BaseURL()); err == nil {
		t.Error("the issuer has its scheme")
	}
	claims, err := v.idToken(answer["id_token"], strings.TrimPrefix(v.BaseURL(), "http://"))
	if err != nil || "http://"+claims["iss"].(string) != v.BaseURL() {
		t.Errorf("%v %v", claims["iss"], err)
	}
}

func TestGoogleScopesAndOfflineAccess(t *testing.T) {
	v := newGoogle(t, nil)
	_, answer := v.exchange(v.choose(practice.GooglePeople()[0].ID, "", "scope", "email profile").Get("code"))
	if answer["id_token"] != nil || answer["access_token"] == nil {
		t.Errorf("without openid: %v", answer)
	}
	_, answer = v.exchange(v.choose(practice.GooglePeople()[0].ID, "", "access_type", "offline").Get("code"))
	if answer["refresh_token"] == nil || answer["id_token"] == nil {
		t.Errorf("offline: %v", answer)
	}
}

func TestGoogleShowsErrorsOfTheRequest(t *testing.T) {
	v := newGoogle(t, nil)
	v.shows("invalid_request", "scope", "")
	v.shows("invalid_scope", "scope", "openid notes")
	v.shows("invalid_request", "prompt", "login")
	v.shows("invalid_request", "response_type", "")
	if back := landing(t, get(t, v.authorize("prompt", "none"))); back.Get("error") != "login_required" {
		t.Errorf("prompt=none: %v", back)
	}
	if back := v.choose(practice.GooglePeople()[0].ID, practice.Cancels); back.Get("error") != "access_denied" || back.Get("state") != "the-state" {
		t.Errorf("cancelled: %v", back)
	}
}

// The parameter hd narrows the list; whoever is not on it can still be posted.
func TestGoogleHostedDomainIsAHint(t *testing.T) {
	v := newGoogle(t, nil)
	for domain, people := range map[string]int{"": 5, "northwind.example": 1, "*": 1, "acme.example": 0} {
		if got := strings.Count(body(t, get(t, v.authorize("hd", domain))), `name="person"`); got != people {
			t.Errorf("hd=%s: %d people", domain, got)
		}
	}
	address, err := url.Parse(v.authorize("hd", "northwind.example"))
	if err != nil {
		t.Fatal(err)
	}
	form := address.Query()
	form.Set("person", practice.GooglePeople()[0].ID)
	r, err := still().PostForm(v.BaseURL()+"/choose", form)
	if err != nil || landing(t, r).Get("code") == "" {
		t.Errorf("status %d, %v", r.StatusCode, err)
	}
}

func TestGooglePeopleAPI(t *testing.T) {
	v := newGoogle(t, nil)
	who := practice.GooglePeople()[0]
	token := v.signIn(who.ID)
	_, answer := v.ask("/v1/people/me?personFields=names,emailAddresses,genders", token)
	names, _ := answer["names"].([]any)
	if answer["resourceName"] != "people/"+who.ID || len(names) != 1 || names[0].(map[string]any)["displayName"] != who.Name || answer["genders"] != nil {
		t.Errorf("%v", answer)
	}
	if status, answer := v.ask("/v1/people/me", token); status != http.StatusBadRequest || answer["error"] == nil {
		t.Errorf("without fields: %d %v", status, answer)
	}
	if status, _ := v.ask("/v1/people/me?personFields=names", "stranger"); status != http.StatusUnauthorized {
		t.Errorf("stranger: %d", status)
	}
}

func TestGooglePKCEAndFaults(t *testing.T) {
	v := newGoogle(t, nil)
	verifier := oauth2.GenerateVerifier()
	challenge := []string{"code_challenge", oauth2.S256ChallengeFromVerifier(verifier), "code_challenge_method", "S256"}
	who := practice.GooglePeople()[0].ID
	if status, _ := v.exchange(v.choose(who, "", challenge...).Get("code"), "code_verifier", "x"); status == http.StatusOK {
		t.Error("a wrong verifier was accepted")
	}
	if status, answer := v.exchange(v.choose(who, "", challenge...).Get("code"), "code_verifier", verifier); status != http.StatusOK {
		t.Error(answer)
	}
	for _, outcome := range []practice.Outcome{practice.Expired, practice.BadSignature} {
		_, answer := v.exchange(v.choose(who, outcome).Get("code"))
		if _, err := v.idToken(answer["id_token"], v.BaseURL()); err == nil {
			t.Errorf("%s: accepted", outcome)
		}
	}
}
