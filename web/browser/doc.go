// Package browser is what a person's browser keeps for us (the session cookie, the CSRF pair, sealed attempts, what one
// page tells the next) and where it goes next: to the app with a code, or to an identity provider with an attempt.
package browser
