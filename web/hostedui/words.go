package hostedui

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/problem"
	"portico/words"
)

type drawing = templ.Component

// said are the words of the page that a request is for.
func said(r *http.Request) words.Words {
	w, _ := words.From(r.Context())
	return w
}

func ruleText(w words.Words, policy userpool.PasswordPolicy, rule userpool.PasswordRule) string {
	switch rule {
	case userpool.RuleLength:
		return w.Count("rule.length", policy.MinLength)
	case userpool.RuleLower:
		return w.Say("rule.lower")
	case userpool.RuleUpper:
		return w.Say("rule.upper")
	case userpool.RuleNumber:
		return w.Say("rule.number")
	}
	return w.Say("rule.symbol")
}

// missingText names in one line what a password still needs.
func missingText(w words.Words, policy userpool.PasswordPolicy, missing []userpool.PasswordRule) string {
	needs := make([]string, 0, len(missing))
	for _, rule := range missing {
		switch rule {
		case userpool.RuleLength:
			needs = append(needs, w.Count("password.length", policy.MinLength))
		case userpool.RuleLower:
			needs = append(needs, w.Say("password.lower"))
		case userpool.RuleUpper:
			needs = append(needs, w.Say("password.upper"))
		case userpool.RuleNumber:
			needs = append(needs, w.Say("password.number"))
		default:
			needs = append(needs, w.Say("password.symbol"))
		}
	}
	return w.Sentences(needs...)
}

// signInNotice puts a refused sign-in in words, and picks the status. In English, Cognito's own sentence comes first, word
// for word. Anything else is an error of ours, returned as it is.
func signInNotice(w words.Words, err error, forgot string) (*templates.Notice, int, error) {
	bad := func(first, then string) *templates.Notice {
		return &templates.Notice{Kind: templates.Bad, First: w.Say(first), Then: w.Say(then)}
	}
	var locked *directory.LockedError
	var must *directory.MustChangeError
	switch {
	case errors.Is(err, login.ErrNotOffered):
		return bad("signin.notoffered.first", "signin.notoffered.then"), http.StatusUnauthorized, nil
	case errors.Is(err, directory.ErrIncorrect), errors.Is(err, directory.ErrNoUser):
		first := "signin.incorrect.first"
		if errors.Is(err, directory.ErrNoUser) {
			first = "signin.nouser.first"
		}
		notice := bad(first, "signin.incorrect.then")
		if forgot != "" {
			thenReset(w, notice, "signin.incorrect.reset", forgot)
		}
		return notice, http.StatusBadRequest, nil
	case errors.As(err, &locked):
		return &templates.Notice{
			Kind: templates.Bad, First: w.Say("signin.locked.first"), Then: w.Sentences(waiting(w, locked.For), w.Say("account.safe")),
		}, http.StatusTooManyRequests, nil
	case errors.Is(err, directory.ErrDisabled):
		return bad("signin.disabled.first", "signin.disabled.then"), http.StatusBadRequest, nil
	case errors.Is(err, directory.ErrResetRequired):
		notice := bad("signin.mustreset.first", "signin.mustreset.then")
		if forgot != "" {
			thenReset(w, notice, "signin.mustreset.reset", forgot)
		}
		return notice, http.StatusBadRequest, nil
	case errors.Is(err, directory.ErrTemporaryOver):
		return bad("signin.over.first", "signin.disabled.then"), http.StatusBadRequest, nil
	case errors.As(err, &must): // where only a proof is asked for, as on the page that links an account
		return bad("signin.temporary.first", "signin.temporary.then"), http.StatusBadRequest, nil
	case errors.Is(err, directory.ErrBusy):
		return nil, 0, problem.Busy(err)
	}
	return nil, 0, err
}

// thenReset ends a notice with a text in which a link to the reset of the password stands.
func thenReset(w words.Words, notice *templates.Notice, key, forgot string) {
	notice.Then = ""
	for _, part := range w.Parts(key) {
		switch {
		case part.Place != "":
			notice.Link = &templates.Link{Text: w.Say("signin.reset.link"), Href: forgot}
		case notice.Link == nil:
			notice.Then += part.Text
		default:
			notice.After += part.Text
		}
	}
}

// forgotProblem puts in words why no code can be sent.
func forgotProblem(w words.Words, err error) (string, bool) {
	switch {
	case errors.Is(err, directory.ErrNoUser):
		return w.Say("signin.nouser.first"), true
	case errors.Is(err, directory.ErrNoRecovery):
		return w.Say("forgot.norecovery.first"), true
	case errors.Is(err, directory.ErrNotResettable):
		return w.Say("forgot.notresettable.first"), true
	}
	return "", false
}
