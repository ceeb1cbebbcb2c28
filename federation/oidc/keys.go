package oidc

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"

	"portico/federation/trace"
)

const (
	// keysFresh is also how long a key that the provider has withdrawn may still be trusted.
	keysFresh = time.Hour
	keysStale = 6 * time.Hour
	// maxKeys bounds the keys we look at in a set: a token without a key ID is tried against each.
	maxKeys = 32
	// minRSABits is RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used".
	minRSABits = 2048
)

// algorithms are the signatures we accept: asymmetric ones with SHA-2. HMAC is not among them, for a secret shared with
// the provider is no reason to believe a token (and the provider's public key must never serve as one); "none" is not
// among them for the obvious reason.
func algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{
		jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
		jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
	}
}

// keys are the provider's public signing keys.
type keys []signingKey

type signingKey struct {
	jose.JSONWebKey
	issuer string // whom the key is published for, where the set says that (Entra's does)
}

var errSignature = errors.New("no key of the provider verifies the signature")

// signature verifies one token. It is a gooidc.KeySet, and remembers its error, which go-oidc turns into text.
type signature struct {
	provider  *Provider
	keyIssuer string // that of the key which verified
	err       error
}

// VerifySignature finds the key by the token's key ID alone; keys that a token brings along or points to (jwk, jku, x5c,
// x5u) are never looked at. If no key fits, the set may have been rolled over, so it is read again, though not often
// (go-oidc's own key set would for every such token).
func (s *signature) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	payload, keyIssuer, err := s.provider.verifySignature(ctx, raw)
	s.keyIssuer, s.err = keyIssuer, err
	return payload, err
}

func (p *Provider) verifySignature(ctx context.Context, raw string) (payload []byte, keyIssuer string, err error) {
	// OpenID Connect Core §2: ID tokens use the compact serialization. The JSON one has unprotected headers.
	token, err := jose.ParseSignedCompact(raw, algorithms())
	if err != nil {
		return nil, "", fmt.Errorf("%w: not a compact JWS with an algorithm we accept", errSignature)
	}
	held, err := p.keys.get(ctx)
	if err != nil {
		return nil, "", err
	}
	if payload, issuer, ok := held.value.verify(token); ok {
		return payload, issuer, nil
	}
	held, ok, err := p.keys.renew(ctx, held.number)
	if err != nil {
		return nil, "", err
	}
	if ok {
		if payload, issuer, ok := held.value.verify(token); ok {
			return payload, issuer, nil
		}
	}
	return nil, "", errSignature
}

// verify tries the keys that the token's header allows. A token without a key ID may be signed by any (OpenID Connect
// Core §10.1 allows that with a single key; some providers keep the old one in the set besides).
func (k keys) verify(token *jose.JSONWebSignature) (payload []byte, issuer string, ok bool) {
	header := token.Signatures[0].Protected
	for i := range k {
		if header.KeyID != "" && k[i].KeyID != header.KeyID {
			continue
		}
		if k[i].Algorithm != "" && k[i].Algorithm != header.Algorithm {
			continue
		}
		if payload, err := token.Verify(&k[i].JSONWebKey); err == nil {
			return payload, k[i].issuer, true
		}
	}
	return nil, "", false
}

func (p *Provider) fetchKeys(ctx context.Context) (keys, error) {
	held, err := p.metadata.get(ctx)
	if err != nil {
		return nil, err
	}
	call := p.caller.Call(ctx)
	defer call.End()
	asked := trace.Start(ctx, room, "Signing keys read").Waiting().Note("From %s.", held.value.Keys)
	body, err := call.Read(http.MethodGet, held.value.Keys, http.Header{"Accept": {"application/jwk-set+json, application/json"}})
	asked.End(err)
	if err != nil {
		return nil, call.Failure(err)
	}
	found, err := parseKeys(body)
	if err != nil {
		return nil, call.Failure(err)
	}
	return found, nil
}

// parseKeys reads a JWK set. RFC 7517 §5: keys that we do not understand are ignored, so one odd key does not spoil the
// set. Symmetric keys, private keys, encryption keys and weak keys are passed over just so.
func parseKeys(body []byte) (keys, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, errors.New("the key set is no JSON object with keys")
	}
	var found keys
	for _, raw := range set.Keys {
		var key signingKey
		if json.Unmarshal(raw, &key.JSONWebKey) == nil && usable(key.JSONWebKey) && len(found) < maxKeys {
			var of struct {
				Issuer string `json:"issuer"`
			}
			if json.Unmarshal(raw, &of) != nil {
				continue
			}
			key.issuer = of.Issuer
			found = append(found, key)
		}
	}
	if len(found) == 0 {
		return nil, errors.New("the key set holds no key that can verify a signature")
	}
	return found, nil
}

func usable(key jose.JSONWebKey) bool {
	if !key.Valid() || key.Use == "enc" {
		return false
	}
	switch public := key.Key.(type) {
	case *rsa.PublicKey:
		return public.N.BitLen() >= minRSABits
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return true
	}
	return false
}
