package templates

import (
	"strconv"

	"portico/words"
)

// The functions of this file turn a view into the fields of its form. They fill
// in Cognito's names and ids where a view leaves them open, and decide where
// the keyboard starts: on the first field that was refused, else on the only
// field of a single-field step, else nowhere, so that a phone's keyboard does
// not cover the other ways to sign in.

func signInUsername(v SignInView) Field {
	f := withDefaults(v.Username, Field{
		Name: "username", ID: "signInFormUsername", Label: v.Words.Say("label.username"), Autocomplete: "username",
	})
	f.Optional = false
	f.Autofocus = f.Autofocus || f.Problem != ""
	return offersPasskeys(f, v.Passkey)
}

// offersPasskeys has the browser offer passkeys beside the names it fills in (conditional mediation).
func offersPasskeys(f Field, p *PasskeyForm) Field {
	if p != nil && p.Autofill {
		f.Autocomplete += " webauthn"
	}
	return f
}

func signInPassword(v SignInView) Field {
	refused := v.PasswordProblem != "" || (v.Notice != nil && v.Notice.Kind == Bad)
	return Field{
		Name: "password", ID: "signInFormPassword", Label: v.Words.Say("label.password"),
		Autocomplete: "current-password",
		Problem:      v.PasswordProblem,
		Autofocus:    refused && v.Username.Problem == "",
	}
}

func signUpPassword(v SignUpView) Field {
	f := withDefaults(v.PasswordField, Field{
		Name: "password", ID: "signUpPassword", Label: v.Words.Say("label.password"), Autocomplete: "new-password",
	})
	for _, other := range v.Fields {
		if other.Problem != "" {
			return f
		}
	}
	f.Autofocus = f.Autofocus || f.Problem != ""
	return f
}

func signUpProblems(v SignUpView) []string {
	problems := []string{v.PasswordField.Problem}
	for _, f := range v.Fields {
		problems = append(problems, f.Problem)
	}
	return problems
}

// signUpFields starts the keyboard on the first field that was refused.
func signUpFields(v SignUpView) []Field {
	fields := append([]Field(nil), v.Fields...)
	for i := range fields {
		if fields[i].Problem != "" {
			fields[i].Autofocus = true
			break
		}
	}
	return fields
}

func confirmCode(v ConfirmView) Field {
	return Field{
		Name: "code", ID: "verification_code", Label: v.Words.Say("label.code", "n", strconv.Itoa(digitsOf(v.Digits))),
		Value: v.Code, Problem: v.Problem, Autofocus: true,
	}
}

// confirmHiddens adds the user name that a new code and a confirmation both
// need, unless the view carries it already.
func confirmHiddens(v ConfirmView) []Hidden {
	if v.Username == "" {
		return v.HiddenFields
	}
	for _, h := range v.HiddenFields {
		if h.Name == "username" {
			return v.HiddenFields
		}
	}
	return append([]Hidden{{Name: "username", Value: v.Username}}, v.HiddenFields...)
}

func forgotUsername(v ForgotView) Field {
	f := withDefaults(v.Username, Field{
		Name: "username", Label: v.Words.Say("label.username"), Autocomplete: "username",
	})
	f.Autofocus = true
	return f
}

func resetCode(v ResetView) Field {
	return Field{
		Name: "code", ID: "forgot_password_code", Label: v.Words.Say("label.code", "n", strconv.Itoa(digitsOf(v.Digits))),
		Value: v.Code, Problem: v.CodeProblem,
		Autofocus: v.CodeProblem != "" || v.PasswordField.Problem == "",
	}
}

func resetPassword(v ResetView) Field {
	f := withDefaults(v.PasswordField, Field{
		Name: "password", ID: "new_password", Label: v.Words.Say("label.new_password"), Autocomplete: "new-password",
	})
	f.Autofocus = f.Problem != "" && v.CodeProblem == ""
	return f
}

func resetAgain(w words.Words, f Field) Field {
	return withDefaults(f, Field{
		Name: "confirmPassword", ID: "confirm_password", Label: w.Say("label.new_password_again"), Autocomplete: "new-password",
	})
}

// withDefaults fills the open parts of f.
func withDefaults(f, defaults Field) Field {
	if f.Name == "" {
		f.Name = defaults.Name
	}
	if f.ID == "" {
		f.ID = defaults.ID
	}
	if f.Label == "" {
		f.Label = defaults.Label
	}
	if f.Autocomplete == "" {
		f.Autocomplete = defaults.Autocomplete
	}
	return f
}

func provePassword(v ProveView) Field {
	return Field{
		Name: "password", ID: "link-password", Label: v.Words.Say("label.password"), Autocomplete: "current-password",
		Problem: v.Problem, Autofocus: true,
	}
}

// identifierEmail has the keyboard at once where it is the only way in.
func identifierEmail(v IdentifierView) Field {
	f := withDefaults(v.Email, Field{Name: "identifier", ID: "identifier", Label: v.Words.Say("label.email"), Autocomplete: "username"})
	if v.Companies {
		f.Type = "email"
		if f.Hint == "" {
			f.Hint = v.Words.Say("identifier.hint")
		}
	}
	f.Autofocus = f.Problem != "" || len(v.Providers) == 0
	return offersPasskeys(f, v.Passkey)
}

func oneTimeCode(v OneTimeView) Field {
	return Field{
		Name: "code", ID: "one_time_code", Label: v.Words.Say("label.code", "n", strconv.Itoa(digitsOf(v.Digits))),
		Value: v.Code, Problem: v.Problem, Autofocus: true,
	}
}
