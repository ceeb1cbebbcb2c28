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

func (p *OIDC) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	params, ok := p.parameters(w, r)
	if !ok {
		return
	}
	a, err := p.readAuthorization(params)
	if err != nil {
		p.refuse(w, r, a, err)
		return
	}
	var hidden []templates.Hidden
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if name != fieldPerson && name != fieldOutcome {
			hidden = append(hidden, templates.Hidden{Name: name, Value: params.Get(name)})
		}
	}
	p.desk.chooser(w, r, p.Issuer(), hinted(p.options.People, a.hint), p.currentFaults().Outcome, hidden)
}

// serveChoose takes the chooser's form: the request once more, and who signs in.
func (p *OIDC) serveChoose(w http.ResponseWriter, r *http.Request) {
	form, ok := p.parameters(w, r)
	if !ok {
		return
	}
	who, what := form.Get(fieldPerson), form.Get(fieldOutcome)
	form.Del(fieldPerson)
	form.Del(fieldOutcome)
	a, err := p.readAuthorization(form)
	if err != nil {
		p.refuse(w, r, a, err)
		return
	}
	faults := p.currentFaults()
	person, known := find(p.options.People, who)
	outcome, sensible := parseOutcome(what, faults.Outcome)
	if !known || !sensible {
		p.refuse(w, r, a, shown("The form names a person or an outcome that is not on the page."))
		return
	}
	faults.Outcome = outcome
	p.answer(w, r, grant{request: a, person: person, authTime: p.options.Now(), faults: faults})
}

// answer sends the browser back with a code or with the person's refusal.
func (p *OIDC) answer(w http.ResponseWriter, r *http.Request, g grant) {
	if g.faults.Outcome == Cancels {
		p.refuse(w, r, g.request, &oauth.Error{Code: oauth.AccessDenied, Description: "The person cancelled."})
		return
	}
	code, err := p.random.text()
	if err != nil {
		p.refuse(w, r, g.request, err)
		return
	}
	p.codes.put(code, g, p.options.Now().Add(codeLife))
	p.redirect(w, r, g.request, g.faults, url.Values{"code": {code}})
}

// refuse shows an error or sends it, as its type says. What it does not know is the provider's own fault.
func (p *OIDC) refuse(w http.ResponseWriter, r *http.Request, a authorization, err error) {
	var told shown
	if errors.As(err, &told) {
		p.desk.refuse(w, r, p.Issuer(), http.StatusBadRequest, string(told),
			detail("client_id", a.params.Get("client_id")), detail("redirect_uri", a.params.Get("redirect_uri")))
		return
	}
	fault := &oauth.Error{Code: oauth.ServerError}
	errors.As(err, &fault)
	answer := url.Values{"error": {string(fault.Code)}}
	if fault.Description != "" {
		answer.Set("error_description", fault.Description)
	}
	p.redirect(w, r, a, p.currentFaults(), answer)
}

// redirect answers at the redirect URI, which readAuthorization has found registered.
func (p *OIDC) redirect(w http.ResponseWriter, r *http.Request, a authorization, f Faults, answer url.Values) {
	if a.state != "" {
		answer.Set("state", either(f.OtherState, a.state+"-other", a.state))
	}
	// RFC 9207 §2: who answers, against mix-up of providers.
	answer.Set("iss", either(f.OtherResponder, "https://stranger.example", p.Issuer()))
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
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

// parameters reads the query of a GET or the body of a POST, never both.
func (p *OIDC) parameters(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	params, err := parameters(r)
	if err != nil {
		p.desk.refuse(w, r, p.Issuer(), http.StatusBadRequest, "The request is too large or not a form.")
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
