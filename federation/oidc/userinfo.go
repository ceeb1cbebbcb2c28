package oidc

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"portico/federation"
	"portico/federation/oauth2"
	"portico/federation/trace"
)

// userInfo asks the userinfo endpoint, where there is one (OpenID Connect Core §5.3), and returns its claims.
//
// Claims kept elsewhere (_claim_sources, §5.6.2) are not fetched: their addresses come from the answer.
func (p *Provider) userInfo(ctx context.Context, meta metadata, accessToken, subject string) (oauth2.Claims, error) {
	if meta.UserInfo == "" {
		return oauth2.Claims{}, nil
	}
	call := p.caller.Call(ctx)
	defer call.End()
	asked := trace.Start(ctx, room, "User info read").Waiting().Note("One round trip to %s.", meta.UserInfo)
	body, err := call.Read(p.method, meta.UserInfo+p.asked, http.Header{"Authorization": {"Bearer " + accessToken}})
	asked.End(err)
	if err != nil {
		return nil, p.caller.Failed(oauth2.StepUserInfo, call.Failure(err))
	}
	signed := call.MediaType() == "application/jwt"
	if signed {
		if body, _, err = p.verifySignature(ctx, string(body)); err != nil {
			return nil, federation.Refuse("userinfo-signature", "Bad user info signature", "userinfo: %w", err)
		}
	}
	said, err := oauth2.ParseClaims(body)
	if err != nil {
		return nil, p.caller.Failed(oauth2.StepUserInfo, call.Failure(errors.New("no JSON object of unique names")))
	}
	// §5.3.2: "the sub Claim in the UserInfo Response MUST be verified to exactly match the sub Claim in the ID Token; if
	// they do not match, the UserInfo Response values MUST NOT be used."
	if sub, ok := said.Text("sub"); !ok || sub != subject {
		return nil, federation.Refuse("userinfo-subject", "Bad user info subject", "userinfo speaks of another subject")
	}
	if signed && !p.addressed(said) {
		return nil, federation.Refuse("userinfo-parties", "Bad user info audience", "userinfo is signed for somebody else")
	}
	trace.Passed(ctx, "", "userinfo-subject")
	return said, nil
}

// addressed checks who a signed answer is from and for. Providers should say so (§5.3.2) but need not; where they do, it
// must be right.
func (p *Provider) addressed(said oauth2.Claims) bool {
	if issuer, ok := said.Text("iss"); said.Has("iss") && (!ok || issuer != p.issuer) {
		return false
	}
	audience, ok := said.Audience()
	return !said.Has("aud") || ok && slices.Contains(audience, p.registration.ClientID)
}
