// Package seal encrypts and authenticates small values with one master key: codes, refresh tokens, sign-in attempts
// that travel through browsers, and secrets at rest.
//
// Every seal binds a purpose and a context (pool, client …): a value sealed for one opens for no other. Keys are derived
// from the master key with HKDF (RFC 5869), one per purpose; the cipher is XChaCha20-Poly1305 from tink, whose 24-byte
// nonces may be random for any number of values.
package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
)

// KeySize is the size of a master key in bytes.
const KeySize = 32

// Purpose says what a sealed value is for. It is a type of its own, with a prefix, so that no outside text can become
// one.
type Purpose string

// The purposes.
const (
	Attempt           Purpose = "portico/attempt/1"            // a sign-in on its way to an identity provider
	AuthorizationCode Purpose = "portico/authorization-code/1" // RFC 6749 §4.1.2
	RefreshToken      Purpose = "portico/refresh-token/1"      // RFC 6749 §1.5
	PageState         Purpose = "portico/page-state/1"         // what one page tells the next (sign-up → confirm)
	Challenge         Purpose = "portico/challenge/1"          // what a person must answer before being signed in
	Session           Purpose = "portico/session-cookie/1"     // the browser session's ID
	AtRest            Purpose = "portico/at-rest/1"            // secrets in the database
	Trace             Purpose = "portico/trace/1"              // what a sign-in at a provider was made of
	TestLink          Purpose = "portico/test-link/1"          // leave to test a provider, and to see how that went
	Digest            Purpose = "portico/digest/1"             // keyed hashes of short codes
	Check             Purpose = "portico/check/1"              // the stored value that refuses a wrong master key
)

// ErrOpen: the value was not sealed by this key for this purpose and context, or it was changed.
var ErrOpen = errors.New("sealed value does not open")

// MasterKey is the one key of a server. It never prints.
type MasterKey struct{ raw []byte }

// NewMasterKey makes a random key.
func NewMasterKey() MasterKey {
	raw := make([]byte, KeySize)
	_, _ = rand.Read(raw) // never fails since Go 1.24
	return MasterKey{raw}
}

// ParseMasterKey reads a key as standard base64 (with or without padding) of 32 bytes.
func ParseMasterKey(text string) (MasterKey, error) {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.TrimSpace(text), "="))
	if err != nil || len(raw) != KeySize {
		return MasterKey{}, fmt.Errorf("master key: want %d bytes in base64, as `openssl rand -base64 %d` prints", KeySize, KeySize)
	}
	return MasterKey{raw}, nil
}

// Encode returns the key as base64 text, for the key file.
func (k MasterKey) Encode() string { return base64.StdEncoding.EncodeToString(k.raw) }

// String and GoString hide the key.
func (k MasterKey) String() string   { return "[redacted]" }
func (k MasterKey) GoString() string { return "[redacted]" }

// For derives the sealer of a purpose. Derivation costs a few microseconds: keep the sealer.
func (k MasterKey) For(p Purpose) Sealer {
	key, err := hkdf.Key(sha256.New, k.raw, nil, string(p), KeySize)
	if err != nil {
		panic("seal: HKDF refused a constant size: " + err.Error())
	}
	cipher, err := subtle.NewXChaCha20Poly1305(key)
	if err != nil {
		panic("seal: XChaCha20-Poly1305 refused a constant size: " + err.Error())
	}
	return Sealer{cipher: cipher, key: key}
}

// Sealer seals values for one purpose. It is safe for concurrent use.
type Sealer struct {
	cipher *subtle.XChaCha20Poly1305
	key    []byte
}

// Seal encrypts a value, bound to a context, as base64url text without padding.
func (s Sealer) Seal(plain []byte, context ...string) string {
	return base64.RawURLEncoding.EncodeToString(s.SealBytes(plain, context...))
}

// Open reverses Seal. Any failure is ErrOpen. One value has one text: Go's base64 skips line breaks, which would let a
// spent value come back in other clothes.
func (s Sealer) Open(text string, context ...string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, ErrOpen
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, ErrOpen
	}
	return s.OpenBytes(sealed, context...)
}

// SealBytes is Seal without the text form.
func (s Sealer) SealBytes(plain []byte, context ...string) []byte {
	sealed, err := s.cipher.Encrypt(plain, associated(context))
	if err != nil {
		panic("seal: value too large to encrypt: " + err.Error())
	}
	return sealed
}

// OpenBytes reverses SealBytes.
func (s Sealer) OpenBytes(sealed []byte, context ...string) ([]byte, error) {
	plain, err := s.cipher.Decrypt(sealed, associated(context))
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

// MAC is a keyed SHA-256 of a value, for storing short codes so that a stolen database cannot be searched for them.
func (s Sealer) MAC(value string, context ...string) []byte {
	m := hmac.New(sha256.New, s.key)
	m.Write(associated(context))
	m.Write([]byte(value))
	return m.Sum(nil)
}

// associated joins a context without ambiguity: each part is preceded by its length.
func associated(context []string) []byte {
	var b []byte
	for _, part := range context {
		b = strconv.AppendInt(b, int64(len(part)), 10)
		b = append(b, ':')
		b = append(b, part...)
	}
	return b
}
