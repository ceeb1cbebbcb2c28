package userpool

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestParseID(t *testing.T) {
	for text, region := range map[string]string{"us-east-1_Ab1Cd2Ef3": "us-east-1", "eu-central-1_x": "eu-central-1", "us-gov-west-1_0123456789": "us-gov-west-1", "ap-southeast-2_" + strings.Repeat("a", 40): "ap-southeast-2"} {
		id, err := ParseID(text)
		if err != nil || id.Region() != region || string(id) != text {
			t.Errorf("%q: %q, %v", text, id, err)
		}
	}
	for _, text := range []string{
		"", "us-east-1", "us-east-1_", "_abc", "us-east-1_a-b", "us-east-1_a_b", "US-EAST-1_abc", "us-east-10_abc", "useast1_abc", "local_abc", "us-east-1_abc\n", " us-east-1_abc", "us-east-1_é",
		"us-east-1_" + strings.Repeat("a", 41), "us-iso-east-1_abc", "../us-east-1_a",
	} {
		if id, err := ParseID(text); err == nil || id != "" {
			t.Errorf("%q is a pool ID", text)
		}
	}
}

// FuzzParseID: what passes is taken apart by aws-jwt-verify, whose pattern this is, and is safe as a segment of a path.
func FuzzParseID(f *testing.F) {
	theirs := regexp.MustCompile(`^[a-z]{2}-(gov-)?[a-z]+-\d_[a-zA-Z0-9]+$`)
	f.Add("us-east-1_Ab1Cd2Ef3")
	f.Add("us-east-1_a/../b")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := ParseID(text)
		if err != nil {
			return
		}
		if string(id) != text || !theirs.MatchString(text) || len(text) > 55 || strings.ContainsAny(text, "/?#%. \n") {
			t.Errorf("%q is a pool ID", text)
		}
	})
}

// TestUsernameKey: names that look alike to people and differ in bytes are one name.
func TestUsernameKey(t *testing.T) {
	sensitive, insensitive := &Pool{CaseSensitive: true}, &Pool{}
	for _, c := range []struct{ a, b string }{{"Zoë", "Zoe\u0308"}, {"Å", "A\u030a"}, {"한", "\u1112\u1161\u11ab"}} {
		if sensitive.UsernameKey(c.a) != sensitive.UsernameKey(c.b) {
			t.Errorf("%q and %q are two names", c.a, c.b)
		}
	}
	for _, c := range []struct{ a, b string }{{"T\u0308om", "\u1e97om"}, {"\u0391\u0301\u0345", "\u1fb4"}} {
		if insensitive.UsernameKey(c.a) != insensitive.UsernameKey(c.b) {
			t.Errorf("%q and %q are two names", c.a, c.b)
		}
	}
	if sensitive.UsernameKey("Ada") == sensitive.UsernameKey("ada") || insensitive.UsernameKey("Ada") != insensitive.UsernameKey("aDA") {
		t.Error("the pool's rule of case is not kept")
	}
	if got := insensitive.StoredUsername("Google_117"); got != "google_117" {
		t.Errorf("a federated name is stored as %q: the whole of it is folded, its prefix too", got)
	}
}

// FuzzUsernameKey: a key is its own key, or two rows could hold one name.
func FuzzUsernameKey(f *testing.F) {
	for _, seed := range []string{"Ada", "ẞ", "İ", "Zoe\u0308", "T\u0308", "\u0391\u0301\u0345", "ΑΣ", "\u0345Α", "K", "\xff", "ǅ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, p := range []*Pool{{CaseSensitive: true}, {}} {
			key := p.UsernameKey(name)
			if again := p.UsernameKey(key); again != key {
				t.Errorf("the key of %q is %q, and the key of that is %q", name, key, again)
			}
			if other := p.UsernameKey(norm.NFD.String(name)); other != key {
				t.Errorf("%q has the keys %q and, decomposed, %q", name, key, other)
			}
		}
	})
}

func TestAliasesOf(t *testing.T) {
	person := map[string]string{"email": "Ada@Example.com", "phone_number": "+441632960001", "preferred_username": "Ada", "name": "Ada"}
	verified := map[string]string{"email": "Ada@Example.com", "email_verified": "true", "phone_number": "+441632960001", "phone_number_verified": "false"}
	for _, c := range []struct {
		name       string
		pool       Pool
		attributes map[string]string
		want       []Alias
	}{
		{"none", Pool{}, person, nil},
		{"sign in with both", Pool{SignInWith: []string{"email", "phone_number"}}, person, []Alias{{"email", "ada@example.com"}, {"phone_number", "+441632960001"}}},
		{"aliases wait for proof", Pool{Aliases: []string{"email", "phone_number", "preferred_username"}}, person, []Alias{{"preferred_username", "ada"}}},
		{"proven alias", Pool{Aliases: []string{"email", "phone_number"}, CaseSensitive: true}, verified, []Alias{{"email", "Ada@Example.com"}}},
		{"empty", Pool{SignInWith: []string{"email"}}, map[string]string{"email": ""}, nil},
	} {
		if got := c.pool.AliasesOf(c.attributes); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
