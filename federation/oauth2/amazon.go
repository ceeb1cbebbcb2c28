package oauth2

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/url"

	"portico/federation"
	"portico/federation/trace"
)

// amazon follows the "Login with Amazon Developer Guide for Websites".
func amazon() manner {
	return manner{secret: true, usual: "profile", subject: "user_id", amend: amazonToken}
}

// amazonToken asks whom the token is for, as Amazon's guide wants before a token is trusted: one that was given to another
// app must not sign anybody in here. Amazon takes the token in the query and nowhere else.
func amazonToken(ctx context.Context, p *Provider, token string, said Claims, claims map[string][]string) error {
	at, err := url.Parse(p.at.Token)
	if err != nil {
		return federation.Refuse(string(StepTokenInfo), "Connection reset", "token_url is no URL")
	}
	at = at.ResolveReference(&url.URL{Path: "tokeninfo", RawQuery: url.Values{"access_token": {token}}.Encode()})
	body, err := p.ask(ctx, StepTokenInfo, http.MethodGet, at.String(), "")
	if err != nil {
		return err
	}
	info, err := ParseClaims(body)
	if err != nil {
		return p.unreadable(StepTokenInfo)
	}
	audience, _ := info.Text("aud")
	if subtle.ConstantTimeCompare([]byte(audience), []byte(p.registration.ClientID)) != 1 {
		return federation.Refuse("audience", "Bad token audience", "the access token is for another app")
	}
	trace.Passed(ctx, "", "audience")
	of, _ := info.Text("user_id")
	if person, _ := said.Text("user_id"); of != person {
		return federation.Refuse("userinfo-subject", "Bad user info subject", "the access token is of another person than the profile")
	}
	trace.Passed(ctx, "", "userinfo-subject")
	delete(claims, "email_verified") // Amazon says nothing of that
	return nil
}
