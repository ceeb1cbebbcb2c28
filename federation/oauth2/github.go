package oauth2

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"portico/userpool"
)

// github follows GitHub's "Authorizing OAuth apps". The lasting name is the numeric id: a login can be renamed and then
// taken by somebody else.
func github(details userpool.ProviderDetails) (manner, error) {
	m := manner{
		at: addresses{
			Authorize: "https://github.com/login/oauth/authorize", Token: "https://github.com/login/oauth/access_token",
			UserInfo: "https://api.github.com/user",
		},
		secret: true, pkce: true, usual: "read:user user:email", subject: "id",
		prompts: map[string][2]string{"select_account": {"prompt", "select_account"}, "login": {"prompt", "select_account"}},
		header:  http.Header{"Accept": {"application/vnd.github+json"}, "X-Github-Api-Version": {"2022-11-28"}},
		amend:   githubPerson,
	}
	if base := strings.TrimSuffix(details["portico_base_url"], "/"); base != "" {
		if strings.ContainsAny(base, "?#") {
			return manner{}, errors.New("portico_base_url: want the address of a server")
		}
		m.at = addresses{Authorize: base + "/login/oauth/authorize", Token: base + "/login/oauth/access_token", UserInfo: base + "/api/v3/user"}
	}
	return m, nil
}

// githubPerson adds OpenID Connect's names to GitHub's, and the address: the primary one, and only if it is verified. The
// address in the profile is what the person shows the world, so it is left out.
func githubPerson(ctx context.Context, p *Provider, token string, _ Claims, claims map[string][]string) error {
	rename(claims, map[string]string{
		"sub": "id", "preferred_username": "login", "picture": "avatar_url", "profile": "html_url", "website": "blog",
	})
	delete(claims, "email")
	delete(claims, "email_verified")
	if !slices.ContainsFunc(p.registration.Scopes, func(scope string) bool { return scope == "user:email" || scope == "user" }) {
		return nil // GitHub would refuse to tell
	}
	body, err := p.ask(ctx, StepUserInfo, http.MethodGet, strings.TrimSuffix(p.at.UserInfo, "/")+"/emails?per_page=100", token)
	if err != nil {
		return err
	}
	var addresses []struct {
		Email    string `json:"email"`
		Primary  bool   `json:"primary"`
		Verified bool   `json:"verified"`
	}
	if decode(body, &addresses) != nil {
		return p.unreadable(StepUserInfo)
	}
	for _, address := range addresses {
		if address.Primary && address.Verified {
			claims["email"], claims["email_verified"] = []string{address.Email}, []string{"true"}
			return nil
		}
	}
	return nil
}

// rename gives claims second names, where these are not taken.
func rename(claims map[string][]string, names map[string]string) {
	for name, from := range names {
		_, taken := claims[name]
		if values, ok := claims[from]; ok && !taken {
			claims[name] = values
		}
	}
}
