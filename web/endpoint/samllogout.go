package endpoint

import (
	"errors"
	"net/http"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// SAMLLogout is /saml2/logout, our single logout service, by POST and by redirect. A SAMLResponse answers a sign-out that was
// begun at /logout; a SAMLRequest is a provider's own, which Cognito does not take.
func (e *Endpoints) SAMLLogout(w http.ResponseWriter, r *http.Request) error {
	form := r.URL.Query()
	if r.Method == http.MethodPost {
		if err := r.ParseForm(); err != nil {
			return problem.BadForm(err)
		}
		form = r.PostForm
	}
	if form.Has("SAMLResponse") {
		return e.finishSignOut(w, r, form.Get("RelayState"), form)
	}
	v := visit.From(r.Context())
	out, err := e.Login.ServeSignOut(r.Context(), v.Pool, federation.Answer{
		Form: form, Post: r.Method == http.MethodPost, RawQuery: r.URL.RawQuery,
	})
	if err != nil {
		return refuseSignOut(err)
	}
	v.Provider, v.Outcome = out.Provider.Name, "signed out by provider"
	return e.Guide.Follow(w, r, &userpool.AppClient{}, out.Provider, out.Departure)
}

// refuseSignOut tells the person that nobody was signed out. What was wrong with the message is for the log.
func refuseSignOut(err error) error {
	if !errors.Is(err, login.ErrNoSignOut) && !errors.Is(err, userpool.ErrSpent) {
		return err
	}
	return &problem.Page{
		Status: http.StatusBadRequest, Code: "invalid_request", Heading: words.L("error.notout.heading"),
		Text: words.L("error.notout.text"), Then: words.L("error.notout.then"), Err: err,
	}
}
