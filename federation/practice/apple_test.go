package practice_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"portico/federation/practice"
)

const (
	appleTeam = "TEAM123456"
	appleKey  = "KEY1234567"
)

// applicant is a client of a practice Apple with its key.
type applicant struct {
	visitor
	key *ecdsa.PrivateKey
}

func newApple(t *testing.T, change func(*practice.AppleOptions)) applicant {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	o := practice.AppleOptions{Options: socialOptions(t), TeamID: appleTeam, KeyID: appleKey, PublicKey: &private.PublicKey}
	o.ClientSecret = ""
	if change != nil {
		change(&o)
	}
	p, err := practice.NewApple(o)
	return applicant{visit(t, "name email")(p, err), private}
}

// secret signs a client secret: names and values in turn change the claims.
func (a applicant) secret(changes ...any) string {
	a.t.Helper()
	return signedSecret(a.t, jose.SigningKey{Algorithm: jose.ES256, Key: a.key}, appleKey, changes...)
}

func signedSecret(t *testing.T, key jose.SigningKey, id string, changes ...any) string {
	t.Helper()
	now := time.Now().Unix()
	claims := map[string]any{"iss": appleTeam, "sub": "acme", "aud": "https://appleid.apple.com", "iat": now, "exp": now + 300}
	for i := 0; i < len(changes); i += 2 {
		claims[changes[i].(string)] = changes[i+1]
	}
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithHeader("kid", id))
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// posted goes through the chooser and returns the form that Apple has the browser post.
func (a applicant) posted(person string, outcome practice.Outcome) url.Values {
	a.t.Helper()
	page, err := practice.Choose(a.t.Context(), still(), a.authorize("response_mode", "form_post"), person, outcome)
	if err != nil {
		a.t.Fatal(err)
	}
	to, fields, err := practice.Fields(page)
	if err != nil || to != callback {
		a.t.Fatalf("posts to %q, %v", to, err)
	}
	return fields
}

func TestAppleSignIn(t *testing.T) {
	a := newApple(t, nil)
	private := practice.ApplePeople()[1]
	form := a.posted(private.ID, "")
	if form.Get("state") != "the-state" || form.Has("iss") {
		t.Errorf("posted %v", form)
	}
	var user map[string]any
	if err := json.Unmarshal([]byte(form.Get("user")), &user); err != nil {
		t.Fatal(err)
	}
	same(t, "user", user, map[string]any{"name": map[string]any{"firstName": "Kofi", "lastName": "Mensah"}, "email": private.Email})

	_, answer := a.exchange(form.Get("code"), "client_secret", a.secret())
	claims, err := a.idToken(answer["id_token"], a.BaseURL())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"sub": private.ID, "email": private.Email, "email_verified": "true", "is_private_email": "true", "nonce": "the-nonce",
		"nonce_supported": true, "name": nil, "given_name": nil,
	} {
		same(t, name, claims[name], want)
	}
	if answer["refresh_token"] == nil {
		t.Errorf("%v", answer)
	}
	if r := get(t, a.BaseURL()+"/userinfo"); r.StatusCode != http.StatusNotFound {
		t.Errorf("userinfo: status %d", r.StatusCode)
	}
}

// The name comes once in a lifetime, unless the person removes the app from their account.
func TestAppleTellsTheNameOnce(t *testing.T) {
	a := newApple(t, nil)
	who := practice.ApplePeople()
	for round, want := range []bool{true, false, false} {
		if got := a.posted(who[0].ID, "").Has("user"); got != want {
			t.Errorf("round %d: user is there: %v", round, got)
		}
	}
	if a.posted(who[1].ID, practice.Cancels).Has("user") || !a.posted(who[1].ID, "").Has("user") {
		t.Error("a cancelled authorization counts")
	}
	a.Forget(who[0].ID)
	if !a.posted(who[0].ID, "").Has("user") {
		t.Error("no name after the app was removed")
	}
}

