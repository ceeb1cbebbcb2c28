package practice_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"portico/federation/practice"
)

// relyingParty is go-oidc and x/oauth2, as a broker would use them.
type relyingParty struct {
	provider *oidc.Provider
	config   oauth2.Config
	pkce     string
}

func newRelyingParty(t *testing.T, p *practice.OIDC) relyingParty {
	t.Helper()
	provider, err := oidc.NewProvider(t.Context(), p.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	return relyingParty{provider, oauth2.Config{
		ClientID: "acme", ClientSecret: p.Secret().Reveal(), RedirectURL: callback,
		Endpoint: provider.Endpoint(), Scopes: []string{"openid", "profile", "email"},
	}, oauth2.GenerateVerifier()}
}

func (rp relyingParty) address(extra ...oauth2.AuthCodeOption) string {
	extra = append(extra, oauth2.S256ChallengeOption(rp.pkce), oidc.Nonce("the-nonce"))
	return rp.config.AuthCodeURL("the-state", extra...)
}

// choose goes through the chooser and returns the parameters that come back.
func (rp relyingParty) choose(t *testing.T, person string, outcome practice.Outcome, extra ...oauth2.AuthCodeOption) url.Values {
	t.Helper()
	r, err := practice.Choose(t.Context(), still(), rp.address(extra...), person, outcome)
	if err != nil {
		t.Fatal(err)
	}
	return landing(t, r)
}

func landing(t *testing.T, r *http.Response) url.Values {
	t.Helper()
	text := body(t, r)
	to, err := r.Location()
	if err != nil {
		t.Fatalf("no redirect but status %d: %s", r.StatusCode, text)
	}
	if !strings.HasPrefix(to.String(), callback+"&") {
		t.Fatalf("redirected to %s", to)
	}
	return to.Query()
}

func (rp relyingParty) exchange(ctx context.Context, code string) (*oauth2.Token, error) {
	return rp.config.Exchange(ctx, code, oauth2.VerifierOption(rp.pkce))
}

// verify exchanges the code and checks the ID token as go-oidc does, nonce and at_hash included.
func (rp relyingParty) verify(ctx context.Context, code string) (*oauth2.Token, map[string]any, string) {
	token, err := rp.exchange(ctx, code)
	if err != nil {
		return nil, nil, "exchange: " + err.Error()
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return token, nil, "no ID token"
	}
	id, err := rp.provider.Verifier(&oidc.Config{ClientID: "acme"}).Verify(ctx, raw)
	if err != nil {
		return token, nil, err.Error()
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return token, nil, err.Error()
	}
	switch {
	case id.Subject == "":
		return token, claims, "no subject"
	case id.Nonce != "the-nonce":
		return token, claims, "nonce " + id.Nonce
	case id.VerifyAccessToken(token.AccessToken) != nil:
		return token, claims, "at_hash"
	}
	return token, claims, ""
}

func TestOIDCSignIn(t *testing.T) {
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams} {
		p := startOIDC(t, nil)
		rp := newRelyingParty(t, p)
		rp.config.Endpoint.AuthStyle = style
		back := rp.choose(t, "ines-4c1d", "")
		if back.Get("state") != "the-state" || back.Get("iss") != p.Issuer() || back.Get("from") != "practice" || back.Has("error") {
			t.Errorf("came back with %v", back)
		}
		token, claims, problem := rp.verify(t.Context(), back.Get("code"))
		if problem != "" {
			t.Fatal(problem)
		}
		for name, want := range map[string]any{
			"sub": "ines-4c1d", "name": "Ines Duarte", "given_name": "Ines", "family_name": "Duarte",
			"email": "ines.duarte@people.example", "email_verified": true, "groups": []any{"engineering", "notes-admins"},
		} {
			if diff := cmp.Diff(want, claims[name]); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		info, err := rp.provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token))
		if err != nil || info.Subject != "ines-4c1d" || info.Email != "ines.duarte@people.example" {
			t.Errorf("userinfo: %+v, %v", info, err)
		}
	}
}

