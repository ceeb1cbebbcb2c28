package practice

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// idToken is OpenID Connect Core §2, wrong in the ways the faults ask for.
func (e *engine) idToken(g grant, accessToken string, claims map[string]any, now time.Time) (string, error) {
	f := g.faults
	if f.Outcome == Expired {
		now = now.Add(-2 * idTokenLife)
	}
	issuer := e.address()
	if e.manner.issuer != nil {
		issuer = e.manner.issuer(issuer)
	}
	claims["iss"] = either(f.OtherIssuer, "https://stranger.example", issuer)
	claims["sub"] = g.person.ID
	claims["aud"] = either(f.OtherAudience, "another-client", e.options.ClientID)
	claims["iat"] = now.Unix()
	claims["exp"] = now.Add(idTokenLife).Unix()
	claims["auth_time"] = g.authTime.Unix()
	claims["at_hash"] = accessHash(accessToken + either(f.OtherAccessHash, "x", ""))
	if g.request.nonce != "" && !f.NoNonce {
		claims["nonce"] = g.request.nonce + either(f.OtherNonce, "x", "")
	}
	if f.NoAuthTime {
		delete(claims, "auth_time")
	}
	if f.NoSubject {
		delete(claims, "sub")
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("practice: claims of %s: %w", g.person.Name, err)
	}
	return e.sign(payload, f)
}

// accessHash is OpenID Connect Core §3.1.3.6 for RS256 and ES256: the left half of the SHA-256.
func accessHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

func (e *engine) sign(payload []byte, f Faults) (string, error) {
	if f.Unsigned { // RFC 7518 §3.6, which a client must not accept
		header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
		return header + "." + base64.RawURLEncoding.EncodeToString(payload) + ".", nil
	}
	key, err := e.signingKey(f)
	if err != nil {
		return "", err
	}
	own, err := e.published()
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", own.KeyID))
	if err != nil {
		return "", fmt.Errorf("practice: signer: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("practice: sign: %w", err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		return "", fmt.Errorf("practice: serialize: %w", err)
	}
	if f.Outcome == BadSignature {
		return flipped(token)
	}
	return token, nil
}

func (e *engine) signingKey(f Faults) (jose.SigningKey, error) {
	if f.KeyConfusion {
		own, err := e.keys.own()
		if err != nil {
			return jose.SigningKey{}, err
		}
		public, err := x509.MarshalPKIXPublicKey(own.Public())
		if err != nil {
			return jose.SigningKey{}, fmt.Errorf("practice: public key: %w", err)
		}
		return jose.SigningKey{Algorithm: jose.HS256, Key: public}, nil
	}
	key, err := e.keys.signing(f)
	if err != nil {
		return jose.SigningKey{}, err
	}
	return jose.SigningKey{Algorithm: algorithm(key), Key: key}, nil
}

func algorithm(key crypto.Signer) jose.SignatureAlgorithm {
	if _, ok := key.(*ecdsa.PrivateKey); ok {
		return jose.ES256
	}
	return jose.RS256
}

// flipped changes one bit of the signature.
func flipped(token string) (string, error) {
	at := strings.LastIndexByte(token, '.') + 1
	raw, err := base64.RawURLEncoding.DecodeString(token[at:])
	if err != nil {
		return "", fmt.Errorf("practice: signature: %w", err)
	}
	raw[len(raw)/2] ^= 1
	return token[:at] + base64.RawURLEncoding.EncodeToString(raw), nil
}
