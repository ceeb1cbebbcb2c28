package login_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"portico/userpool/login"
)

// What is wrong with client or callback URL is shown; everything else is sent (RFC 6749 §4.1.2.1).
func TestCheckShows(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct {
		query     url.Values
		kind      login.RefusalKind
		parameter string
	}{
		"no client":               {query("client_id", ""), login.MissingParameter, "client_id"},
		"unknown client":          {query("client_id", "nobody"), login.UnknownClient, ""},
		"client in another case":  {query("client_id", "APP"), login.UnknownClient, ""},
		"no callback":             {query("redirect_uri", ""), login.MissingParameter, "redirect_uri"},
		"unregistered callback":   {query("redirect_uri", callback+"/"), login.CallbackMismatch, ""},
		"client without OAuth":    {query("client_id", "off"), login.NotEnabled, ""},
		"client without pages":    {query("client_id", "machine"), login.NotEnabled, ""},
		"two clients":             {url.Values{"client_id": {"app", "app"}, "redirect_uri": {callback}}, login.InvalidRequest, ""},
		"two callbacks":           {url.Values{"client_id": {"app"}, "redirect_uri": {callback, callback}}, login.InvalidRequest, ""},
		"nothing":                 {url.Values{}, login.MissingParameter, "client_id"},
		"mismatch, and all wrong": {query("redirect_uri", "https://evil.example/", "response_type", "x", "scope", `"`), login.CallbackMismatch, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := login.Check(h.pool, login.ParseRequest(c.query))
			refusal := shown(t, err, c.kind)
			if refusal.Parameter != c.parameter {
				t.Errorf("parameter %q, want %q", refusal.Parameter, c.parameter)
			}
			var told *login.Return
			if errors.As(err, &told) {
				t.Error("it is sent as well")
			}
		})
	}
}

func TestCheckSends(t *testing.T) {
	h := newHouse(t)
	const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" // RFC 7636 appendix B
	twice := func(name string) url.Values { q := query(); q[name] = []string{"code", "code"}; return q }
	for name, c := range map[string]struct {
		query url.Values
		code  string // with its description before it, as the app reads them
	}{
		"no response type":        {query("response_type", ""), "invalid_request"},
		"implicit":                {query("response_type", "token"), "unauthorized_client"},
		"implicit client":         {query("client_id", "implicit"), "unauthorized_client"},
		"hybrid":                  {query("response_type", "code id_token"), "unauthorized_client"},
		"in another case":         {query("response_type", "Code"), "unauthorized_client"},
		"scope of nobody":         {query("scope", "openid nothing"), "invalid_scope"},
		"scope of nobody's API":   {query("scope", "notes/delete"), "invalid_scope"},
		"malformed scope":         {query("scope", "openid\x00"), "invalid_scope"},
		"too many scopes":         {query("scope", manyScopes()), "invalid_scope"},
		"scope not of the client": {query("scope", "phone"), "invalid_scope/invalid_request"},
		"offline_access":          {query("scope", "openid offline_access"), "invalid_scope/invalid_request"},
		"another app's API":       {query("scope", "notes/write"), "invalid_scope/invalid_request"},
		"challenge, no method":    {query("code_challenge", challenge), "invalid_request"},
		"method, no challenge":    {query("code_challenge_method", "S256"), "invalid_request"},
		"plain":                   {query("code_challenge", challenge, "code_challenge_method", "plain"), "invalid_request"},
		"short challenge":         {query("code_challenge", challenge[:42], "code_challenge_method", "S256"), "invalid_request"},
		"challenge not base64url": {query("code_challenge", challenge[:42]+"=", "code_challenge_method", "S256"), "invalid_request"},
		"unknown prompt":          {query("prompt", "dance"), "invalid_request"},
		"none and more":           {query("prompt", "none consent"), "invalid_request"},
		"long state":              {query("state", strings.Repeat("s", 4097)), "invalid_request"},
		"long nonce":              {query("nonce", strings.Repeat("n", 513)), "invalid_request"},
		"long hint":               {query("login_hint", strings.Repeat("h", 257)), "invalid_request"},
		"response type twice":     {twice("response_type"), "invalid_request"},
		"state twice":             {twice("state"), "invalid_request"},
		"prompt twice":            {twice("prompt"), "invalid_request"},
		"provider twice":          {twice("identity_provider"), "invalid_request"},
		"challenge twice":         {twice("code_challenge"), "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := login.Check(h.pool, login.ParseRequest(c.query))
			description, code, described := strings.Cut(c.code, "/")
			want := callback + "?state=" + url.QueryEscape(c.query.Get("state")) + "&error=" + c.code
			if described {
				want = callback + "?error_description=" + description + "&state=s+t&error=" + code
			}
			if c.query.Get("response_type") == "token" { // RFC 6749 §4.2.2.1: errors of the implicit flow too are in the fragment
				want = strings.Replace(want, "?", "#", 1)
			}
			sent(t, err, want)
		})
	}
}

