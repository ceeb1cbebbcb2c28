package token

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// joseHeader is the whole header of our tokens. Cognito's have no typ.
type joseHeader struct {
	Kid string `json:"kid"`
	Alg string `json:"alg"`
}

// signingKey is a Key made ready.
type signingKey struct {
	header string // first part of every token it signs
	use    Use
	from   time.Time
	signer Signer
	public public
}

func (k *signingKey) signsFrom() time.Time { return k.from }

// sign makes a JWS in compact serialization (RFC 7515 §7.1) of the claims.
func (k *signingKey) sign(claims any) (string, error) {
	// What a provider once wrote into an attribute must not lock a person out: broken UTF-8 becomes U+FFFD.
	payload, err := json.Marshal(claims, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return "", fmt.Errorf("write claims: %w", err)
	}
	encoding := base64.RawURLEncoding
	size := len(k.header) + encoding.EncodedLen(len(payload)) + encoding.EncodedLen(k.public.signatureSize()) + len("..")
	raw := make([]byte, 0, size)
	raw = append(append(raw, k.header...), '.')
	raw = encoding.AppendEncode(raw, payload)

	digest := sha256.Sum256(raw)
	signature, err := k.signer.Sign(digest)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return string(encoding.AppendEncode(append(raw, '.'), signature)), nil
}

// verify checks a token's signature by this key.
func (k *signingKey) verify(p parts) bool {
	signature, err := base64.RawURLEncoding.Strict().DecodeString(p.signature)
	if err != nil {
		return false
	}
	return k.public.verify(sha256.Sum256([]byte(p.signed)), signature)
}

// parts of a token in compact serialization.
type parts struct {
	header, payload, signature string
	signed                     string // header.payload, what the signature covers
}

// split takes a token apart. It fails unless there are exactly three parts, none of them empty: an empty third one is
// how "alg":"none" looks (RFC 7515 A.5). Line breaks are refused here, because Go's base64 skips them even when strict.
func split(raw string) (parts, bool) {
	if len(raw) > MaxLength || strings.ContainsAny(raw, "\r\n") {
		return parts{}, false
	}
	header, rest, _ := strings.Cut(raw, ".")
	payload, signature, ok := strings.Cut(rest, ".")
	if !ok || header == "" || payload == "" || signature == "" || strings.Contains(signature, ".") {
		return parts{}, false
	}
	return parts{header: header, payload: payload, signature: signature, signed: raw[:len(header)+1+len(payload)]}, true
}

// MaxLength is the size in bytes of the largest token that is looked at. Fifty scopes and a hundred groups of Cognito's
// greatest length stay below it.
const MaxLength = 64 << 10
