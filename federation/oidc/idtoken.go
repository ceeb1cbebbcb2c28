package oidc

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"

	"portico/federation"
	"portico/federation/oauth2"
	"portico/federation/trace"
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
func (p *Provider) verifyIDToken(ctx context.Context, got tokens, memory federation.Memory) (oauth2.Claims, string, error) {
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
	trace.Passed(ctx, "", "signature")
	var payload rawMessage
	if err := token.Claims(&payload); err != nil {
		return nil, "", refused("claims", "read the payload: %w", err)
	}
	said, err := oauth2.ParseClaims(payload)
	if err != nil {
		return nil, "", refused("claims", "the payload is no JSON object of unique names")
	}
	trace.From(ctx).Said("the ID token, whose signature is good", "", said.Values())
	subject, err := p.checkClaims(said, memory)
	trace.Passed(ctx, federation.CheckOf(err), p.claimChecks()...)
	if err != nil {
		return nil, "", err
	}
	if p.preset.keyMay != nil && signed.keyIssuer != "" && !p.preset.keyMay(signed.keyIssuer, p.issuer, said) {
		return nil, "", refused("key-issuer", "the key that signed is another issuer's")
	}
	if signed.keyIssuer != "" && p.preset.keyMay != nil {
		trace.Passed(ctx, "", "key-issuer")
	}
	if said.Has("at_hash") {
		// go-oidc's copy is the one it compares; ours is the one by its exact name.
		if hash, _ := said.Text("at_hash"); hash != token.AccessTokenHash || token.VerifyAccessToken(got.access) != nil {
			return nil, "", refused("at-hash", "at_hash is not of this access token")
		}
		trace.Passed(ctx, "", "at-hash")
	}
	return said, subject, nil
}

// claimChecks are the terms of what checkClaims checks, in its order.
func (p *Provider) claimChecks() []string {
	checks := []string{"issuer", "audience", "authorized-party", "expiry", "issue-time", "not-before", "nonce"}
	if p.preset.check != nil {
		checks = append(checks, p.preset.checks)
	}
	return append(checks, "subject")
}

// rawMessage takes a JSON text as it is.
type rawMessage []byte

// UnmarshalJSON implements json.Unmarshaler.
func (m *rawMessage) UnmarshalJSON(b []byte) error {
	*m = append((*m)[:0], b...)
	return nil
}

// refused is a check of the provider's ID token that failed, described after Cognito's "Bad id_token issuer <iss>".
func refused(check, format string, args ...any) error {
	return federation.Refuse(check, "Bad id_token "+strings.ReplaceAll(check, "-", " "), format, args...)
}

// unverified tells a signature that is wrong from one that could not be checked. cause is the key set's error; it is nil
// when the token did not get as far as that.
func (p *Provider) unverified(cause error) error {
	switch {
	case cause == nil:
		return refused("signature", "the token is malformed, not signed, or signed with an algorithm that is not accepted")
	case oauth2.Unanswered(cause):
		return p.caller.Failed(oauth2.StepKeys, cause)
	}
	return refused("signature", "%w", cause)
}

// checkClaims returns the subject of an ID token that was issued by this provider, to us, for this attempt, and now.
func (p *Provider) checkClaims(said oauth2.Claims, memory federation.Memory) (string, error) {
	if err := p.checkParties(said); err != nil {
		return "", err
	}
	if err := p.checkTimes(said); err != nil {
		return "", err
	}
	if err := p.checkNonce(said, memory); err != nil {
		return "", err
	}
	if p.preset.check != nil {
		if err := p.preset.check(said); err != nil {
			return "", err
		}
	}
	subject, ok := said.Text("sub")
	if !ok || subject == "" || len(subject) > maxSubject {
		return "", refused("subject", "sub is no text of 1 to %d bytes", maxSubject)
	}
	return subject, nil
}

// checkNonce ties the token to this attempt.
func (p *Provider) checkNonce(said oauth2.Claims, memory federation.Memory) error {
	if p.preset.noNonce && !said.Has("nonce") {
		if issued, ok := said.Time("iat"); !ok || memory.Issued.IsZero() || issued.Before(memory.Issued.Add(-leeway)) {
			return refused("nonce", "there is no nonce, and the token is older than the attempt")
		}
		return nil
	}
	// An empty nonce on our side would make a token without one pass.
	got, ok := said.Text("nonce")
	if !ok || memory.Nonce == "" || subtle.ConstantTimeCompare([]byte(got), []byte(memory.Nonce)) != 1 {
		return refused("nonce", "the nonce is missing or not ours")
	}
	return nil
}

func (p *Provider) checkParties(said oauth2.Claims) error {
	// Exactly as configured: a trailing slash makes another issuer.
	if issuer, ok := said.Text("iss"); !ok || !p.issued(issuer, said) {
		shown := oauth2.Printable(issuer, 100)
		return federation.Refuse("issuer", "Bad id_token issuer "+shown, "iss is %q", shown)
	}
	audience, ok := said.Audience()
	if !ok || !slices.Contains(audience, p.registration.ClientID) {
		return refused("audience", "our client ID is not among %d audiences", len(audience))
	}
	azp, named := said.Text("azp")
	if said.Has("azp") && (!named || azp != p.registration.ClientID) {
		return refused("authorized-party", "azp is not our client ID")
	}
	if len(audience) > 1 && !named {
		return refused("authorized-party", "%d audiences but no azp", len(audience))
	}
	return nil
}

// issued reports whether a token of that issuer is this provider's.
func (p *Provider) issued(issuer string, said oauth2.Claims) bool {
	if p.preset.issues != nil {
		return p.preset.issues(p.issuer, said)
	}
	return issuer == p.issuer
}

func (p *Provider) checkTimes(said oauth2.Claims) error {
	now := p.now()
	expires, ok := said.Time("exp")
	if !ok || !now.Before(expires.Add(leeway)) {
		return refused("expiry", "exp is missing or past")
	}
	issued, ok := said.Time("iat")
	if !ok || issued.After(now.Add(leeway)) {
		return refused("issue-time", "iat is missing or in the future")
	}
	if notBefore, ok := said.Time("nbf"); said.Has("nbf") && (!ok || notBefore.After(now.Add(leeway))) {
		return refused("not-before", "nbf is in the future")
	}
	return nil
}

// authenticated is when the person authenticated (OpenID Connect Core §2, auth_time); zero where the token does not say, or
// says what cannot be: no sign-in fails for that unless the app asked for a recent one.
func (p *Provider) authenticated(said oauth2.Claims) time.Time {
	at, ok := said.Time("auth_time")
	if !ok || at.After(p.now().Add(leeway)) {
		return time.Time{}
	}
	return at
}
