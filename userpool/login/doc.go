// Package login decides one sign-in.
//
// It starts from an authorization request (Check), and every move answers with a Step:
//
//	Begin ──▶ Choose   the person chooses how to sign in: draw the page
//	      ──▶ Depart   the browser goes to an identity provider with a sealed attempt
//	      ──▶ Done     a session exists: grant may issue a code
//	Password, Confirmed ──▶ Done
//	Finish (back from the provider) ──▶ Done
//
// An error is one of two kinds, which are types so that they cannot be confused (RFC 6749 §4.1.2.1): a *Refusal is shown
// to the person, because the app client or its callback URL is not to be trusted; a *Return is sent to the app's
// registered callback URL.
//
// Nothing is written before a sign-in succeeds; then one commit opens the session, writes what changed of the user, and
// spends what may be used once.
//
// The package does not know about HTTP: web parses requests, keeps cookies and draws steps.
package login
