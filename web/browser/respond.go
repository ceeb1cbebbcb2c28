package browser

import (
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/visit"
)

// Respond sends the browser to the app with an authorization response or error: by a redirect, or by a page that posts it
// (OAuth 2.0 Form Post Response Mode §2). The script posts at once; without script a button does.
func (l *Look) Respond(w http.ResponseWriter, r *http.Request, response login.Response) error {
	if response.Mode != login.ModeFormPost {
		http.Redirect(w, r, response.Location(), redirectStatus(r))
		return nil
	}
	view := templates.ReturnFormView{
		Frame: l.Frame(r, response.Client.Name), Action: response.Callback.String(),
	}
	view.Languages = nil // an answer is not asked for again
	for _, p := range response.Params {
		view.Fields = append(view.Fields, templates.Hidden{Name: p.Name, Value: p.Value})
	}
	AllowForms(w, response.Callback.Origin())
	return Draw(w, r, http.StatusOK, templates.ReturnForm(view))
}

// redirectStatus is 302, as Cognito has it, except where the request may hold a password: RFC 9700 §4.12 wants 303 then, which
// never has a browser post the form again. 302 does not either in today's browsers, but that is custom and not standard (RFC
// 9110 §15.4.3).
func redirectStatus(r *http.Request) int {
	if r.Method == http.MethodPost && visit.From(r.Context()).Pool.Dialect == userpool.DialectStandard {
		return http.StatusSeeOther
	}
	return http.StatusFound
}