func manyScopes() string {
	var b strings.Builder
	for i := range 51 {
		b.WriteString(" s" + strings.Repeat("x", i))
	}
	return b.String()
}

// The registered query is kept, and where no state came none goes back.
func TestLocation(t *testing.T) {
	h := newHouse(t)
	_, err := login.Check(h.pool, login.ParseRequest(query("redirect_uri", callback+"?a=1", "response_type", "", "state", "")))
	sent(t, err, callback+"?a=1&error=invalid_request")
	_, err = login.Check(h.pool, login.ParseRequest(query("response_type", "", "state", "a&b=c#d\r\n%41 +ü")))
	sent(t, err, callback+"?state=a%26b%3Dc%23d%0D%0A%2541+%2B%C3%BC&error=invalid_request")
}

func TestCheckAccepts(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct {
		query    url.Values
		callback string
		scopes   []string
	}{
		"the usual":                {query(), callback, []string{"openid"}},
		"another registered one":   {query("redirect_uri", callback+"?a=1"), callback + "?a=1", []string{"openid"}},
		"no scope: all there are":  {query("scope", ""), callback, []string{"openid", "email", "notes/read"}},
		"a scope that is gone":     {query("scope", "openid notes/gone"), callback, []string{"openid"}},
		"a scope twice":            {query("scope", "openid  email openid"), callback, []string{"openid", "email"}},
		"the address that stands":  {query("client_id", "lone", "redirect_uri", ""), callback, []string{"openid"}},
		"unknown parameters":       {query("acr_values", "x", "ui_locales", "y"), callback, []string{"openid"}},
		"PKCE":                     {query("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method", "S256"), callback, []string{"openid"}},
		"everything at its limit":  {query("state", strings.Repeat("s", 4096), "nonce", strings.Repeat("n", 512), "login_hint", strings.Repeat("h", 256)), callback, []string{"openid"}},
		"prompts that go together": {query("prompt", "login consent select_account"), callback, []string{"openid"}},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := login.Check(h.pool, login.ParseRequest(c.query))
			if err != nil {
				t.Fatal(err)
			}
			if a.Callback.String() != c.callback || !slices.Equal(a.Scopes, c.scopes) || a.Pool != h.pool {
				t.Errorf("callback %s, scopes %v", a.Callback, a.Scopes)
			}
			if a.State != c.query.Get("state") || a.Nonce != c.query.Get("nonce") {
				t.Errorf("state %q, nonce %q", a.State, a.Nonce)
			}
		})
	}
}

// A request survives the way through a provider: what is checked again afterwards is what was asked for.
func FuzzRequestSurvives(f *testing.F) {
	f.Add("s t", "n", "openid", "a@b", "login")
	f.Add("a&b=c;d", "\x00\xff", "", "ü", "")
	f.Fuzz(func(t *testing.T, state, nonce, scope, hint, prompt string) {
		r := login.ParseRequest(url.Values{"state": {state}, "nonce": {nonce}, "scope": {scope}, "login_hint": {hint}, "prompt": {prompt}})
		text, err := url.ParseQuery(r.Query().Encode())
		if err != nil {
			t.Fatal(err)
		}
		if again := login.ParseRequest(text); again.State != r.State || again.Nonce != r.Nonce || again.Scope != r.Scope || again.LoginHint != r.LoginHint || again.Prompt != r.Prompt {
			t.Errorf("%+v became %+v", r, again)
		}
	})
}
