// Package problem is how a handler says that a page cannot be shown as asked: what the person reads, and what only the
// log is told. The writing is done in web/errors.go, and only there, in the person's language.
package problem

import (
	"net/http"

	"portico/templates"
	"portico/words"
)

// Page is an error page. Its texts are lines of the catalogue, said when the page is drawn.
type Page struct {
	Status  int
	Code    string // short name for developers and the log, such as "redirect_mismatch"
	Sign    templates.SignKind
	App     string
	Heading words.Line
	Text    words.Line // what happened, and whether anything changed
	Then    words.Line // the one next step, where there is no button
	Button  *Button
	Details []Detail
	Open    bool // developers see the details at once
	// Move says that the page stands at /error, as Cognito's does: the browser is redirected there.
	Move     bool
	ClientID string
	Asked    string
	Err      error
}

// Button is the one next step, where it leads to a page.
type Button struct {
	Text words.Line
	Href string
}

// Detail is a fact for developers.
type Detail struct {
	Name  words.Line
	Value string
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
		Status: http.StatusNotFound, Code: "not_found", Heading: words.L("error.nothing.heading"), Text: words.L("error.nothing.text"),
		Then: words.L("error.then.there"), Err: err,
	}
}

// BadForm is the page for a form that could not be read.
func BadForm(err error) *Page {
	return &Page{
		Status: http.StatusBadRequest, Code: "invalid_request", Heading: words.L("error.form.heading"), Text: words.L("error.form.text"),
		Then: words.L("error.then.back"), Err: err,
	}
}

// TooLarge is the page for a form beyond the limit of what is read.
func TooLarge(err error) *Page {
	return &Page{
		Status: http.StatusRequestEntityTooLarge, Code: "too_large", Heading: words.L("error.large.heading"), Text: words.L("error.large.text"),
		Then: words.L("error.then.back"), Err: err,
	}
}

// TooLong is the page for an address beyond the limit of what is read.
func TooLong() *Page {
	return &Page{
		Status: http.StatusRequestURITooLong, Code: "uri_too_long", Heading: words.L("error.long.heading"), Text: words.L("error.unchanged"),
		Then: words.L("error.then.start"),
	}
}

// Forged is the page for a form that was not filled in on our own page of this browser (cross-site request forgery), which
// mostly means that the page was open for very long.
func Forged(again string, err error) *Page {
	p := &Page{
		Status: http.StatusForbidden, Code: "csrf", Sign: templates.SignClock, Heading: words.L("error.forged.heading"),
		Text: words.L("error.forged.text"), Err: err,
	}
	if again != "" {
		p.Button = &Button{Text: words.L("go.again"), Href: again}
	}
	return p
}

// Fault is the page for our own failure.
func Fault(err error) *Page {
	return &Page{
		Status: http.StatusInternalServerError, Code: "server_error", Sign: templates.SignFault,
		Heading: words.L("error.fault.heading"), Text: words.L("error.fault.text"), Err: err,
	}
}

// Busy is the page for too much work at once.
func Busy(err error) *Page {
	return &Page{
		Status: http.StatusTooManyRequests, Code: "busy", Sign: templates.SignClock,
		Heading: words.L("error.busy.heading"), Text: words.L("error.busy.text"), Err: err,
	}
}
