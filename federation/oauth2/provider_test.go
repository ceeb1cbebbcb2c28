package oauth2

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portico/federation"
	"portico/userpool"
)

func TestEveryKindSignsIn(t *testing.T) {
	for kind, c := range profiles() {
		t.Run(string(kind), func(t *testing.T) {
			s := newServer(t, c.answers)
			got, err := signIn(t, party(t, s.provider(kind, nil)))
			if err != nil {
				t.Fatal(err, err.(*federation.Error).Cause)
			}
			if got.Subject != c.subject || got.Issuer != "" || got.Spend != nil || got.Session != nil || got.Claims["access_token"][0] != testAccess {
				t.Errorf("%+v", got)
			}
			token := s.asked("/token")
			if token.Method != http.MethodPost || token.URL.RawQuery != "" || token.Header.Get("Accept") != "application/json" ||
				token.PostForm.Get("grant_type") != "authorization_code" || token.PostForm.Get("code") != testCode ||
				token.PostForm.Get("redirect_uri") != testRedirect {
				t.Errorf("token request %s %s %v", token.Method, token.URL, token.PostForm)
			}
			if s.asked("/me").Header.Get("Authorization") != "Bearer "+testAccess || s.asked("/me").Method != http.MethodGet {
				t.Errorf("profile request %v", s.asked("/me").Header)
			}
		})
	}
}

