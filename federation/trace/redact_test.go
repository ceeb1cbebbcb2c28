package trace

import (
	"strings"
	"testing"
)

func TestRedactedValues(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"email", "ines@acme.example", "i…@acme.example"},
		{"email", "a@b", "…@b"},
		{"email", "not an @ address", "n… (16 characters)"},
		{"name", "Ines Duarte", "I… (11 characters)"},
		{"name", "Bo", "… (2 characters)"},
		{"name", "é", "… (1 character)"},
		{"name", " ", "blank"},
		{"phone_number", "+351912555290", "+… (13 characters)"},
		{"email_verified", "true", "true"},
		{"custom", "false", "false"},
		{"aud", "1234567890-abcdefghijklmnopqrstuvwxyz012345.apps.example", "1234567890-abcdefghijklmnopqrstuvwxyz012345.apps.example"},
		{"iss", "https://idp.example/tenant", "https://idp.example/tenant"},
		{"aud", "ines@acme.example", "i…@acme.example"},
		{"access_token", "secret", "not shown (6 characters)"},
		{"ID_TOKEN", "secret", "not shown (6 characters)"},
		{"nonce", "secret", "not shown (6 characters)"},
		{"upstream_token", "secret", "not shown (6 characters)"},
		{"picture", "https://pictures.example/ines.png?key=1", "https://pictures.example/…"},
		{"broken", "\xff\xfe\xfd\xfc", "… (4 characters)"},
	} {
		if got := redact(c.name, c.value); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.name, c.value, got, c.want)
		}
	}
}

func TestShortenedSubjects(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"00u1ab2cd3ef4gh5ij6k", "00u…6k (20 characters)"},
		{"ines@acme.example", "i…@acme.example"},
		{"42", "… (2 characters)"},
		{"ines.duarte", "i… (11 characters)"},
	} {
		if got := shorten(c.name); got != c.want {
			t.Errorf("%q: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestScrub(t *testing.T) {
	token := "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0." + strings.Repeat("s", 200)
	for _, c := range []struct{ text, want string }{
		{`aud is "acme", want "portico"`, `aud is "acme", want "portico"`},
		{"ines.duarte@acme.example is unknown", "i…@acme.example is unknown"},
		{"name=ines@acme.example&code=1", "name=i…@acme.example&code=1"},
		{"token " + token + " refused", "token eyJh… (237 characters) refused"},
		{"get https://ines:pw@idp.example/a?code=secret#x now", "get https://idp.example/a?… now"},
		{"at https://idp.example/" + token, "at https://idp.example/eyJh… (237 characters)"},
		{"the audience does not hold \"urn:amazon:cognito:sp:us-east-1_Abc123\"", "the audience does not hold \"urn:amazon:cognito:sp:us-east-1_Abc123\""},
		{"a\x00b\nc\xff", "a b c?"},
	} {
		if got := Scrub(c.text); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func FuzzScrub(f *testing.F) {
	f.Add("ines@acme.example https://a.example/b?c=d")
	f.Fuzz(func(t *testing.T, text string) {
		got := Scrub(text)
		if strings.ContainsAny(got, "\x00\n") {
			t.Errorf("%q became %q", text, got)
		}
		if again := Scrub(got); strings.Count(again, "@") > strings.Count(got, "@") {
			t.Errorf("%q grew addresses: %q", got, again)
		}
	})
}

func TestAdviceNamesOurAddresses(t *testing.T) {
	place := Place{SAML: true, Provider: "Northwind", EntityID: "urn:sp", Consumer: "https://login.example/saml2/idpresponse"}
	text, setting, atProvider := place.Advise("audience")
	if !strings.Contains(text, "urn:sp") || !strings.Contains(text, "Northwind") || setting != "" || !atProvider {
		t.Errorf("%q %q %v", text, setting, atProvider)
	}
	if text, _, _ := place.Advise("recipient"); !strings.Contains(text, place.Consumer) {
		t.Error(text)
	}
	if text, _, _ := place.Advise("attributes"); text == "" {
		t.Error("no advice for what every protocol has")
	}
	if text, _, _ := place.Advise("no such check"); text != "" {
		t.Error(text)
	}
	for _, table := range []map[string]advice{shared(), openID(), saml()} {
		for check, a := range table {
			text := strings.NewReplacer("{provider}", "", "{entity_id}", "", "{consumer}", "", "{redirect_url}", "", "{minutes}", "").Replace(a.text)
			if strings.ContainsAny(text, "{}") || !strings.HasSuffix(text, ".") {
				t.Errorf("%s: %s", check, a.text)
			}
		}
	}
}
