package oauth2

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"portico/federation"
)

// x follows X's "OAuth 2.0 Authorization Code Flow with PKCE" and "GET /2/users/me".
func x() manner {
	return manner{
		at: addresses{
			Authorize: "https://x.com/i/oauth2/authorize", Token: "https://api.x.com/2/oauth2/token", UserInfo: "https://api.x.com/2/users/me",
		},
		method: MethodBasic, pkce: true, usual: "users.read tweet.read", unwrap: "data", subject: "id",
		address: xAddress,
		amend: func(_ context.Context, _ *Provider, _ string, _ Claims, claims map[string][]string) error {
			delete(claims, "email_verified")
			rename(claims, map[string]string{
				"sub": "id", "preferred_username": "username", "picture": "profile_image_url", "email": "confirmed_email",
			})
			if _, confirmed := claims["confirmed_email"]; confirmed {
				claims["email_verified"] = []string{"true"}
			}
			return nil
		},
	}
}

// xAddress asks for the fields that X leaves out unless they are named. The address needs a scope of its own.
func xAddress(p *Provider, _ string) (string, error) {
	at, err := url.Parse(p.at.UserInfo)
	if err != nil {
		return "", federation.Refuse(string(StepUserInfo), "Connection reset", "attributes_url is no URL")
	}
	fields := []string{"id", "name", "username", "profile_image_url", "url"}
	if slices.Contains(p.registration.Scopes, "users.email") {
		fields = append(fields, "confirmed_email")
	}
	query := at.Query()
	query.Set("user.fields", strings.Join(fields, ","))
	at.RawQuery = query.Encode()
	return at.String(), nil
}