func TestOIDCScopesDecideTheClaims(t *testing.T) {
	rp := newRelyingParty(t, startOIDC(t, nil))
	rp.config.Scopes = []string{"openid"}
	_, claims, problem := rp.verify(t.Context(), rp.choose(t, "mei-72f0", "").Get("code"))
	if problem != "" || claims["email"] != nil || claims["name"] != nil {
		t.Errorf("%s: %v", problem, claims)
	}

	rp = newRelyingParty(t, startOIDC(t, func(o *practice.OIDCOptions) { o.LeanIDToken = true }))
	token, claims, problem := rp.verify(t.Context(), rp.choose(t, "mei-72f0", "").Get("code"))
	if problem != "" || claims["email"] != nil {
		t.Errorf("lean: %s: %v", problem, claims)
	}
	info, err := rp.provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token))
	if err != nil || info.Email != "mei.lin@people.example" || info.EmailVerified {
		t.Errorf("userinfo: %+v, %v", info, err)
	}
}

func TestOIDCOutcomes(t *testing.T) {
	p := startOIDC(t, nil)
	rp := newRelyingParty(t, p)

	back := rp.choose(t, "kofi-90ab", practice.Cancels)
	if back.Get("error") != "access_denied" || back.Get("state") != "the-state" || back.Get("iss") != p.Issuer() || back.Has("code") {
		t.Errorf("cancelled: %v", back)
	}
	for outcome, want := range map[practice.Outcome]string{
		practice.SignsIn: "", practice.Expired: "token is expired", practice.BadSignature: "failed to verify signature",
	} {
		_, _, problem := rp.verify(t.Context(), rp.choose(t, "kofi-90ab", outcome).Get("code"))
		if problem == "" != (want == "") || !strings.Contains(problem, want) {
			t.Errorf("%s: %q, want %q", outcome, problem, want)
		}
		// The same without a browser's choice.
		p.SetFaults(practice.Faults{Outcome: outcome})
		if _, _, again := rp.verify(t.Context(), rp.choose(t, "kofi-90ab", "").Get("code")); again == "" != (want == "") {
			t.Errorf("%s by option: %q", outcome, again)
		}
	}
}

func TestOIDCNeverAnswersUntilTheClientGivesUp(t *testing.T) {
	p := startOIDC(t, nil)
	rp := newRelyingParty(t, p)
	code := rp.choose(t, "kofi-90ab", practice.NeverAnswers).Get("code")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := rp.exchange(ctx, code); err == nil || ctx.Err() == nil {
		t.Fatalf("answered: %v", err)
	}

	// And not for ever: closing the provider ends the wait.
	code = rp.choose(t, "kofi-90ab", practice.NeverAnswers).Get("code")
	p.Close()
	if _, err := rp.exchange(t.Context(), code); err == nil {
		t.Fatal("answered with a token")
	}
}

func TestOIDCFaults(t *testing.T) {
	p := startOIDC(t, nil)
	rp := newRelyingParty(t, p)
	for want, faults := range map[string]practice.Faults{
		"id token issued by a different provider": {OtherIssuer: true},
		"expected audience":                       {OtherAudience: true},
		"failed to verify":                        {OtherKey: true},
		`unexpected signature algorithm "none"`:   {Unsigned: true},
		`unexpected signature algorithm "HS256"`:  {KeyConfusion: true},
		"nonce the-noncex":                        {OtherNonce: true},
		"nonce ":                                  {NoNonce: true},
		"no ID token":                             {NoIDToken: true},
		"no subject":                              {NoSubject: true},
		"at_hash":                                 {OtherAccessHash: true},
		"invalid_grant":                           {TokenError: true},
	} {
		p.SetFaults(faults)
		if _, _, problem := rp.verify(t.Context(), rp.choose(t, "ines-4c1d", "").Get("code")); !strings.Contains(problem, want) {
			t.Errorf("%+v: %q, want %q", faults, problem, want)
		}
	}

	p.SetFaults(practice.Faults{OtherState: true, OtherResponder: true})
	if back := rp.choose(t, "ines-4c1d", ""); back.Get("state") == "the-state" || back.Get("iss") == p.Issuer() {
		t.Errorf("came back with %v", back)
	}
	p.SetFaults(practice.Faults{OtherUserInfo: true})
	token, _, problem := rp.verify(t.Context(), rp.choose(t, "ines-4c1d", "").Get("code"))
	if problem != "" {
		t.Fatal(problem)
	}
	if info, err := rp.provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token)); err != nil || info.Subject == "ines-4c1d" {
		t.Errorf("userinfo: %+v, %v", info, err)
	}
}

