package userpool

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Attribute is one attribute a pool's users may have.
type Attribute struct {
	Name          string // with its prefix: "email", "custom:tenant", "dev:custom:flag"
	Type          string // String, Number, DateTime, Boolean
	Mutable       bool
	Required      bool
	DeveloperOnly bool
	MinLength     int // String: in characters
	MaxLength     int
	MinValue      *int64 // Number
	MaxValue      *int64
}

// Schema holds a pool's attributes by name.
type Schema map[string]Attribute

// MaxAttributeLength bounds every attribute value, in characters.
const MaxAttributeLength = 2048

// StandardAttributes are the OpenID Connect attributes every pool has, in the order of Cognito's documentation.
var StandardAttributes = [...]string{
	"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
	"email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified",
	"address", "updated_at",
}

// StandardSchema is the schema of a pool that declares nothing.
func StandardSchema() Schema {
	s := Schema{"sub": {Name: "sub", Type: "String", Required: true, MinLength: 1, MaxLength: MaxAttributeLength}}
	for _, name := range StandardAttributes {
		a := Attribute{Name: name, Type: "String", Mutable: true, MaxLength: MaxAttributeLength}
		switch name {
		case "email_verified", "phone_number_verified":
			a.Type = "Boolean"
		case "updated_at":
			zero := int64(0)
			a.Type, a.MinValue = "Number", &zero
		case "birthdate":
			a.MinLength, a.MaxLength = 10, 10
		}
		s[name] = a
	}
	return s
}

// Check reports what is wrong with a value for the named attribute, in Cognito's words after "Invalid user attributes: ".
func (s Schema) Check(name, value string) error {
	a, ok := s[name]
	if !ok {
		return fmt.Errorf("%s: Attribute does not exist in the schema.", name) //nolint:staticcheck // Cognito's text ends in a full stop.
	}
	switch a.Type {
	case "Number":
		return a.checkNumber(value)
	case "Boolean":
		if value != "true" && value != "false" {
			return fmt.Errorf("%s: Attribute value must be true or false", name)
		}
	case "DateTime":
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			return fmt.Errorf("%s: Attribute value must be a date and time", name)
		}
	default:
		return a.checkText(value)
	}
	return nil
}

func (a Attribute) checkNumber(value string) error {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return fmt.Errorf("%s: Attribute value must be a number", a.Name)
	}
	if a.MinValue != nil && n < *a.MinValue {
		return fmt.Errorf("%s: Number cannot be less than %d", a.Name, *a.MinValue)
	}
	if a.MaxValue != nil && n > *a.MaxValue {
		return fmt.Errorf("%s: Number cannot be greater than %d", a.Name, *a.MaxValue)
	}
	return nil
}

func (a Attribute) checkText(value string) error {
	if !utf8.ValidString(value) || strings.ContainsRune(value, 0) { // PostgreSQL stores neither
		return fmt.Errorf("%s: String holds characters that cannot be stored", a.Name)
	}
	n := utf8.RuneCountInString(value)
	if n < a.MinLength {
		return fmt.Errorf("%s: String must be at least %d characters long", a.Name, a.MinLength)
	}
	if n > a.MaxLength {
		return fmt.Errorf("%s: String must be no longer than %d characters", a.Name, a.MaxLength)
	}
	switch a.Name {
	case "email":
		if !LooksLikeEmail(value) {
			return fmt.Errorf("Invalid email address format.") //nolint:staticcheck // Cognito's text.
		}
	case "phone_number":
		if !LooksLikePhone(value) {
			return fmt.Errorf("Invalid phone number format.") //nolint:staticcheck // Cognito's text.
		}
	}
	return nil
}

// LooksLikeEmail is the shape check for addresses: one @ with text on both sides, no spaces or control characters, at
// most 254 characters (RFC 5321 §4.5.3.1.3).
func LooksLikeEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || domain == "" || len(s) > 254 || strings.Contains(domain, "@") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`<>,;:"()[]\`, r) })
}

// LooksLikePhone accepts E.164: a plus sign and 2 to 15 digits.
func LooksLikePhone(s string) bool {
	digits, ok := strings.CutPrefix(s, "+")
	return ok && len(digits) >= 2 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
}
