package token

import "portico/userpool"

// idClaims is the payload of an ID token (OpenID Connect Core §2). Times are integers of seconds: RFC 7519 allows
// fractions, verifiers written for Cognito do not.
type idClaims struct {
	AtHash        string          `json:"at_hash"` // OpenID Connect Core §3.1.3.6
	Sub           userpool.Sub    `json:"sub"`
	Groups        []string        `json:"cognito:groups,omitempty"` // absent, never empty
	PreferredRole string          `json:"cognito:preferred_role,omitempty"`
	Issuer        string          `json:"iss"`
	Username      string          `json:"cognito:username"`
	Nonce         string          `json:"nonce,omitempty"` // only what the app sent
	OriginJTI     string          `json:"origin_jti"`
	Roles         []string        `json:"cognito:roles,omitempty"`
	Audience      string          `json:"aud"` // one string: verifiers for Cognito refuse an array
	Identities    []identityClaim `json:"identities,omitempty"`
	Use           string          `json:"token_use"`
	AuthTime      int64           `json:"auth_time"`
	Expires       int64           `json:"exp"`
	IssuedAt      int64           `json:"iat"`
	JTI           string          `json:"jti"`
	Attributes    map[string]any  `json:",embed"` // as idAttributes made them, under the names of the projection
}

// accessClaims is the payload of an access token, of a person or of a client on its own.
type accessClaims struct {
	Sub       string            `json:"sub"` // client credentials: the client's ID
	Groups    []string          `json:"cognito:groups,omitempty"`
	Issuer    string            `json:"iss"`
	Version   int               `json:"version"`
	Client    userpool.ClientID `json:"client_id"`
	Audience  string            `json:"aud,omitempty"`        // the resource the token is bound to, if any; never the client
	OriginJTI string            `json:"origin_jti,omitempty"` // absent for client credentials: there is no sign-in
	Use       string            `json:"token_use"`
	Scope     string            `json:"scope"`
	AuthTime  int64             `json:"auth_time"`
	Expires   int64             `json:"exp"`
	IssuedAt  int64             `json:"iat"`
	JTI       string            `json:"jti"`
	Username  string            `json:"username,omitempty"` // absent for client credentials

	Attributes map[string]any `json:",embed"` // as accessAttributes made them
}

// accessVersion is the version claim of tokens from the OAuth endpoints.
const accessVersion = 2
