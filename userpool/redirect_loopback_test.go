package userpool

import (
	"net/netip"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func nativeClient(dialect Dialect) *AppClient {
	pool := Assemble(Declaration{
		Pool: types.UserPoolType{UserPoolTags: map[string]string{DialectTag: string(dialect)}},
		Clients: []types.UserPoolClientType{{ClientId: ptr("phone"), CallbackURLs: []string{
			"http://127.0.0.1:51004/callback", "http://[::1]/callback?a=1", "http://localhost:51004/callback", "https://app.example/callback",
		}}},
	}, Addresses{})
	return pool.Clients["phone"]
}

// RFC 8252 §7.3: "The authorization server MUST allow any port to be specified at the time of the request for loopback IP
// redirect URIs". Cognito does not, so the standard dialect alone does.
func TestLoopbackPorts(t *testing.T) {
	standard, cognito := nativeClient(DialectStandard), nativeClient(DialectCognito)
	for _, raw := range []string{"http://127.0.0.1:1/callback", "http://127.0.0.1:65535/callback", "http://127.0.0.1/callback", "http://[::1]:8080/callback?a=1"} {
		if got, err := standard.CallbackURL(raw); err != nil || got.String() != raw {
			t.Errorf("%s: %q, %v", raw, got, err)
		}
		if _, err := cognito.CallbackURL(raw); err == nil {
			t.Errorf("%s: taken in Cognito's dialect", raw)
		}
	}
}

// A port is digits and nothing else: what comes after it is compared whole, and other hosts of this machine are others.
func TestAttackLoopbackPort(t *testing.T) {
	client := nativeClient(DialectStandard)
	for _, raw := range []string{
		"http://127.0.0.1:80@evil.example/callback", "http://127.0.0.1:@evil.example/callback", "http://127.0.0.1.evil.example/callback",
		"http://127.0.0.1:/callback", "http://127.0.0.1:0/callback", "http://127.0.0.1:080/callback", "http://127.0.0.1:65536/callback",
		"http://127.0.0.1:-1/callback", "http://127.0.0.1:+1/callback", "http://127.0.0.1:1e3/callback", "http://127.0.0.1:1 /callback",
		"http://127.0.0.1:%31/callback", "http://127.0.0.1:١/callback", "http://127.0.0.1:1:2/callback", "http://127.0.0.1:99999999999999999999/callback",
		"http://127.0.0.1:1/callback/", "http://127.0.0.1:1/Callback", "http://127.0.0.1:1/callback?x=1", "http://127.0.0.1:1/callback#x",
		"http://127.0.0.1:1//callback", "http://127.0.0.1:1/./callback", "http://127.0.0.1:1\\callback", "http://127.0.0.1:1",
		"http://127.0.0.2:51004/callback", "http://127.1:51004/callback", "http://2130706433:51004/callback", "http://0.0.0.0:51004/callback",
		"https://127.0.0.1:51004/callback", "HTTP://127.0.0.1:1/callback", "http://localhost:1/callback", "http://[::1]:1/callback",
		"http://[0:0:0:0:0:0:0:1]:1/callback?a=1", "http://[::ffff:127.0.0.1]:1/callback", "https://app.example:1/callback", "http://:1/callback",
	} {
		if got, err := client.CallbackURL(raw); err == nil {
			t.Errorf("%q is taken as %q", raw, got)
		}
	}
}

// Whatever is taken is one of the registered addresses, or leads to this machine with a registered path.
func FuzzLoopbackPort(f *testing.F) {
	client := nativeClient(DialectStandard)
	f.Add("http://127.0.0.1:80/callback")
	f.Add("http://[::1]:80/callback?a=1")
	f.Add("http://127.0.0.1:80@evil.example/callback")
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := client.CallbackURL(raw)
		if err != nil {
			return
		}
		u, err := url.Parse(got.String())
		if err != nil {
			t.Fatalf("%q is taken and is no URL: %v", raw, err)
		}
		ip, _ := netip.ParseAddr(u.Hostname())
		if local := u.Scheme == "http" && ip.IsLoopback() && u.User == nil && u.Path == "/callback"; !local && u.Host != "app.example" && u.Host != "localhost:51004" {
			t.Errorf("%q is taken", raw)
		}
	})
}
