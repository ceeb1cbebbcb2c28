package problem

import (
	"net/http"

	"portico/templates"
	"portico/words"
)

// Late is the page for a step that came too late or twice: its text says what happened and that nothing was changed by it. again
// is where the app's own request begins anew, with every parameter.
func Late(heading, text words.Line, again string, err error) *Page {
	return &Page{
		Status: http.StatusBadRequest, Code: "expired", Sign: templates.SignClock, Heading: heading, Text: text,
		Button: &Button{Text: words.L("go.again"), Href: again}, Err: err,
	}
}

// NoCookies is the page for a form that came without the cookie we had just set: nothing can be finished in this browser until it
// keeps cookies, so that starting again alone would lead here again.
func NoCookies(host, again string, err error) *Page {
	return &Page{
		Status: http.StatusForbidden, Code: "no_cookies", Sign: templates.SignFault, Heading: words.L("cookies.heading"),
		Text: words.L("cookies.text"), Then: words.L("cookies.then", "host", host),
		Button: &Button{Text: words.L("go.again"), Href: again}, Err: err,
	}
}
