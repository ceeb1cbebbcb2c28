package practice

import (
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/crewjam/saml"

	"portico/templates"
)

// serveSSO takes a request by either binding.
func (p *SAML) serveSSO(w http.ResponseWriter, r *http.Request) {
	params, err := parameters(r)
	if err != nil {
		p.refuse(w, r, shown("The request is too large or not a form."))
		return
	}
	request, err := p.readRequest(r.Method, params)
	if err == nil {
		err = p.fresh(request)
	}
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	faults := p.currentFaults()
	if request.passive {
		p.decline(w, r, request, saml.StatusNoPassive, "Nobody is ever signed in here.", faults)
		return
	}
	p.desk.chooser(w, r, p.address(), p.options.People, outcomes(), faults.Outcome, []templates.Hidden{
		{Name: "SAMLRequest", Value: base64.StdEncoding.EncodeToString(request.document)},
		{Name: "RelayState", Value: request.relayState},
	})
}

// serveChoose takes the chooser's form: the request once more, unpacked, and who signs in.
func (p *SAML) serveChoose(w http.ResponseWriter, r *http.Request) {
	form, err := parameters(r)
	if err != nil {
		p.refuse(w, r, shown("The request is too large or not a form."))
		return
	}
	request, err := p.readRequest(http.MethodPost, form)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	faults := p.currentFaults()
	person, known := find(p.options.People, form.Get(fieldPerson))
	outcome, sensible := parseOutcome(outcomes(), form.Get(fieldOutcome), faults.Outcome)
	if !known || !sensible {
		p.refuse(w, r, shown("The form names a person or an outcome that is not on the page."))
		return
	}
	faults.Outcome = outcome
	switch outcome {
	case NeverAnswers:
		p.patient.keepWaiting(w, r)
	case Cancels:
		p.decline(w, r, request, saml.StatusRequestDenied, "The person cancelled.", faults)
	default:
		p.assert(w, r, request, person, faults)
	}
}

// assert answers with an assertion about the person.
func (p *SAML) assert(w http.ResponseWriter, r *http.Request, request authnRequest, person Person, f Faults) {
	nameID, ok, err := p.nameID(request, person, f)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	if !ok {
		p.decline(w, r, request, saml.StatusInvalidNameIDPolicy, "There is no such name for this person.", f)
		return
	}
	assertion, err := p.assertion(request, person, nameID, f)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	p.respond(w, r, request, saml.Status{StatusCode: saml.StatusCode{Value: saml.StatusSuccess}}, assertion, f)
}

// decline answers with a status of the second level (saml-core-2.0 §3.2.2.2) and no assertion.
func (p *SAML) decline(w http.ResponseWriter, r *http.Request, request authnRequest, status, text string, f Faults) {
	p.respond(w, r, request, saml.Status{
		StatusCode:    saml.StatusCode{Value: saml.StatusResponder, StatusCode: &saml.StatusCode{Value: status}},
		StatusMessage: &saml.StatusMessage{Value: text},
	}, nil, f)
}

func (p *SAML) respond(w http.ResponseWriter, r *http.Request, request authnRequest, status saml.Status, assertion *saml.Assertion, f Faults) {
	document, err := p.response(request, status, assertion, f)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	fields := []templates.Hidden{{Name: "SAMLResponse", Value: base64.StdEncoding.EncodeToString(document)}}
	if request.relayState != "" {
		fields = append(fields, templates.Hidden{Name: "RelayState", Value: request.relayState + either(f.OtherState, "-other", "")})
	}
	p.desk.hand(w, r, p.address(), request.acs, fields)
}

// refuse shows why there is no answer.
func (p *SAML) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var told shown
	if errors.As(err, &told) {
		p.desk.refuse(w, r, p.address(), http.StatusBadRequest, string(told))
		return
	}
	http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
}
