package oidc

import (
	"errors"
	"net/url"
	"strings"

	"portico/federation"
	"portico/federation/oauth2"
	"portico/userpool"
)

const (
	appleIssuer = "https://appleid.apple.com"
	// maxAppleUser bounds the form field "user", in bytes: two names and an address.
	maxAppleUser = 4 << 10
)

// apple follows Apple's "Sign in with Apple" for the web.
func apple(details userpool.ProviderDetails) (preset, error) {
	for _, name := range []string{"team_id", "key_id", "private_key"} {
		if details[name] == "" {
			return preset{}, errors.New("ProviderDetails " + name + ": missing")
		}
	}
	key, err := oauth2.NewKey(details["private_key"], details["key_id"])
	if err != nil {
		return preset{}, errors.New("ProviderDetails private_key: " + err.Error())
	}
	if key.IsRSA() {
		return preset{}, errors.New("ProviderDetails private_key: want a key on P-256")
	}
	s := preset{
		issuer: appleIssuer, anyScopes: true, noUserInfo: true, noHint: true, noMaxAge: true, prompts: map[string]string{},
		amend: appleNames,
		register: func(r *oauth2.Registration) error {
			r.Method, r.Mint = oauth2.MethodMinted, func() (string, error) {
				now := r.Now()
				return key.Sign(map[string]any{
					"iss": details["team_id"], "sub": r.ClientID, "aud": appleIssuer,
					"iat": now.Unix(), "exp": now.Add(oauth2.AssertionLife).Unix(),
				})
			}
			return nil
		},
	}
	// Apple insists on form_post as soon as a scope is asked for.
	s.extra = url.Values{"response_mode": {"form_post"}}
	return s, nil
}

// appleNames reads the names from the field "user", which Apple's form carries the first time only. Nobody signed it and
// the browser posts it, so a person can write there what they like: names are theirs to choose, but the address in it is
// never looked at, and nothing the ID token says is replaced.
func appleNames(_ oauth2.Claims, answer federation.Answer, claims map[string][]string) {
	field := answer.Form.Get("user")
	if !answer.Post || field == "" || len(field) > maxAppleUser {
		return
	}
	user, err := oauth2.ParseClaims([]byte(field))
	if err != nil {
		return // a name is not worth failing a sign-in that is proved
	}
	name, err := oauth2.ParseClaims(user["name"])
	if err != nil {
		return
	}
	first, _ := name.Text("firstName")
	last, _ := name.Text("lastName")
	for claim, value := range map[string]string{
		"firstName": first, "lastName": last, "name": strings.TrimSpace(first + " " + last),
	} {
		if _, said := claims[claim]; !said && strings.TrimSpace(value) != "" {
			claims[claim] = []string{value}
		}
	}
}
