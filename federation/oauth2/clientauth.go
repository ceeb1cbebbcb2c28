package oauth2

import (
	"crypto"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"

	"portico/userpool"
)

// Method is how a client authenticates at the token endpoint, by its name in the OAuth registry (OpenID Connect Core §9).
type Method string

// The methods. MethodMinted is Apple's: a secret in the body that is a signed statement of ours.
const (
	MethodPost   Method = "client_secret_post"
	MethodBasic  Method = "client_secret_basic"
	MethodKey    Method = "private_key_jwt"
	MethodNone   Method = "none"
	MethodMinted Method = "minted"
)

const (
	// assertionType is RFC 7523 §2.2.
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	// AssertionLife is how long a statement of ours is good for.
	AssertionLife = 5 * time.Minute
)

// ChooseMethod reads the details portico_token_auth, client_secret and portico_private_key. Without the first it is the
// secret in the body, as at Cognito, or no authentication where there is no secret; chosen reports whether the operator
// said it.
func ChooseMethod(details userpool.ProviderDetails) (method Method, chosen bool, err error) {
	switch method := Method(details["portico_token_auth"]); method {
	case "":
		if details["client_secret"] == "" {
			return MethodNone, false, nil
		}
		return MethodPost, false, nil
	case MethodPost, MethodBasic:
		if details["client_secret"] == "" {
			return "", false, errors.New("client_secret: missing")
		}
		return method, true, nil
	case MethodKey:
		if details["portico_private_key"] == "" {
			return "", false, errors.New("portico_private_key: missing")
		}
		return method, true, nil
	case MethodNone:
		return method, true, nil
	}
	return "", false, errors.New("portico_token_auth: unknown method")
}

// Key signs statements by which we authenticate. It does not print.
type Key struct {
	id     string
	signer crypto.Signer
}

// NewKey reads a private key; id is the name the provider gave it, and may be empty.
func NewKey(text, id string) (*Key, error) {
	signer, err := userpool.ParseProviderKey(text)
	if err != nil {
		return nil, err
	}
	return &Key{id: id, signer: signer}, nil
}

// String and GoString hide the key.
func (*Key) String() string   { return "[redacted]" }
func (*Key) GoString() string { return "[redacted]" }

// IsRSA tells an RSA key from one on P-256.
func (k *Key) IsRSA() bool {
	_, ok := k.signer.(*rsa.PrivateKey)
	return ok
}

// Sign makes a JWT of the claims.
func (k *Key) Sign(claims map[string]any) (string, error) {
	algorithm := jose.ES256
	if k.IsRSA() {
		algorithm = jose.RS256
	}
	options := (&jose.SignerOptions{}).WithType("JWT")
	if k.id != "" {
		options = options.WithHeader("kid", k.id)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: k.signer}, options)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("write claims: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// assertion is the statement of private_key_jwt (OpenID Connect Core §9): "The Audience SHOULD be the URL of the
// Authorization Server's Token Endpoint", and its identifier is used once.
func (r *Registration) assertion(audience string) (string, error) {
	id, err := Unguessable(r.Random)
	if err != nil {
		return "", err
	}
	now := r.Now()
	return r.Key.Sign(map[string]any{
		"iss": r.ClientID, "sub": r.ClientID, "aud": audience, "jti": id,
		"iat": now.Unix(), "exp": now.Add(AssertionLife).Unix(),
	})
}
