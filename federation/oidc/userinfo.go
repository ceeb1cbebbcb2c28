package oidc

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"portico/federation"
)

// userInfo asks the userinfo endpoint, where there is one (OpenID Connect Core §5.3), and returns its claims.
//
// Claims kept elsewhere (_claim_sources, §5.6.2) are not fetched: their addresses come from the answer.
func (p *Provider) userInfo(ctx context.Context, meta metadata, accessToken, subject string) (claims, error) {
	if meta.UserInfo == "" {
		return claims{}, nil
	}
	call, cancel, client, seen := p.watched(ctx)
	defer cancel()
	request, err := http.NewRequestWithContext(call, p.method, meta.UserInfo, nil)
	if err != nil {
		return nil, p.failed(stepUserInfo, seen.failure(err))
	}
	request.Header.Set("Authorization", "Bearer "+accessToken)
	request.Header.Set("Accept", "application/json")
	body, err := read(client, request)
	if err != nil {
		return nil, p.failed(stepUserInfo, seen.failure(err))
	}
	signed := seen.mediaType == "application/jwt"
	if signed {
		if body, err = p.verifySignature(ctx, string(body)); err != nil {
			return nil, federation.Refuse("userinfo-signature", "Bad user info signature", "userinfo: %w", err)
		}
	}
	said, err := parseClaims(body)
	if err != nil {
		return nil, p.failed(stepUserInfo, seen.failure(errors.New("no JSON object of unique names")))
	}
	// §5.3.2: "the sub Claim in the UserInfo Response MUST be verified to exactly match the sub Claim in the ID Token; if
	// they do not match, the UserInfo Response values MUST NOT be used."
	if sub, ok := said.text("sub"); !ok || sub != subject {
		return nil, federation.Refuse("userinfo-subject", "Bad user info subject", "userinfo speaks of another subject")
	}
	if signed && !p.addressed(said) {
		return nil, federation.Refuse("userinfo-parties", "Bad user info audience", "userinfo is signed for somebody else")
	}
	return said, nil
}

// addressed checks who a signed answer is from and for. Providers should say so (§5.3.2) but need not; where they do, it
// must be right.
func (p *Provider) addressed(said claims) bool {
	if issuer, ok := said.text("iss"); said.has("iss") && (!ok || issuer != p.issuer) {
		return false
	}
	audience, ok := said.audience()
	return !said.has("aud") || ok && slices.Contains(audience, p.oauth.ClientID)
}
