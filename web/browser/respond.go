package browser

import (
	"net/http"

	"portico/templates"
	"portico/userpool/login"
)

// Respond sends the browser to the app with an authorization response or error: by a redirect, or by a page that posts it
// (OAuth 2.0 Form Post Response Mode §2). The script posts at once; without script a button does.
func (l *Look) Respond(w http.ResponseWriter, r *http.Request, response login.Response) error {
	if response.Mode != login.ModeFormPost {
		http.Redirect(w, r, response.Location(), http.StatusFound)
		return nil
	}
	view := templates.ReturnFormView{
		Frame: l.Frame(r, response.Client.Name), Action: response.Callback.String(),
	}
	for _, p := range response.Params {
		view.Fields = append(view.Fields, templates.Hidden{Name: p.Name, Value: p.Value})
	}
	AllowForms(w, response.Callback.Origin())
	return Draw(w, r, http.StatusOK, templates.ReturnForm(view))
}
