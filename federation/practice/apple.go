package practice

import (
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"portico/userpool/oauth"
)

// AppleOptions describes a practice Apple. ClientID is the Services ID; ClientSecret is left empty: the client proves
// itself with a token that it signs.
type AppleOptions struct {
	Options
	TeamID    string           // iss of that token
	KeyID     string           // its kid
	PublicKey *ecdsa.PublicKey // P-256: what it is verified with

	Booleans bool // email_verified and is_private_email are booleans; otherwise texts, "true" and "false"
	ES256    bool // ID tokens are signed with ES256; otherwise RS256
}

// NewApple makes a practice Apple. Whoever asks for name or email must ask for response_mode=form_post, and gets the
// answer by a post from another site. The name comes in the field user of that post, once in a lifetime: at a person's
// first authorization (see Forget), unsigned. The ID token has the e-mail address and never a name; userinfo there is
// none. PKCE is ignored. Codes live five minutes. Errors in the request are shown to the person.
func NewApple(o AppleOptions) (*Social, error) {
	if o.TeamID == "" || o.KeyID == "" || o.PublicKey == nil || o.ClientSecret != "" {
		return nil, errors.New("practice: Apple needs TeamID, KeyID and PublicKey, and no ClientSecret")
	}
	addresses := map[string]string{
		"authorize_url": "/auth/authorize", "token_url": "/auth/token", "oidc_issuer": "", "jwks_uri": "/auth/keys",
	}
	s, err := newSocial("Apple", addresses, o.Options, func(s *Social) manner {
		return manner{
			what: "An OpenID provider like Apple to try things with", cast: ApplePeople,
			at:     endpoints{authorize: "/auth/authorize", token: "/auth/token", keys: "/auth/keys"},
			openID: true, showsErrors: true, nameless: true, noPKCE: true, formPost: []string{"name", "email"},
			scopes: amongScopes("openid", "name", "email"), codeLife: 5 * time.Minute, tokenLife: time.Hour,
			prefix:    prefixes{code: "c", access: "a", refresh: "r"},
			cancelled: url.Values{"error": {"user_cancelled_authorize"}},
			adds:      s.appleAnswer, proves: s.appleClient(o), refuses: refuseAsApple,
			idClaims: func(p Person, scopes []string) map[string]any { return appleClaims(p, scopes, o.Booleans) },
			discovery: map[string]any{
				"scopes_supported":                      []string{"openid", "email", "name"},
				"response_modes_supported":              []string{"query", "form_post"},
				"subject_types_supported":               []string{"pairwise"},
				"token_endpoint_auth_methods_supported": []string{"client_secret_post"},
				"id_token_signing_alg_values_supported": []string{either(o.ES256, "ES256", "RS256")},
			},
		}
	})
	if err != nil {
		return nil, err
	}
	if o.ES256 {
		s.keys = p256Keys(s.random)
	}
	return s, nil
}

// appleAnswer adds the field user at the first authorization. It holds what the scopes ask for, and of that only a name
// is news: the e-mail address is in the ID token, signed.
func (s *Social) appleAnswer(g grant, answer url.Values) error {
	if !g.request.formPost || !s.first(g.person.ID) {
		return nil
	}
	user := map[string]any{}
	if slices.Contains(g.request.scopes, "name") {
		user["name"] = map[string]string{"firstName": g.person.GivenName, "lastName": g.person.FamilyName}
	}
	if slices.Contains(g.request.scopes, "email") && g.person.Email != "" {
		user["email"] = g.person.Email
	}
	text, err := json.Marshal(user)
	if err != nil {
		return fmt.Errorf("practice: user: %w", err)
	}
	answer.Set("user", string(text))
	return nil
}

// appleClaims are those of the ID token. Apple sends some booleans as texts.
func appleClaims(p Person, scopes []string, booleans bool) map[string]any {
	claims := map[string]any{}
	if slices.Contains(scopes, "email") {
		maps.Copy(claims, p.email())
	}
	claims["nonce_supported"] = true
	p.override(claims)
	for _, name := range []string{"email_verified", "is_private_email"} {
		if value, ok := claims[name].(bool); ok && !booleans {
			claims[name] = strconv.FormatBool(value)
		}
	}
	return claims
}

// refuseAsApple answers 400 to everything, a wrong client included.
func refuseAsApple(w http.ResponseWriter, _ *http.Request, err error) {
	told := asFault(err)
	answer := map[string]any{"error": told.Code}
	if told.Code == oauth.InvalidGrant {
		answer["error_description"] = told.Description
	}
	noStore(w)
	writeJSON(w, http.StatusBadRequest, answer)
}
