package userpool

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// FuzzCallbackLookUp: whatever is accepted as a callback or sign-out address is one that is registered, byte for byte.
func FuzzCallbackLookUp(f *testing.F) {
	for _, seed := range [][2]string{
		{"https://app.example/cb", "https://app.example/cb"}, {"https://app.example/cb", "https://app.example/cb/"}, {"https://app.example/cb", "HTTPS://app.example/cb"},
		{"myapp://cb", "myapp://cb#"}, {"", ""}, {"https://a.example/%2e", "https://a.example/."}, {"https://a.example/\x00", "https://a.example/"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, registered, asked string) {
		client := redirecting(registered, "https://other.example/cb")
		list := []string{registered, "https://other.example/cb"}
		callback, err := client.CallbackURL(asked)
		if (err == nil) != (asked != "" && slices.Contains(list, asked)) || err == nil && callback.String() != asked || err != nil && callback != (CallbackURL{}) {
			t.Errorf("registered %q, asked for %q: %q, %v", registered, asked, callback, err)
		}
		logout, err := client.LogoutURL(asked)
		if (err == nil) != (asked != "" && slices.Contains(list, asked)) || err == nil && logout.String() != asked || err != nil && logout != (LogoutURL{}) {
			t.Errorf("sign-out, registered %q, asked for %q: %q, %v", registered, asked, logout, err)
		}
	})
}

// TestCallbackLookUpKnowsNoNeighbours changes one byte of a registered address, adds one, or takes one out: never is the
// result an address to go to.
func TestCallbackLookUpKnowsNoNeighbours(t *testing.T) {
	const registered = "https://app.example:8443/path/callback?tenant=1"
	client, dice := redirecting(registered), rand.New(rand.NewPCG(1, 2)) // the same every time
	for range 5000 {
		at, with := dice.IntN(len(registered)), string([]byte{byte(dice.IntN(256))})
		for _, asked := range []string{
			registered[:at] + with + registered[at+1:], registered[:at] + with + registered[at:], registered[:at] + registered[at+1:],
			registered[:at] + strings.ToUpper(registered[at:]), registered[:at] + url.QueryEscape(registered[at:]), registered[:at],
		} {
			if got, err := client.CallbackURL(asked); err == nil && asked != registered {
				t.Fatalf("%q leads to %q", asked, got)
			}
		}
	}
}

// FuzzValidResource: a resource that is accepted is an absolute URI without fragment, user or white space (RFC 8707 §2), of
// bounded length, and no scheme that a browser acts on.
func FuzzValidResource(f *testing.F) {
	for _, seed := range []string{
		"https://api.example/orders", "https://api.example/#x", "//api.example", "orders", "javascript:alert(1)", "https://u:p@api.example/", "https://api.example/\n",
		"http://localhost:1/", "http://api.example/", "com.example:/x", "https://[::1]:443/", "https://api.example/%zz", "urn:x:y", "https://b\u00fccher.example/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, resource string) {
		if !ValidResource(resource) {
			return
		}
		u, err := url.Parse(resource)
		if err != nil || !u.IsAbs() || u.User != nil || strings.Contains(resource, "#") || len(resource) > maxResource {
			t.Fatalf("%q is accepted (%v)", resource, err)
		}
		if strings.ContainsAny(resource, " \t\r\n\x00\\") || slices.Contains(dangerousSchemes[:], u.Scheme) {
			t.Errorf("%q is accepted", resource)
		}
		if u.Scheme == "http" && u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1" && u.Hostname() != "::1" {
			t.Errorf("%q is plain http to elsewhere", resource)
		}
	})
}

// FuzzCallbackWithFragment: what is put into a fragment arrives byte for byte and leaves the registered address as it is.
func FuzzCallbackWithFragment(f *testing.F) {
	for _, seed := range [][2]string{{"https://app.example/cb?x=1", "a b+c&d=e#f"}, {"myapp://cb", "\r\nSet-Cookie: x"}, {"http://[::1]:1/", "\xff\x00é"}} {
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
		added, kept := strings.CutPrefix(registered.WithFragment(Param{"access_token", "a.b-c_d"}, Param{"state", state}), raw+"#")
		if !kept || strings.ContainsAny(added, "\r\n\"'<>\\# ") {
			t.Fatalf("%q is appended to %q", added, raw)
		}
		fragment, err := url.ParseQuery(added)
		if err != nil || fragment.Get("state") != state || fragment.Get("access_token") != "a.b-c_d" || len(fragment) != 2 {
			t.Errorf("state %q arrives as %q, %v", state, fragment["state"], err)
		}
	})
}
