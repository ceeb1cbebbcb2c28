// Package problem is how a handler says that a page cannot be shown as asked: what the person reads, and what only the
// log is told. The writing is done in web/errors.go, and only there.
package problem

import (
	"net/http"

	"portico/templates"
)

// Page is an error page.
type Page struct {
	Status  int
	Code    string // short name for developers and the log, such as "redirect_mismatch"
	Sign    templates.SignKind
	App     string
	Heading string
	Text    string // what happened, and whether anything changed
	Then    string // the one next step, where there is no button
	Button  *templates.Link
	Details []templates.Detail
	Open    bool // developers see the details at once
	// Move says that the page stands at /error, as Cognito's does: the browser is redirected there.
	Move     bool
	ClientID string
	Asked    string
	Err      error
}

func (p *Page) Error() string {
	if p.Err != nil {
		return p.Code + ": " + p.Err.Error()
	}
	return p.Code
}

func (p *Page) Unwrap() error { return p.Err }

// NotFound is the page for an address where nothing is.
func NotFound(err error) *Page {
	return &Page{
		Status: http.StatusNotFound, Code: "not_found", Heading: "There is no page here",
		Text: "The address may be mistyped, or the page may have moved.", Then: "Go back to the app and sign in from there.", Err: err,
	}
}

// BadForm is the page for a form that could not be read.
func BadForm(err error) *Page {
	return &Page{
		Status: http.StatusBadRequest, Code: "invalid_request", Heading: "We could not read that form",
		Text: "It was incomplete or too large. Nothing was changed.", Then: "Go back and try again.", Err: err,
	}
}

// Forged is the page for a form that was not filled in on our own page of this browser (cross-site request forgery), which
// mostly means that the page was open for very long.
func Forged(again string, err error) *Page {
	p := &Page{
		Status: http.StatusForbidden, Code: "csrf", Sign: templates.SignClock, Heading: "This page was open for too long",
		Text: "To keep your account safe we did not accept the form. Nothing was changed.", Err: err,
	}
	if again != "" {
		p.Button = &templates.Link{Text: "Start again", Href: again}
	}
	return p
}

// Fault is the page for our own failure.
func Fault(err error) *Page {
	return &Page{
		Status: http.StatusInternalServerError, Code: "server_error", Sign: templates.SignFault,
		Heading: "Something went wrong on our side", Text: "Nothing was changed. Try again in a minute.", Err: err,
	}
}

// Busy is the page for too much work at once.
func Busy(err error) *Page {
	return &Page{
		Status: http.StatusTooManyRequests, Code: "busy", Sign: templates.SignClock,
		Heading: "Many people are signing in right now", Text: "Nothing was changed. Wait a few seconds, then try again.", Err: err,
	}
}
