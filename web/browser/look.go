package browser

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"portico/static"
	"portico/templates"
	"portico/userpool/branding"
	"portico/web/visit"
	"portico/words"
)

// Look is what all pages of a server share.
type Look struct {
	Files   *static.Files
	Words   words.Book
	Links   Links
	Support string // where people send a reference: an address or a name
	Dev     bool   // developers may see settings on error pages

	Wardrobe func() *Wardrobe // operators' looks; nil where there are none
}

// Links are addresses at the foot of the pages; empty ones are not shown.
type Links struct{ Help, Privacy, Terms string }

// Frame is the frame of a page for an app, in the language of the request.
func (l *Look) Frame(r *http.Request, app string) templates.Frame {
	v := visit.From(r.Context())
	spoken, _ := words.From(r.Context())
	frame := templates.Frame{
		Words: spoken, App: app, Reference: v.Reference, Languages: languageChoice(r, v.Pool),
		Links:      l.links(v, spoken),
		Stylesheet: l.Files.Path("portico.css"), Script: l.Files.Path("portico.js"), Favicon: l.Files.Path("favicon.svg"),
	}
	if v.Pool != nil {
		l.Dress(&frame, v.Pool.Look(v.Client))
	}
	return frame
}

// Dress puts a look on a page; nil leaves Portico's own.
func (l *Look) Dress(f *templates.Frame, brand *branding.Brand) {
	if brand != nil {
		sheet, _ := l.Worn().sheet(brand)
		Dress(f, brand, sheet)
	}
}

// Worn is the wardrobe of now; nil where there is none.
func (l *Look) Worn() *Wardrobe {
	if l.Wardrobe == nil {
		return nil
	}
	return l.Wardrobe()
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
