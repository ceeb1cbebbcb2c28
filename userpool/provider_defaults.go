package userpool

import (
	"maps"
	"regexp"
	"strings"
)

// facebookVersion is the version of Facebook's Graph API that is asked where api_version is not set. Versions live about
// two years; an expired one answers as the oldest that is still alive.
const facebookVersion = "v25.0"

// CompleteDetails adds to a provider's details those that the API's answers show and nobody need set (API reference,
// CreateIdentityProvider). What is set stays as it is, except that api_version of a Facebook provider is put into its
// addresses.
func CompleteDetails(t ProviderType, given map[string]string) ProviderDetails {
	details := ProviderDetails{}
	switch t {
	case TypeGoogle:
		details = ProviderDetails{
			"authorize_url":        "https://accounts.google.com/o/oauth2/v2/auth",
			"token_url":            "https://www.googleapis.com/oauth2/v4/token",
			"token_request_method": "POST",
			"attributes_url":       "https://people.googleapis.com/v1/people/me?personFields=", "attributes_url_add_attributes": "true",
			"oidc_issuer": "https://accounts.google.com",
		}
	case TypeFacebook:
		version := facebookVersion
		if validFacebookVersion(given["api_version"]) {
			version = given["api_version"]
		}
		details = ProviderDetails{
			"authorize_url":        "https://www.facebook.com/" + version + "/dialog/oauth",
			"token_url":            "https://graph.facebook.com/" + version + "/oauth/access_token",
			"token_request_method": "GET",
			"attributes_url":       "https://graph.facebook.com/" + version + "/me?fields=", "attributes_url_add_attributes": "true",
		}
	case TypeAmazon:
		details = ProviderDetails{
			"authorize_url": "https://www.amazon.com/ap/oa", "token_url": "https://api.amazon.com/auth/o2/token",
			"token_request_method": "POST", "attributes_url": "https://api.amazon.com/user/profile", "attributes_url_add_attributes": "false",
		}
	case TypeApple:
		details = ProviderDetails{
			"authorize_url": "https://appleid.apple.com/auth/authorize", "token_url": "https://appleid.apple.com/auth/token",
			"token_request_method": "POST", "oidc_issuer": "https://appleid.apple.com", "attributes_url_add_attributes": "false",
		}
	case TypeOIDC:
		details = ProviderDetails{"attributes_url_add_attributes": "false"}
	}
	maps.Copy(details, given)
	if version := given["api_version"]; t == TypeFacebook && validFacebookVersion(version) {
		for _, key := range []string{"authorize_url", "token_url", "attributes_url"} {
			details[key] = withVersion(details[key], version)
		}
	}
	return details
}

// WriteOnly reports whether a detail is taken but never shown again: private keys.
func WriteOnly(detail string) bool { return detail == "private_key" || detail == "portico_private_key" }

// Shown are the details that an answer of the API may hold.
func (d ProviderDetails) Shown() map[string]string {
	shown := maps.Clone(map[string]string(d))
	maps.DeleteFunc(shown, func(key, _ string) bool { return WriteOnly(key) })
	return shown
}

var facebookVersionShape = regexp.MustCompile(`^v[0-9]{1,3}\.[0-9]{1,2}$`)

func validFacebookVersion(version string) bool { return facebookVersionShape.MatchString(version) }

// withVersion replaces the version among the segments of an address.
func withVersion(address, version string) string {
	segments := strings.Split(address, "/")
	for i, segment := range segments {
		if validFacebookVersion(segment) {
			segments[i] = version
		}
	}
	return strings.Join(segments, "/")
}
