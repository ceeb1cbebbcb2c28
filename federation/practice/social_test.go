package practice_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portico/federation/practice"
)

const socialSecret = "s3cret/&+"

func socialOptions(t *testing.T) practice.Options {
	t.Helper()
	return practice.Options{
		ClientID: "acme", ClientSecret: socialSecret, RedirectURIs: []string{callback}, Key: key(t), Patience: 10 * time.Second,
		Pages: practice.Pages{App: "Acme Notes"},
	}
}

// visitor is a client of a social provider, as plain as one can be: it does nothing by itself.
type visitor struct {
	*practice.Social
	t     *testing.T
	scope string
}

// visit serves a provider. It fails the test if the provider was not made.
func visit(t *testing.T, scope string) func(*practice.Social, error) visitor {
	return func(p *practice.Social, err error) visitor {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(p)
		t.Cleanup(server.Close)
		t.Cleanup(p.Close)
		if err := p.SetBaseURL(server.URL); err != nil {
			t.Fatal(err)
		}
		return visitor{p, t, scope}
	}
}

// authorize is where the browser is sent: names and values in turn, an empty value takes one out.
func (v visitor) authorize(changes ...string) string {
	q := url.Values{
		"client_id": {"acme"}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {v.scope}, "state": {"the-state"}, "nonce": {"the-nonce"},
	}
	for i := 0; i < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			q.Del(changes[i])
		}
	}
	return v.Addresses()["authorize_url"] + "?" + q.Encode()
}

// choose goes through the chooser and returns what comes back by a redirect.
func (v visitor) choose(person string, outcome practice.Outcome, changes ...string) url.Values {
	v.t.Helper()
	r, err := practice.Choose(v.t.Context(), still(), v.authorize(changes...), person, outcome)
	if err != nil {
		v.t.Fatal(err)
	}
	return landing(v.t, r)
}

// exchange posts to the token endpoint.
func (v visitor) exchange(code string, changes ...string) (status int, answer map[string]any) {
	v.t.Helper()
	form := url.Values{
		"client_id": {"acme"}, "client_secret": {socialSecret}, "grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback},
	}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	r, err := still().PostForm(v.Addresses()["token_url"], form)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.json(r)
}

// signIn goes all the way to an access token.
func (v visitor) signIn(person string, changes ...string) (token string) {
	v.t.Helper()
	status, answer := v.exchange(v.choose(person, "", changes...).Get("code"))
	token, _ = answer["access_token"].(string)
	if status != http.StatusOK || token == "" {
		v.t.Fatalf("status %d: %v", status, answer)
	}
	return token
}

func (v visitor) json(r *http.Response) (status int, answer map[string]any) {
	v.t.Helper()
	text := body(v.t, r)
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		v.t.Fatalf("status %d: %q", r.StatusCode, text)
	}
	return r.StatusCode, answer
}

// ask gets a path with a bearer token.
func (v visitor) ask(path, token string) (status int, answer map[string]any) {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.BaseURL()+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	r, err := still().Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.json(r)
}

// shows expects a page that tells the person what is wrong, and no redirect.
func (v visitor) shows(want string, changes ...string) {
	v.t.Helper()
	r := get(v.t, v.authorize(changes...))
	if text := body(v.t, r); r.StatusCode != http.StatusBadRequest || r.Header.Get("Location") != "" || !strings.Contains(text, want) {
		v.t.Errorf("%v: status %d, Location %q, without %q", changes, r.StatusCode, r.Header.Get("Location"), want)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: -want +got\n%s", what, diff)
	}
}

// all starts one of each.
func allSocial(t *testing.T) map[string]visitor {
	t.Helper()
	o := socialOptions(t)
	google, err := practice.NewGoogle(practice.GoogleOptions{Options: o})
	apple := newApple(t, nil)
	out := map[string]visitor{"Google": visit(t, "openid email profile")(google, err), "Apple": apple.visitor}
	facebook, err := practice.NewFacebook(practice.FacebookOptions{Options: o})
	out["Facebook"] = visit(t, "public_profile,email")(facebook, err)
	amazon, err := practice.NewAmazon(practice.AmazonOptions{Options: o})
	out["Amazon"] = visit(t, "profile postal_code")(amazon, err)
	gitHub, err := practice.NewGitHub(practice.GitHubOptions{Options: o})
	out["GitHub"] = visit(t, "read:user user:email")(gitHub, err)
	return out
}

func TestSocialNeverLooksLikeTheRealOne(t *testing.T) {
	for name, v := range allSocial(t) {
		changes := []string{}
		if name == "Apple" {
			changes = []string{"response_mode", "form_post"}
		}
		for _, address := range []string{v.authorize(changes...), v.authorize("client_id", "stranger"), v.BaseURL() + "/"} {
			r := get(t, address)
			text := body(t, r)
			if !strings.Contains(text, "Practice "+name+" · not the real "+name+" · runs on this machine") {
				t.Errorf("%s: %s does not say that it is practice", name, address)
			}
			if strings.Contains(text, "<img") {
				t.Errorf("%s: %s has a picture", name, address)
			}
			checkFiles(t, loaded(t, r, text))
		}
	}
}

