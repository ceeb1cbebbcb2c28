// Package practice plays identity providers: real HTTP handlers that speak OpenID Connect (OIDC) and SAML 2.0 (SAML),
// and twins of the providers that people know (Google, Apple, Facebook, Amazon, GitHub) with their quirks, all with people
// to choose from in place of passwords. "portico dev" runs them on ports of their own; tests run them through httptest.
//
// All but SAML are one engine. What sets a provider apart is its manner: paths, scopes, what codes look like, how errors
// are told, how the client proves itself.
//
// A sign-in goes like this. The browser arrives with an authorization request or an AuthnRequest; the provider checks
// it as a strict provider would and draws the chooser: the people, and "What should happen?". The form goes to
// /choose with the request in hidden fields, where it is checked again, so nothing is remembered meanwhile and the back
// button works. The answer is a redirect with a code, or a page that posts a signed Response.
//
// What goes wrong on purpose is an Outcome, which people choose, or one of the switches in Faults, which tests set.
// Without a fault, everything a provider says is as the standards want it. Tests without a browser use Choose, which
// presses a person's button, and Submit, which sends the page with the Response.
//
// The pages say on every side that they are practice, and show no real provider's mark. There are no passwords and no
// sessions here, so there is nothing to steal; still, a provider answers only to the addresses it was told.
package practice
