package directory

import (
	"errors"
	"fmt"
	"time"

	"portico/userpool"
)

// Errors a person can do something about. Texts are Cognito's, word for word: pages show them and tests look for them.
var (
	ErrIncorrect     = errors.New("Incorrect username or password.")                                       //nolint:staticcheck // Cognito's text
	ErrNoUser        = errors.New("User does not exist.")                                                  //nolint:staticcheck // Cognito's text
	ErrUnconfirmed   = errors.New("User is not confirmed.")                                                //nolint:staticcheck // Cognito's text
	ErrDisabled      = errors.New("User is disabled.")                                                     //nolint:staticcheck // Cognito's text
	ErrResetRequired = errors.New("Password reset required for the user")                                  //nolint:staticcheck // Cognito's text
	ErrTemporaryOver = errors.New("Temporary password has expired and must be reset by an administrator.") //nolint:staticcheck // Cognito's text
	ErrCompromised   = errors.New("Provided password cannot be used for security reasons.")                //nolint:staticcheck // Cognito's text
	// ErrReused: PasswordHistoryPolicyViolationException. Cognito's own sentence is not on record.
	ErrReused        = errors.New("Password has previously been used.")                                                          //nolint:staticcheck // in the manner of Cognito's texts
	ErrUserExists    = errors.New("User already exists")                                                                         //nolint:staticcheck // Cognito's text
	ErrSignUpOff     = errors.New("SignUp is not permitted for this user pool")                                                  //nolint:staticcheck // Cognito's text
	ErrNoRecovery    = errors.New("Cannot reset password for the user as there is no registered/verified email or phone_number") //nolint:staticcheck // Cognito's text
	ErrNotResettable = errors.New("User password cannot be reset in the current state.")                                         //nolint:staticcheck // Cognito's text
	ErrConfirmed     = errors.New("User is already confirmed.")                                                                  //nolint:staticcheck // Cognito's text
	// ErrLimit: too much of something in too short a time; the error is a *LimitError, which says for how long.
	ErrLimit = errors.New("Attempt limit exceeded, please try after some time.") //nolint:staticcheck // Cognito's text
	// ErrBusy: all places for hashing a password are taken. Nothing was changed; try again in a moment (HTTP 429).
	ErrBusy = errors.New("too many sign-ins at once")
	// ErrUndelivered: the code is stored, but the message could not be sent.
	ErrUndelivered = errors.New("the message could not be delivered")
)

// LimitError: too many codes were asked for or tried, or accounts made; nothing was done. It is ErrLimit.
type LimitError struct{ For time.Duration }

func (e *LimitError) Error() string { return ErrLimit.Error() }

// Is makes errors.Is find ErrLimit.
func (e *LimitError) Is(target error) bool { return target == ErrLimit }

// MustChangeError: the password is right and temporary; a new one must be chosen now (NEW_PASSWORD_REQUIRED). Set is when the
// temporary one was set, and names it.
type MustChangeError struct{ Set time.Time }

func (e *MustChangeError) Error() string { return "the temporary password must be replaced" }

// LockedError: too many wrong passwords, or sign-ins; attempts fail, uncounted, until the time is over.
type LockedError struct{ For time.Duration }

func (e *LockedError) Error() string { return "Password attempts exceeded" }

// PasswordError: the password breaks rules of the pool's policy.
type PasswordError struct{ Missing []userpool.PasswordRule }

// Error is Cognito's sentence. It names the first rule only.
func (e *PasswordError) Error() string {
	text := "Password did not conform with policy"
	if len(e.Missing) == 0 {
		return text
	}
	return text + ": " + map[userpool.PasswordRule]string{
		userpool.RuleLength: "Password not long enough", userpool.RuleLower: "Password must have lowercase characters",
		userpool.RuleUpper: "Password must have uppercase characters", userpool.RuleNumber: "Password must have numeric characters",
		userpool.RuleSymbol: "Password must have symbol characters",
	}[e.Missing[0]]
}

// AttributeError: a value is missing or unfit for an attribute. Text is for the person.
type AttributeError struct{ Name, Text string }

func (e *AttributeError) Error() string { return fmt.Sprintf("attribute %s: %s", e.Name, e.Text) }
