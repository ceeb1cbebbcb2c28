package userpool

import "time"

// NewUser is everything that comes into being with a user, in one commit.
type NewUser struct {
	User     User      // with Identities and Groups; groups that do not exist yet are created
	Password *Password // nil for a person known only through a provider
	Aliases  []Alias
	Code     *ConfirmationCode // nil where there is nothing to confirm
	Token    *SoftwareToken    // nil for a person without an authenticator app; User.MFA says whether it is asked for
}

// UserChange is a write to an existing user, in one commit.
type UserChange struct {
	Pool       ID
	Sub        Sub
	Version    int64             // the version that was read; any other fails with ErrConflict
	Status     Status            // empty: unchanged
	Attributes map[string]string // complete; nil: unchanged
	Aliases    *[]Alias          // complete; nil: unchanged
	Password   *Password         // nil: unchanged
	// Earlier is how many earlier passwords' hashes stay beside a new Password (PasswordPolicy.Kept).
	Earlier int
	MFA     *MFASettings // complete; nil: unchanged
	// Token takes the place of the user's authenticator app; nil: unchanged.
	Token *SoftwareToken
	// DropToken forgets the user's authenticator app.
	DropToken bool
	// DropPasskey deletes the user's passkey of this name; ErrNotFound where the user has no such passkey.
	DropPasskey []byte
	// Proved is the hash of a session of the user's in which a second factor was given with this change; nil for none.
	Proved []byte
	// DropPassword takes the password away: the user signs in by other means from then on.
	DropPassword bool
	Codes        []ConfirmationCode // stored in place of earlier ones of their purposes
	Unlink       *Unlink            // detaches a linked identity; ErrNotFound where the user has no such link
	// EndOthers ends the user's sessions but one, and every family of refresh tokens; nil ends none.
	EndOthers *EndOthers
	Audit     *Audit // a record of who did it and why; nil for what people do themselves
	Spends    Spends // what the change is made with
	// Modified is zero where nothing but Spends is written: the user's row stays as it is then, and Version does not matter.
	Modified time.Time
}

// EndOthers says which of a user's sessions end with a change.
type EndOthers struct {
	Keep     []byte // hash of the session that stays
	Provider string // ends only sessions that came from this provider, and no family; empty: all
	Factor   Factor // ends only sessions that were opened with this factor, and no family; empty: all
}

// CodePurpose says what a confirmation code proves.
type CodePurpose string

// The purposes of confirmation codes.
const (
	CodeSignUp   CodePurpose = "sign-up"  // 24 hours
	CodeRecovery CodePurpose = "recovery" // 1 hour
	CodeSecond   CodePurpose = "second-factor"
	CodeSignIn   CodePurpose = "sign-in"      // one-time password, the first factor
	CodeEmail    CodePurpose = "email"        // verifies an e-mail address; 24 hours
	CodePhone    CodePurpose = "phone_number" // verifies a phone number; 24 hours
)

// How a code travels, in the API's words (DeliveryMediumType).
const (
	MediumEmail = "EMAIL"
	MediumSMS   = "SMS"
)

// ConfirmationCode is a short code sent to a person. Only its keyed hash is stored. A user has at most one of each purpose;
// a new one replaces the old.
type ConfirmationCode struct {
	Pool    ID
	Sub     Sub
	Purpose CodePurpose
	MAC     []byte
	Medium  string // MediumEmail or MediumSMS
	Pending string // the attribute's new value, which counts once the code is given; sealed at rest
	Sent    time.Time
	Expires time.Time
}
