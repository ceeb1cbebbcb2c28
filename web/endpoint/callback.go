package endpoint

import (
	"errors"
	"net/http"
	"net/url"

	"portico/userpool/login"
	"portico/web/problem"
	"portico/web/visit"
)

// OIDCCallback is /oauth2/idpresponse: GET, or POST for providers that answer with form_post.
func (e *Endpoints) OIDCCallback(w http.ResponseWriter, r *http.Request) error {
	form := r.URL.Query()
	if r.Method == http.MethodPost {
		if err := r.ParseForm(); err != nil {
			return problem.BadForm(err)
		}
		form = r.PostForm
	}
	return e.callback(w, r, form.Get("state"), false, form)
}

func (e *Endpoints) callback(w http.ResponseWriter, r *http.Request, handle string, saml bool, form url.Values) error {
	v := visit.From(r.Context())
	done, err := e.Login.Finish(r.Context(), v.Pool, login.Callback{
		Handle: handle, Attempt: e.Guide.Cookies.TakeAttempt(w, r, v.Pool.At, handle),
		SAML: saml, Form: form, Post: r.Method == http.MethodPost,
	})
	var prove *login.Prove
	if errors.As(err, &prove) {
		return e.Guide.AskForProof(w, r, prove)
	}
	if err != nil {
		return e.afterTrial(w, r, err)
	}
	return e.Guide.Complete(w, r, done)
}
