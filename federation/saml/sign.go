package saml

import (
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"time"

	"portico/userpool"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// keyNotice is how long a new signing key is published before it signs, so that providers which read our metadata once
// a day, or ask an administrator to, know it by then. A pool's only key signs at once.
const keyNotice = 14 * 24 * time.Hour

// SignsFrom is when a key begins to sign beside older ones.
func SignsFrom(key userpool.SAMLKey) time.Time { return key.Created.Add(keyNotice) }

// signingKey chooses the key that signs now: the newest that has been published long enough, else the oldest.
func (p *Provider) signingKey() (userpool.SAMLKey, error) {
	keys := p.keys().Signing
	if len(keys) == 0 {
		return userpool.SAMLKey{}, errors.New("the user pool has no SAML signing key")
	}
	for _, key := range keys {
		if !p.now().Before(SignsFrom(key)) {
			return key, nil
		}
	}
	return keys[len(keys)-1], nil
}

// signDetached signs a query of the HTTP-Redirect binding (saml-bindings-2.0 §3.4.4.1): SigAlg joins it, and the
// signature is over its octets exactly as they are sent, so that nothing need be encoded again to verify it.
func signDetached(query string, key userpool.SAMLKey) (string, error) {
	query += "&SigAlg=" + url.QueryEscape(dsig.RSASHA256SignatureMethod)
	sum := sha256.Sum256([]byte(query))
	value, err := key.Signer().Sign(nil, sum[:], crypto.SHA256) // PKCS #1 v1.5, which takes no randomness
	if err != nil {
		return "", fmt.Errorf("saml: signing a request: %w", err)
	}
	return query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value)), nil
}

// signEnveloped signs a message with an enveloped signature behind its Issuer, where the schema has it (saml-core-2.0
// §3.2.1), in the form that signatureProfile asks of others.
func signEnveloped(message *etree.Element, key userpool.SAMLKey) error {
	ctx, err := dsig.NewSigningContext(key.Signer(), [][]byte{key.Certificate.Raw})
	if err != nil {
		return fmt.Errorf("saml: signing: %w", err)
	}
	ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	if err := ctx.SetSignatureMethod(dsig.RSASHA256SignatureMethod); err != nil {
		return fmt.Errorf("saml: signing: %w", err)
	}
	signature, err := ctx.ConstructSignature(message, true)
	if err != nil {
		return fmt.Errorf("saml: signing: %w", err)
	}
	issuer, err := only(message, nsAssertion, "Issuer")
	if err != nil {
		return fmt.Errorf("saml: signing: %w", err)
	}
	message.InsertChildAt(issuer.Index()+1, signature)
	return nil
}
