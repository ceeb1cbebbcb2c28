// Package authenticator is a passkey authenticator and its browser for tests: it answers the options of the directory as
// navigator.credentials would, and lies where a test wants it to. It signs with ES256 and attests nothing.
package authenticator
