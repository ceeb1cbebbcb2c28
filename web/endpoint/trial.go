package endpoint

import (
	"context"
	"errors"
	"net/http"

	"portico/federation/trace"
	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/browser"
	"portico/web/problem"
	"portico/web/tracepage"
	"portico/web/visit"
)

// Traces reads the trace of a connection test; the store does.
type Traces interface {
	// TraceOf fails with userpool.ErrNotFound where there is none.
	TraceOf(ctx context.Context, pool userpool.ID, reference string) (trace.Trace, error)
}

// Trial is GET /test/idp: it sends whoever holds a sealed link to a provider, to try it. Nobody is signed in here by it.
func (e *Endpoints) Trial(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	depart, err := e.Login.Trial(r.Context(), v.Pool, r.URL.Query().Get("link"))
	if err != nil {
		return e.afterTrial(w, r, err)
	}
	return e.Guide.Leave(w, r, depart)
}

// afterTrial lets this browser see what came of a test; any other error is handed on.
func (e *Endpoints) afterTrial(w http.ResponseWriter, r *http.Request, err error) error {
	var tried *login.Tried
	if !errors.As(err, &tried) {
		return err
	}
	v := visit.From(r.Context())
	v.Outcome = "provider tested"
	e.Guide.Cookies.SetTrial(w, v.Pool.At, tried.Result)
	http.Redirect(w, r, userpool.PathTestResult, http.StatusSeeOther)
	return nil
}

// TrialResult is GET /test/idp/result: the trace of a test, for the browser that made it.
func (e *Endpoints) TrialResult(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	reference, err := e.Login.TrialResult(v.Pool, e.Guide.Cookies.Trial(r, v.Pool.At))
	if err != nil {
		return err
	}
	found, err := e.Traces.TraceOf(r.Context(), v.Pool.ID, reference)
	if errors.Is(err, userpool.ErrNotFound) {
		return problem.NotFound(err)
	}
	if err != nil {
		return err
	}
	v.Outcome = "test result"
	frame := templates.BenchFrame{Frame: e.Guide.Look.Frame(r, ""), Hosted: true}
	frame.BenchStylesheet = e.Guide.Look.Files.Path("bench.css")
	return browser.Draw(w, r, http.StatusOK, templates.Trace(tracepage.View(frame, found)))
}
