package workbench

import (
	"context"
	"errors"
	"net/http"

	"portico/federation/trace"
	"portico/templates"
	"portico/userpool"
	"portico/web/tracepage"
)

// Traces reads what sign-ins at providers were made of.
type Traces interface {
	// Newest are the newest of all pools, newest first.
	Newest(ctx context.Context) ([]trace.Trace, error)
	// Trace finds one by its reference, or fails with userpool.ErrNotFound.
	Trace(ctx context.Context, reference string) (trace.Trace, error)
}

// traces lists the newest traces.
func (b *Bench) traces(w http.ResponseWriter, r *http.Request) {
	list, err := b.Traces.Newest(r.Context())
	if err != nil {
		b.fault(w, r)
		return
	}
	b.draw(w, r, http.StatusOK, templates.Traces(templates.TracesView{BenchFrame: b.frame("traces"), Rows: tracepage.Rows(list, "/traces/")}))
}

// trace shows one.
func (b *Bench) trace(w http.ResponseWriter, r *http.Request) {
	found, err := b.Traces.Trace(r.Context(), r.PathValue("reference"))
	switch {
	case errors.Is(err, userpool.ErrNotFound):
		b.draw(w, r, http.StatusNotFound, templates.Error(templates.ErrorView{
			Frame: b.frame("traces").Frame, Heading: "There is no such trace",
			Text:   "It may be older than a week, or the reference is of a request that was no sign-in at a provider.",
			Button: &templates.Link{Text: "All traces", Href: "/traces"},
		}))
	case err != nil:
		b.fault(w, r)
	default:
		b.draw(w, r, http.StatusOK, templates.Trace(tracepage.View(b.frame("traces"), found)))
	}
}

func (b *Bench) fault(w http.ResponseWriter, r *http.Request) {
	b.draw(w, r, http.StatusInternalServerError, templates.Error(templates.ErrorView{
		Frame: b.frame("traces").Frame, Sign: templates.SignFault, Heading: "The traces could not be read", Text: "The terminal says more.",
		Button: &templates.Link{Text: "Portico home", Href: "/"},
	}))
}
