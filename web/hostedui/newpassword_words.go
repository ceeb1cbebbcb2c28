package hostedui

import (
	"errors"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/words"
)

// explainPassword puts a refused choice of a password at its field; false where it was not the password.
func explainPassword(w words.Words, field *templates.Field, list *[]templates.Rule, policy userpool.PasswordPolicy, refused error) bool {
	var broken *directory.PasswordError
	switch {
	case errors.As(refused, &broken):
		*list = rules(w, policy, true, broken.Missing)
		field.Problem = missingText(w, policy, broken.Missing)
	case errors.Is(refused, directory.ErrCompromised):
		field.Problem = w.Say("password.compromised")
	case errors.Is(refused, directory.ErrReused):
		field.Problem = w.Say("password.reused")
	default:
		return false
	}
	return true
}
