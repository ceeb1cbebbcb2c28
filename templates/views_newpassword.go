package templates

// NewPasswordView feeds NewPassword: the step after a temporary password.
type NewPasswordView struct {
	Frame
	Action, CSRF  string
	PasswordField Field   // Name defaults to "password"
	AgainField    Field   // Name defaults to "confirmPassword"
	Rules         []Rule  // of the pool
	Fields        []Field // required attributes that are missing, in order
	Notice        *Notice
	HiddenFields  []Hidden // "username", for password managers
}

// newPassword has the keyboard at once: nothing stands before it.
func newPassword(v NewPasswordView) Field {
	f := withDefaults(v.PasswordField, Field{
		Name: "password", ID: "new_password", Label: v.Words.Say("label.new_password"), Autocomplete: "new-password",
	})
	f.Autofocus = f.Problem != "" || !newPasswordRefusedElsewhere(v)
	return f
}

func newPasswordAgain(v NewPasswordView) Field {
	f := withDefaults(v.AgainField, Field{
		Name: "confirmPassword", ID: "confirm_password", Label: v.Words.Say("label.new_password_again"), Autocomplete: "new-password",
	})
	f.Autofocus = f.Problem != "" && v.PasswordField.Problem == ""
	return f
}

// newPasswordFields starts the keyboard on the first one that was refused.
func newPasswordFields(v NewPasswordView) []Field {
	fields := append([]Field(nil), v.Fields...)
	if v.PasswordField.Problem != "" || v.AgainField.Problem != "" {
		return fields
	}
	for i := range fields {
		if fields[i].Problem != "" {
			fields[i].Autofocus = true
			break
		}
	}
	return fields
}

func newPasswordRefusedElsewhere(v NewPasswordView) bool {
	for _, problem := range newPasswordProblems(v)[1:] {
		if problem != "" {
			return true
		}
	}
	return false
}

func newPasswordProblems(v NewPasswordView) []string {
	problems := []string{v.PasswordField.Problem, v.AgainField.Problem}
	for _, f := range v.Fields {
		problems = append(problems, f.Problem)
	}
	return problems
}