func TestAuthorizationRequests(t *testing.T) {
	common := url.Values{"response_type": {"code"}, "client_id": {testClient}, "redirect_uri": {testRedirect}, "state": {"h"}}
	for name, c := range map[string]struct {
		kind   userpool.ProviderKind
		change map[string]string
		prompt string
		want   url.Values
		pkce   bool
	}{
		"Facebook":             {userpool.KindFacebook, nil, "", url.Values{"scope": {"public_profile,email"}}, false},
		"Facebook, again":      {userpool.KindFacebook, nil, "login", url.Values{"scope": {"public_profile,email"}, "auth_type": {"reauthenticate"}}, false},
		"Facebook, consent":    {userpool.KindFacebook, nil, "consent", url.Values{"scope": {"public_profile,email"}, "auth_type": {"rerequest"}}, false},
		"Amazon":               {userpool.KindAmazon, nil, "login", url.Values{"scope": {"profile postal_code"}}, false},
		"Amazon, with PKCE":    {userpool.KindAmazon, map[string]string{"portico_pkce": "true"}, "", url.Values{"scope": {"profile postal_code"}}, true},
		"GitHub":               {userpool.KindGitHub, nil, "select_account", url.Values{"scope": {"read:user user:email"}, "prompt": {"select_account"}}, true},
		"GitHub, other scopes": {userpool.KindGitHub, map[string]string{"authorize_scopes": "read:org"}, "none", url.Values{"scope": {"read:org"}}, true},
		"X":                    {userpool.KindX, nil, "login", url.Values{"scope": {"users.read tweet.read"}}, true},
		"any":                  {userpool.KindOAuth2, map[string]string{"authorize_scopes": "a  b"}, "login", url.Values{"scope": {"a b"}}, false},
		"any, without scopes":  {userpool.KindOAuth2, nil, "", url.Values{}, false},
		"any, with PKCE":       {userpool.KindOAuth2, map[string]string{"portico_pkce": "TRUE"}, "", url.Values{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, nil)
			query, memory := begin(t, party(t, s.provider(c.kind, c.change)), federation.Start{Handle: "h", Prompt: c.prompt, LoginHint: "ann@example.com"})
			if query.Has("code_challenge") != c.pkce || (len(memory.Verifier) == 43) != c.pkce || (query.Get("code_challenge_method") == "S256") != c.pkce {
				t.Errorf("PKCE %v, memory %+v", query, memory)
			}
			query.Del("code_challenge")
			query.Del("code_challenge_method")
			want := url.Values{}
			for _, part := range []url.Values{common, c.want} {
				for name, values := range part {
					want[name] = values
				}
			}
			if diff := cmp.Diff(want, query); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestClientAuthentication(t *testing.T) {
	for name, c := range map[string]struct {
		kind   userpool.ProviderKind
		change map[string]string
		basic  bool
		secret string
	}{
		"in the body":         {userpool.KindFacebook, nil, false, testSecret},
		"X, confidential":     {userpool.KindX, nil, true, ""},
		"X, public":           {userpool.KindX, map[string]string{"client_secret": ""}, false, ""},
		"any, in the body":    {userpool.KindOAuth2, nil, false, testSecret},
		"any, in the header":  {userpool.KindOAuth2, map[string]string{"portico_token_auth": "client_secret_basic"}, true, ""},
		"any, without secret": {userpool.KindOAuth2, map[string]string{"client_secret": ""}, false, ""},
		"any, not at all":     {userpool.KindOAuth2, map[string]string{"portico_token_auth": "none"}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, profiles()[c.kind].answers)
			if _, err := signIn(t, party(t, s.provider(c.kind, c.change))); err != nil {
				t.Fatal(err)
			}
			token := s.asked("/token")
			id, secret, basic := token.BasicAuth()
			if basic != c.basic || basic && (id != testClient || secret != url.QueryEscape(testSecret)) || token.PostForm.Get("client_secret") != c.secret {
				t.Errorf("%v %q %v", basic, id, token.PostForm)
			}
			if !basic && token.PostForm.Get("client_id") != testClient {
				t.Error("the client did not name itself")
			}
		})
	}
}

func TestFacebook(t *testing.T) {
	s := newServer(t, map[string]any{"/v19.0/me": map[string]any{
		"id": "1022", "name": "Ann", "email_verified": true, "picture": map[string]any{"data": map[string]any{"url": "https://pictures.example/a.jpg"}},
	}})
	provider := s.provider(userpool.KindFacebook, map[string]string{"api_version": "v19.0", "attributes_url": s.URL + "/v17.0/me?fields="})
	provider.Mapping = map[string]string{"username": "id", "name": "name", "email": "email", "picture": "picture", "custom:p": "picture.data.url", "custom:t": "access_token"}
	got, err := signIn(t, party(t, provider))
	if err != nil {
		t.Fatal(err, err.(*federation.Error).Cause)
	}
	want := map[string][]string{
		"id": {"1022"}, "name": {"Ann"}, "picture": {"https://pictures.example/a.jpg"}, "picture.data.url": {"https://pictures.example/a.jpg"},
		"access_token": {testAccess},
	}
	if diff := cmp.Diff(want, got.Claims); diff != "" {
		t.Error(diff)
	}
	// In the order of the pool's attributes: custom:p, email, name, picture; username is asked for always.
	if fields := s.asked("/v19.0/me").URL.Query().Get("fields"); fields != "id,picture,email,name" {
		t.Error(fields)
	}
}

func TestFacebookDefaults(t *testing.T) {
	p := party(t, &userpool.IdentityProvider{Name: "Facebook", Type: userpool.TypeFacebook, Details: userpool.ProviderDetails{
		"client_id": "a", "client_secret": "b", "authorize_scopes": "email", "api_version": "v24.0",
		"token_url": "https://graph.facebook.com/v17.0/oauth/access_token", // pasted from an older answer
	}})
	if p.at.Authorize != "https://www.facebook.com/v24.0/dialog/oauth" || p.at.Token != "https://graph.facebook.com/v24.0/oauth/access_token" ||
		p.at.UserInfo != "https://graph.facebook.com/v24.0/me?fields=" {
		t.Errorf("%+v", p.at)
	}
}

func TestGitHub(t *testing.T) {
	user := map[string]any{
		"id": 5823301, "login": "ann", "name": nil, "email": "shown@example.com", "email_verified": true, "avatar_url": "https://a.example/1", "html_url": "https://github.example/ann",
	}
	email := func(address string, primary, verified bool) map[string]any {
		return map[string]any{"email": address, "primary": primary, "verified": verified}
	}
	for name, c := range map[string]struct {
		emails any
		scopes string
		want   string
	}{
		"the primary one":            {[]any{email("old@example.com", false, true), email("ann@example.com", true, true)}, "", "ann@example.com"},
		"the primary is unverified":  {[]any{email("old@example.com", false, true), email("ann@example.com", true, false)}, "", ""},
		"none":                       {[]any{}, "", ""},
		"not asked for":              {nil, "read:user", ""},
		"asked for by a wider scope": {[]any{email("ann@example.com", true, true)}, "user", "ann@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, map[string]any{"/me": user, "/me/emails": c.emails})
			got, err := signIn(t, party(t, s.provider(userpool.KindGitHub, map[string]string{"authorize_scopes": c.scopes})))
			if err != nil {
				t.Fatal(err, err.(*federation.Error).Cause)
			}
			if address := strings.Join(got.Claims["email"], ";"); address != c.want || (strings.Join(got.Claims["email_verified"], ";") == "true") != (c.want != "") {
				t.Errorf("%q %v", address, got.Claims["email_verified"])
			}
			if got.Claims["preferred_username"][0] != "ann" || got.Claims["sub"][0] != "5823301" || got.Claims["picture"][0] != "https://a.example/1" {
				t.Errorf("%v", got.Claims)
			}
			if (s.asked("/me/emails") != nil) != (c.emails != nil) {
				t.Error("asked for addresses without the scope")
			}
		})
	}
}

