package practice_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"portico/federation/practice"
)

// An attacker sends a person to a good provider with a redirect_uri of the attacker's.
func TestAttackOpenRedirect(t *testing.T) {
	p := startOIDC(t, nil)
	rp := newRelyingParty(t, p)
	for name, uri := range map[string]string{
		"another host":        "https://evil.example/",
		"a longer path":       callback + "/x",
		"another query":       callback + "&x=1",
		"another case":        strings.ToUpper(callback),
		"user information":    strings.Replace(callback, "app.example", "app.example@evil.example", 1),
		"a fragment":          callback + "#x",
		"none at all":         "",
		"a script":            "javascript:alert(1)",
		"scheme-relative":     "//app.example/oauth2/idpresponse?from=practice",
		"percent-encoded":     strings.Replace(callback, "oauth2", "%6fauth2", 1),
		"with a line feed":    callback + "\n",
		"with a dot segments": strings.Replace(callback, "/oauth2", "/x/../oauth2", 1),
	} {
		for _, extra := range []string{"", "&prompt=none", "&response_type=token"} {
			address := rp.address(oauth2.SetAuthURLParam("redirect_uri", uri)) + extra
			r := get(t, address)
			text := body(t, r)
			if r.StatusCode != http.StatusBadRequest || r.Header.Get("Location") != "" {
				t.Errorf("%s%s: status %d, Location %q", name, extra, r.StatusCode, r.Header.Get("Location"))
			}
			checkPage(t, r, text)
			if strings.Contains(text, `href="https://evil`) || strings.Contains(text, `href="javascript`) {
				t.Errorf("%s: the page links there", name)
			}
		}
	}
	if r := get(t, rp.address()+"&redirect_uri="+url.QueryEscape("https://evil.example/")); r.StatusCode != http.StatusBadRequest {
		t.Errorf("two redirect URIs: status %d", r.StatusCode)
	}
	if r := get(t, rp.address(oauth2.SetAuthURLParam("client_id", "stranger"))); r.StatusCode != http.StatusBadRequest {
		t.Errorf("unknown client: status %d", r.StatusCode)
	}
	r := get(t, p.Issuer()+"/end_session?post_logout_redirect_uri=https://evil.example/")
	if r.StatusCode != http.StatusBadRequest || r.Header.Get("Location") != "" {
		t.Errorf("sign-out: status %d, Location %q", r.StatusCode, r.Header.Get("Location"))
	}
}

// The chooser's form is checked as if it had never been seen: its hidden fields are in the attacker's hands.
func TestAttackHiddenFieldsOfTheChooser(t *testing.T) {
	p := startOIDC(t, nil)
	rp := newRelyingParty(t, p)
	address, err := url.Parse(rp.address())
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"redirect_uri": "https://evil.example/", "client_id": "stranger", "person": "nobody", "outcome": "anything"} {
		form := address.Query()
		form.Set("person", "ines-4c1d")
		form.Set(name, value)
		r, err := still().PostForm(p.Issuer()+"/choose", form)
		if err != nil {
			t.Fatal(err)
		}
		if r.StatusCode != http.StatusBadRequest || r.Header.Get("Location") != "" {
			t.Errorf("%s: status %d, Location %q: %s", name, r.StatusCode, r.Header.Get("Location"), body(t, r))
		}
	}
}

// A page elsewhere posts the chooser's form in the person's browser.
func TestAttackChooserPostedFromElsewhere(t *testing.T) {
	p := startOIDC(t, nil)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.Issuer()+"/choose", strings.NewReader("person=ines-4c1d"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	r, err := still().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusForbidden {
		t.Errorf("status %d", r.StatusCode)
	}
}

func TestAttackCodeUsedTwice(t *testing.T) {
	rp := newRelyingParty(t, startOIDC(t, nil))
	code := rp.choose(t, "ines-4c1d", "").Get("code")
	token, _, problem := rp.verify(t.Context(), code)
	if problem != "" {
		t.Fatal(problem)
	}
	if _, err := rp.exchange(t.Context(), code); err == nil || !strings.Contains(err.Error(), "invalid_grant") {
		t.Errorf("second use: %v", err)
	}
	// RFC 6749 §4.1.2: what the first use gave ends with the second.
	if _, err := rp.provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token)); err == nil {
		t.Error("the access token still works")
	}
}

