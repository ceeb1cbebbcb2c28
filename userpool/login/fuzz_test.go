package login_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"portico/userpool"
	"portico/userpool/login"
	"portico/userpool/token"
)

// FuzzCheck: no request, however it is written, gets further than it may. It fails with a *Refusal or a *Return and nothing
// else; a *Return leads to a registered callback of its client, and so does what is granted, with scopes of the client's own.
func FuzzCheck(f *testing.F) {
	h := newHouse(f)
	standard := *h.pool
	standard.Dialect = userpool.DialectStandard
	for _, seed := range []string{
		query().Encode(), query("response_type", "token", "response_mode", "query").Encode(), query("redirect_uri", "https://evil.example/").Encode(),
		query("scope", "openid offline_access nothing").Encode(), query("resource", "https://api.example/#x", "max_age", "-1", "prompt", "none login").Encode(),
		query("client_id", "lone", "redirect_uri", "").Encode(), query("client_id", "implicit", "response_type", "token").Encode(), "client_id=app&client_id=app",
		query("request", "x").Encode() + "&state=a&state=b", query("code_challenge", strings.Repeat("a", 43), "code_challenge_method", "S256").Encode(), "%zz;=&&\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		values, _ := url.ParseQuery(raw) // what can be read of it, as net/http does
		request := login.ParseRequest(values)
		for _, pool := range []*userpool.Pool{h.pool, &standard} {
			a, err := login.Check(pool, request)
			var refusal *login.Refusal
			var told *login.Return
			switch {
			case errors.As(err, &told):
				staysWithClient(t, told.Authorization, told.Response())
			case errors.As(err, &refusal):
				if a != nil {
					t.Error("an authorization beside a refusal")
				}
			case err != nil:
				t.Fatalf("error %T: %v", err, err)
			default:
				staysWithClient(t, a, a.Respond(userpool.Param{Name: "code", Value: "c"}))
				for _, scope := range a.Scopes {
					if !slices.Contains(a.Client.Scopes, scope) {
						t.Errorf("scope %q is granted", scope)
					}
				}
				if a.Implicit() && !a.Client.Flows.Implicit || !a.Implicit() && !a.Client.Flows.Code {
					t.Errorf("response_type %q is granted", a.ResponseType)
				}
			}
		}
	})
}

// staysWithClient expects a response to go to a callback of the client, with the state it sent and tokens never in a query.
func staysWithClient(t *testing.T, a *login.Authorization, r login.Response) {
	t.Helper()
	to, sep := r.Location(), "?"
	if r.Mode == login.ModeFragment {
		sep = "#"
	} else if strings.Contains(r.Callback.String(), "?") {
		sep = "&"
	}
	if !slices.Contains(a.Client.CallbackURLs(), r.Callback.String()) || !strings.HasPrefix(to, r.Callback.String()+sep) || strings.ContainsAny(to, "\r\n \x00") {
		t.Fatalf("a response to %q", to)
	}
	if a.Implicit() && r.Mode == login.ModeQuery {
		t.Error("tokens by query")
	}
	values, err := url.ParseQuery(strings.TrimPrefix(to, r.Callback.String()+sep))
	if err != nil || values.Get("state") != a.State || values.Has("state") != (a.State != "") || values.Get("iss") != a.Pool.At.Issuer {
		t.Errorf("state %q goes back as %q, iss %q (%v)", a.State, values["state"], values["iss"], err)
	}
}

// FuzzResponseLocation: parameters come back byte for byte, in order and none more, from query and fragment alike.
func FuzzResponseLocation(f *testing.F) {
	h := newHouse(f)
	f.Add("state", "a b&c=d#e", "code", "x/y+z=", true)
	f.Add("", "", "é", "\r\n\x00\xff", false)
	f.Fuzz(func(t *testing.T, name, value, name2, value2 string, fragment bool) {
		base, err := h.pool.Clients["app"].CallbackURL(callback)
		if err != nil {
			t.Fatal(err)
		}
		r := login.Response{Callback: base, Mode: login.ModeQuery, Params: []userpool.Param{{Name: name, Value: value}, {Name: name2, Value: value2}}}
		sep := "?"
		if fragment {
			r.Mode, sep = login.ModeFragment, "#"
		}
		rest, ok := strings.CutPrefix(r.Location(), callback+sep)
		pairs := strings.Split(rest, "&")
		if !ok || len(pairs) != 2 {
			t.Fatalf("%q", r.Location())
		}
		for i, pair := range pairs {
			n, v, _ := strings.Cut(pair, "=")
			gotName, err1 := url.QueryUnescape(n)
			gotValue, err2 := url.QueryUnescape(v)
			if err1 != nil || err2 != nil || gotName != r.Params[i].Name || gotValue != r.Params[i].Value {
				t.Errorf("%+v arrives as %q", r.Params[i], pair)
			}
		}
	})
}

// namedHints takes every text that begins with "of " for an ID token of the client that is named behind it.
type namedHints struct{}

func (namedHints) VerifyHint(_ *userpool.Pool, raw string) (token.Hint, error) {
	client, ok := strings.CutPrefix(raw, "of ")
	if !ok {
		return token.Hint{}, token.ErrHint
	}
	return token.Hint{Sub: "somebody", Client: userpool.ClientID(client)}, nil
}

// FuzzCheckEndSession: a request to sign out fails with one of two errors, leads nowhere but to a registered address of the
// client it proves or names, and is certain only of the person it proves.
func FuzzCheckEndSession(f *testing.F) {
	h := newHouse(f)
	h.Hints = namedHints{}
	const bye = "https://app.example/bye"
	declared := declare(acmeID)
	declared.Clients[0].LogoutURLs = []string{bye, bye + "?a=1"}
	pool := assemble(declared)
	for _, seed := range []string{
		"", "id_token_hint=of app&post_logout_redirect_uri=" + bye + "&state=x", "client_id=app&post_logout_redirect_uri=" + bye + "?a=1&state=a%26b",
		"id_token_hint=of native&client_id=app", "id_token_hint=x", "post_logout_redirect_uri=https://evil.example", "client_id=app&client_id=app", "state=" + strings.Repeat("s", 5000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		values, _ := url.ParseQuery(raw)
		request := login.ParseEndSession(values)
		end, err := h.CheckEndSession(pool, request)
		if err != nil {
			if !errors.Is(err, login.ErrEndSession) && !errors.Is(err, login.ErrLogoutURL) || end.To != "" {
				t.Fatalf("%q: sent to %q, error %v", raw, end.To, err)
			}
			return
		}
		if end.To != "" {
			rest, ok := strings.CutPrefix(end.To, request.RedirectURI)
			if !ok || !slices.Contains([]string{bye, bye + "?a=1"}, request.RedirectURI) || end.Client == nil || end.Client.ID != "app" {
				t.Fatalf("%q leads to %q", raw, end.To)
			}
			got, err := url.ParseQuery(strings.TrimLeft(rest, "?&"))
			if err != nil || got.Get("state") != request.State || strings.ContainsAny(rest, "\r\n #") {
				t.Errorf("state %q arrives as %q", request.State, rest)
			}
		}
		if end.Certain(login.Session{Sub: "somebody"}, true) != strings.HasPrefix(request.IDTokenHint, "of ") || end.Certain(login.Session{Sub: "else"}, true) {
			t.Errorf("%q is certain of the wrong person", raw)
		}
		again := login.ParseEndSession(request.Query())
		if again.ClientID != request.ClientID || again.RedirectURI != request.RedirectURI || again.State != request.State || again.IDTokenHint != "" {
			t.Errorf("%+v became %+v", request, again)
		}
	})
}
