package saml

import (
	"portico/federation"
)

// The descriptions an app is told, in Cognito's words where they are known. They name the check and never its details:
// how far a forged response got is nobody's business.
const (
	saidMalformed   = "Invalid SAML response received"
	saidAnswer      = "Invalid samlResponse or relayState from identity provider"
	saidRelayState  = "Invalid relayState from identity provider"
	saidResponseSig = "Invalid SAML response received: SAML Response signature is invalid"
	saidAssertSig   = "Invalid SAML response received: SAML Assertion signature is invalid"
	saidAudience    = "Audience restriction of the SAML assertion does not name this user pool"
	saidExpired     = "Invalid SAML response received: The SAML assertion is expired or not yet valid"
	saidEncrypted   = "Invalid SAML response received: The assertion is not encrypted as agreed"
	saidNameID      = "Invalid SAML response received: NameID is required"
	saidNameIDForm  = "Invalid SAML response received: NameID is invalid"
	saidNameIDLong  = "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length less than or equal to 128"
	saidMetadata    = "Error retrieving metadata from "
)

// Terms of the checks, for the log and the trace.
const (
	checkBinding    = "binding"
	checkUnsolicit  = "unsolicited"
	checkSize       = "size"
	checkBase64     = "base64"
	checkXML        = "xml"
	checkShape      = "shape"
	checkEncrypted  = "encrypted"
	checkVersion    = "version"
	checkInResponse = "in-response-to"
	checkDest       = "destination"
	checkIssuer     = "issuer"
	checkIssued     = "issue-instant"
	checkStatus     = "status"
	checkUnsigned   = "unsigned"
	checkSignature  = "signature"
	checkSubject    = "subject-confirmation"
	checkRecipient  = "recipient"
	checkConditions = "conditions"
	checkExpired    = "expired"
	checkEarly      = "not-yet-valid"
	checkAudience   = "audience"
	checkAuthn      = "authn-statement"
	checkNameID     = "name-id"
	checkAttributes = "attributes"
	checkMetadata   = "metadata"
	checkPanic      = "panic"
)

// malformed refuses a response that is not what SAML says a response is.
func malformed(check string, format string, args ...any) error {
	return federation.Refuse(check, saidMalformed, format, args...)
}
