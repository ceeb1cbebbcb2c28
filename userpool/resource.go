package userpool

import (
	"strings"
	"unicode"
)

// maxResource is the length in bytes of the longest resource that a token is bound to: that of any URL of Cognito's.
const maxResource = 1024

// ValidResource reports whether a text names a resource that an access token may be bound to (RFC 8707 §2): an absolute
// URI without a fragment. Of those Cognito takes what it takes as a callback URL: https, http on this machine, and an
// app's own scheme.
func ValidResource(resource string) bool {
	odd := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar }
	return len(resource) <= maxResource && !strings.ContainsFunc(resource, odd) && redirectFault(resource) == ""
}
