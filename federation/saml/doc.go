// Package saml is a SAML 2.0 service provider for one configured identity provider of a pool: web browser SSO
// (saml-profiles-2.0 §4.1), started by us or by the provider and answered by HTTP-POST, and single logout (§4.4).
//
// crewjam/saml writes our AuthnRequest and reads the few value types of SAML (times, durations). The way of a response
// is our own, because the library checks the signature of one tree and then reads identity from another, which is the
// opening that signature wrapping needs. Here:
//
//   - one parser reads everything, within limits, without DTD or processing instructions (parse);
//   - the shape of the whole document is settled before any cryptography: one Assertion, signatures only where SAML
//     puts them, IDs unique (shape);
//   - every signature must follow one narrow profile of XML Signature (signatureProfile), so that goxmldsig, which
//     verifies it, has nothing left to choose;
//   - identity is read only from the element that goxmldsig returns, which it parsed from the very bytes whose digest
//     was verified (verify);
//   - only certificates of the metadata count; what a response says of keys is thrown away;
//   - what is encrypted is opened after the signature around it, if there is one, takes its place, and the shape of the
//     whole is settled anew (opened); CBC is opened behind a verified signature only (opener).
//
// Finish holds the order of the checks. Logout messages (logout.go, logoutrequest.go) go the same way, and by redirect are
// verified over the octets that came (signedmessage.go).
package saml
