package userpool

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func redirecting(urls ...string) *AppClient {
	return assembleClient("us-east-1_A", types.UserPoolClientType{CallbackURLs: urls, LogoutURLs: urls})
}

// TestOpenRedirect: addresses are compared letter for letter, with no leniency that could be stretched.
func TestOpenRedirect(t *testing.T) {
	const registered = "https://app.example.com/cb"
	c := redirecting(registered, "http://localhost:3000/cb?tenant=1")
	if u, err := c.CallbackURL(registered); err != nil || u.String() != registered {
		t.Fatalf("%v, %v", u, err)
	}
	for _, raw := range []string{
		"", registered + "/", registered + "?x=1", registered + "#", "https://app.example.com/CB", "https://APP.example.com/cb", "HTTPS://app.example.com/cb", "http://app.example.com/cb",
		"https://app.example.com:443/cb", "https://app.example.com/./cb", "https://app.example.com/cb%20", " " + registered, registered + "\n", registered + "/../evil", "https://app.example.com",
		"https://app.example.com.evil.example/cb", "https://app.example.com@evil.example/cb", "//app.example.com/cb", "http://localhost:3001/cb?tenant=1", "http://localhost:3000/cb",
	} {
		if u, err := c.CallbackURL(raw); !errors.Is(err, ErrUnregistered) || u != (CallbackURL{}) {
			t.Errorf("%q may be redirected to: %v, %v", raw, u, err)
		}
		if u, err := c.LogoutURL(raw); !errors.Is(err, ErrUnregistered) || u != (LogoutURL{}) {
			t.Errorf("%q may be signed out to: %v, %v", raw, u, err)
		}
	}
}

// TestDefaultRedirect: it stands in for an absent address only where there is a single provider, and only if registered.
func TestDefaultRedirect(t *testing.T) {
	for _, c := range []struct {
		providers []string
		def       string
		want      string
	}{{[]string{"COGNITO"}, "https://a.example/1", "https://a.example/1"}, {[]string{"COGNITO", "X"}, "https://a.example/1", ""}, {nil, "https://a.example/1", ""}, {[]string{"X"}, "https://evil.example/", ""}, {[]string{"X"}, "", ""}} {
		client := assembleClient("p", types.UserPoolClientType{CallbackURLs: []string{"https://a.example/1"}, SupportedIdentityProviders: c.providers, DefaultRedirectURI: &c.def})
		if got, err := client.CallbackURL(""); got.String() != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%+v gives %q, %v", c, got, err)
		}
		if _, err := client.LogoutURL(""); !errors.Is(err, ErrUnregistered) {
			t.Errorf("an empty sign-out address gives %v", err)
		}
	}
}

func TestCallbackOrigin(t *testing.T) {
	for raw, want := range map[string]string{
		"https://app.example.com/cb?x": "https://app.example.com", "http://localhost:3000": "http://localhost:3000", "http://[::1]:3000/cb": "http://[::1]:3000",
		"myapp://callback/x": "myapp:", "com.example.app:/cb": "com.example.app:",
	} {
		u, err := redirecting(raw).CallbackURL(raw)
		if err != nil || u.Origin() != want {
			t.Errorf("%s: %q, %v; want %q", raw, u.Origin(), err, want)
		}
	}
}

// FuzzCallbackWith: what is appended arrives byte for byte, stays in the query, and leaves the registered address as it is.
func FuzzCallbackWith(f *testing.F) {
	for _, seed := range [][2]string{{"https://app.example.com/cb", "state"}, {"https://app.example.com/cb?x=1", "a b+c&d=e#f"}, {"myapp://cb", "\r\nSet-Cookie: x"}, {"https://a.example/?", "\xff\x00é"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, raw, state string) {
		if redirectFault(raw) != "" {
			return
		}
		registered, err := redirecting(raw).CallbackURL(raw)
		if err != nil {
			t.Fatal(err)
		}
		full := registered.With(Param{"code", "c/d+e="}, Param{"state", state})
		added, kept := strings.CutPrefix(full, raw)
		if !kept {
			t.Fatalf("%q does not begin with the registered %q", full, raw)
		}
		if strings.ContainsAny(added, "\r\n\"'<>\\# ") {
			t.Fatalf("%q is not fit for a header", added)
		}
		before, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		after, err := url.Parse(full)
		if err != nil {
			t.Fatal(err)
		}
		if after.Host != before.Host || after.Scheme != before.Scheme || after.Fragment != "" {
			t.Errorf("%q leads elsewhere than %q", full, raw)
		}
		query, err := url.ParseQuery(strings.TrimPrefix(strings.TrimPrefix(added, "?"), "&"))
		if err != nil || query.Get("state") != state || query.Get("code") != "c/d+e=" {
			t.Errorf("state %q arrives as %q, %v", state, query.Get("state"), err)
		}
	})
}
