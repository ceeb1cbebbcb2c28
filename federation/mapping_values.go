package federation

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"portico/userpool"
)

// joined makes one text of a claim's values. Several become "[v1,v2]", form-URL-encoded inside, as documented ("Domain
// Users" is "Domain+Users"); the variant with a space after the comma is seen as well, and apps that split at commas and
// trim read both.
func joined(values []string) string {
	switch len(values) {
	case 0:
		return ""
	case 1:
		return values[0]
	}
	encoded := make([]string, len(values))
	for i, value := range values {
		// Java's form encoding, which Cognito's documents describe, keeps the asterisk and encodes the tilde; Go's does the
		// opposite.
		encoded[i] = strings.NewReplacer("%2A", "*", "~", "%7E").Replace(url.QueryEscape(value))
	}
	return "[" + strings.Join(encoded, ",") + "]"
}

func blank(value string) bool { return strings.TrimSpace(value) == "" }

// normalised brings a value into the form the attribute's type is stored in, where providers differ.
func normalised(attribute userpool.Attribute, value string) string {
	switch {
	case strings.HasSuffix(attribute.Name, verifiedSuffix) && attribute.Type == "Boolean":
		// Anything but a clear yes is a no.
		return strconv.FormatBool(strings.EqualFold(strings.TrimSpace(value), "true"))
	case attribute.Type == "Boolean":
		return strings.ToLower(strings.TrimSpace(value))
	case attribute.Name == "updated_at":
		// OpenID Connect Core §5.1 wants a number of seconds; Auth0 sends a date.
		if at, err := time.Parse(time.RFC3339, value); err == nil {
			return strconv.FormatInt(at.Unix(), 10)
		}
	}
	return value
}

// storable refuses what Cognito's attribute values cannot hold, characters of four bytes in UTF-8 (emoji among them), and
// what would be dangerous further on: broken UTF-8, which the databases refuse, and control characters other than white
// space.
func storable(value string) bool {
	return utf8.ValidString(value) && !strings.ContainsFunc(value, func(r rune) bool {
		return r > 0xFFFF || r == 0x7F || r < ' ' && r != '\t' && r != '\n' && r != '\r'
	})
}
