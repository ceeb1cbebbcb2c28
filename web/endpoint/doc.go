// Package endpoint serves relying parties and identity providers: authorize, token, userInfo, revoke, logout, discovery,
// the key set, and the two callbacks.
//
// A handler parses and writes; userpool/login and userpool/grant decide. Handlers return their errors; web/errors.go writes
// them.
package endpoint
