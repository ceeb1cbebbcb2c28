package grant

import (
	"net/url"

	"portico/userpool/oauth"
)

// Params are the parameters of the token endpoint (RFC 6749 §4.1.3, §4.4.2, §6; RFC 7636 §4.5) and of the revocation
// endpoint (RFC 7009 §2.1). Empty means absent: RFC 6749 §3.2 wants a parameter without a value treated as if omitted.
type Params struct {
	GrantType    string
	ClientID     string
	ClientSecret string
	Code         string
	RedirectURI  string
	CodeVerifier string
	RefreshToken string
	Scope        string
	Resource     string // RFC 8707 §2.2
	Token        string // revocation only
}

// Limits of parameters, in bytes. Codes and tokens carry what the app asked for, up to fifty scopes of 256 characters.
const (
	maxParam = 2048
	maxToken = 64 << 10
	maxScope = oauth.MaxScopes * (oauth.MaxScopeLength + 1)
)

// ParseParams reads a form. It fails with invalid_request where a parameter of ours is there twice (RFC 6749 §3.2) or is
// too long. Others are ignored, aws_client_metadata and token_type_hint among them.
func ParseParams(form url.Values) (Params, error) {
	var p Params
	for _, field := range []struct {
		name  string
		to    *string
		limit int
	}{
		{"grant_type", &p.GrantType, maxParam},
		{"client_id", &p.ClientID, maxParam},
		{"client_secret", &p.ClientSecret, maxParam},
		{"code", &p.Code, maxToken},
		{"redirect_uri", &p.RedirectURI, maxParam},
		{"code_verifier", &p.CodeVerifier, maxParam},
		{"refresh_token", &p.RefreshToken, maxToken},
		{"scope", &p.Scope, maxScope},
		{"resource", &p.Resource, maxParam},
		{"token", &p.Token, maxToken},
	} {
		values := form[field.name]
		switch {
		case len(values) > 1:
			return Params{}, oauth.Errorf(oauth.InvalidRequest, "", "%s is there %d times", field.name, len(values))
		case len(values) == 1 && len(values[0]) > field.limit:
			return Params{}, oauth.Errorf(oauth.InvalidRequest, "", "%s is longer than %d bytes", field.name, field.limit)
		case len(values) == 1:
			*field.to = values[0]
		}
	}
	return p, nil
}
