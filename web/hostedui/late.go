package hostedui

import (
	"errors"
	"net/http"

	"portico/userpool"
	"portico/userpool/login"
	"portico/web/browser"
	"portico/web/problem"
	"portico/words"
)

// Every page can be too late, or be sent twice: its cookie is gone, its time is over, the step was finished in another tab or
// before the back button. Each says what happened, that nothing was changed by it, and has one button, which begins the app's
// own request again: every page carries that request in its address, whole.

// startAgain is where the app's request begins anew.
func startAgain(r *http.Request) string { return to(userpool.PathAuthorize, r) }

// late is the page for a step that is over.
func late(r *http.Request, a *login.Authorization, heading, text words.Line, err error) error {
	page := problem.Late(heading, text, startAgain(r), err)
	page.App = a.Client.Name
	return page
}

// Errors of steps that are over, for the log.
var (
	errNothingToConfirm = errors.New("this browser confirms no account, or no longer")
	errNothingToReset   = errors.New("this browser resets no password, or no longer")
)

// signInOver: a step of a sign-in came too late, or twice.
func signInOver(r *http.Request, a *login.Authorization, err error) error {
	return late(r, a, words.L("error.expired.heading"), words.L("expired.challenge.text"), err)
}

// proofOver does so where a proof was awaited; other errors stay as they are.
func proofOver(r *http.Request, a *login.Authorization, err error) error {
	var refusal *login.Refusal
	if errors.As(err, &refusal) && (refusal.Kind == login.Expired || refusal.Kind == login.InvalidState) {
		return signInOver(r, a, err)
	}
	return err
}

// confirmOver: the account was confirmed meanwhile, in another tab or by the code before.
func confirmOver(r *http.Request, a *login.Authorization, err error) error {
	page := problem.Late(words.L("expired.confirmed.heading"), words.L("expired.confirmed.text"), startAgain(r), err)
	page.App, page.Button.Text = a.Client.Name, words.L("signin.submit")
	return page
}

// refuseForm answers a form whose CSRF pair is not whole.
func refuseForm(r *http.Request, a *login.Authorization, err error) error {
	page := problem.Forged(startAgain(r), err)
	if errors.Is(err, browser.ErrNoCookie) {
		page = problem.NoCookies(r.Host, startAgain(r), err)
	}
	page.App = a.Client.Name
	return page
}
