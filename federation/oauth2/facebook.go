package oauth2

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"portico/federation"
	"portico/userpool"
)

// facebook follows Meta's "Manually build a login flow". There is no word on whether the address is verified, and there may
// be no address.
func facebook(provider *userpool.IdentityProvider) manner {
	fields := []string{"id"}
	for _, claim := range MappedClaims(provider) {
		field, _, _ := strings.Cut(claim, ".") // picture.data.url is asked for as picture
		if !slices.Contains(fields, field) && field != "email_verified" && field != "sub" {
			fields = append(fields, field)
		}
	}
	return manner{
		secret: true, commas: true, usual: "public_profile,email", subject: "id",
		prompts: map[string][2]string{"login": {"auth_type", "reauthenticate"}, "consent": {"auth_type", "rerequest"}},
		address: func(p *Provider, token string) (string, error) {
			at, err := url.Parse(p.at.UserInfo)
			if err != nil {
				return "", federation.Refuse(string(StepUserInfo), "Connection reset", "attributes_url is no URL")
			}
			query := at.Query()
			query.Set("fields", strings.Join(fields, ","))
			query.Set("appsecret_proof", appSecretProof(p.registration.Secret, token))
			at.RawQuery = query.Encode()
			return at.String(), nil
		},
		amend: func(_ context.Context, _ *Provider, _ string, said Claims, claims map[string][]string) error {
			delete(claims, "picture") // an object; what is wanted of it is the address inside
			if picture, ok := said.Lookup("picture.data.url"); ok && picture.Kind() == '"' {
				claims["picture"] = []string{unquote(picture)}
			}
			// Facebook has no such claim, so whoever maps it must not get one from elsewhere.
			delete(claims, "email_verified")
			return nil
		},
	}
}

// appSecretProof shows that who uses the token also knows the app's secret (Meta, "Secure Graph API calls"): a stolen token
// alone is then of no use, if the app demands the proof.
func appSecretProof(secret, token string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(token))
	return hex.EncodeToString(mac.Sum(nil))
}
