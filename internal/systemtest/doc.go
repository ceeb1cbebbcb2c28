// Package systemtest runs the real program against third parties that must
// accept it, and against providers it must accept: openid-client, oidc-client-ts
// in a page, aws-jwt-verify, go-oidc, Apache's mod_auth_openidc and a client
// that does what a load balancer does; oidc-provider and crewjam's SAML identity
// provider as upstreams; Chromium with a person's hands. The npm clients are in
// clients, their versions in its lock file.
//
// The tests carry the build tag system and fail when a component is missing;
// make test installs what they need and runs them.
package systemtest
