package browser

import (
	"net/http"

	"portico/userpool"
)

// deviceName is the cookie of what a browser holds of people who had it remembered.
const deviceName = "device"

// SetDevices stores what login says the browser is to hold: host-only, Lax, not readable by script. It outlasts sessions and
// sign-outs, for as long as the pool remembers a device; when a device ends before that, its row says.
func (c *Cookies) SetDevices(w http.ResponseWriter, pool *userpool.Pool, held string) {
	http.SetCookie(w, &http.Cookie{
		Name: name(pool.At, deviceName), Value: held, Path: "/", MaxAge: int(pool.Devices.Lifetime.Seconds()),
		HttpOnly: true, Secure: pool.At.Secure(), SameSite: http.SameSiteLaxMode,
	})
}

// Devices returns it; empty if there is none.
func (c *Cookies) Devices(r *http.Request, at userpool.Addresses) string {
	cookie, err := r.Cookie(name(at, deviceName))
	if err != nil {
		return ""
	}
	return cookie.Value
}
