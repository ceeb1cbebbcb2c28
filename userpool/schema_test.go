package userpool

import (
	"strings"
	"testing"
)

func TestStandardSchema(t *testing.T) {
	s := StandardSchema()
	if len(s) != 20 || len(StandardAttributes) != 19 {
		t.Errorf("%d attributes, %d names", len(s), len(StandardAttributes))
	}
	for name, a := range s {
		if a.Name != name || a.Mutable == (name == "sub") || a.Required != (name == "sub") || a.DeveloperOnly {
			t.Errorf("%s: %+v", name, a)
		}
	}
	// The schema is made anew each time, so that one pool cannot change another's.
	s["email"] = Attribute{}
	*s["updated_at"].MinValue = 7
	if again := StandardSchema(); again["email"].Name != "email" || *again["updated_at"].MinValue != 0 {
		t.Error("schemas share their attributes")
	}
}

func TestSchemaCheck(t *testing.T) {
	low, high := int64(-5), int64(5)
	s := StandardSchema()
	s["custom:age"] = Attribute{Name: "custom:age", Type: "Number", MinValue: &low, MaxValue: &high}
	s["custom:born"] = Attribute{Name: "custom:born", Type: "DateTime"}
	s["custom:code"] = Attribute{Name: "custom:code", Type: "String", MinLength: 2, MaxLength: 3}
	for _, c := range []struct{ name, value, want string }{
		{"name", "", ""}, {"name", strings.Repeat("ü", MaxAttributeLength), ""}, {"name", strings.Repeat("ü", MaxAttributeLength+1), "name: String must be no longer than 2048 characters"},
		{"custom:code", "éé", ""}, {"custom:code", "é", "custom:code: String must be at least 2 characters long"}, {"custom:code", "éééé", "custom:code: String must be no longer than 3 characters"},
		{"birthdate", "1990-01-31", ""}, {"birthdate", "1990", "birthdate: String must be at least 10 characters long"},
		{"email_verified", "true", ""}, {"email_verified", "True", "email_verified: Attribute value must be true or false"}, {"email_verified", "", "email_verified: Attribute value must be true or false"},
		{"updated_at", "0", ""}, {"updated_at", "-1", "updated_at: Number cannot be less than 0"}, {"updated_at", "x", "updated_at: Attribute value must be a number"},
		{"custom:age", "-5", ""}, {"custom:age", "6", "custom:age: Number cannot be greater than 5"}, {"custom:age", "99999999999999999999", "custom:age: Attribute value must be a number"},
		{"custom:born", "2026-01-31T12:00:00Z", ""}, {"custom:born", "yesterday", "custom:born: Attribute value must be a date and time"},
		{"email", "ada@example.com", ""}, {"email", "ada", "Invalid email address format."}, {"phone_number", "+441632960001", ""}, {"phone_number", "01632", "Invalid phone number format."},
		{"custom:none", "x", "custom:none: Attribute does not exist in the schema."}, {"EMAIL", "ada@example.com", "EMAIL: Attribute does not exist in the schema."},
		{"name", "a\x00b", "name: String holds characters that cannot be stored"}, {"name", "\xff", "name: String holds characters that cannot be stored"}, {"email", "a\xff@example.com", "email: String holds characters that cannot be stored"},
	} {
		got := ""
		if err := s.Check(c.name, c.value); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s = %.20q: %q, want %q", c.name, c.value, got, c.want)
		}
	}
}

// TestLooksLikeEmail: an address goes into the header of a message, so nothing may pass that could end it or add another.
func TestLooksLikeEmail(t *testing.T) {
	for _, good := range []string{"a@b", "ada@example.com", "ada.l+x@example.co.uk", "o'hara@example.com", "ädä@bücher.example", strings.Repeat("a", 64) + "@example.com"} {
		if !LooksLikeEmail(good) {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []string{
		"", "ada", "@example.com", "ada@", "a@b@c", "a b@example.com", "ada@exam ple.com", "ada@example.com\n", "ada@example.com\r\nBcc: x@example.com", "a\x00@b", "a\x7f@b", "<ada@example.com>",
		"a,b@example.com", "a;b@example.com", `"a"@example.com`, "a@[127.0.0.1]", `a\@b`, strings.Repeat("a", 250) + "@b.de",
	} {
		if LooksLikeEmail(bad) {
			t.Errorf("%q passes", bad)
		}
	}
}

func TestLooksLikePhone(t *testing.T) {
	for text, want := range map[string]bool{"+441632960001": true, "+12": true, "+123456789012345": true, "+1234567890123456": false, "+1": false, "+": false, "": false, "441632960001": false, "++44163": false, "+44 163": false, "+44-163": false, "+44a": false, "+٤٤١٦": false} {
		if LooksLikePhone(text) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
}
