package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"

	"portico/federation"
)

const (
	// leeway is how far the provider's clock may differ from ours.
	leeway = time.Minute
	// maxSubject is OpenID Connect Core §2: "It MUST NOT exceed 255 ASCII characters in length".
	maxSubject = 255
)

// verifyIDToken checks an ID token as OpenID Connect Core §3.1.3.7 lists it, and returns its claims and subject.
//
// go-oidc checks form, algorithm and signature. Its checks of claims are switched off because ours, which follow at once,
// are stricter and tell which one failed: it knows claims in any mix of upper and lower case, so a provider that lets
// people choose names of claims would let them say "SUB".
func (p *Provider) verifyIDToken(ctx context.Context, got tokens, nonce string) (claims, string, error) {
	signed := &signature{provider: p}
	var names []string
	for _, algorithm := range algorithms() {
		names = append(names, string(algorithm))
	}
	token, err := gooidc.NewVerifier(p.issuer, signed, &gooidc.Config{
		SupportedSigningAlgs: names, SkipIssuerCheck: true, SkipClientIDCheck: true, SkipExpiryCheck: true,
	}).Verify(ctx, got.id)
	if err != nil {
		return nil, "", p.unverified(signed.err)
	}
	var payload rawMessage
	if err := token.Claims(&payload); err != nil {
		return nil, "", refused("claims", "read the payload: %w", err)
	}
	said, err := parseClaims(payload)
	if err != nil {
		return nil, "", refused("claims", "the payload is no JSON object of unique names")
	}
	subject, err := p.checkClaims(said, nonce)
	if err != nil {
		return nil, "", err
	}
	if said.has("at_hash") {
		// go-oidc's copy is the one it compares; ours is the one by its exact name.
		if hash, _ := said.text("at_hash"); hash != token.AccessTokenHash || token.VerifyAccessToken(got.access) != nil {
			return nil, "", refused("at-hash", "at_hash is not of this access token")
		}
	}
	return said, subject, nil
}

// unverified tells a signature that is wrong from one that could not be checked. cause is the key set's error; it is nil
// when the token did not get as far as that.
func (p *Provider) unverified(cause error) error {
	var bad *badAnswer
	switch {
	case cause == nil:
		return refused("signature", "the token is malformed, not signed, or signed with an algorithm that is not accepted")
	case errors.As(cause, &bad), errors.Is(cause, context.Canceled), errors.Is(cause, context.DeadlineExceeded):
		return p.failed(stepKeys, cause)
	}
	return refused("signature", "%w", cause)
}

// checkClaims returns the subject of an ID token that was issued by this provider, to us, for this attempt, and now.
func (p *Provider) checkClaims(said claims, nonce string) (string, error) {
	if err := p.checkParties(said); err != nil {
		return "", err
	}
	if err := p.checkTimes(said); err != nil {
		return "", err
	}
	// An empty nonce on our side would make a token without one pass.
	got, ok := said.text("nonce")
	if !ok || nonce == "" || subtle.ConstantTimeCompare([]byte(got), []byte(nonce)) != 1 {
		return "", refused("nonce", "the nonce is missing or not ours")
	}
	subject, ok := said.text("sub")
	if !ok || subject == "" || len(subject) > maxSubject {
		return "", refused("subject", "sub is no text of 1 to %d bytes", maxSubject)
	}
	return subject, nil
}

func (p *Provider) checkParties(said claims) error {
	// Exactly as configured: a trailing slash makes another issuer.
	if issuer, ok := said.text("iss"); !ok || issuer != p.issuer {
		shown := printable(issuer, 100)
		return federation.Refuse("issuer", "Bad id_token issuer "+shown, "iss is %q", shown)
	}
	audience, ok := said.audience()
	if !ok || !slices.Contains(audience, p.oauth.ClientID) {
		return refused("audience", "our client ID is not among %d audiences", len(audience))
	}
	azp, named := said.text("azp")
	if said.has("azp") && (!named || azp != p.oauth.ClientID) {
		return refused("authorized-party", "azp is not our client ID")
	}
	if len(audience) > 1 && !named {
		return refused("authorized-party", "%d audiences but no azp", len(audience))
	}
	return nil
}

func (p *Provider) checkTimes(said claims) error {
	now := p.now()
	expires, ok := said.time("exp")
	if !ok || !now.Before(expires.Add(leeway)) {
		return refused("expiry", "exp is missing or past")
	}
	issued, ok := said.time("iat")
	if !ok || issued.After(now.Add(leeway)) {
		return refused("issue-time", "iat is missing or in the future")
	}
	if notBefore, ok := said.time("nbf"); said.has("nbf") && (!ok || notBefore.After(now.Add(leeway))) {
		return refused("not-before", "nbf is in the future")
	}
	return nil
}