// GitHub answers in form encoding, and tells errors with status 200.
func TestTokenAnswersOfOtherForms(t *testing.T) {
	form := func(text string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
			_, _ = w.Write([]byte(text))
		}
	}
	s := newServer(t, profiles()[userpool.KindGitHub].answers)
	p := party(t, s.provider(userpool.KindGitHub, nil))
	s.answers["/token"] = form("access_token=" + testAccess + "&scope=read%3Auser&token_type=bearer")
	if _, err := signIn(t, p); err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]any{
		"form": form("error=bad_verification_code&error_description=internal+detail"),
		"JSON": map[string]any{"error": "bad_verification_code", "error_description": "internal detail"},
		"none": map[string]any{"token_type": "bearer"},
	} {
		s.answers["/token"] = answer
		_, err := signIn(t, p)
		e := refusedFor(t, err, "token-endpoint")
		if e.Description != "MyAS Error - 200 error getting token" || name != "none" && !strings.Contains(e.Cause.Error(), "bad_verification_code") {
			t.Errorf("%s: %s (%v)", name, e.Description, e.Cause)
		}
	}
}

func TestGitHubEnterprise(t *testing.T) {
	s := newServer(t, nil)
	provider := s.provider(userpool.KindGitHub, map[string]string{
		"authorize_url": "", "token_url": "", "attributes_url": "", "portico_base_url": "https://code.example/",
	})
	want := addresses{"https://code.example/login/oauth/authorize", "https://code.example/login/oauth/access_token", "https://code.example/api/v3/user"}
	if p := party(t, provider); p.at != want {
		t.Errorf("%+v", p.at)
	}
}

func TestX(t *testing.T) {
	s := newServer(t, map[string]any{"/me": map[string]any{"data": map[string]any{
		"id": "2244994945", "username": "ann", "name": "Ann", "profile_image_url": "https://a.example/1", "confirmed_email": "ann@example.com",
	}}})
	got, err := signIn(t, party(t, s.provider(userpool.KindX, map[string]string{"authorize_scopes": "users.read tweet.read users.email"})))
	if err != nil {
		t.Fatal(err)
	}
	for claim, want := range map[string]string{"sub": "2244994945", "preferred_username": "ann", "picture": "https://a.example/1", "email": "ann@example.com", "email_verified": "true"} {
		if strings.Join(got.Claims[claim], ";") != want {
			t.Errorf("%s: %v", claim, got.Claims[claim])
		}
	}
	if fields := s.asked("/me").URL.Query().Get("user.fields"); !strings.Contains(fields, "confirmed_email") {
		t.Error(fields)
	}
}