func TestOIDCAuthorizeErrorsAreSentToTheClient(t *testing.T) {
	p := startOIDC(t, nil)
	rp := newRelyingParty(t, p)
	set := oauth2.SetAuthURLParam
	for _, test := range []struct {
		want  string
		extra []oauth2.AuthCodeOption
	}{
		{"unsupported_response_type", []oauth2.AuthCodeOption{set("response_type", "token")}},
		{"invalid_request", []oauth2.AuthCodeOption{set("response_type", "")}},
		{"invalid_request", []oauth2.AuthCodeOption{set("response_mode", "fragment")}},
		{"invalid_scope", []oauth2.AuthCodeOption{set("scope", "profile email")}},
		{"login_required", []oauth2.AuthCodeOption{set("prompt", "none")}},
		{"invalid_request", []oauth2.AuthCodeOption{set("prompt", "none login")}},
		{"request_not_supported", []oauth2.AuthCodeOption{set("request", "e30.e30.")}},
		{"request_uri_not_supported", []oauth2.AuthCodeOption{set("request_uri", "https://x.example")}},
		{"invalid_request", []oauth2.AuthCodeOption{set("login_hint", strings.Repeat("a", 5000))}},
	} {
		back := landing(t, get(t, rp.address(test.extra...)))
		if back.Get("error") != test.want || back.Get("state") != "the-state" || back.Get("iss") != p.Issuer() {
			t.Errorf("%s: %v", test.want, back)
		}
	}
	for _, method := range []string{"plain", ""} {
		address := rp.config.AuthCodeURL("the-state", set("code_challenge", rp.pkce), set("code_challenge_method", method))
		if back := landing(t, get(t, address)); back.Get("error") != "invalid_request" {
			t.Errorf("PKCE %q: %v", method, back)
		}
	}
	if back := landing(t, get(t, rp.address()+"&nonce=twice")); back.Get("error") != "invalid_request" {
		t.Errorf("repeated parameter: %v", back)
	}
}

func TestOIDCLoginHintPutsThePersonFirst(t *testing.T) {
	rp := newRelyingParty(t, startOIDC(t, nil))
	first := func(extra ...oauth2.AuthCodeOption) string {
		r := get(t, rp.address(extra...))
		text := body(t, r)
		checkPage(t, r, text)
		people := []string{"Ines Duarte", "Mei Lin", "Priya Rao"}
		slices.SortFunc(people, func(a, b string) int { return strings.Index(text, a) - strings.Index(text, b) })
		return people[0]
	}
	if got := first(); got != "Ines Duarte" {
		t.Errorf("without a hint: %s", got)
	}
	if got := first(oauth2.SetAuthURLParam("login_hint", "MEI.LIN@people.example")); got != "Mei Lin" {
		t.Errorf("with a hint: %s", got)
	}
	if got := first(oauth2.SetAuthURLParam("login_hint", "nobody@people.example")); got != "Ines Duarte" {
		t.Errorf("with a strange hint: %s", got)
	}
}

func TestOIDCDiscoveryNamesEveryEndpoint(t *testing.T) {
	p := startOIDC(t, nil)
	var document map[string]any
	if err := json.Unmarshal([]byte(body(t, get(t, p.Issuer()+"/.well-known/openid-configuration"))), &document); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"} {
		address, _ := document[name].(string)
		if r := get(t, address); r.StatusCode == http.StatusNotFound {
			t.Errorf("%s: %q is not there", name, address)
		}
	}
}

func TestOIDCEndSession(t *testing.T) {
	p := startOIDC(t, nil)
	r := get(t, p.Issuer()+"/end_session?state=s&post_logout_redirect_uri="+url.QueryEscape("http://app.example/bye"))
	if to, err := r.Location(); err != nil || to.String() != "http://app.example/bye?state=s" {
		t.Errorf("%v, %v", to, err)
	}
	r = get(t, p.Issuer()+"/end_session")
	text := body(t, r)
	checkFiles(t, checkPage(t, r, text))
	if !strings.Contains(text, "You are signed out") {
		t.Error(text)
	}
}

func TestOIDCBelowAPath(t *testing.T) {
	p := startOIDC(t, nil)
	root := strings.TrimSuffix(p.Issuer(), "/")
	if err := p.SetIssuer(root + "/northwind/"); err != nil {
		t.Fatal(err)
	}
	if text := body(t, get(t, root+"/")); !strings.Contains(text, `href="/northwind/static/portico.`) {
		t.Error("files are not below the path")
	}
	if p.Issuer() != root+"/northwind" {
		t.Errorf("issuer %s", p.Issuer())
	}
}
