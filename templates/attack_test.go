package templates

import (
	"strings"
	"testing"
)

// TestHostileTextStaysText draws every page with markup, quotes and endless
// words in every value: none may become an element, an attribute or a rule.
// (TestNothingInline looks for the elements that would matter.)
func TestHostileTextStaysText(t *testing.T) {
	seen := 0
	for _, p := range allPages() {
		if !strings.HasSuffix(p.name, "_hostile") {
			continue
		}
		seen++
		source := render(t, p)
		for _, bad := range []string{"<script>", "<img", "onerror=alert(1)>"} {
			if strings.Contains(source, bad) {
				t.Errorf("%s: contains %q", p.name, bad)
			}
		}
		d := parse(t, p)
		if n := len(d.all("script")); n > 1 {
			t.Errorf("%s: %d scripts", p.name, n)
		}
		for _, n := range d.nodes {
			for _, a := range n.Attr {
				if strings.ContainsAny(a.Key, `"'<>{`) {
					t.Errorf("%s: %s has the attribute %q", p.name, n.Data, a.Key)
				}
			}
		}
	}
	if seen < 13 {
		t.Errorf("only %d hostile pages; every page needs one", seen)
	}
}

// TestScriptAddressesAreNotFollowed: an address that a provider, an app or a
// setting supplied never becomes a way to run script.
func TestScriptAddressesAreNotFollowed(t *testing.T) {
	for _, p := range allPages() {
		for _, n := range parse(t, p).nodes {
			for _, name := range []string{"href", "action", "src", "formaction"} {
				address := strings.ToLower(strings.TrimSpace(attr(n, name)))
				if strings.HasPrefix(address, "javascript:") || strings.HasPrefix(address, "data:") || strings.HasPrefix(address, "vbscript:") {
					t.Errorf("%s: %s %s=%q", p.name, n.Data, name, address)
				}
			}
		}
	}
}

// TestTypedPasswordIsNotDrawnBack: a refused form keeps what was typed, except
// what is secret.
func TestTypedPasswordIsNotDrawnBack(t *testing.T) {
	const secret = "doorway-Lantern-7"
	up := signUp()
	up.PasswordField.Value = secret
	up.Fields = append(up.Fields, Field{Name: "p", Label: "P", Type: "password", Value: secret})
	re := reset()
	re.PasswordField = Field{Value: secret, Type: "text"}
	re.AgainField = &Field{Value: secret}
	for _, p := range []page{{"signup", SignUp(up), ""}, {"reset", Reset(re), ""}} {
		if strings.Contains(render(t, p), secret) {
			t.Errorf("%s: the password is in the page", p.name)
		}
	}
}

// TestRequestValuesAreNeverLinks: the details of an error show what the request
// asked for, and nobody can click on it.
func TestRequestValuesAreNeverLinks(t *testing.T) {
	v := badCallback()
	v.Details = []Detail{{"Asked for", "https://evil.example/"}}
	v.Support = "evil.example/?x=@"
	for _, n := range parse(t, page{"error", Error(v), ""}).all("a") {
		if strings.Contains(attr(n, "href"), "evil") {
			t.Errorf("a link to %s", attr(n, "href"))
		}
	}
}

// TestMailLinkCarriesNoExtraHeaders: a support address cannot smuggle a subject,
// a body or further recipients into the message it opens.
func TestMailLinkCarriesNoExtraHeaders(t *testing.T) {
	for address, want := range map[string]bool{
		"help@acme.example": true, "the help desk": false, "a@b?body=x": false, "a@b&cc=c@d": false, "@b": false, "a@": false, "a@b%0d": false, "x:y@z": false,
	} {
		if got := isMailAddress(address); got != want {
			t.Errorf("isMailAddress(%q) = %v, want %v", address, got, want)
		}
	}
}

// TestPracticeProviderNamesItself: a practice page can never pass for the real
// provider, whatever else it says.
func TestPracticeProviderNamesItself(t *testing.T) {
	v := personPage()
	v.Name = "Google"
	d := parse(t, page{"person", Person(v), ""})
	if got := text(d.all("header")[0]); got != "Practice Google · not the real Google · runs on this machine" {
		t.Errorf("the band says %q", got)
	}
	if got := text(d.all("title")[0]); !strings.Contains(got, "Practice Google") {
		t.Errorf("the title says %q", got)
	}
}
