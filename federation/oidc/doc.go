// Package oidc is the relying party: it signs people in at a provider that speaks OpenID Connect, by the authorization
// code flow (OpenID Connect Core 1.0 §3.1), and returns what the provider's ID token and userinfo endpoint say of them.
//
// go-oidc reads discovery documents and takes ID tokens apart, x/oauth2 exchanges codes. Both leave checks to their
// caller; those are here, one file for each answer of the provider: callback.go, token.go, idtoken.go, userinfo.go.
package oidc
