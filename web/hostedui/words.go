package hostedui

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/problem"
)

type drawing = templ.Component

func ruleText(policy userpool.PasswordPolicy, rule userpool.PasswordRule) string {
	switch rule {
	case userpool.RuleLength:
		return fmt.Sprintf("At least %d characters", policy.MinLength)
	case userpool.RuleLower:
		return "A lower case letter"
	case userpool.RuleUpper:
		return "An upper case letter"
	case userpool.RuleNumber:
		return "A number"
	}
	return "A symbol, such as ! ? # or %"
}

// missingText names in one line what a password still needs.
func missingText(policy userpool.PasswordPolicy, missing []userpool.PasswordRule) string {
	needs := make([]string, 0, len(missing))
	for _, rule := range missing {
		switch rule {
		case userpool.RuleLength:
			needs = append(needs, fmt.Sprintf("use %d characters or more", policy.MinLength))
		case userpool.RuleLower:
			needs = append(needs, "add a lower case letter")
		case userpool.RuleUpper:
			needs = append(needs, "add an upper case letter")
		case userpool.RuleNumber:
			needs = append(needs, "add a number")
		default:
			needs = append(needs, "add a symbol")
		}
	}
	text := strings.Join(needs, ", ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// signInNotice puts a refused sign-in in words, and picks the status. Cognito's own sentence comes first, word for word.
// Anything else is an error of ours, returned as it is.
func signInNotice(err error, forgot string) (*templates.Notice, int, error) {
	notice := &templates.Notice{Kind: templates.Bad, First: err.Error()}
	var locked *directory.LockedError
	var must *directory.MustChangeError
	switch {
	case errors.Is(err, login.ErrNotOffered):
		notice.Then = "Choose one of the ways below."
		return notice, http.StatusUnauthorized, nil
	case errors.Is(err, directory.ErrIncorrect), errors.Is(err, directory.ErrNoUser):
		notice.Then = "Check both and try again."
		if forgot != "" {
			notice.Then, notice.Link = "Check both and try again, or", &templates.Link{Text: "reset your password", Href: forgot}
		}
		return notice, http.StatusBadRequest, nil
	case errors.As(err, &locked):
		notice.Then = fmt.Sprintf("Wait %s, then try again. Your account is safe.", duration(locked.For))
		return notice, http.StatusTooManyRequests, nil
	case errors.Is(err, directory.ErrDisabled):
		notice.Then = "Ask the people who run this app."
		return notice, http.StatusBadRequest, nil
	case errors.Is(err, directory.ErrResetRequired):
		notice.Then = "Choose a new one to go on."
		if forgot != "" {
			notice.Then, notice.Link = "To go on,", &templates.Link{Text: "reset your password", Href: forgot}
		}
		return notice, http.StatusBadRequest, nil
	case errors.Is(err, directory.ErrTemporaryOver):
		notice.Then = "Ask the people who run this app."
		return notice, http.StatusBadRequest, nil
	case errors.As(err, &must): // where only a proof is asked for, as on the page that links an account
		notice.First, notice.Then = "This password is temporary.", "Sign in with it once to choose your own."
		return notice, http.StatusBadRequest, nil
	case errors.Is(err, directory.ErrBusy):
		return nil, 0, problem.Busy(err)
	}
	return nil, 0, err
}
