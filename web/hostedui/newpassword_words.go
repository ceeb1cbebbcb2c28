package hostedui

import (
	"errors"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
)

// explainPassword puts a refused choice of a password at its field; false where it was not the password.
func explainPassword(field *templates.Field, list *[]templates.Rule, policy userpool.PasswordPolicy, refused error) bool {
	var broken *directory.PasswordError
	switch {
	case errors.As(refused, &broken):
		*list = rules(policy, true, broken.Missing)
		field.Problem = missingText(policy, broken.Missing)
	case errors.Is(refused, directory.ErrCompromised):
		field.Problem = refused.Error() + " It is known from a data breach elsewhere. Choose another one."
	case errors.Is(refused, directory.ErrReused):
		field.Problem = refused.Error() + " Choose another one."
	default:
		return false
	}
	return true
}
