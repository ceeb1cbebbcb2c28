package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/admission"
	"portico/userpool/login"
	"portico/userpool/oauth"
	"portico/web/browser"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// This is the only file that writes errors. A browser gets a redirect to the app (*login.Return), a redirect to /error, or a
// page; a program gets JSON. What is not expected becomes server_error and a log line.

// writePageError answers a browser.
func (s *Server) writePageError(w http.ResponseWriter, r *http.Request, err error) {
	r = s.spoken(r) // where it failed before its language was chosen
	v := visit.From(r.Context())
	v.Err = err
	var back *login.Return
	if errors.As(err, &back) {
		v.Client, v.Provider, v.Outcome = back.Authorization.Client.ID, back.Provider, string(back.Err.Code)
		v.Fault = back.Ours()
		if back.Authorization.Page != "" {
			s.drawError(w, r, unfinishedPage(back))
			return
		}
		if err := s.Look.Respond(w, r, back.Response()); err != nil {
			v.Err = errors.Join(v.Err, err)
			s.drawError(w, r, problem.Fault(err))
		}
		return
	}
	page := s.pageFor(r, err)
	if v.Outcome == "" {
		v.Outcome = page.Code
	}
	if page.Move {
		http.Redirect(w, r, s.errorAddress(page, v.Reference, v.Traced), http.StatusFound)
		return
	}
	s.drawError(w, r, page)
}

// pageFor finds the page for an error.
func (s *Server) pageFor(r *http.Request, err error) *problem.Page {
	var page *problem.Page
	var refusal *login.Refusal
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return problem.TooLarge(err)
	case errors.As(err, &page): // its cause may be a refusal, which it has better words for
		return page
	case errors.As(err, &refusal):
		return refusalPage(r, refusal)
	case busy(err):
		return problem.Busy(err)
	}
	return problem.Fault(err)
}

// drawError draws an error page. Settings appear in development only.
func (s *Server) drawError(w http.ResponseWriter, r *http.Request, page *problem.Page) {
	v := visit.From(r.Context())
	askForPatience(w, page.Status)
	said, _ := words.From(r.Context())
	if id := userpool.ClientID(page.ClientID); v.Pool != nil && v.Client == "" && v.Pool.Clients[id] != nil {
		v.Client = id // so that its links stand at the foot of the page
	}
	view := templates.ErrorView{
		Frame: s.Look.Frame(r, page.App), Sign: page.Sign, Heading: said.Line(page.Heading), Text: said.Line(page.Text),
		Then: said.Line(page.Then), Support: s.Look.SupportFor(v), DetailsOpen: page.Open, TraceHref: s.traceAddress(v),
		Details: []templates.Detail{{Name: said.Say("error.detail.code"), Value: page.Code}},
	}
	for _, d := range page.Details {
		view.Details = append(view.Details, templates.Detail{Name: said.Line(d.Name), Value: d.Value})
	}
	if r.URL.Path == userpool.PathError && view.Languages != nil { // words of the address are not repeated, not even unseen
		view.Languages.Fields = browser.Fields(s.errorQuery(page, v.Reference, v.Traced))
	}
	if b := page.Button; b != nil {
		view.Button = &templates.Link{Text: said.Line(b.Text), Href: b.Href}
	}
	if err := browser.Draw(w, r, page.Status, templates.Error(view)); err != nil {
		v.Err = errors.Join(v.Err, err)
		http.Error(w, view.Heading+" "+v.Reference, http.StatusInternalServerError)
	}
}

// traceAddress is where development shows what the sign-in was made of; empty elsewhere.
func (s *Server) traceAddress(v *visit.Visit) string {
	if !s.Look.Dev || !v.Traced {
		return ""
	}
	return "/traces/" + v.Reference
}

func (s *Server) errorAddress(page *problem.Page, reference string, traced bool) string {
	return userpool.PathError + "?" + s.errorQuery(page, reference, traced).Encode()
}

// errorQuery is what the page at /error is made from: Cognito's error and client_id, and our reference. The address the
// app asked for goes along in development only.
func (s *Server) errorQuery(page *problem.Page, reference string, traced bool) url.Values {
	query := url.Values{"error": {page.Code}, "reference": {reference}}
	if page.ClientID != "" {
		query.Set("client_id", page.ClientID)
	}
	if s.Look.Dev && traced {
		query.Set("traced", "1")
	}
	if s.Look.Dev && page.Asked != "" {
		query.Set("asked", page.Asked)
	}
	return query
}

// writeMachineError answers a program.
func (s *Server) writeMachineError(w http.ResponseWriter, r *http.Request, err error) {
	v := visit.From(r.Context())
	v.Err = err
	var told *oauth.Error
	var page *problem.Page
	var status int
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		told, status = &oauth.Error{Code: oauth.InvalidRequest, Description: "request is too large"}, http.StatusRequestEntityTooLarge
	case errors.As(err, &told):
		status = machineStatus(r, told)
	case errors.As(err, &page):
		told, status = &oauth.Error{Code: oauth.Code(page.Code)}, page.Status
	case busy(err):
		told, status = &oauth.Error{Code: oauth.TemporarilyUnavailable}, http.StatusServiceUnavailable
	default:
		told, status = &oauth.Error{Code: oauth.ServerError}, http.StatusInternalServerError
	}
	v.Outcome = string(told.Code)
	if text := challenge(r, told); text != "" {
		w.Header().Set("WWW-Authenticate", text)
	}
	w.Header().Set("X-Portico-Reference", v.Reference)
	askForPatience(w, status)
	writeJSONError(w, status, told)
}

// busy reports whether a request failed because there was too much to do: it was not let in, or it waited too long inside, for
// the database above all. Nothing was written then: a write that has begun is waited for.
func busy(err error) bool {
	return errors.Is(err, admission.ErrBusy) || errors.Is(err, context.DeadlineExceeded)
}

// retryAfter is when a client that was sent away may come back: the queue it did not get into is served by then.
const retryAfter = "1" // second

// askForPatience sets Retry-After (RFC 9110 §10.2.3) where coming back helps.
func askForPatience(w http.ResponseWriter, status int) {
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", retryAfter)
	}
}

// writeJSONError writes {"error": …} (RFC 6749 §5.2).
func writeJSONError(w http.ResponseWriter, status int, e *oauth.Error) {
	body, err := json.Marshal(struct {
		Error       oauth.Code `json:"error,omitempty"`
		Description string     `json:"error_description,omitempty"`
	}{e.Code, e.Description})
	if err != nil {
		body = []byte(`{"error":"server_error"}`)
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
