// Package federation is the broker's contract with identity providers, whatever they speak.
//
// A Protocol sends a browser to a provider (Begin) and, when the browser is back, verifies what the provider said of
// the person (Finish). What Finish returns is an Assertion: nothing unverified ever has that type. Map turns an
// Assertion into attributes of a user pool.
//
// The package oidc speaks OpenID Connect, with Google, Apple, LinkedIn and Entra as presets of it; the package oauth2 speaks
// OAuth 2.0 with providers that have no ID token, such as Facebook; the package saml SAML 2.0; the package practice plays
// the providers' side, for development and for tests. Who the person is in the pool, and whether a session is opened, is
// decided by userpool/login.
package federation
