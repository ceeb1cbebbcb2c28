package oidc

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
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
type keys []jose.JSONWebKey

var errSignature = errors.New("no key of the provider verifies the signature")

// signature verifies one token. It is a gooidc.KeySet, and remembers its error, which go-oidc turns into text.
type signature struct {
	provider *Provider
	err      error
}

// VerifySignature finds the key by the token's key ID alone; keys that a token brings along or points to (jwk, jku, x5c,
// x5u) are never looked at. If no key fits, the set may have been rolled over, so it is read again, though not often
// (go-oidc's own key set would for every such token).
func (s *signature) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	payload, err := s.provider.verifySignature(ctx, raw)
	s.err = err
	return payload, err
}

func (p *Provider) verifySignature(ctx context.Context, raw string) ([]byte, error) {
	// OpenID Connect Core §2: ID tokens use the compact serialization. The JSON one has unprotected headers.
	token, err := jose.ParseSignedCompact(raw, algorithms())
	if err != nil {
		return nil, fmt.Errorf("%w: not a compact JWS with an algorithm we accept", errSignature)
	}
	held, err := p.keys.get(ctx)
	if err != nil {
		return nil, err
	}
	if payload, ok := held.value.verify(token); ok {
		return payload, nil
	}
	held, ok, err := p.keys.renew(ctx, held.number)
	if err != nil {
		return nil, err
	}
	if ok {
		if payload, ok := held.value.verify(token); ok {
			return payload, nil
		}
	}
	return nil, errSignature
}

// verify tries the keys that the token's header allows. A token without a key ID may be signed by any (OpenID Connect
// Core §10.1 allows that with a single key; some providers keep the old one in the set besides).
func (k keys) verify(token *jose.JSONWebSignature) ([]byte, bool) {
	header := token.Signatures[0].Protected
	for i := range k {
		if header.KeyID != "" && k[i].KeyID != header.KeyID {
			continue
		}
		if k[i].Algorithm != "" && k[i].Algorithm != header.Algorithm {
			continue
		}
		if payload, err := token.Verify(&k[i]); err == nil {
			return payload, true
		}
	}
	return nil, false
}

func (p *Provider) fetchKeys(ctx context.Context) (keys, error) {
	held, err := p.metadata.get(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel, client, seen := p.watched(ctx)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, held.value.Keys, nil)
	if err != nil {
		return nil, seen.failure(err)
	}
	request.Header.Set("Accept", "application/jwk-set+json, application/json")
	body, err := read(client, request)
	if err != nil {
		return nil, seen.failure(err)
	}
	found, err := parseKeys(body)
	if err != nil {
		return nil, seen.failure(err)
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
		var key jose.JSONWebKey
		if json.Unmarshal(raw, &key) == nil && usable(key) && len(found) < maxKeys {
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

// read makes a request and returns the body of an answer with status 200; the client bounds its size.
func read(client *http.Client, request *http.Request) ([]byte, error) {
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", answer.StatusCode)
	}
	return io.ReadAll(answer.Body)
}
