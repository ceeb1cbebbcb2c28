package directory

import (
	"errors"
	"fmt"
	"time"

	"portico/userpool"
)

// Errors a person can do something about. Texts are Cognito's, word for word: pages show them and tests look for them.
var (
	ErrIncorrect     = errors.New("Incorrect username or password.")      //nolint:staticcheck // Cognito's text
	ErrNoUser        = errors.New("User does not exist.")                 //nolint:staticcheck // Cognito's text
	ErrUnconfirmed   = errors.New("User is not confirmed.")               //nolint:staticcheck // Cognito's text
	ErrDisabled      = errors.New("User is disabled.")                    //nolint:staticcheck // Cognito's text
	ErrResetRequired = errors.New("Password reset required for the user") //nolint:staticcheck // Cognito's text
	ErrMustChange    = errors.New("the temporary password must be replaced by an administrator's means")
	ErrUserExists    = errors.New("User already exists")                                                                         //nolint:staticcheck // Cognito's text
	ErrSignUpOff     = errors.New("SignUp is not permitted for this user pool")                                                  //nolint:staticcheck // Cognito's text
	ErrNoRecovery    = errors.New("Cannot reset password for the user as there is no registered/verified email or phone_number") //nolint:staticcheck // Cognito's text
	ErrNotResettable = errors.New("User password cannot be reset in the current state.")                                         //nolint:staticcheck // Cognito's text
	ErrConfirmed     = errors.New("User is already confirmed.")                                                                  //nolint:staticcheck // Cognito's text
	// ErrLimit: too many codes were asked for or tried within an hour.
	ErrLimit = errors.New("Attempt limit exceeded, please try after some time.") //nolint:staticcheck // Cognito's text
	// ErrBusy: all places for hashing a password are taken. Nothing was changed; try again in a moment (HTTP 429).
	ErrBusy = errors.New("too many sign-ins at once")
	// ErrUndelivered: the code is stored, but the message could not be sent.
	ErrUndelivered = errors.New("the message could not be delivered")
)

// LockedError: too many wrong passwords; attempts fail, uncounted, until the time is over.
type LockedError struct{ For time.Duration }

func (e *LockedError) Error() string { return "Password attempts exceeded" }

// PasswordError: the password breaks rules of the pool's policy.
type PasswordError struct{ Missing []userpool.PasswordRule }

func (e *PasswordError) Error() string { return "Password did not conform with policy" }

// AttributeError: a value is missing or unfit for an attribute. Text is for the person.
type AttributeError struct{ Name, Text string }

func (e *AttributeError) Error() string { return fmt.Sprintf("attribute %s: %s", e.Name, e.Text) }
