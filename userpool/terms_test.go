package userpool

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func termsOf(name string, links map[string]string) types.TermsType {
	return types.TermsType{TermsName: &name, Links: links}
}

// A language without an address of its own takes the default; both documents are shown or neither (Cognito's rules).
func TestTermsInALanguage(t *testing.T) {
	use := map[string]string{"cognito:default": "https://a.example/terms", "cognito:portuguese-brazil": "https://a.example/termos"}
	privacy := map[string]string{"cognito:default": "https://a.example/privacy"}
	both := assembleTerms([]types.TermsType{termsOf("terms-of-use", use), termsOf("privacy-policy", privacy)})
	for language, want := range map[string]string{"pt-BR": "https://a.example/termos", "he": "https://a.example/terms", "en": "https://a.example/terms"} {
		if u, p, ok := both.In(language); !ok || u != want || p != "https://a.example/privacy" {
			t.Errorf("%s: %s, %s, %v", language, u, p, ok)
		}
	}
	for name, terms := range map[string]Terms{
		"none": {}, "use alone": assembleTerms([]types.TermsType{termsOf("terms-of-use", use)}),
		"privacy in French alone": assembleTerms([]types.TermsType{termsOf("terms-of-use", use), termsOf("privacy-policy", map[string]string{"cognito:french": "https://a.example/fr"})}),
	} {
		if _, _, ok := terms.In("en"); ok {
			t.Errorf("%s: both are shown", name)
		}
	}
}

func TestCheckTerms(t *testing.T) {
	link := map[string]string{"cognito:default": "https://a.example/"}
	many := make([]types.TermsType, 0, 41)
	for range 41 {
		many = append(many, termsOf("terms-of-use", link))
	}
	for _, c := range []struct {
		name  string
		terms []types.TermsType
		want  string
	}{
		{"name", []types.TermsType{termsOf("terms", link)}, `Clients[0].Terms[0].TermsName: is "terms"; it is terms-of-use or privacy-policy`},
		{"no links", []types.TermsType{termsOf("terms-of-use", nil)}, "Clients[0].Terms[0].Links: is missing"},
		{"twice", []types.TermsType{termsOf("terms-of-use", link), termsOf("terms-of-use", link)}, "Clients[0].Terms[1].TermsName: the name is taken by"},
		{"language", []types.TermsType{termsOf("terms-of-use", map[string]string{"cognito:frensh": "https://a.example/"})}, "Links.cognito:frensh: is no language of the API: did you mean cognito:french?"},
		{"plain http", []types.TermsType{termsOf("terms-of-use", map[string]string{"cognito:default": "http://a.example/"})}, "wants a web address that begins with https://"},
		{"script", []types.TermsType{termsOf("terms-of-use", map[string]string{"cognito:default": "javascript:alert(1)"})}, "wants a web address that begins with https://"},
		{"length", []types.TermsType{termsOf("terms-of-use", map[string]string{"cognito:default": "https://a.example/" + strings.Repeat("x", 1024)})}, "1024 characters are the limit"},
		{"enforcement", []types.TermsType{{TermsName: ptr("terms-of-use"), Links: link, Enforcement: "ALL"}}, `Enforcement: is "ALL"; it is NONE`},
		{"source", []types.TermsType{{TermsName: ptr("terms-of-use"), Links: link, TermsSource: "TEXT"}}, `TermsSource: is "TEXT"; it is LINK`},
		{"too many", many, "Clients[0].Terms[40]: is one too many: a user pool has 40 terms documents at most"},
	} {
		d := Declaration{Pool: types.UserPoolType{Name: ptr("p")}, Clients: []types.UserPoolClientType{{ClientName: ptr("c")}}, Terms: map[int][]types.TermsType{0: c.terms}}
		found := slices.ContainsFunc(d.Check(), func(f Fault) bool { return strings.Contains(f.Error(), c.want) })
		if !found {
			t.Errorf("%s: %v, want %s", c.name, d.Check(), c.want)
		}
	}
	alone := Declaration{Terms: map[int][]types.TermsType{0: {termsOf("privacy-policy", link)}}}
	if f := alone.Warnings(); len(f) != 1 || !strings.Contains(f[0].Error(), "Clients[0].Terms: has no terms-of-use") {
		t.Errorf("one document alone: %v", f)
	}
}

func TestSupportTag(t *testing.T) {
	for value, good := range map[string]bool{
		"help@acme.example": true, "https://acme.example/help": true, "http://acme.example/help": false, "javascript:alert(1)": false,
		"https://user:password@acme.example/": false, "https://acme.example/" + strings.Repeat("x", 256): false, "Acme's desk": false,
	} {
		d := Declaration{Pool: types.UserPoolType{Name: ptr("p"), UserPoolTags: map[string]string{SupportTag: value}}}
		if faults := d.Check(); (len(faults) == 0) != good {
			t.Errorf("%s: %v", value, faults)
		}
		if got := Assemble(d, Addresses{}).Support; (got == value) != good {
			t.Errorf("%s is read as %q", value, got)
		}
	}
}
