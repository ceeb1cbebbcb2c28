// Package oauth2 is the client of OAuth 2.0 (RFC 6749), with the authorization code grant alone. It signs people in at
// providers that have no ID token (Facebook, Amazon, GitHub, X, and any with a user information endpoint), where what the
// endpoint answers to our own access token is the provider's word on the person.
//
// The package oidc stands on the parts that OpenID Connect shares with OAuth: reading callbacks (callback.go), redeeming
// codes (token.go), authenticating as a client (clientauth.go), telling why a request failed without repeating what the
// provider wrote (call.go), and reading claims (claims.go).
package oauth2
