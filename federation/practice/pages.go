package practice

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"portico/static"
	"portico/templates"
)

// Pages says how a provider's pages are drawn.
type Pages struct {
	App   string           // whom the chooser says people sign in to; may be empty
	Links []templates.Link // footer of every page
	Files *static.Files    // style sheets and script, which the provider serves itself; nil makes a set of its own
}

// desk draws and sends a provider's pages.
type desk struct {
	provider string
	pages    Pages
}

func newDesk(provider string, pages Pages) desk {
	if pages.Files == nil {
		pages.Files = static.New()
	}
	return desk{provider: provider, pages: pages}
}

// frame is what every page needs. base is the provider's own address, whose path the files' addresses begin with.
func (d desk) frame(base string) templates.Frame {
	var prefix string
	if u, err := url.Parse(base); err == nil {
		prefix = strings.TrimSuffix(u.Path, "/")
	}
	return templates.Frame{
		App:             d.pages.App,
		Stylesheet:      prefix + d.pages.Files.Path("portico.css"),
		BenchStylesheet: prefix + d.pages.Files.Path("bench.css"),
		Script:          prefix + d.pages.Files.Path("portico.js"),
		Favicon:         prefix + d.pages.Files.Path("favicon.svg"),
		Links:           d.pages.Links,
	}
}

// chooser draws the people. hidden carries the request to the form's address.
func (d desk) chooser(w http.ResponseWriter, r *http.Request, base string, people []Person, offered []outcomeText, selected Outcome, hidden []templates.Hidden) {
	view := templates.PersonView{
		Frame: d.frame(base), Name: d.provider, Action: base + "/choose", HiddenFields: hidden, PersonField: fieldPerson,
		OutcomesOpen: selected != SignsIn && selected != "",
	}
	for _, p := range people {
		note := p.Note
		if note == "" {
			note = p.Email
		}
		view.People = append(view.People, templates.PersonOption{ID: p.ID, Name: p.Name, Note: note})
	}
	for _, o := range offered {
		chosen := o.outcome == selected || selected == "" && o.outcome == SignsIn
		view.Outcomes = append(view.Outcomes, templates.OutcomeOption{Value: string(o.outcome), Text: o.text, Selected: chosen})
	}
	d.send(w, r, http.StatusOK, templates.Person(view))
}

// refuse says why a request went no further. It never leads anywhere: a request that cannot be trusted must not choose
// where the browser goes next (RFC 6749 §4.1.2.1, §10.15).
func (d desk) refuse(w http.ResponseWriter, r *http.Request, base string, status int, text string, details ...templates.Detail) {
	d.send(w, r, status, page(pageView{
		Frame: d.frame(base), Provider: d.provider, Heading: "This request cannot be answered", Text: text, Details: details,
	}))
}

// say draws a page that is neither a question nor a fault.
func (d desk) say(w http.ResponseWriter, r *http.Request, base, heading, text string, details ...templates.Detail) {
	d.send(w, r, http.StatusOK, page(pageView{
		Frame: d.frame(base), Provider: d.provider, Heading: heading, Text: text, Details: details,
	}))
}

// hand draws the page that posts fields to the app's side.
func (d desk) hand(w http.ResponseWriter, r *http.Request, base, action string, fields []templates.Hidden) {
	back := "the app"
	if d.pages.App != "" {
		back = d.pages.App
	}
	d.send(w, r, http.StatusOK, page(pageView{
		Frame: d.frame(base), Provider: d.provider,
		Heading: "Back to " + back, Text: "The answer is ready. It goes to " + host(action) + ".",
		Form: &formView{Action: action, Button: "Continue", Fields: fields},
	}))
}

func (d desk) send(w http.ResponseWriter, r *http.Request, status int, component templ.Component) {
	var body bytes.Buffer
	if err := component.Render(context.WithoutCancel(r.Context()), &body); err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w)
}

// secured sets the headers that every answer carries, whatever it is.
func secured(next http.Handler) http.Handler {
	// form-action names schemes, not origins: Chromium holds every redirect after a form to it, and the way back leads
	// through the broker to the callback of an app that this provider cannot know. The forms carry no secret.
	const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action http: https:; " +
		"base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func practiceName(provider string) string { return "Practice " + provider }

func bandText(provider string) string {
	return practiceName(provider) + " · not the real " + provider + " · runs on this machine"
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
