package userpool

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// preview is a client marked non-production.
func preview(urls ...string) *AppClient {
	c := redirecting(urls...)
	c.assembleSettings(map[string]string{ClientStage: StageNonProduction})
	return c
}

func TestPatternMatches(t *testing.T) {
	const whole, part, both = "https://*.preview.example.com/cb", "https://pr-*.preview.example.com/cb?x=1", "https://a-*-z.preview.example.com:8443"
	c := preview(whole, part, both, "https://exact.example.com/cb")
	label := strings.Repeat("a", 63)
	for _, raw := range []string{
		"https://feature-1.preview.example.com/cb", "https://a.preview.example.com/cb", "https://0.preview.example.com/cb", "https://a--b.preview.example.com/cb",
		"https://" + label + ".preview.example.com/cb", "https://pr-12.preview.example.com/cb?x=1", "https://a-1-z.preview.example.com:8443", "https://exact.example.com/cb",
	} {
		if u, err := c.CallbackURL(raw); err != nil || u.String() != raw {
			t.Errorf("%s is refused: %v", raw, err)
		}
		if u, err := c.LogoutURL(raw); err != nil || u.String() != raw {
			t.Errorf("%s is refused after sign-out: %v", raw, err)
		}
	}
}

// TestAttackPatternAbuse: what a pattern must not be stretched to, each with its name.
func TestAttackPatternAbuse(t *testing.T) {
	clients := map[string]*AppClient{
		"whole label": preview("https://*.preview.example.com/cb"), "part of a label": preview("https://pr-*.preview.example.com/cb"),
	}
	for name, star := range map[string]string{
		"the pattern itself": "*", "empty label": "", "another label": "a.b", "dot before": ".a", "dot after": "a.", "two dots": "..", "slash": "evil.example/",
		"slash in the label": "a/b", "host before a slash": "evil.example/a", "user name": "a@evil", "user name and host": "x@evil.example/", "password": "a:b@evil",
		"at sign encoded": "a%40evil", "fragment": "evil.example/#", "fragment in the label": "a#", "query": "evil.example/?", "query in the label": "a?b", "backslash": `evil.example\`,
		"two backslashes": `a\\b`, "dot encoded": "a%2eb", "slash encoded": "evil.example%2f", "NUL encoded": "a%00", "percent": "a%", "NUL": "a\x00",
		"line break": "a\r\nb", "tab": "a\tb", "space": "a b", "space before": " a", "port": "a:443", "port of another host": "evil.example:443", "colon": "a:",
		"ideographic full stop": "a\u3002b", "fullwidth full stop": "a\uff0eb", "halfwidth full stop": "a\uff61b", "one dot leader": "a\u2024b", "fullwidth slash": "a\uff0fb",
		"division slash": "a\u2215b", "fullwidth number sign": "a\uff03", "Cyrillic a": "\u0430", "eszett": "stra\u00dfe", "zero-width joiner": "a\u200db", "right-to-left override": "a\u202eb", "soft hyphen": "a\u00adb",
		"not UTF-8": "a\xff", "capitals": "PR1", "one capital": "aB", "hyphen before": "-a", "hyphen after": "a-", "underscore": "a_b", "star": "a*", "brackets": "[::1]", "semicolon": "a;b",
		"comma": "a,b", "quote": `a"b`, "apostrophe": "a'b", "less than": "a<b", "plus": "a+b", "dollar": "a$b", "parent folder": "a/../b", "label of 64": strings.Repeat("a", 64), "very long": strings.Repeat("a", 1<<20),
		"many labels": strings.Repeat("a.", 1000),
	} {
		for kind, c := range clients {
			before := map[string]string{"whole label": "https://", "part of a label": "https://pr-"}[kind]
			raw := before + star + ".preview.example.com/cb"
			if name == "hyphen before" && kind == "part of a label" {
				continue // pr--a is a label like others
			}
			if u, err := c.CallbackURL(raw); !errors.Is(err, ErrUnregistered) || u != (CallbackURL{}) {
				t.Errorf("%s, %s: %.100q may be redirected to", name, kind, raw)
			}
			if u, err := c.LogoutURL(raw); !errors.Is(err, ErrUnregistered) || u != (LogoutURL{}) {
				t.Errorf("%s, %s: %.100q may be signed out to", name, kind, raw)
			}
		}
	}
	c := clients["whole label"]
	for name, raw := range map[string]string{
		"another scheme": "http://a.preview.example.com/cb", "capitals in the scheme": "HTTPS://a.preview.example.com/cb", "capitals in the parent": "https://a.Preview.example.com/cb",
		"no scheme": "//a.preview.example.com/cb", "the parent alone": "https://preview.example.com/cb", "a dot for a label": "https://.preview.example.com/cb", "another path": "https://a.preview.example.com/cb2",
		"capital path": "https://a.preview.example.com/CB", "slash after": "https://a.preview.example.com/cb/", "two slashes": "https://a.preview.example.com//cb", "query added": "https://a.preview.example.com/cb?x=1",
		"fragment added": "https://a.preview.example.com/cb#x", "port added": "https://a.preview.example.com:443/cb", "dot after the host": "https://a.preview.example.com./cb", "suffix of another host": "https://evil.example/a.preview.example.com/cb",
		"look-alike parent": "https://a.preview-example.com/cb", "longer parent": "https://a.preview.example.com.evil.example/cb", "parent in another label": "https://evilpreview.example.com/cb",
		"punycode": "https://xn--80ak6aa92e.preview.example.com/cb", "parent encoded": "https://a.preview%2eexample.com/cb", "user name before": "https://u@a.preview.example.com/cb", "empty": "",
	} {
		if _, err := c.CallbackURL(raw); !errors.Is(err, ErrUnregistered) {
			t.Errorf("%s: %q may be redirected to", name, raw)
		}
	}
	// What stands before the * and what stands after it share no letter of the address.
	if _, err := preview("https://a-*-z.preview.example.com").CallbackURL("https://a-z.preview.example.com"); !errors.Is(err, ErrUnregistered) {
		t.Error("a * stands for less than nothing")
	}
}

