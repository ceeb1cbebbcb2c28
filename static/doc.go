// Package static serves the files that pages load: the style sheets, the one
// script and the icon. Every file has an address that contains its own hash,
// so a browser may keep it for ever and a new version is a new address.
//
// A Document is such bytes ready to send, for whoever else has some that many
// clients ask for again and again.
package static
