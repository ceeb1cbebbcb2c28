// Package directory keeps a pool's own users over time: it creates them, confirms them by a code, checks their
// passwords and lets them choose a new one.
//
// A Directory decides; its Storage remembers; its Sender delivers codes. Nothing slow happens inside a transaction:
// passwords are hashed before the store is asked, and messages leave after it has committed.
//
// It does not know about HTTP, sessions or tokens. People who come from an identity provider are made by
// userpool/login.
package directory
