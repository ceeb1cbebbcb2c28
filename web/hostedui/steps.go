package hostedui

import (
	"fmt"
	"net/http"

	"portico/userpool"
	"portico/userpool/login"
)

// advance leads a person to the page of the step a sign-in has come to, or back to the app.
func (p *Pages) advance(w http.ResponseWriter, r *http.Request, step login.Step) error {
	switch s := step.(type) {
	case *login.Done:
		return p.finish(w, r, s)
	case *login.NewPassword:
		return p.askForPassword(w, r, s)
	case *login.ChooseFirst:
		return p.askToChoose(w, r, s)
	case *login.OneTimeCode:
		return p.askForCode(w, r, s)
	case *login.GivePassword:
		return p.drawSignIn(w, r, s.Authorization, s.Typed, nil)
	case *login.SecondFactor:
		return p.askSecond(w, r, s.Waiting, userpool.PathMFA)
	case *login.ChooseFactor:
		return p.askSecond(w, r, s.Waiting, userpool.PathMFAOption)
	case *login.SetUpFactor:
		return p.askSecond(w, r, s.Waiting, userpool.PathMFASetUp)
	}
	return fmt.Errorf("no page for %T", step)
}
