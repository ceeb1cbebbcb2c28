package grant

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

// Bounds of a code verifier (RFC 7636 §4.1), in characters. The shortest is as long as every challenge: base64url of 32
// bytes.
const (
	minVerifier = 43
	maxVerifier = 128
)

// ValidChallenge reports whether a text can be an S256 code challenge: base64url of 32 bytes, without padding.
func ValidChallenge(challenge string) bool {
	sum, err := base64.RawURLEncoding.Strict().DecodeString(challenge)
	return err == nil && len(sum) == sha256.Size && len(challenge) == minVerifier // Go's base64 skips line breaks
}

// answers reports whether a verifier is the one of a challenge. plain is not offered, as Cognito does not either.
//
// A verifier without a challenge is refused: RFC 9700 §4.8.2, a server "MUST ensure that if there was no code_challenge
// in the authorization request, a request to the token endpoint containing a code_verifier is rejected". Otherwise an
// attacker who strips the challenge from the authorization request has turned PKCE off.
func answers(verifier, challenge string) bool {
	if challenge == "" {
		return verifier == ""
	}
	if len(verifier) < minVerifier || len(verifier) > maxVerifier || strings.ContainsFunc(verifier, reserved) {
		return false
	}
	sum := sha256.Sum256([]byte(verifier))
	want := base64.RawURLEncoding.EncodeToString(sum[:])
	return subtle.ConstantTimeCompare([]byte(want), []byte(challenge)) == 1
}

// reserved is the complement of RFC 3986's unreserved characters, of which a verifier is made.
func reserved(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-._~", r)
}