// TestAttackPatternOfAProductionClient: without its mark a client has no patterns, whatever came into the store.
func TestAttackPatternOfAProductionClient(t *testing.T) {
	for stage, want := range map[string]bool{StageNonProduction: true, "production": false, "Non-Production": false, "": false} {
		d := tagged(map[string]string{ClientTag("web", ClientStage): stage, ClientTag("job", ClientStage): StageNonProduction})
		if stage == "" {
			delete(d.Pool.UserPoolTags, ClientTag("web", ClientStage))
		}
		d.Clients[0].CallbackURLs = []string{"https://*.preview.example.com/cb"}
		_, err := Assemble(d, Addresses{}).Clients["webclient"].CallbackURL("https://a.preview.example.com/cb")
		if (err == nil) != want {
			t.Errorf("stage %q: %v", stage, err)
		}
	}
}

// A default redirect stands for an absent address, and a pattern is no address.
func TestPatternIsNoDefaultRedirect(t *testing.T) {
	const pattern = "https://*.preview.example.com/cb"
	c := assembleClient("p", types.UserPoolClientType{CallbackURLs: []string{pattern}, SupportedIdentityProviders: []string{"X"}, DefaultRedirectURI: ptr(pattern)})
	c.assembleSettings(map[string]string{ClientStage: StageNonProduction})
	if u, err := c.CallbackURL(""); !errors.Is(err, ErrUnregistered) {
		t.Errorf("the browser is sent to %v", u)
	}
	d := tagged(map[string]string{ClientTag("web", ClientStage): StageNonProduction})
	d.Clients[0].CallbackURLs, d.Clients[0].DefaultRedirectURI = []string{pattern}, ptr(pattern)
	if found := d.Check(); len(found) != 1 || !strings.Contains(found[0].Message, "a browser must be able to go there") {
		t.Errorf("faults %v", found)
	}
}

