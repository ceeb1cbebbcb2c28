// Package saml is a SAML 2.0 service provider for one configured identity provider of a pool: web browser SSO
// (saml-profiles-2.0 §4.1), started by us, answered by HTTP-POST.
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
//   - only certificates of the metadata count; what a response says of keys is thrown away.
//
// Finish holds the order of the checks. Encrypted assertions, signed requests and unsolicited responses are not
// supported, and New or Finish says so.
package saml
