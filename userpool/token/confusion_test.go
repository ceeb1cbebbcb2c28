package token

import (
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// twoAlgorithms is a pool that moves from RS256 to ES256: both kinds of key are published and verify.
func twoAlgorithms(t testing.TB) Mint {
	return mintOf(t, append(slices.Clone(sharedKeys()), fromThen(sharedCurveKeys(), signedIn.Add(time.Hour))...)...)
}

func TestBothAlgorithmsVerifyWhileAPoolChangesItsOwn(t *testing.T) {
	m, pool := twoAlgorithms(t), testPool("eu-west-1_Ab1Cd2Ef3")
	for alg, key := range map[string]Key{"RS256": sharedKeys()[1], "ES256": sharedCurveKeys()[1]} {
		if _, err := m.Verify(pool, forge(t, key, "", good())); err != nil {
			t.Errorf("%s: %v", alg, err)
		}
	}
}

// hmacs signs claims as HS256 under a key's name, with the public half, which everybody has, as the shared secret, in each
// form that a verifier might hold it in.
func hmacs(t *testing.T, key Key, alg string) map[string]string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Signer.Public())
	if err != nil {
		t.Fatal(err)
	}
	ready, err := readyKey(key)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := json.Marshal(ready.public.jwk(key.ID))
	if err != nil {
		t.Fatal(err)
	}
	forged := map[string]string{}
	for form, secret := range map[string][]byte{
		"DER": der, "PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), "JWK": jwk,
	} {
		parts := strings.Split(forge(t, key, headerFor(key, alg), good()), ".")
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(parts[0] + "." + parts[1]))
		forged[form] = parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}
	return forged
}

// TestAttackAlgorithmConfusion: with keys of two algorithms published, no token is verified by another algorithm than its
// key's (RFC 8725 §2.1, §3.1).
func TestAttackAlgorithmConfusion(t *testing.T) {
	m, pool := twoAlgorithms(t), testPool("eu-west-1_Ab1Cd2Ef3")
	rsaKey, curveKey := sharedKeys()[1], sharedCurveKeys()[1]
	attacks := map[string]string{
		"RS256 signature under an EC kid":             forge(t, rsaKey, headerFor(curveKey, "ES256"), good()),
		"RS256 signature and name under an EC kid":    forge(t, rsaKey, headerFor(curveKey, "RS256"), good()),
		"ES256 signature under an RSA kid":            forge(t, curveKey, headerFor(rsaKey, "RS256"), good()),
		"ES256 signature and name under an RSA kid":   forge(t, curveKey, headerFor(rsaKey, "ES256"), good()),
		"RSA key that says ES256":                     forge(t, rsaKey, headerFor(rsaKey, "ES256"), good()),
		"EC key that says RS256":                      forge(t, curveKey, headerFor(curveKey, "RS256"), good()),
		"EC key that says ES384":                      forge(t, curveKey, headerFor(curveKey, "ES384"), good()),
		"RSA key that says PS256":                     forge(t, rsaKey, headerFor(rsaKey, "PS256"), good()),
		"ES256 by the ID key":                         forge(t, sharedCurveKeys()[0], "", good()),
		"ES256 by the ID key under the access key":    forge(t, sharedCurveKeys()[0], headerFor(curveKey, "ES256"), good()),
		"ES256 signature of zeros (CVE-2022-21449)":   resigned(t, curveKey, func(string) []byte { return make([]byte, 64) }),
		"ES256 signature in ASN.1":                    resigned(t, curveKey, asn1Signature(t, curveKey)),
		"ES256 signature with a zero between":         resigned(t, curveKey, padded(t, curveKey)),
		"ES256 signature with an octet more":          resigned(t, curveKey, func(string) []byte { return make([]byte, 65) }),
		"ES256 signature of one number":               resigned(t, curveKey, func(string) []byte { return make([]byte, 32) }),
		"RS256 signature of ones":                     resigned(t, rsaKey, func(string) []byte { return slices.Repeat([]byte{1}, 256) }),
		"alg none under an RSA kid":                   forge(t, rsaKey, headerFor(rsaKey, "none"), good()),
		"alg none under an EC kid":                    forge(t, curveKey, headerFor(curveKey, "none"), good()),
		"alg none under an EC kid, signature cut":     unsigned(forge(t, curveKey, headerFor(curveKey, "none"), good())),
		"our header, signature cut":                   unsigned(forge(t, curveKey, "", good())),
		"alg none in another case":                    forge(t, curveKey, headerFor(curveKey, "nOnE"), good()),
		"no alg":                                      forge(t, curveKey, `{"kid":"`+curveKey.ID+`"}`, good()),
		"key of its own in the header (RFC 7515 jwk)": forge(t, curveKey, `{"kid":"`+curveKey.ID+`","alg":"ES256","jwk":{}}`, good()),
	}
	for name, key := range map[string]Key{"RSA": rsaKey, "EC": curveKey} {
		for _, alg := range []string{"HS256", key.Signer.Alg()} {
			for form, raw := range hmacs(t, key, alg) {
				attacks["HS256 with the "+name+" public key as "+form+" under the name "+alg] = raw
			}
		}
	}
	for name, raw := range attacks {
		t.Run(name, func(t *testing.T) {
			if _, err := m.Verify(pool, raw); !errors.Is(err, ErrInvalid) {
				t.Errorf("error %v, want ErrInvalid", err)
			}
		})
	}
}

