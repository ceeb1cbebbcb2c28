package practice

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"portico/templates"
	"portico/userpool/oauth"
)

// Fields of the chooser's form, beside the request's own.
const (
	fieldPerson  = "person"
	fieldOutcome = "outcome"
)

// grant is what a code stands for.
type grant struct {
	request  authorization
	person   Person
	authTime time.Time
	faults   Faults
}

func (e *engine) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	params, ok := e.parameters(w, r)
	if !ok {
		return
	}
	a, err := e.readAuthorization(params)
	if err != nil {
		e.refuse(w, r, a, err)
		return
	}
	var hidden []templates.Hidden
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if name != fieldPerson && name != fieldOutcome {
			hidden = append(hidden, templates.Hidden{Name: name, Value: params.Get(name)})
		}
	}
	people := e.options.People
	if e.manner.narrows != nil {
		people = e.manner.narrows(people, params)
	}
	e.desk.chooser(w, r, e.address(), hinted(people, a.hint), e.outcomes(), e.currentFaults().Outcome, hidden)
}

// serveChoose takes the chooser's form: the request once more, and who signs in.
func (e *engine) serveChoose(w http.ResponseWriter, r *http.Request) {
	form, ok := e.parameters(w, r)
	if !ok {
		return
	}
	who, what := form.Get(fieldPerson), form.Get(fieldOutcome)
	form.Del(fieldPerson)
	form.Del(fieldOutcome)
	a, err := e.readAuthorization(form)
	if err != nil {
		e.refuse(w, r, a, err)
		return
	}
	faults := e.currentFaults()
	person, known := find(e.options.People, who)
	outcome, sensible := parseOutcome(e.outcomes(), what, faults.Outcome)
	if !known || !sensible {
		e.refuse(w, r, a, shown("The form names a person or an outcome that is not on the page."))
		return
	}
	faults.Outcome = outcome
	e.answer(w, r, grant{request: a, person: person, authTime: signedInAt(e.options.Now(), faults), faults: faults})
}

// outcomes are what can happen here: without an ID token there is no signature to be bad.
func (e *engine) outcomes() []outcomeText {
	if e.manner.idClaims != nil {
		return outcomes()
	}
	return slices.DeleteFunc(outcomes(), func(o outcomeText) bool { return o.outcome == BadSignature })
}

// answer sends the browser back with a code or with the person's refusal.
func (e *engine) answer(w http.ResponseWriter, r *http.Request, g grant) {
	if g.faults.Outcome == Cancels {
		cancelled := url.Values{"error": {string(oauth.AccessDenied)}, "error_description": {"The person cancelled."}}
		if e.manner.cancelled != nil {
			cancelled = maps.Clone(e.manner.cancelled)
		}
		e.respond(w, r, g.request, g.faults, cancelled)
		return
	}
	code, err := e.random.text()
	if err != nil {
		e.refuse(w, r, g.request, err)
		return
	}
	code = e.manner.prefix.code + code
	answer := url.Values{"code": {code}}
	if e.manner.adds != nil {
		if err := e.manner.adds(g, answer); err != nil {
			e.refuse(w, r, g.request, err)
			return
		}
	}
	e.codes.put(code, g, e.options.Now().Add(e.manner.codeLife))
	e.respond(w, r, g.request, g.faults, answer)
}

// refuse shows an error or sends it, as its type and the provider's manner say. What it does not know is the provider's
// own fault.
func (e *engine) refuse(w http.ResponseWriter, r *http.Request, a authorization, err error) {
	fault := asFault(err)
	var told shown
	if !errors.As(err, &told) && e.manner.showsErrors && fault.Code != oauth.LoginRequired {
		told = shown(string(fault.Code) + ": " + fault.Description)
	}
	if told != "" {
		e.desk.refuse(w, r, e.address(), http.StatusBadRequest, string(told),
			detail("client_id", a.params.Get("client_id")), detail("redirect_uri", a.params.Get("redirect_uri")))
		return
	}
	answer := url.Values{"error": {string(fault.Code)}}
	if fault.Description != "" {
		answer.Set("error_description", fault.Description)
	}
	e.respond(w, r, a, e.currentFaults(), answer)
}

// respond answers at the redirect URI, which readAuthorization has found registered.
func (e *engine) respond(w http.ResponseWriter, r *http.Request, a authorization, f Faults, answer url.Values) {
	if a.state != "" {
		answer.Set("state", either(f.OtherState, a.state+"-other", a.state))
	}
	// RFC 9207 §2: who answers, against mix-up of providers.
	if !e.manner.nameless || f.OtherResponder {
		answer.Set("iss", either(f.OtherResponder, "https://stranger.example", e.address()))
	}
	if a.formPost { // OAuth 2.0 Form Post Response Mode
		var fields []templates.Hidden
		for _, name := range slices.Sorted(maps.Keys(answer)) {
			fields = append(fields, templates.Hidden{Name: name, Value: answer.Get(name)})
		}
		e.desk.hand(w, r, e.address(), a.redirectURI, fields)
		return
	}
	to, err := url.Parse(a.redirectURI)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	// RFC 6749 §4.1.2 adds to the query that the redirect URI may have, and keeps that.
	if to.RawQuery != "" {
		to.RawQuery += "&"
	}
	to.RawQuery += answer.Encode()
	to.Fragment = e.manner.fragment
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

// parameters reads the query of a GET or the body of a POST, never both.
func (e *engine) parameters(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	params, err := parameters(r)
	if err != nil {
		e.desk.refuse(w, r, e.address(), http.StatusBadRequest, "The request is too large or not a form.")
		return nil, false
	}
	return params, true
}

func parameters(r *http.Request) (url.Values, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	if r.Method == http.MethodPost {
		return r.PostForm, nil
	}
	return r.Form, nil
}

func either(wrong bool, ifWrong, otherwise string) string {
	if wrong {
		return ifWrong
	}
	return otherwise
}