func TestCheckPatterns(t *testing.T) {
	stage := ClientTag("web", ClientStage)
	check := func(raw string, tags map[string]string) []Fault {
		d := tagged(tags)
		d.Clients[0].CallbackURLs, d.Clients[0].LogoutURLs = []string{raw}, nil
		return d.Check()
	}
	for raw, want := range map[string]string{
		"https://*.preview.example.com/cb": "", "https://pr-*.example.com/cb?x=1": "", "https://*-app.preview.example.com:8443/cb": "", "https://*.preview.example.com": "",
		"https://*.team.vercel.app/cb": "", "https://*.preview.corp/cb": "", "https://pr-*.xn--mnchen-3ya.example/cb": "",

		"https://*.*.example.com/cb": "more than one *", "https://**.example.com/cb": "more than one *", "https://*.example.com/*": "more than one *",
		"http://*.preview.example.com/cb": "must begin with https://", "myapp://*.preview.example.com/cb": "must begin with https://", "HTTPS://*.preview.example.com/cb": "must begin with https://", "http://*.localhost:3000/cb": "must begin with https://",
		"https://preview.*.example.com/cb": "in another place", "https://preview.example.*/cb": "in another place", "https://preview.example.com/*": "in another place", "https://preview.example.com/cb?x=*": "in another place",
		"https://preview.example.com:*/cb": "is not a URL", "https://a.example.com:80*/cb": "is not a URL", "https://*@a.example.com/cb": "user name", "https://*.example.com/cb#x": "fragment", `https://*.example.com\cb`: "is not a URL", `https://*.example.com/\cb`: `must not contain \`,
		"https://*.preview.example.com:0/cb": "no valid port", "https://*.preview.example.com:/cb": "plain host name", "https://*:8443/cb": "needs two more parts", "https://PR-*.preview.example.com/cb": "small letters", "https://*.Preview.example.com/cb": "small letters", "https://-*.preview.example.com/cb": "plain host name",
		"https://*-.preview.example.com/cb": "beside its *", "https://xn--*.preview.example.com/cb": "beside its *", "https://a_*.preview.example.com/cb": "beside its *", "https://*.pre_view.example.com/cb": "after its *",
		"https://*.preview.example.com./cb": "plain host name", "https://*..example.com/cb": "after its *", "https://*.com/cb": "needs two more parts", "https://*/cb": "needs two more parts", "https://*.localhost/cb": "needs two more parts",
		"https://*.0.0.1/cb": "in an address", "https://*.example.7/cb": "in an address", "https://*.example.0x7f/cb": "in an address",
		"https://*.co.uk/cb": "directly below co.uk", "https://*.vercel.app/cb": "directly below vercel.app", "https://pr-*.netlify.app/cb": "directly below netlify.app", "https://*.github.io/cb": "directly below github.io",
		"https://*.pages.dev/cb": "directly below pages.dev", "https://*.compute.amazonaws.com/cb": "directly below compute.amazonaws.com", "https://*.us-east-1.compute.amazonaws.com/cb": "directly below us-east-1", "https://*.s3.amazonaws.com/cb": "directly below s3",
		"https://" + strings.Repeat("a", 63) + "*.preview.example.com/cb": "beside its *", "https://*." + strings.Repeat("a.", 130) + "example.com/cb": "at most 253",
	} {
		found := check(raw, map[string]string{stage: StageNonProduction})
		if want == "" && len(found) > 0 || want != "" && (len(found) != 1 || !strings.Contains(found[0].Message, want)) {
			t.Errorf("%.100s: %v, want %q", raw, found, want)
		}
		if found := check(raw, nil); len(found) != 1 || !strings.Contains(found[0].Message, "compared letter for letter") {
			t.Errorf("%.100s without the mark: %v", raw, found)
		}
	}
}

// FuzzPattern: whatever a pattern matches is, as Go's parser reads it, an https URL at a host below the pattern's, with its
// path and query and nothing else.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][2]string{
		{"https://*.preview.example.com/cb", "https://a.preview.example.com/cb"}, {"https://pr-*.preview.example.com:8443/cb?x=%2e", "https://pr-1.preview.example.com:8443/cb?x=%2e"},
		{"https://*.preview.example.com/cb", "https://evil.example/.preview.example.com/cb"}, {"https://*.a.example/../x", "https://b.a.example/../x"}, {"https://*.a.example?q=/", "https://b.a.example?q=/"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, raw string) {
		before, after, found := strings.Cut(pattern, "*")
		if !found || patternFault(pattern) != "" {
			return
		}
		// The very address, and the one with the first part of it in the place of the *.
		for _, asked := range []string{raw, before + strings.TrimPrefix(raw, httpsPrefix) + after} {
			u, err := preview(pattern).CallbackURL(asked)
			if err != nil {
				continue
			}
			got, err := url.Parse(u.String())
			if err != nil {
				t.Fatal(err)
			}
			want, err := url.Parse(strings.Replace(pattern, "*", "a", 1))
			if err != nil {
				t.Fatal(err)
			}
			_, parent, _ := strings.Cut(want.Host, ".")
			if got.Scheme != "https" || got.User != nil || got.Fragment != "" || !strings.HasSuffix(got.Host, "."+parent) || strings.Count(got.Host, ".") != strings.Count(want.Host, ".") {
				t.Errorf("%q lets through %q", pattern, asked)
			}
			if got.EscapedPath() != want.EscapedPath() || got.RawQuery != want.RawQuery || got.Port() != want.Port() {
				t.Errorf("%q lets through %q, with another path, query or port", pattern, asked)
			}
			if u.Origin() != "https://"+got.Host {
				t.Errorf("%q has the origin %q", asked, u.Origin())
			}
		}
	})
}
