package browser

import (
	"net/http"

	"portico/userpool"
	"portico/userpool/login"
)

const trialName = "test-result"

// SetTrial stores the sealed permission to see what came of a connection test.
func (c *Cookies) SetTrial(w http.ResponseWriter, at userpool.Addresses, sealed string) {
	http.SetCookie(w, &http.Cookie{
		Name: name(at, trialName), Value: sealed, Path: "/", MaxAge: int(login.TrialLife.Seconds()),
		HttpOnly: true, Secure: at.Secure(), SameSite: http.SameSiteLaxMode,
	})
}

// Trial returns it; empty without one.
func (c *Cookies) Trial(r *http.Request, at userpool.Addresses) string {
	cookie, err := r.Cookie(name(at, trialName))
	if err != nil {
		return ""
	}
	return cookie.Value
}
