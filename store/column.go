package store

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"
)

// micros is a time as a column holds it: microseconds since 1970 in UTC, and 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment reverses micros.
func moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

const (
	// maxIndexed is the longest text, in bytes, that is indexed as it is: PostgreSQL refuses index rows above 2,700 bytes.
	maxIndexed = 255
	hashedMark = "sha256:"
)

// indexed is a text as a unique index holds it: itself, or a hash where it is too long or is nothing PostgreSQL can
// hold. A text that looks like such a hash is hashed too, so that no two texts share a key.
func indexed(text string) string {
	if len(text) <= maxIndexed && wellFormed(text) && !strings.HasPrefix(text, hashedMark) {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return hashedMark + hex.EncodeToString(sum[:])
}

// wellFormed reports whether both databases can hold a text.
func wellFormed(texts ...string) bool {
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
			return false
		}
	}
	return true
}
