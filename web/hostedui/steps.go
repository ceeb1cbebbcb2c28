package hostedui

import (
	"fmt"
	"net/http"

	"portico/userpool/login"
)

// advance leads a person to the page of the step a sign-in has come to, or back to the app.
func (p *Pages) advance(w http.ResponseWriter, r *http.Request, step login.Step) error {
	switch s := step.(type) {
	case *login.Done:
		return p.Guide.Complete(w, r, s)
	case *login.NewPassword:
		return p.askForPassword(w, r, s)
	}
	return fmt.Errorf("no page for %T", step)
}
