package directory

import "errors"

// Errors of passkeys, beside the API's names for them. Cognito's own sentences are not on record.
var (
	// ErrPasskeysOff: the pool does not take passkeys, or not from this kind of user (WebAuthnNotEnabledException).
	ErrPasskeysOff = errors.New("passkeys are not enabled")
	// ErrPasskeyChallenge: the challenge is not ours, is for somebody or something else, took too long or was answered before
	// (WebAuthnChallengeNotFoundException). Nothing was changed; a new one may be asked for.
	ErrPasskeyChallenge = errors.New("the passkey challenge is over")
	// ErrPasskeyOrigin: the browser was at another origin than the pool's pages (WebAuthnOriginNotAllowedException).
	ErrPasskeyOrigin = errors.New("the passkey was asked for at another origin")
	// ErrPasskeyRelyingParty: the passkey is bound to another domain (WebAuthnRelyingPartyMismatchException).
	ErrPasskeyRelyingParty = errors.New("the passkey is bound to another domain")
	// ErrPasskeyUnverified: the pool wants authenticators to verify the person, and this one did not.
	ErrPasskeyUnverified = errors.New("the authenticator did not verify the person")
	// ErrPasskeyUnsupported: the authenticator's answer is none we understand (WebAuthnCredentialNotSupportedException).
	ErrPasskeyUnsupported = errors.New("the authenticator is not supported")
	// ErrPasskeyRefused: the passkey is not known here, or its proof does not hold. The message says why, for the log.
	ErrPasskeyRefused = errors.New("passkey refused")
	// ErrPasskeyName: the name is empty, longer than userpool.MaxPasskeyName, or has signs that are not shown.
	ErrPasskeyName = errors.New("not a name for a passkey")
)
