package practice

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"portico/userpool/oauth"
)

// GoogleOptions describes a practice Google.
type GoogleOptions struct {
	Options
	BareIssuer bool // the iss of ID tokens has no scheme, as Google's may have none
}

// The scopes that unlock more of a person than OpenID Connect knows.
const (
	googleScopes = "https://www.googleapis.com/auth/"
	// hostedDomain is the claim that only Workspace accounts have, and the parameter that asks for them.
	hostedDomain = "hd"
)

// NewGoogle makes a practice Google: an OpenID provider. It knows the prompts none, consent and select_account. Workspace accounts have the claim hd. Errors in the request are
// shown to the person, never sent, except access_denied and login_required. Codes have a slash in them. A scope without
// openid gives no ID token; access_type=offline gives a refresh token, which nothing here takes.
func NewGoogle(o GoogleOptions) (*Social, error) {
	addresses := map[string]string{
		"authorize_url": "/o/oauth2/v2/auth", "token_url": "/token", "attributes_url": "/v1/userinfo",
		"oidc_issuer": "", "jwks_uri": "/oauth2/v3/certs",
	}
	return newSocial("Google", addresses, o.Options, func(s *Social) manner {
		m := manner{
			what: "An OpenID provider like Google to try things with", cast: GooglePeople,
			at:     endpoints{authorize: "/o/oauth2/v2/auth", token: "/token", attributes: "/v1/userinfo", keys: "/oauth2/v3/certs"},
			openID: true, prompts: []string{"none", "consent", "select_account"}, showsErrors: true, nameless: true, scopes: googleScope, narrows: ofDomain,
			codeLife: 10 * time.Minute, tokenLife: time.Hour, prefix: prefixes{code: "4/0A", access: "ya29."},
			cancelled: url.Values{"error": {string(oauth.AccessDenied)}},
			adds:      googleAnswer, issues: googleTokens, claims: standardClaims, idClaims: s.googleClaims,
			discovery: map[string]any{
				"scopes_supported": []string{"openid", "email", "profile"},
				"claims_supported": []string{"aud", "email", "email_verified", "exp", "family_name", "given_name", "iat", "iss", "name", "picture", "sub"},
			},
			more: func(mux *http.ServeMux) {
				mux.HandleFunc("POST /oauth2/v4/token", s.serveToken) // the older address, which Cognito lists
				mux.HandleFunc("GET /v1/people/me", s.servePeople)
			},
		}
		if o.BareIssuer {
			m.issuer = func(base string) string { return base[strings.Index(base, "://")+len("://"):] }
		}
		return m
	})
}

func googleScope(scopes []string) error {
	if len(scopes) == 0 {
		return fault(oauth.InvalidRequest, "Missing required parameter: scope.")
	}
	known := slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return strings.HasPrefix(s, googleScopes) })
	return amongScopes("openid", "email", "profile")(known)
}

// ofDomain is the parameter hd: it narrows the list of accounts. It is a hint that anybody can take away, so a client
// that wants one domain has to look at the claim.
func ofDomain(people []Person, params url.Values) []Person {
	domain := params.Get(hostedDomain)
	if domain == "" {
		return people
	}
	return slices.DeleteFunc(slices.Clone(people), func(p Person) bool {
		of, _ := p.Claims[hostedDomain].(string)
		return of == "" || domain != "*" && of != domain
	})
}

func googleAnswer(g grant, answer url.Values) error {
	answer.Set("scope", strings.Join(g.request.scopes, " "))
	answer.Set("authuser", "0")
	answer.Set("prompt", "consent")
	if domain, ok := g.person.Claims[hostedDomain].(string); ok {
		answer.Set(hostedDomain, domain)
	}
	return nil
}

func googleTokens(g grant, answer map[string]any) {
	answer["expires_in"] = int(time.Hour/time.Second) - 1
	answer["scope"] = strings.Join(g.request.scopes, " ")
	if g.request.params.Get("access_type") == "offline" {
		answer["refresh_token"] = fmt.Sprint("1//0", answer["access_token"])
	}
}

func (s *Social) googleClaims(person Person, scopes []string) map[string]any {
	if !slices.Contains(scopes, oauth.ScopeOpenID) {
		return nil
	}
	claims := standardClaims(person, scopes)
	claims["azp"] = s.options.ClientID
	return claims
}
