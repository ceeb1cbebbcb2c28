// Package workbench is what only development shows: the home page with every address and credential, the inbox of messages
// that were not sent, and a demo app.
//
// The demo app is a relying party like any other: it knows the server only by its issuer, and stands on an address of its own,
// so that what passes between them is truly cross-site.
package workbench
