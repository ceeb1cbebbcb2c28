package federation

import (
	"errors"
	"fmt"
)

// Error is why a provider's sign-in failed. Its text is bland, for a stranger may read it; the cause, which may quote
// the provider, is for the log. Code and Description are what the relying app is told, in Cognito's words.
type Error struct {
	Code        string // OAuth error code for the app: mostly "invalid_request"
	Description string // Cognito's error_description
	Denied      bool   // the person or the provider said no (error=access_denied): nothing went wrong
	Check       string // the check that failed, as one short term, such as "audience": for the log and the trace
	Cause       error
}

// Refuse makes an Error for a failed check.
func Refuse(check, description, format string, args ...any) *Error {
	return &Error{Code: "invalid_request", Description: description, Check: check, Cause: fmt.Errorf(format, args...)}
}

func (e *Error) Error() string {
	return "federation: the sign-in at the provider failed (" + e.Check + ")"
}

func (e *Error) Unwrap() error { return e.Cause }

// AsError finds an *Error in a chain.
func AsError(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// CheckOf is the term of the check that an error names: empty if there is no error, "other" if it names none.
func CheckOf(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := AsError(err); ok && e.Check != "" {
		return e.Check
	}
	return "other"
}