func TestSocialPeopleHaveOneIDEach(t *testing.T) {
	ids := map[string]bool{}
	for name, cast := range map[string]func() []practice.Person{
		"Google": practice.GooglePeople, "Apple": practice.ApplePeople, "Facebook": practice.FacebookPeople,
		"Amazon": practice.AmazonPeople, "GitHub": practice.GitHubPeople,
	} {
		if len(cast()) < 5 {
			t.Errorf("%s has %d people", name, len(cast()))
		}
		for _, person := range cast() {
			if ids[person.ID] || person.Note == "" && person.Email == "" {
				t.Errorf("%s: %+v", name, person)
			}
			ids[person.ID] = true
		}
		shared := func(p practice.Person) bool { return p.Email == "ines@acme.example" }
		if !slices.ContainsFunc(cast(), shared) {
			t.Errorf("%s: nobody shares an address", name)
		}
	}
}

// Without an ID token nothing is signed, so the chooser does not offer to spoil a signature.
func TestSocialOutcomesThatExist(t *testing.T) {
	providers := allSocial(t)
	for _, name := range slices.Sorted(maps.Keys(providers)) {
		text := body(t, get(t, providers[name].authorize("response_mode", map[bool]string{true: "form_post"}[name == "Apple"])))
		if signed := name == "Google" || name == "Apple"; strings.Contains(text, "bad signature") != signed {
			t.Errorf("%s: a bad signature is offered: %v", name, !signed)
		}
		for _, want := range []string{"The person cancels", "Answer with an expired token", "Never answer"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not offer %q", name, want)
			}
		}
	}
}

// A code is good once, for its redirect URI, for the client that proves itself. TestAttackAppleCodes and TestGitHub… say
// the same of providers whose token endpoint is unlike the others.
func TestAttackSocialCodes(t *testing.T) {
	providers := allSocial(t)
	for name, person := range map[string]string{
		"Google": practice.GooglePeople()[0].ID, "Facebook": practice.FacebookPeople()[0].ID, "Amazon": practice.AmazonPeople()[0].ID,
	} {
		v := providers[name]
		refused := func(what, code string, changes ...string) {
			t.Helper()
			if status, answer := v.exchange(code, changes...); status < 400 || answer["access_token"] != nil || answer["error"] == nil {
				t.Errorf("%s: %s: status %d, %v", name, what, status, answer)
			}
		}
		code := func() string { return v.choose(person, "").Get("code") }
		refused("wrong secret", code(), "client_secret", "x")
		refused("no secret", code(), "client_secret", "")
		refused("another redirect URI", code(), "redirect_uri", "http://app.example/other")
		refused("no code", "")
		once := code()
		if status, answer := v.exchange(once); status != http.StatusOK {
			t.Errorf("%s: status %d, %v", name, status, answer)
		}
		refused("used code", once)
	}
}

func TestSocialAddressesAreServed(t *testing.T) {
	for name, v := range allSocial(t) {
		for key, address := range v.Addresses() {
			if key == "oidc_issuer" {
				address += "/.well-known/openid-configuration"
			}
			if r := get(t, address); r.StatusCode == http.StatusNotFound {
				t.Errorf("%s: %s %s is not there", name, key, address)
			}
		}
	}
}

// Only a code is ever exchanged. Leaving grant_type out is for providers that are older than RFC 6749.
func TestAttackOtherGrants(t *testing.T) {
	providers := allSocial(t)
	for name, person := range map[string]string{
		"Google": practice.GooglePeople()[0].ID, "Facebook": practice.FacebookPeople()[0].ID, "Amazon": practice.AmazonPeople()[0].ID,
	} {
		v := providers[name]
		for _, kind := range []string{"", "password", "client_credentials", "refresh_token"} {
			wanted := name == "Facebook" && kind == ""
			if status, answer := v.exchange(v.choose(person, "").Get("code"), "grant_type", kind); (status == http.StatusOK) != wanted {
				t.Errorf("%s: %q: status %d, %v", name, kind, status, answer)
			}
		}
	}
}

func TestProvidersWaitForTheirAddress(t *testing.T) {
	google, err := practice.NewGoogle(practice.GoogleOptions{Options: socialOptions(t)})
	if err != nil {
		t.Fatal(err)
	}
	northwind, err := practice.NewSAML(practice.SAMLOptions{Name: "Northwind", Key: key(t)})
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]http.Handler{"Google": google, "Northwind": northwind} {
		w := httptest.NewRecorder()
		p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: status %d", name, w.Code)
		}
	}
	for _, address := range []string{"", "localhost:8080", "http://127.0.0.1?x=1", "http://127.0.0.1#x", "http://me@127.0.0.1"} {
		if google.SetBaseURL(address) == nil {
			t.Errorf("%q was taken", address)
		}
	}
}

func TestProvidersThatCannotBeMade(t *testing.T) {
	o := socialOptions(t)
	noClient, twins, bad := o, o, o
	noClient.ClientID = ""
	twins.People = append(practice.People(), practice.People()[0])
	bad.RedirectURIs = []string{"/relative"}
	for name, options := range map[string]practice.Options{"no client": noClient, "one ID twice": twins, "relative redirect URI": bad} {
		if _, err := practice.NewAmazon(practice.AmazonOptions{Options: options}); err == nil {
			t.Errorf("%s: made", name)
		}
	}
	if _, err := practice.NewApple(practice.AppleOptions{Options: o, TeamID: "T", KeyID: "K"}); err == nil {
		t.Error("Apple without a key was made")
	}
}