func TestAnyProvider(t *testing.T) {
	s := newServer(t, map[string]any{"/me": map[string]any{
		"user": map[string]any{"uuid": "u-1", "mail": "ann@example.com", "teams": []any{"a", "b"}}, "emails": []any{map[string]any{"value": "x@example.com"}},
		"dotted.name": "as it is",
	}})
	provider := s.provider(userpool.KindOAuth2, map[string]string{"portico_subject": "user.uuid", "attributes_request_method": "POST"})
	provider.Mapping = map[string]string{"email": "user.mail", "custom:t": "user.teams", "custom:e": "emails.0.value", "custom:n": "dotted.name", "custom:x": "user.none", "custom:y": "emails.1.value"}
	got, err := signIn(t, party(t, provider))
	if err != nil || got.Subject != "u-1" {
		t.Fatal(got.Subject, err)
	}
	for claim, want := range map[string][]string{
		"user.mail": {"ann@example.com"}, "user.teams": {"a", "b"}, "emails.0.value": {"x@example.com"}, "dotted.name": {"as it is"}, "user.none": nil, "emails.1.value": nil,
	} {
		if diff := cmp.Diff(want, got.Claims[claim]); diff != "" {
			t.Error(claim, diff)
		}
	}
	if s.asked("/me").Method != http.MethodPost {
		t.Error("asked by", s.asked("/me").Method)
	}
}

func TestMappedNamesAreAppended(t *testing.T) {
	s := newServer(t, map[string]any{"/me": map[string]any{"id": "1"}})
	provider := s.provider(userpool.KindOAuth2, map[string]string{"attributes_url": s.URL + "/me?fields=", "attributes_url_add_attributes": "true"})
	provider.Mapping = map[string]string{"email": "mail", "name": "full name", "custom:t": "access_token"}
	if _, err := signIn(t, party(t, provider)); err != nil {
		t.Fatal(err)
	}
	if got := s.asked("/me").URL.RawQuery; got != "fields=id,mail,full+name" {
		t.Error(got)
	}
}

func TestFaultyDetails(t *testing.T) {
	s := newServer(t, nil)
	for _, c := range []struct {
		kind      userpool.ProviderKind
		key       string
		value     string
		complaint string
	}{
		{userpool.KindFacebook, "client_id", "", "client_id"},
		{userpool.KindFacebook, "client_secret", "", "client_secret"},
		{userpool.KindGitHub, "client_secret", "", "client_secret"},
		{userpool.KindAmazon, "token_url", "http://api.example.com/token", "token_url"},
		{userpool.KindX, "authorize_url", "javascript:alert(1)", "authorize_url"},
		{userpool.KindOAuth2, "attributes_url", "https://user:secret@api.example.com/", "attributes_url"},
		{userpool.KindOAuth2, "attributes_url", "", "attributes_url"},
		{userpool.KindOAuth2, "portico_subject", "", "portico_subject"},
		{userpool.KindOAuth2, "attributes_request_method", "PUT", "attributes_request_method"},
		{userpool.KindOAuth2, "portico_token_auth", "basic", "portico_token_auth"},
		{userpool.KindOAuth2, "portico_token_auth", "private_key_jwt", "portico_private_key"},
		{userpool.KindOAuth2, "portico_kind", "oidc", "portico_kind"},
		{userpool.KindOAuth2, "portico_kind", "saml", "portico_kind"},
	} {
		_, err := New(Config{Provider: s.provider(c.kind, map[string]string{c.key: c.value}), RedirectURL: testRedirect})
		if err == nil || !strings.Contains(err.Error(), c.complaint) || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%s %s: %v", c.kind, c.key, err)
		}
	}
}
