package userpool

import "time"

// Limits of passkeys.
const (
	MaxPasskeys       = 20   // of one user (Cognito's limit)
	MaxPasskeyID      = 1023 // bytes (Web Authentication §4, credential ID)
	MaxPasskeyName    = 64   // characters of the name its owner gives it
	MaxRelyingPartyID = 127  // characters (WebAuthnConfigurationType)
)

// Passkey is a public key whose private half an authenticator keeps for one person and one domain (W3C Web Authentication §4,
// credential record).
type Passkey struct {
	Pool           ID
	Sub            Sub
	ID             []byte // the authenticator's name for it
	Handle         []byte // the user's name on authenticators: random, and the same for all passkeys of a user
	RelyingPartyID string // the domain it is bound to
	PublicKey      []byte // COSE_Key
	SignCount      uint32 // as the authenticator last said; 0 where it does not count
	BackupEligible bool   // it may be copied to the owner's other devices, and stays so or not for good
	BackedUp       bool
	Transports     []string
	Attachment     string // "platform", "cross-platform" or empty
	AAGUID         []byte // 16 bytes that name the kind of authenticator; zeros where it does not say
	Name           string
	Created        time.Time
	Used           time.Time // zero: never yet
}

// PasskeyUse records that a passkey was used.
type PasskeyUse struct {
	ID       []byte
	Was      uint32 // the SignCount that was read; any other fails with ErrConflict
	Counted  uint32 // what the authenticator says now
	BackedUp bool
	At       time.Time
}

// Once is a value that may be used once.
type Once struct {
	Purpose string // such as "saml-assertion"
	ID      string // unique within purpose and pool
	Until   time.Time
}

// Spends is what a proof uses up: a replay of it fails in the commit that it leads to.
type Spends struct {
	Once    []Once      // fails with ErrSpent
	Code    *SpentCode  // fails with ErrSpent where the code is another one by now, or gone
	Passkey *PasskeyUse // fails with ErrConflict where the passkey was used meanwhile, or removed
}

// SpentCode is a confirmation code that was found right and is taken now.
type SpentCode struct {
	Purpose CodePurpose
	MAC     []byte
}