// resigned is a good token of a key with another signature, made of what is signed.
func resigned(t *testing.T, key Key, sign func(signed string) []byte) string {
	t.Helper()
	raw := unsigned(forge(t, key, "", good()))
	return raw + base64.RawURLEncoding.EncodeToString(sign(strings.TrimSuffix(raw, ".")))
}

// unsigned is a token without its signature, the last dot kept.
func unsigned(raw string) string { return raw[:strings.LastIndexByte(raw, '.')+1] }

// asn1Signature signs with the right key, but in the form that Go and OpenSSL make by themselves.
func asn1Signature(t *testing.T, key Key) func(signed string) []byte {
	return func(signed string) []byte {
		digest := sha256.Sum256([]byte(signed))
		signature, err := ecdsa.SignASN1(rand.Reader, key.Signer.(ecdsaSigner).key, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
}

// padded signs with the right key and sets a zero before S: the same number, in an octet more than RFC 7518 §3.4 allows.
func padded(t *testing.T, key Key) func(signed string) []byte {
	return func(signed string) []byte {
		signature, err := key.Signer.Sign(sha256.Sum256([]byte(signed)))
		if err != nil {
			t.Fatal(err)
		}
		return slices.Insert(signature, 32, 0)
	}
}

// FuzzVerify: of a pool with keys of both algorithms, nothing passes but what was minted. RS256 signatures are
// deterministic, so there the very token must be one of ours; an ECDSA signature has a twin (R, n-S), so there what is
// signed must be ours.
func FuzzVerify(f *testing.F) {
	m, g := twoAlgorithms(f), janeGrant(f, "openid email")
	tokens := mustMint(f, m, g)
	later := m
	later.Now = func() time.Time { return signedIn.Add(2 * time.Hour) }
	curved := mustMint(f, later, g)
	forged := forge(f, sharedKeys()[1], "", good())
	whole := map[string]bool{tokens.Access: true, forged: true}
	signed := map[string]bool{unsigned(curved.Access): true}
	for _, raw := range []string{tokens.Access, tokens.ID, curved.Access, curved.ID, forged, "a.b.c", unsigned(curved.Access), forge(f, sharedKeys()[1], headerFor(sharedCurveKeys()[1], "ES256"), good())} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if _, err := m.Verify(g.Pool, raw); err == nil && !whole[raw] && !signed[unsigned(raw)] {
			t.Errorf("accepted %q, which was never minted", raw)
		}
	})
}