func TestAppleWantsAPost(t *testing.T) {
	a := newApple(t, nil)
	a.shows("form_post")
	a.shows("form_post", "response_mode", "query")
	a.shows("response_mode", "response_mode", "web_message")
	a.shows("invalid_scope", "scope", "name phone", "response_mode", "form_post")
	// Without a scope a redirect will do, and brings no data.
	back := a.choose(practice.ApplePeople()[0].ID, "", "scope", "openid")
	_, answer := a.exchange(back.Get("code"), "client_secret", a.secret())
	claims, err := a.idToken(answer["id_token"], a.BaseURL())
	if err != nil || claims["email"] != nil || back.Has("user") {
		t.Errorf("%v %v %v", back, claims, err)
	}
	if form := a.posted(practice.ApplePeople()[0].ID, practice.Cancels); form.Get("error") != "user_cancelled_authorize" || form.Get("state") != "the-state" {
		t.Errorf("cancelled: %v", form)
	}
}

func TestAppleBooleansAndAlgorithm(t *testing.T) {
	a := newApple(t, func(o *practice.AppleOptions) { o.Booleans, o.ES256 = true, true })
	_, answer := a.exchange(a.posted(practice.ApplePeople()[1].ID, "").Get("code"), "client_secret", a.secret())
	raw, _ := answer["id_token"].(string)
	provider, err := oidc.NewProvider(t.Context(), a.BaseURL())
	if err != nil {
		t.Fatal(err)
	}
	id, err := provider.Verifier(&oidc.Config{ClientID: "acme", SupportedSigningAlgs: []string{"ES256"}}).Verify(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil || claims["email_verified"] != true || claims["is_private_email"] != true {
		t.Errorf("%v %v", claims, err)
	}
}

func TestAttackAppleClientSecrets(t *testing.T) {
	a := newApple(t, nil)
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := a.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Unix()
	es256 := func(key crypto.Signer) jose.SigningKey { return jose.SigningKey{Algorithm: jose.ES256, Key: key} }
	code := a.posted(practice.ApplePeople()[0].ID, "").Get("code")
	for name, secret := range map[string]string{
		"none": "", "not a token": "x.y.z", "another's signature": signedSecret(t, es256(stranger), appleKey),
		"another key's name":        signedSecret(t, es256(a.key), "KEY7654321"),
		"HS256 with the public key": signedSecret(t, jose.SigningKey{Algorithm: jose.HS256, Key: public}, appleKey),
		"another team":              a.secret("iss", "TEAM654321"), "another client": a.secret("sub", "other"), "another audience": a.secret("aud", "https://evil.example"),
		"expired": a.secret("iat", now-600, "exp", now-1), "from the future": a.secret("iat", now+3600, "exp", now+7200),
		"longer than six months": a.secret("exp", now+15_777_001), "without an end": a.secret("exp", 0),
		"alg none": strings.Join(strings.Split(a.secret(), ".")[:2], ".") + ".",
	} {
		status, answer := a.exchange(code, "client_secret", secret)
		if status != http.StatusBadRequest || answer["error"] != "invalid_client" {
			t.Errorf("%s: %d %v", name, status, answer)
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.Addresses()["token_url"], strings.NewReader(url.Values{
		"code": {code}, "grant_type": {"authorization_code"}, "redirect_uri": {callback},
	}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth("acme", a.secret())
	r, err := still().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := a.json(r); status != http.StatusBadRequest || answer["error"] != "invalid_client" {
		t.Errorf("Basic: %d %v", status, answer)
	}
	// A stranger has not used up the code; six months to the second are allowed.
	if status, answer := a.exchange(code, "client_secret", a.secret("exp", now+15_777_000, "iat", now)); status != http.StatusOK {
		t.Errorf("%v", answer)
	}
}

func TestAttackAppleCodes(t *testing.T) {
	clock := time.Now()
	a := newApple(t, func(o *practice.AppleOptions) { o.Now = func() time.Time { return clock } })
	code := a.posted(practice.ApplePeople()[0].ID, "").Get("code")
	secret := a.secret("exp", clock.Unix()+3600)
	clock = clock.Add(5 * time.Minute)
	if status, answer := a.exchange(code, "client_secret", secret); status != http.StatusBadRequest || answer["error"] != "invalid_grant" {
		t.Errorf("after five minutes: %v", answer)
	}
	code = a.posted(practice.ApplePeople()[0].ID, "").Get("code")
	clock = clock.Add(5*time.Minute - time.Second)
	if status, answer := a.exchange(code, "client_secret", secret); status != http.StatusOK {
		t.Errorf("before five minutes are over: %v", answer)
	}
	if _, answer := a.exchange(code, "client_secret", secret); answer["error"] != "invalid_grant" {
		t.Errorf("used twice: %v", answer)
	}
}
