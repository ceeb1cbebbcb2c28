package browser

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"portico/static"
	"portico/templates"
	"portico/web/visit"
)

// Look is what all pages of a server share.
type Look struct {
	Files   *static.Files
	Links   []templates.Link // footer: Help, Privacy, Terms
	Support string           // where people send a reference: an address or a name
	Dev     bool             // developers may see settings on error pages
}

// Frame is the frame of a page for an app.
func (l *Look) Frame(v *visit.Visit, app string) templates.Frame {
	return templates.Frame{
		App: app, Links: l.Links, Reference: v.Reference,
		Stylesheet: l.Files.Path("portico.css"), Script: l.Files.Path("portico.js"), Favicon: l.Files.Path("favicon.svg"),
	}
}

// Link finds the address of a footer link by its text; empty if the operator gives none.
func (l *Look) Link(text string) string {
	for _, link := range l.Links {
		if link.Text == text {
			return link.Href
		}
	}
	return ""
}

// Policy is the Content-Security-Policy of every page: nothing inline, nothing from elsewhere, no frames. formTargets are
// the origins that a form of the page may end at.
func Policy(formTargets ...string) string {
	return "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; " +
		"form-action " + strings.Join(append([]string{"'self'"}, formTargets...), " ")
}

// AllowForms lets forms of this page end at further origins: after a posted form the way back to the app is a redirect,
// which Chromium holds against form-action too, and with it every redirect that follows from there. Where an app or a
// provider sends the browser next is not ours to know (a callback at api.example often leads on to www.example), so any
// https address is allowed beside the origins that are named; plain http only where it is named.
func AllowForms(w http.ResponseWriter, origins ...string) {
	kept := origins[:0]
	for _, o := range origins {
		if o != "" && !strings.ContainsAny(o, " ;,'\"\r\n") {
			kept = append(kept, o)
		}
	}
	w.Header().Set("Content-Security-Policy", Policy(append(kept, "https:")...))
}

// Draw writes a page. It is drawn into memory first, so that a page that fails half-way is not half shown. Whether the browser
// is still there does not matter to the drawing: a person who leaves is no fault of the page.
func Draw(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	var body bytes.Buffer
	if err := page.Render(context.WithoutCancel(r.Context()), &body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body.Bytes()) // a browser that is gone is no fault of the page
	}
	return nil
}
