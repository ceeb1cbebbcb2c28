package userpool

import (
	"crypto/sha256"
	"crypto/subtle"
	"log/slog"
)

const redacted = "[redacted]"

// Secret is text that must not reach a log, an error or a page. Every way of printing it prints a placeholder;
// Reveal is the one way to the value, so that its uses can be searched for.
type Secret struct{ value string }

// NewSecret wraps a raw value.
func NewSecret(raw string) Secret { return Secret{value: raw} }

// Reveal returns the raw value.
func (s Secret) Reveal() string { return s.value }

// Empty reports whether there is no value.
func (s Secret) Empty() bool { return s.value == "" }

// Matches compares in constant time. Both sides are hashed first, so that not even the length shows. Client secrets
// are random, so a fast hash is enough.
func (s Secret) Matches(given string) bool { return s.compare(given) == 1 }

// compare is Matches for callers that must not branch on it: 1 if they are the same, 0 if not.
func (s Secret) compare(given string) int {
	want, got := sha256.Sum256([]byte(s.value)), sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(want[:], got[:])
}

// String, GoString, MarshalText and LogValue all hide the value.
func (s Secret) String() string               { return redacted }
func (s Secret) GoString() string             { return redacted }
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