func TestAttackStolenCodeWithoutItsVerifier(t *testing.T) {
	rp := newRelyingParty(t, startOIDC(t, nil))
	for name, verifier := range map[string][]oauth2.AuthCodeOption{
		"another":   {oauth2.VerifierOption(oauth2.GenerateVerifier())},
		"none":      nil,
		"too short": {oauth2.VerifierOption("short")},
	} {
		code := rp.choose(t, "ines-4c1d", "").Get("code")
		if _, err := rp.config.Exchange(t.Context(), code, verifier...); err == nil || !strings.Contains(err.Error(), "invalid_grant") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := rp.exchange(t.Context(), code); err == nil {
			t.Errorf("%s: the code survived a wrong verifier", name)
		}
	}
}

// Somebody takes the code_challenge out of the request on its way, so that the verifier would prove nothing.
func TestAttackPKCEDowngrade(t *testing.T) {
	rp := newRelyingParty(t, startOIDC(t, nil))
	r, err := practice.Choose(t.Context(), still(), rp.config.AuthCodeURL("the-state"), "ines-4c1d", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rp.exchange(t.Context(), landing(t, r).Get("code")); err == nil {
		t.Error("a verifier without a challenge was accepted")
	}
}

func TestAttackCodeOfAnotherRequest(t *testing.T) {
	clock := time.Now()
	rp := newRelyingParty(t, startOIDC(t, func(o *practice.OIDCOptions) {
		o.RedirectURIs = append(o.RedirectURIs, "http://app.example/other")
		o.Now = func() time.Time { return clock }
	}))
	code := rp.choose(t, "ines-4c1d", "").Get("code")
	elsewhere := rp
	elsewhere.config.RedirectURL = "http://app.example/other"
	if _, err := elsewhere.exchange(t.Context(), code); err == nil {
		t.Error("another redirect_uri was accepted")
	}
	code = rp.choose(t, "ines-4c1d", "").Get("code")
	clock = clock.Add(time.Minute)
	if _, err := rp.exchange(t.Context(), code); err == nil {
		t.Error("an expired code was accepted")
	}
}

func TestAttackWrongClientSecret(t *testing.T) {
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams} {
		rp := newRelyingParty(t, startOIDC(t, nil))
		code := rp.choose(t, "ines-4c1d", "").Get("code")
		rp.config.Endpoint.AuthStyle = style
		right := rp.config.ClientSecret
		for _, wrong := range []string{"", "s3cret", right + "x"} {
			rp.config.ClientSecret = wrong
			if _, err := rp.exchange(t.Context(), code); err == nil || !strings.Contains(err.Error(), "invalid_client") {
				t.Errorf("secret %q: %v", wrong, err)
			}
		}
		// A stranger must not be able to use up the code.
		rp.config.ClientSecret = right
		if _, err := rp.exchange(t.Context(), code); err != nil {
			t.Error(err)
		}
	}
}

func TestAttackPublicClientWithoutPKCE(t *testing.T) {
	p := startOIDC(t, func(o *practice.OIDCOptions) { o.ClientSecret = "" })
	rp := newRelyingParty(t, p)
	if back := landing(t, get(t, rp.config.AuthCodeURL("the-state"))); back.Get("error") != "invalid_request" {
		t.Errorf("came back with %v", back)
	}
	if _, _, problem := rp.verify(t.Context(), rp.choose(t, "ines-4c1d", "").Get("code")); problem != "" {
		t.Errorf("with PKCE: %s", problem)
	}
}

func TestAttackHugeRequests(t *testing.T) {
	p := startOIDC(t, nil)
	for _, path := range []string{"/authorize", "/choose", "/token", "/userinfo", "/end_session"} {
		r, err := still().PostForm(p.Issuer()+path, url.Values{"x": {strings.Repeat("a", 1<<20)}})
		if err != nil {
			continue // the server closed the connection before it had read it all
		}
		if r.StatusCode < 400 || r.StatusCode >= 500 {
			t.Errorf("%s: status %d", path, r.StatusCode)
		}
	}
}

func TestAttackMarkupInARequest(t *testing.T) {
	p := startOIDC(t, nil)
	r := get(t, p.Issuer()+"/authorize?client_id="+url.QueryEscape(`"><script>alert(1)</script>`)+"&redirect_uri="+url.QueryEscape(`"><img src=x>`))
	text := body(t, r)
	checkPage(t, r, text)
	if strings.Contains(text, "<script>") || strings.Contains(text, "<img") {
		t.Error(text)
	}
}
